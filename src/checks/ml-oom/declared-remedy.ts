import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { Text } from '../../facts/config/text.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { bytesOf, GIBIBYTE, wordOf } from '../shared/memory.ts';
import { rewriteList, rewriteText } from '../shared/rewrite.ts';
import { type RunOptions, runOptions, withOptions, withoutOptions } from '../shared/run-options.ts';
import { rebuild } from '../shared/steps.ts';

const CONTAINERS = ['virtualisation', 'oci-containers', 'containers'] as const;
/** What a limit is raised to, where the device is there and the image stays. */
const ENOUGH = 6 * GIBIBYTE;
const ENOUGH_FOR_CPU = 2 * GIBIBYTE;

export interface Limit {
  readonly memory: Text | undefined;
  /** 0 is no limit for podman. */
  readonly bytes: number | undefined;
  readonly isTooSmall: boolean;
  /** Why it is not known, where it matters. */
  readonly open: string | undefined;
}

/** A container whose image is for an accelerator. */
export interface Accelerated {
  readonly container: DeclaredContainer;
  readonly image: Text;
  readonly at: SourceLocation | undefined;
  readonly accelerator: string;
  readonly options: RunOptions;
  readonly limit: Limit;
  readonly rewriting: { readonly literals: Literals | undefined; readonly folder: string };
}

export const isTooSmallForCpu = ({ bytes = 0 }: Limit) => bytes > 0 && bytes < ENOUGH_FOR_CPU;

export const cpuImage = ({ text }: Text) =>
  text.replace(/-(?:openvino|cuda|rocm|armnn|rknn)(?:@sha256:[0-9a-f]+)?$/, '');

/** What makes it run without an accelerator. */
export function onCpu(about: Accelerated): Step[] {
  const { container, options, limit, at } = about;
  const { memory, bytes } = limit;
  const changed = {
    receiver: 'the CPU image',
    withoutDevices: options.has('device') || options.has('gpus'),
    // A limit is never lowered, also not none at all that somebody wrote.
    limit: bytes === undefined || isTooSmallForCpu(limit) ? ENOUGH_FOR_CPU : undefined,
  };
  return [
    ...imageForCpu(about),
    ...optionsOf(container, changed, memory?.at ?? at, about.rewriting),
    rebuild(),
  ];
}

/** What gives it the memory that its accelerator needs. */
export function withEnoughMemory({ container, limit, rewriting }: Accelerated): Step[] {
  const changed = { receiver: 'it', withoutDevices: false, limit: ENOUGH };
  return [...optionsOf(container, changed, limit.memory?.at, rewriting), rebuild()];
}

function imageForCpu({ container, image, rewriting: { literals, folder } }: Accelerated): Step[] {
  const { name, devices } = container;
  const target = cpuImage(image);
  return [
    rewriteText(
      {
        path: [...CONTAINERS, name, 'image'],
        to: () => target,
        why: 'Use the CPU image.',
        otherwise: `Use the CPU image (${target}): remove the suffix${image.text.includes('@') ? ' and the digest' : ''} from its tag.`,
        at: image.at,
      },
      literals,
      folder,
    ),
    ...(devices.items.length === 0
      ? []
      : [
          rewriteList(
            {
              path: [...CONTAINERS, name, 'devices'],
              to: () => [],
              why: 'Remove the devices: the CPU image does not use any.',
              otherwise: `Remove the devices of ${name}: the CPU image does not use any.`,
              at: devices.items[0]?.at,
            },
            literals,
            folder,
          ),
        ]),
  ];
}

interface NewOptions {
  /** What gets the limit. */
  readonly receiver: string;
  readonly withoutDevices: boolean;
  /** In bytes; undefined: the limit stays. */
  readonly limit: number | undefined;
}

/** One edit of the list: of two, the second would not find what it says is there. */
function optionsOf(
  { name, extraOptions, words }: DeclaredContainer,
  { receiver, withoutDevices, limit }: NewOptions,
  at: SourceLocation | undefined,
  { literals, folder }: Accelerated['rewriting'],
): Step[] {
  if (!withoutDevices && limit === undefined) return [];
  const swap = runOptions(extraOptions).values('memory-swap').at(-1)?.text;
  const raised = [
    ...(limit === undefined ? [] : [{ option: 'memory', to: limit }]),
    ...(limit === undefined || isAtLeast(swap, limit + GIBIBYTE)
      ? []
      : [{ option: 'memory-swap', to: limit + GIBIBYTE }]),
  ];
  const limits = raised.map(({ option, to }) => `--${option}=${wordOf(to)}`);
  const left = withoutDevices ? ['device', 'gpus'] : [];
  const what = [
    ...(withoutDevices ? ['remove the device options, which the CPU image does not use'] : []),
    ...(limit === undefined ? [] : [`give ${receiver} ${limits.join(' ')}`]),
  ].join(', and ');
  return [
    rewriteList(
      {
        path: [...CONTAINERS, name, 'extraOptions'],
        to: (now = []) =>
          withOptions(
            withoutOptions(now, ...left),
            raised.map(({ option }) => option),
            limits,
          ),
        why: sentence(what),
        otherwise: sentence(`${what}, in the ${words.options} of ${name}`),
        at,
      },
      literals,
      folder,
    ),
  ];
}

/** Podman takes -1 for no limit. */
const isAtLeast = (word: string | undefined, bytes: number) => word === '-1' || (bytesOf(word) ?? 0) >= bytes;

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
