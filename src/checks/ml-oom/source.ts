import type { DeclaredContainer } from '../../nix/facts/containers.ts';
import type { DeclaredNvidia } from '../../nix/facts/nvidia.ts';
import type { Text } from '../../nix/facts/text.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { imageOf, withImage } from '../shared/image.ts';
import { acceleratedImage, ML_IMAGE } from '../shared/machine-learning.ts';
import { bytesOf, GIBIBYTE, wordOf } from '../shared/memory.ts';
import { type RunOptions, runOptions } from '../shared/run-options.ts';
import { edit, stands } from '../shared/stands.ts';

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
const ALL_DEVICES = /^\/dev\/?(?::|$)/;
/** What a limit is raised to, where the device is there and the image stays. */
const ENOUGH = 6 * GIBIBYTE;
const ENOUGH_FOR_CPU = 2 * GIBIBYTE;

export const source = judgeSource({
  needs: ['containers'],
  wants: ['nvidia'],
  evaluate({ containers, nvidia }, { folder, names }) {
    const { found, open } = withImage(containers, (name) => ML_IMAGE.test(name));
    const named = containers.filter(
      (container) => container.name === names.machineLearning && !found.includes(container),
    );
    const machineLearning = [...found, ...named];
    if (machineLearning.length === 0 && open.length === 0)
      return { skip: 'no container with an immich-machine-learning image is declared' };
    const judged = machineLearning.map((container) => judge(container, nvidia, folder));
    return {
      findings: judged.flatMap(({ finding }) => finding ?? []),
      unseen: [...open, ...judged.flatMap(({ unseen }) => unseen)],
    };
  },
});

interface Judged {
  readonly finding?: FindingDraft;
  readonly unseen: readonly string[];
}

function judge(container: DeclaredContainer, nvidia: DeclaredNvidia | undefined, folder: string): Judged {
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
  const memoryIsOpen = kind.least !== undefined && (memory?.whole === false || options.unknown !== undefined);
  const unseen = [
    ...(device.state === 'unknown'
      ? [
          `whether ${name} has the device that its image is for (${accelerator}) is not known: ${device.reason}`,
        ]
      : []),
    ...(memoryIsOpen && !isTooSmall
      ? [
          `the memory limit of ${name} is not known: ${memory?.whole === false ? memory.text : options.unknown}`,
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
    const hasDevices = container.devices.items.length > 0 || options.has('device') || options.has('gpus');
    const raise = bytes === undefined || bytes < ENOUGH_FOR_CPU;
    return {
      unseen: [],
      finding: {
        status: 'fail',
        title: `${name} runs the image for ${accelerator} ${device.without}`,
        summary: `It then works on the CPU, and needs far more memory than the image for the CPU does${isTooSmall ? `: more than its limit of ${memory?.text}` : ''}.`,
        subject: name,
        evidence: [written, ...limit],
        fix: {
          summary: `Take -${accelerator}${image.value.text.includes('@') ? ' and the digest' : ''} off the tag of the image (${cpuImage(image.value)})${hasDevices ? ', take its device options out' : ''}${raise ? ', and give it "--memory=2g" and "--memory-swap=3g" in extraOptions' : ''}.`,
          commands: edit(folder, image.at),
          docs: 'docs/checks.md#ml-oom',
        },
      },
    };
  }
  return {
    unseen: [],
    finding: {
      status: 'fail',
      title: `${name} runs the image for ${accelerator} with a memory limit of ${memory?.text}`,
      summary: `That image wants ${expectedMemory(accelerator)}: its worker is killed, and the container stays up without search and faces.`,
      subject: name,
      evidence: [...limit, written],
      fix: {
        summary: `Write "--memory=${wordOf(ENOUGH)}" and "--memory-swap=${wordOf(ENOUGH + GIBIBYTE)}", or take the image for the CPU: ${cpuImage(image.value)}, without device options.`,
        commands: edit(folder, memory?.at),
        docs: 'docs/checks.md#ml-oom',
      },
    },
  };
}

const expectedMemory = (accelerator: string) =>
  accelerator === 'openvino' ? '6 GB or more' : 'more than 2 GB, which is what the CPU needs';

const cpuImage = ({ text }: Text) =>
  text.replace(/-(?:openvino|cuda|rocm|armnn|rknn)(?:@sha256:[0-9a-f]+)?$/, '');

type Device =
  | { readonly state: 'given' }
  | { readonly state: 'absent'; readonly without: string }
  | { readonly state: 'unknown'; readonly reason: string };

function deviceOf(
  container: DeclaredContainer,
  options: RunOptions,
  accelerator: string,
  { devices, example }: Accelerator,
  nvidia: DeclaredNvidia | undefined,
): Device {
  const isCuda = accelerator === 'cuda';
  const { privileged, volumes } = container;
  if (isCuda && nvidia?.hook === 'on') return { state: 'given' };
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
    (privileged.state === 'known' && privileged.value);
  if (isGiven) {
    if (!isCuda || nvidia === undefined || nvidia.driver === 'declared') return { state: 'given' };
    return nvidia.driver === 'absent'
      ? { state: 'absent', without: 'on a host for which nothing declares a driver of NVIDIA' }
      : { state: 'unknown', reason: `a driver of NVIDIA is not declared here, and ${nvidia.reason}` };
  }
  const reason =
    container.devices.unknown ??
    options.unknown ??
    volumes.unknown ??
    (privileged.state === 'unknown' ? privileged.reason : undefined) ??
    (isCuda && nvidia?.hook === 'unknown' ? nvidia.reason : undefined);
  return reason === undefined
    ? { state: 'absent', without: `without the device for it (${example})` }
    : { state: 'unknown', reason };
}
