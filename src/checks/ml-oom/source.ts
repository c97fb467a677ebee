import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { DeclaredNvidia } from '../../facts/config/nvidia.ts';
import { type Text, unknownIn, wholeText } from '../../facts/config/text.ts';
import { ifKnown, type NotKnown, unknown } from '../../model/known.ts';
import { type FindingDraft, type Judged, judgeSource, together } from '../define.ts';
import { UNITS_OF_CONTAINERS } from '../shared/declared-elsewhere.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { HOLE, withHoles } from '../shared/holes.ts';
import { imageOf, withImage } from '../shared/image.ts';
import {
  ACCELERATORS,
  type Accelerator,
  ALL_DEVICES,
  acceleratedImage,
  imageFor,
  ML_IMAGE,
} from '../shared/machine-learning.ts';
import { bytesOf } from '../shared/memory.ts';
import { type RunOptions, runOptions } from '../shared/run-options.ts';
import { type Accelerated, cpuImage, isTooSmallForCpu, type Limit } from './declared-remedy.ts';
import * as kinds from './kinds.ts';

export const source = judgeSource({
  needs: ['containers'],
  wants: ['nvidia', 'literals'],
  elsewhere: {
    settings: [
      ...UNITS_OF_CONTAINERS,
      'services.xserver.videoDrivers',
      'hardware.nvidia-container-toolkit.enable',
      ...['podman', 'docker'].map((engine) => `virtualisation.${engine}.enableNvidia`),
    ],
  },
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

function judge(
  container: DeclaredContainer,
  nvidia: DeclaredNvidia | undefined,
  rewriting: Accelerated['rewriting'],
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
  const accelerated = { container, image: image.value, at: image.at, accelerator, options, limit, rewriting };
  if (device.state === 'absent') return { finding: withoutDevice(accelerated, device.without) };
  if (limit.isTooSmall) return { finding: withSmallLimit(accelerated) };
  const unknownDevice = `whether ${name} has the device for its ${imageFor(accelerator)} is not known`;
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

const imageStands = ({ image, at }: Accelerated) => evidenceAt(at, `image ${image.text}`, cpuImage(image));

const limitStands = ({ memory }: Limit, expected: string | undefined) =>
  memory === undefined ? [] : [evidenceAt(memory.at, `--memory=${memory.text}`, expected)];

function withoutDevice(about: Accelerated, without: string): FindingDraft {
  const { limit } = about;
  const expected = isTooSmallForCpu(limit) ? '2 GB or more for the CPU image' : undefined;
  return kinds.noDevice.finding(
    { ...about, without },
    { subject: about.container.name, evidence: [imageStands(about), ...limitStands(limit, expected)] },
  );
}

function withSmallLimit(about: Accelerated): FindingDraft {
  const wants = expectedMemory(about.accelerator);
  return kinds.limitTooSmall.finding(
    { ...about, wants },
    {
      subject: about.container.name,
      evidence: [...limitStands(about.limit, wants), evidenceAt(about.at, `image ${about.image.text}`)],
    },
  );
}

const expectedMemory = (accelerator: string) =>
  `${accelerator === 'openvino' ? '6 GB or more' : 'more than 2 GB'} for the ${imageFor(accelerator)}`;

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
