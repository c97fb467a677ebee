import type { DataService } from '../../facts/host/data-services.ts';
import type { Remedy } from '../../model/remedy.ts';
import { run } from '../../remedy/steps.ts';
import { containerName, wholeNumber } from '../../remedy/words.ts';
import { entryOf } from '../../text/entry.ts';
import type { HostService } from './services.ts';

/** A process of a container that was sent SIGSTOP. */
export interface StoppedProcess {
  readonly pid: number;
  /** podman signals the first process of a container, and no other. */
  readonly isFirst: boolean;
}

const STOPPED = 'T';

const STATES: Readonly<Record<string, string>> = {
  D: 'waiting for a disk',
  R: 'running',
  S: 'sleeping',
  [STOPPED]: 'stopped',
  Z: 'a zombie',
};

/** In words behind "is": `stopped (T)`. */
export function stateText(state: string): string {
  const words = entryOf(STATES, state);
  return words === undefined ? `in state ${state}` : `${words} (${state})`;
}

export const stoppedProcess = (
  { container }: HostService,
  { pid, state }: DataService,
): StoppedProcess | undefined => (state === STOPPED ? { pid, isFirst: container?.pid === pid } : undefined);

const RESUME = { root: true, risk: 'restart' } as const;

/** Of the first process it is known that the service answers again; another one may not be the only one that was stopped. */
export function resume(name: string, { pid, isFirst }: StoppedProcess): Partial<Remedy> {
  if (isFirst)
    return {
      now: [
        run(['podman', 'kill', '--signal', 'CONT', '--', containerName(name)], {
          ...RESUME,
          why: 'Resume its process.',
        }),
      ],
    };
  return {
    lasting: [
      run(['ps', '-o', 'pid,ppid,state,comm', '-p', wholeNumber(String(pid))], {
        why: 'Check that this process is still the one that was stopped (state T).',
      }),
      run(['kill', '-s', 'CONT', wholeNumber(String(pid))], {
        ...RESUME,
        why: 'Resume it. It is not the first process of its container, so `podman kill` would signal another one.',
      }),
    ],
  };
}
