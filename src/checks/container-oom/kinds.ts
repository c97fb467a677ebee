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
  meaning: 'The kernel ended it; what it was doing is lost, and often done again in vain.',
  status: 'fail',
  title: ({ container, times }) => `${container} was killed for memory ${inTimes(times)}`,
  summary: ({ limitBytes }) =>
    `A process of the container reached its limit${ofSize(limitBytes)}, and the kernel ended it.`,
  remedy: ({ container, limitBytes, isRunning }) => ({
    lasting: [
      ...(isRunning
        ? [
            run(['podman', 'stats', '--no-stream', '--', containerName(container)], {
              root: true,
              why: 'See how much it uses.',
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
  meaning: 'All that runs in it together reached the limit, and the kernel ended a process of the container.',
  status: 'fail',
  title: ({ container, times }) => `${container} was killed for memory ${inTimes(times)}`,
  summary: ({ outer, limitBytes }) =>
    `It was not its own limit: ${outer}, in which it runs, reached its limit${ofSize(limitBytes)}, and the kernel ended a process of the container.`,
  remedy: ({ outer, limitBytes }) => ({ lasting: raiseOuterLimit(outer, limitBytes) }),
});

export const hostOutOfMemory = defineKind<{ readonly process: string }>({
  id: 'host-out-of-memory',
  name: 'The whole host ran out of memory',
  meaning: 'Not a limit of one container: all together need more than there is.',
  status: 'fail',
  title: ({ process }) => `The whole host ran out of memory, and ${process} was killed`,
  remedy: () => ({
    lasting: [
      run(['podman', 'stats', '--no-stream'], { root: true, why: 'See which container uses how much.' }),
      run(['systemd-cgtop', '--order=memory', '--iterations=1'], {
        why: 'See which service uses how much.',
      }),
      byHand('Give the largest of them a memory limit, or the host more memory.'),
    ],
  }),
});
