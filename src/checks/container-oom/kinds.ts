import type { OomKill } from '../../facts/host/kernel-oom.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { containerName, unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { lessOnHost } from '../shared/host-memory.ts';
import { inMebibytes, inTimes, KILLERS, ofSize, raiseOuterLimit } from '../shared/oom.ts';

const showMemory = (container: string) =>
  run(['podman', 'stats', '--no-stream', '--', containerName(container)], {
    root: true,
    why: 'Show how much memory it uses.',
  });

interface Killed {
  readonly container: string;
  readonly times: number;
  readonly limitBytes: number | undefined;
  readonly isRunning: boolean;
}

export const killedAtLimit = defineKind<Killed>({
  id: 'killed-at-limit',
  name: 'A process of a container was killed at its memory limit',
  meaning: 'The kernel killed it, and its work is lost. The next attempt often ends in the same way.',
  status: 'fail',
  title: ({ container, times }) => `${container} ran out of memory (killed ${inTimes(times)})`,
  summary: ({ limitBytes }) =>
    `A process of the container reached its limit${ofSize(limitBytes)} and was killed by the kernel.`,
  remedy: ({ container, limitBytes, isRunning }) => ({
    lasting: [
      ...(isRunning ? [showMemory(container)] : []),
      byHand(
        `Raise its limit (--memory and --memory-swap) ${limitBytes === undefined ? '' : `above ${inMebibytes(limitBytes)} `}where ${container} is declared, and rebuild.`,
      ),
    ],
  }),
});

export const killedAtOuterLimit = defineKind<Omit<Killed, 'isRunning'> & { readonly outer: string }>({
  id: 'killed-at-outer-limit',
  name: 'A container reached the memory limit of its unit, pod or slice',
  meaning:
    'Together, all processes in it reached the limit, and the kernel killed a process of the container.',
  status: 'fail',
  title: ({ container, times }) => `${container} ran out of memory (killed ${inTimes(times)})`,
  summary: ({ outer, limitBytes }) =>
    `It was not its own limit: ${outer}, in which it runs, reached its limit${ofSize(limitBytes)}, and the kernel killed a process of the container.`,
  remedy: ({ outer, limitBytes }) => ({ lasting: raiseOuterLimit(outer, limitBytes) }),
});

const showElsewhere = (id: string, whose: 'docker' | 'user') =>
  whose === 'docker'
    ? run(['docker', 'stats', '--no-stream', '--', containerName(id)], {
        root: true,
        why: 'Show how much memory it uses, and its limit.',
      })
    : byHand('As the user whose container it is, show how much memory it uses (podman stats --no-stream).');

export const nearLimit = defineKind<{
  readonly container: string;
  readonly percent: number;
  readonly limitBytes: number;
  readonly isRunning: boolean;
  /** Whose it is, where it is none of root's podman; then the container is its id. */
  readonly elsewhere?: 'docker' | 'user';
}>({
  id: 'near-limit',
  name: 'A container is near its memory limit',
  meaning: 'If it needs a little more memory, the kernel kills one of its processes.',
  status: 'warn',
  title: ({ container, percent, limitBytes, elsewhere }) =>
    `${elsewhere === undefined ? '' : elsewhere === 'docker' ? 'The docker container ' : 'The rootless container '}${container} uses ${percent} % of its memory limit of ${inMebibytes(limitBytes)}`,
  remedy: ({ container, limitBytes, elsewhere }) => ({
    lasting: [
      elsewhere === undefined ? showMemory(container) : showElsewhere(container, elsewhere),
      byHand(
        `If its use stays this high, raise its limit (--memory and --memory-swap) above ${inMebibytes(limitBytes)} where ${container} is declared, or give it less to do.`,
      ),
    ],
  }),
});

interface KilledBy {
  readonly container: string;
  readonly times: number;
  readonly by: OomKill['killer'];
}

export const killedForHost = defineKind<KilledBy>({
  id: 'killed-for-host',
  name: 'A process of a container was killed because the host ran out of memory',
  meaning:
    'It did not reach a limit of its own: the host had too little memory, and this process was chosen.',
  status: 'fail',
  title: ({ container, times }) =>
    `${container} was killed because the host ran out of memory (${inTimes(times)})`,
  summary: ({ by }) =>
    `${sentence(KILLERS[by])} killed a process of the container because the host had too little memory, not because of a limit of the container.`,
  remedy: () => ({ lasting: lessOnHost() }),
});

export const unitKilled = defineKind<KilledBy & { readonly unit: string }>({
  id: 'unit-killed',
  name: 'systemd reports that a container ran out of memory',
  meaning: 'systemd reports the kill, but the part of the kernel log that was read has no line about it.',
  status: 'fail',
  title: ({ container, times }) => `${container} was killed because memory ran out (${inTimes(times)})`,
  summary: ({ by, unit }) =>
    by === 'systemd-oomd'
      ? `systemd-oomd killed processes of ${unit} because the host ran short of memory.`
      : `systemd reports that ${KILLERS[by]} killed a process of ${unit}. Whether its limit or the memory of the host was reached is not known.`,
  remedy: ({ unit, by }) => ({
    lasting:
      by === 'systemd-oomd'
        ? lessOnHost()
        : [
            run(['systemctl', 'show', '--property=MemoryMax,MemoryPeak', '--', unitName(unit)], {
              why: 'Show its limit, and how much memory it used.',
            }),
            byHand(
              'If it reached its limit, raise that, or give the container less to do. If not, the host needs more memory.',
            ),
          ],
  }),
});

const sentence = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

export const hostOutOfMemory = defineKind<{ readonly process: string; readonly killer: OomKill['killer'] }>({
  id: 'host-out-of-memory',
  name: 'The whole host ran out of memory',
  meaning: 'This is not the limit of one container: together, all processes need more memory than there is.',
  status: 'fail',
  title: ({ process, killer }) =>
    killer === 'kernel'
      ? `The whole host ran out of memory and killed ${process}`
      : `${killer} killed ${process} because memory ran short`,
  remedy: () => ({ lasting: lessOnHost() }),
});
