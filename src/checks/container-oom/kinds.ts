import { byHand, run } from '../../remedy/steps.ts';
import { containerName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { inMebibytes, inTimes, ofSize, raiseOuterLimit } from '../shared/oom.ts';

interface Killed {
  readonly container: string;
  readonly times: number;
  readonly limitBytes: number | undefined;
  readonly isRunning: boolean;
}

export const killedAtLimit = defineKind<Killed>({
  id: 'killed-at-limit',
  name: 'A process of a container was killed at its memory limit',
  meaning: 'The kernel killed it: its work is lost, and is often repeated with the same result.',
  status: 'fail',
  title: ({ container, times }) => `${container} ran out of memory (killed ${inTimes(times)})`,
  summary: ({ limitBytes }) =>
    `A process of the container reached its limit${ofSize(limitBytes)} and was killed by the kernel.`,
  remedy: ({ container, limitBytes, isRunning }) => ({
    lasting: [
      ...(isRunning
        ? [
            run(['podman', 'stats', '--no-stream', '--', containerName(container)], {
              root: true,
              why: 'Show how much memory it uses.',
            }),
          ]
        : []),
      byHand(
        `Raise its limit (--memory and --memory-swap) ${limitBytes === undefined ? '' : `above ${inMebibytes(limitBytes)} `}where ${container} is declared, and rebuild.`,
      ),
    ],
  }),
});

export const killedAtOuterLimit = defineKind<Omit<Killed, 'isRunning'> & { readonly outer: string }>({
  id: 'killed-at-outer-limit',
  name: 'A process of a container was killed at the memory limit of its unit, pod or slice',
  meaning:
    'Everything that runs in it together reached the limit, and the kernel killed a process of the container.',
  status: 'fail',
  title: ({ container, times }) => `${container} ran out of memory (killed ${inTimes(times)})`,
  summary: ({ outer, limitBytes }) =>
    `It was not its own limit: ${outer}, in which it runs, reached its limit${ofSize(limitBytes)}, and the kernel killed a process of the container.`,
  remedy: ({ outer, limitBytes }) => ({ lasting: raiseOuterLimit(outer, limitBytes) }),
});

export const hostOutOfMemory = defineKind<{ readonly process: string }>({
  id: 'host-out-of-memory',
  name: 'The whole host ran out of memory',
  meaning: 'This is not the limit of one container: together, all processes need more memory than there is.',
  status: 'fail',
  title: ({ process }) => `The whole host ran out of memory and killed ${process}`,
  remedy: () => ({
    lasting: [
      run(['podman', 'stats', '--no-stream'], {
        root: true,
        why: 'Show how much memory each container uses.',
      }),
      run(['systemd-cgtop', '--order=memory', '--iterations=1'], {
        why: 'Show how much memory each service uses.',
      }),
      byHand('Set a memory limit for the largest of them, or add memory to the host.'),
    ],
  }),
});
