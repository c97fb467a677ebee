import type { OomKill } from '../../facts/host/kernel-oom.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { imageFor } from '../shared/machine-learning.ts';
import { inMebibytes, inTimes, KILLERS, ofSize, raiseOuterLimit } from '../shared/oom.ts';
import { type Accelerated, onCpu, withEnoughMemory } from './declared-remedy.ts';
import { moreMemory, type OutOfMemory } from './more-memory.ts';

interface Times {
  readonly container: string;
  readonly times: number;
}

type Killed = Times & OutOfMemory;

const killed = ({ container, times }: Times) => `${container} ran out of memory (killed ${inTimes(times)})`;

const limitOf = ({ limitBytes }: Killed) =>
  limitBytes === undefined ? 'its memory limit' : `its limit of ${inMebibytes(limitBytes)}`;

export const limitTooLow = defineKind<Killed>({
  id: 'limit-too-low',
  name: "The CPU image of Immich's machine learning reached its memory limit",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: (about) => `It needs more than ${limitOf(about)}.`,
  remedy: (about) => ({ lasting: moreMemory(about) }),
});

export const acceleratorImage = defineKind<Killed & { readonly accelerator: string }>({
  id: 'accelerator-image',
  name: "An accelerator image of Immich's machine learning reached its memory limit",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: ({ accelerator, limitBytes }) =>
    `Its ${imageFor(accelerator)} needs more memory than the container's ${limitBytes === undefined ? 'memory limit' : `limit of ${inMebibytes(limitBytes)}`}.`,
  remedy: (about) => ({ lasting: moreMemory(about) }),
});

export const outerLimitTooLow = defineKind<
  Times & {
    readonly outer: string;
    readonly limitBytes: number | undefined;
    readonly accelerator?: string;
    /** The image for the CPU, where another one runs. */
    readonly target?: string;
  }
>({
  id: 'outer-limit-too-low',
  name: "Immich's machine learning reached the limit of its unit, pod or slice",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: ({ outer, limitBytes, accelerator }) =>
    `It was not its own limit: ${outer}, in which it runs, reached its limit${ofSize(limitBytes)}.${accelerator === undefined ? '' : ` Its ${imageFor(accelerator)} needs much memory.`}`,
  remedy: ({ container, outer, limitBytes, target }) => ({
    lasting: [
      ...raiseOuterLimit(outer, limitBytes),
      ...(target === undefined
        ? []
        : [
            byHand(
              `Or use the CPU image (${target}), without device options, where ${container} is declared: it needs less memory.`,
            ),
          ]),
    ],
  }),
});

interface KilledBy extends Times {
  readonly by: OomKill['killer'];
  /** The image for the CPU, where another one runs. */
  readonly target?: string;
}

/** It does not need more than it may have, but more than there is. */
const needLess = ({ container, target }: KilledBy) => [
  byHand(
    target === undefined
      ? `Where ${container} is declared, let it use less memory: MACHINE_LEARNING_WORKERS=1, and MACHINE_LEARNING_MODEL_TTL=300, which unloads models that are not used. Or add memory to the host.`
      : `Where ${container} is declared, use the CPU image (${target}), without device options: it needs less memory. Or add memory to the host.`,
  ),
];

export const hostOutOfMemory = defineKind<KilledBy>({
  id: 'host-out-of-memory',
  name: "Immich's machine learning was killed because the host ran out of memory",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: ({ container, times }) =>
    `${container} was killed because the host ran out of memory (${inTimes(times)})`,
  summary: ({ by }) =>
    `It did not reach a limit of its own: the host had too little memory, and ${KILLERS[by]} chose its process. Search and face recognition stop meanwhile.`,
  remedy: (about) => ({ lasting: needLess(about) }),
});

export const unitKilled = defineKind<KilledBy>({
  id: 'unit-killed',
  name: "systemd reports that Immich's machine learning ran out of memory",
  meaning: 'systemd reports the kill, and the kernel log that was read has no line about it.',
  status: 'fail',
  title: ({ container, times }) => `${container} was killed because memory ran out (${inTimes(times)})`,
  summary: ({ by }) =>
    `systemd reports that ${KILLERS[by]} killed it. Whether its limit or the memory of the host was reached is not known.`,
  remedy: (about) => ({ lasting: needLess(about) }),
});

export const noDevice = defineKind<Accelerated & { readonly without: string }>({
  id: 'no-device',
  name: 'An accelerator image is declared without its device',
  meaning: 'It then works on the CPU, and needs far more memory than the CPU image.',
  status: 'fail',
  title: ({ container, accelerator, without }) =>
    `${container.name} runs the ${imageFor(accelerator)} ${without}`,
  summary: ({ limit: { isTooSmall, memory } }) =>
    `It then works on the CPU, and needs far more memory than the CPU image${isTooSmall ? `: more than its limit of ${memory?.text}` : ''}.`,
  remedy: (about) => ({ lasting: onCpu(about) }),
});

export const limitTooSmall = defineKind<Accelerated & { readonly wants: string }>({
  id: 'declared-limit-too-low',
  name: 'The declared memory limit is too low for the accelerator image',
  meaning: 'Its worker is killed, and the container keeps running without search and face recognition.',
  status: 'fail',
  title: ({ container, accelerator, limit }) =>
    `${container.name} runs the ${imageFor(accelerator)} with a memory limit of ${limit.memory?.text}`,
  summary: ({ wants }) =>
    `It needs ${wants}: its worker is killed, and the container keeps running without search and face recognition.`,
  remedy: (about) => ({ lasting: withEnoughMemory(about) }),
});
