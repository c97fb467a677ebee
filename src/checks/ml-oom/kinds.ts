import type { Step } from '../../model/remedy.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { inTimes, ofSize, raiseOuterLimit } from '../shared/oom.ts';

interface Killed {
  readonly container: string;
  readonly times: number;
  /** For people. */
  readonly limit: string;
  readonly steps: readonly Step[];
}

const killed = ({ container, times }: Pick<Killed, 'container' | 'times'>) =>
  `${container} ran out of memory (killed ${inTimes(times)})`;

export const limitTooLow = defineKind<Killed>({
  id: 'limit-too-low',
  name: "The CPU image of Immich's machine learning reached its memory limit",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: ({ limit }) => `It needs more than ${limit}.`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

export const acceleratorImage = defineKind<Killed & { readonly accelerator: string }>({
  id: 'accelerator-image',
  name: "An accelerator image of Immich's machine learning reached its memory limit",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: ({ accelerator, limit }) =>
    `It runs the image for ${accelerator}, which needs more memory than ${limit}.`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

export const outerLimitTooLow = defineKind<
  Omit<Killed, 'limit' | 'steps'> & {
    readonly outer: string;
    readonly limitBytes: number | undefined;
    readonly accelerator?: string;
    /** The image for the CPU, where another one runs. */
    readonly target?: string;
  }
>({
  id: 'outer-limit-too-low',
  name: "Immich's machine learning reached the memory limit of its unit, pod or slice",
  meaning: 'Its worker is killed: search and face recognition stop, but the container keeps running.',
  status: 'fail',
  title: killed,
  summary: ({ outer, limitBytes, accelerator }) =>
    `It was not its own limit: ${outer}, in which it runs, reached its limit${ofSize(limitBytes)}.${accelerator === undefined ? '' : ` It runs the image for ${accelerator}, which needs much memory.`}`,
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

interface Declared {
  readonly name: string;
  readonly accelerator: string;
  /** As it is written. */
  readonly limit: string | undefined;
  readonly steps: readonly Step[];
}

export const noDevice = defineKind<Declared & { readonly without: string; readonly isTooSmall: boolean }>({
  id: 'no-device',
  name: 'An accelerator image is declared without its device',
  meaning: 'It then works on the CPU, and needs far more memory than the CPU image.',
  status: 'fail',
  title: ({ name, accelerator, without }) => `${name} runs the image for ${accelerator} ${without}`,
  summary: ({ isTooSmall, limit }) =>
    `It then works on the CPU, and needs far more memory than the CPU image${isTooSmall ? `: more than its limit of ${limit}` : ''}.`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

export const limitTooSmall = defineKind<Declared & { readonly wants: string }>({
  id: 'declared-limit-too-low',
  name: 'The declared memory limit is too low for the accelerator image',
  meaning: 'Its worker is killed, and the container keeps running without search and face recognition.',
  status: 'fail',
  title: ({ name, accelerator, limit }) =>
    `${name} runs the image for ${accelerator} with a memory limit of ${limit}`,
  summary: ({ wants }) =>
    `That image needs ${wants}: its worker is killed, and the container keeps running without search and face recognition.`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});
