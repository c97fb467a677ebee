import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { DeclaredNvidia } from '../../facts/config/nvidia.ts';
import type { Text } from '../../facts/config/text.ts';
import { ifKnown, type NotKnown, unknown } from '../../model/known.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { imageOf, withImage } from '../shared/image.ts';
import { acceleratedImage, ML_IMAGE } from '../shared/machine-learning.ts';
import { bytesOf, GIBIBYTE, wordOf } from '../shared/memory.ts';
import { rewriteList, rewriteText } from '../shared/rewrite.ts';
import { type RunOptions, runOptions, withoutOptions } from '../shared/run-options.ts';
import { stands } from '../shared/stands.ts';
import { rebuild } from '../shared/steps.ts';
import * as kinds from './kinds.ts';

interface Accelerator {
  /** What a container that uses it is given. */
  readonly devices: RegExp;
  /** The same, for people. */
  readonly example: string;
  /** It needs more than this, in bytes; undefined where nothing is known of it. */
  readonly least: number | undefined;
}

const ACCELERATORS: Readonly<Record<string, Accelerator>> = {
  openvino: {
    devices: /\/dev\/(?:dri|accel|bus\/usb|dxg)|intel\.com\//,
    example: '/dev/dri',
    least: 6e9,
  },
  cuda: { devices: /nvidia|\/dev\/dxg/, example: 'nvidia.com/gpu=all', least: 2 * GIBIBYTE + 1 },
  rocm: { devices: /\/dev\/kfd|amd\.com\//, example: '/dev/kfd', least: 2 * GIBIBYTE + 1 },
  armnn: { devices: /\/dev\/mali/, example: '/dev/mali0', least: undefined },
  rknn: { devices: /\/dev\/(?:dri|rknpu|mpp|rga|dma_heap)/, example: '/dev/dri', least: undefined },
};
const CONTAINERS = ['virtualisation', 'oci-containers', 'containers'] as const;
const ALL_DEVICES = /^\/dev\/?(?::|$)/;
/** What a limit is raised to, where the device is there and the image stays. */
const ENOUGH = 6 * GIBIBYTE;
const ENOUGH_FOR_CPU = 2 * GIBIBYTE;

export const source = judgeSource({
  needs: ['containers'],
  wants: ['nvidia', 'literals'],
  evaluate({ containers, nvidia, literals }, { folder, names }) {
    const { found, open } = withImage(containers, (name) => ML_IMAGE.test(name));
    const named = containers.filter(
      (container) => container.name === names.machineLearning && !found.includes(container),
    );
    const machineLearning = [...found, ...named];
    if (machineLearning.length === 0 && open.length === 0)
      return { skip: 'no container with an immich-machine-learning image is declared' };
    const judged = machineLearning.map((container) => judge(container, nvidia, { literals, folder }));
    return {
      findings: judged.flatMap(({ finding }) => finding ?? []),
      unseen: [...open, ...judged.flatMap(({ unseen }) => unseen)],
      lookedAt: { containers: machineLearning.length },
    };
  },
});

interface Rewriting {
  readonly literals: Literals | undefined;
  readonly folder: string;
}

interface Judged {
  readonly finding?: FindingDraft;
  readonly unseen: readonly string[];
}

function judge(
  container: DeclaredContainer,
  nvidia: DeclaredNvidia | undefined,
  rewriting: Rewriting,
): Judged {
  const { name, image } = container;
  if (image.state !== 'known') return { unseen: [] };
  const accelerated = acceleratedImage(withHoles(image.value));
  if (accelerated === undefined) {
    const { tag, digest, repository } = imageOf(image.value);
    const isOpen = tag === undefined ? digest !== undefined || repository.endsWith(HOLE) : tag.endsWith(HOLE);
    return {
      unseen: isOpen
        ? [`which variant of the image ${name} runs is not known: it is ${image.value.text}`]
        : [],
    };
  }
  const { accelerator } = accelerated;
  const kind = ACCELERATORS[accelerator];
  if (kind === undefined) return { unseen: [] };
  const options = runOptions(container.extraOptions);
  const device = deviceOf(container, options, accelerator, kind, nvidia);
  const memory = options.values('memory').at(-1);
  const bytes = memory?.whole ? bytesOf(memory.text) : undefined;
  // Podman knows 0 as no limit.
  const isTooSmall = kind.least !== undefined && bytes !== undefined && bytes > 0 && bytes < kind.least;
  const memoryIsOpen = kind.least !== undefined && (memory?.whole === false || options.rest !== undefined);
  const unseen = [
    ...(device.state === 'unknown'
      ? [`whether ${name} has the device for its image (${accelerator}) is not known: ${device.reason}`]
      : []),
    ...(memoryIsOpen && !isTooSmall
      ? [
          `the memory limit of ${name} is not known: ${memory?.whole === false ? memory.text : options.rest?.reason}`,
        ]
      : []),
  ];
  if (device.state !== 'absent' && !isTooSmall) return { unseen };
  const written = stands(image.at, `image ${image.value.text}`, cpuImage(image.value));
  const limit =
    memory === undefined
      ? []
      : [stands(memory.at, `--memory=${memory.text}`, isTooSmall ? expectedMemory(accelerator) : undefined)];
  if (device.state === 'absent') {
    return {
      unseen: [],
      finding: kinds.noDevice.finding(
        {
          name,
          accelerator,
          limit: memory?.text,
          isTooSmall,
          without: device.without,
          steps: [
            ...imageForCpu(container, image.value, rewriting),
            ...optionsOf(
              container,
              {
                withoutDevices: options.has('device') || options.has('gpus'),
                // A limit is never lowered, also not none at all that somebody wrote.
                limit:
                  bytes === undefined || (bytes > 0 && bytes < ENOUGH_FOR_CPU) ? ENOUGH_FOR_CPU : undefined,
              },
              memory?.at ?? image.at,
              rewriting,
            ),
            rebuild(),
          ],
        },
        { subject: name, evidence: [written, ...limit] },
      ),
    };
  }
  return {
    unseen: [],
    finding: kinds.limitTooSmall.finding(
      {
        name,
        accelerator,
        limit: memory?.text,
        wants: expectedMemory(accelerator),
        steps: [
          ...optionsOf(container, { withoutDevices: false, limit: ENOUGH }, memory?.at, rewriting),
          rebuild(),
        ],
      },
      { subject: name, evidence: [...limit, written] },
    ),
  };
}

const expectedMemory = (accelerator: string) =>
  accelerator === 'openvino' ? '6 GB or more' : 'more than 2 GB, which the CPU needs';

const cpuImage = ({ text }: Text) =>
  text.replace(/-(?:openvino|cuda|rocm|armnn|rknn)(?:@sha256:[0-9a-f]+)?$/, '');

function imageForCpu(
  { name, devices }: DeclaredContainer,
  image: Text,
  { literals, folder }: Rewriting,
): Step[] {
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
  readonly withoutDevices: boolean;
  /** In bytes; undefined: the limit stays. */
  readonly limit: number | undefined;
}

/** One edit of the list: of two, the second would not find what it says is there. */
function optionsOf(
  { name, extraOptions }: DeclaredContainer,
  { withoutDevices, limit }: NewOptions,
  at: SourceLocation | undefined,
  { literals, folder }: Rewriting,
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
  const left = [...(withoutDevices ? ['device', 'gpus'] : []), ...raised.map(({ option }) => option)];
  const what = [
    ...(withoutDevices ? ['remove the device options'] : []),
    ...(limit === undefined ? [] : [`give it ${limits.join(' ')}`]),
  ].join(', and ');
  return [
    rewriteList(
      {
        path: [...CONTAINERS, name, 'extraOptions'],
        to: (now = []) => [...withoutOptions(now, ...left), ...limits],
        why: sentence(what),
        otherwise: sentence(`${what}, in the extraOptions of ${name}`),
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

type Device = { readonly state: 'given' } | { readonly state: 'absent'; readonly without: string } | NotKnown;

function deviceOf(
  container: DeclaredContainer,
  options: RunOptions,
  accelerator: string,
  { devices, example }: Accelerator,
  nvidia: DeclaredNvidia | undefined,
): Device {
  const isCuda = accelerator === 'cuda';
  const { privileged, volumes } = container;
  const hook = isCuda ? nvidia?.hook : undefined;
  if (ifKnown(hook) === true) return { state: 'given' };
  const passed = [
    ...container.devices.items,
    ...options.values('device', 'volume', 'mount'),
    ...volumes.items,
    ...(isCuda ? options.values('runtime') : []),
  ];
  const isGiven =
    passed.some((text) => devices.test(text.text) || ALL_DEVICES.test(text.text)) ||
    // A device that is not known is the right one for all that can be told.
    [...container.devices.items, ...options.values('device')].some(({ whole }) => !whole) ||
    (isCuda && options.has('gpus')) ||
    options.all.some(({ name, value }) => name === 'privileged' && value?.text !== 'false') ||
    ifKnown(privileged) === true;
  if (isGiven) {
    const driver = isCuda ? nvidia?.driver : undefined;
    if (driver?.state === 'unknown')
      return unknown(`no NVIDIA driver is declared here, and ${driver.reason}`, driver.at);
    return ifKnown(driver) === false
      ? { state: 'absent', without: 'on a host without a declared NVIDIA driver' }
      : { state: 'given' };
  }
  const rest =
    container.devices.rest ??
    options.rest ??
    volumes.rest ??
    [privileged, hook].find((each) => each?.state === 'unknown');
  return rest === undefined
    ? { state: 'absent', without: `without its device (${example})` }
    : unknown(rest.reason, rest.at);
}
