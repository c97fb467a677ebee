import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { DeclaredNvidia } from '../../facts/config/nvidia.ts';
import { type Text, unknownIn, wholeText } from '../../facts/config/text.ts';
import { ifKnown, type NotKnown, unknown } from '../../model/known.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { imageOf, withImage } from '../shared/image.ts';
import { acceleratedImage, ML_IMAGE } from '../shared/machine-learning.ts';
import { bytesOf, GIBIBYTE, wordOf } from '../shared/memory.ts';
import { rewriteList, rewriteText } from '../shared/rewrite.ts';
import { type RunOptions, runOptions, withoutOptions } from '../shared/run-options.ts';
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
      ...together([{ notChecked: open }, ...judged]),
      lookedAt: { containers: machineLearning.length },
    };
  },
});

interface Rewriting {
  readonly literals: Literals | undefined;
  readonly folder: string;
}

function judge(
  container: DeclaredContainer,
  nvidia: DeclaredNvidia | undefined,
  rewriting: Rewriting,
): Judged {
  const { name, image } = container;
  if (image.state !== 'known') return {};
  const { accelerator } = acceleratedImage(withHoles(image.value)) ?? {};
  if (accelerator === undefined) return { notChecked: openVariant(name, image.value) };
  const kind = ACCELERATORS[accelerator];
  if (kind === undefined) return {};
  const options = runOptions(container.extraOptions);
  const device = deviceOf(container, options, accelerator, kind, nvidia);
  const limit = limitOf(options, kind);
  const accelerated = { container, image: image.value, at: image.at, accelerator, options, limit };
  if (device.state === 'absent') return { finding: withoutDevice(accelerated, device.without, rewriting) };
  if (limit.isTooSmall) return { finding: withSmallLimit(accelerated, rewriting) };
  const unknownDevice = `whether ${name} has the device for its image (${accelerator}) is not known`;
  return {
    notChecked: [
      ...(device.state === 'unknown' ? [`${unknownDevice}: ${device.reason}`] : []),
      ...(limit.open === undefined ? [] : [`the memory limit of ${name} is not known: ${limit.open}`]),
    ],
  };
}

/** Its tag, and with it its accelerator, may be told by what was not read. */
function openVariant(name: string, image: Text): string[] {
  const { tag, digest, repository } = imageOf(image);
  const isOpen = tag === undefined ? digest !== undefined || repository.endsWith(HOLE) : tag.endsWith(HOLE);
  return isOpen ? [`which variant of the image ${name} runs is not known: it is ${image.text}`] : [];
}

interface Limit {
  readonly memory: Text | undefined;
  /** 0 is no limit for podman. */
  readonly bytes: number | undefined;
  readonly isTooSmall: boolean;
  /** Why it is not known, where it matters. */
  readonly open: string | undefined;
}

function limitOf(options: RunOptions, { least }: Accelerator): Limit {
  const memory = options.values('memory').at(-1);
  const known = wholeText(memory);
  const bytes = known === undefined ? undefined : bytesOf(known);
  return {
    memory,
    bytes,
    isTooSmall: least !== undefined && bytes !== undefined && bytes > 0 && bytes < least,
    open: least === undefined ? undefined : memory && unknownIn(memory) ? memory.text : options.rest?.reason,
  };
}

/** A container whose image is for an accelerator. */
interface Accelerated {
  readonly container: DeclaredContainer;
  readonly image: Text;
  readonly at: SourceLocation | undefined;
  readonly accelerator: string;
  readonly options: RunOptions;
  readonly limit: Limit;
}

const imageStands = ({ image, at }: Accelerated) => evidenceAt(at, `image ${image.text}`, cpuImage(image));

const limitStands = ({ accelerator, limit: { memory, isTooSmall } }: Accelerated) =>
  memory === undefined
    ? []
    : [
        evidenceAt(
          memory.at,
          `--memory=${memory.text}`,
          isTooSmall ? expectedMemory(accelerator) : undefined,
        ),
      ];

function withoutDevice(about: Accelerated, without: string, rewriting: Rewriting): FindingDraft {
  const { container, image, at, accelerator, options, limit } = about;
  const { memory, bytes, isTooSmall } = limit;
  const changed = {
    withoutDevices: options.has('device') || options.has('gpus'),
    // A limit is never lowered, also not none at all that somebody wrote.
    limit: bytes === undefined || (bytes > 0 && bytes < ENOUGH_FOR_CPU) ? ENOUGH_FOR_CPU : undefined,
  };
  return kinds.noDevice.finding(
    {
      name: container.name,
      accelerator,
      limit: memory?.text,
      isTooSmall,
      without,
      steps: [
        ...imageForCpu(container, image, rewriting),
        ...optionsOf(container, changed, memory?.at ?? at, rewriting),
        rebuild(),
      ],
    },
    { subject: container.name, evidence: [imageStands(about), ...limitStands(about)] },
  );
}

function withSmallLimit(about: Accelerated, rewriting: Rewriting): FindingDraft {
  const { container, accelerator, limit } = about;
  const changed = { withoutDevices: false, limit: ENOUGH };
  return kinds.limitTooSmall.finding(
    {
      name: container.name,
      accelerator,
      limit: limit.memory?.text,
      wants: expectedMemory(accelerator),
      steps: [...optionsOf(container, changed, limit.memory?.at, rewriting), rebuild()],
    },
    { subject: container.name, evidence: [...limitStands(about), imageStands(about)] },
  );
}

const expectedMemory = (accelerator: string) =>
  accelerator === 'openvino' ? '6 GB or more' : 'more than 2 GB, the limit for the CPU image';

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
    ...(withoutDevices ? ['remove the device options, which the CPU image does not use'] : []),
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
    [...container.devices.items, ...options.values('device')].some(unknownIn) ||
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
