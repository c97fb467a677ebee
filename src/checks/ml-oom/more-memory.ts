import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, editItems } from '../../remedy/steps.ts';
import { imageReference, isRefused, memorySize } from '../../remedy/words.ts';
import { acceleratedImage } from '../shared/machine-learning.ts';
import { bytesOf, GIBIBYTE, wordOf } from '../shared/memory.ts';
import { rebuild } from '../shared/steps.ts';

/** Podman takes it for no limit. */
const UNLIMITED = '-1';

/** A container that ran out of the memory that its own limit gives it. */
export interface OutOfMemory {
  readonly container: string;
  readonly image: string;
  readonly unit: ContainerUnit | undefined;
  readonly commands: UnitCommands | undefined;
  readonly limitBytes: number | undefined;
}

/** The image for the CPU, and limits that are enough for it. */
export function moreMemory({ container, image, unit, commands, limitBytes }: OutOfMemory): Step[] {
  const { target } = acceleratedImage(image) ?? {};
  const limits = tooLow(commands, limitBytes, target !== undefined);
  const isReadable = [
    imageReference(image),
    ...limits.flatMap(({ from }) => (from === undefined ? [] : memorySize(from))),
  ];
  const isDeclared = unit !== undefined && !unit.isGenerated && !isReadable.some(isRefused);
  if (!isDeclared) return [whereDeclared(container, target, limits)];
  return [
    ...(target === undefined ? [] : [useCpuImage(container, image, target)]),
    ...raised(container, limits),
    ...added(container, limits),
    rebuild(),
  ];
}

/** An option of podman that limits memory: what it is, where it is set, and what it should be. */
interface Limit {
  readonly option: string;
  readonly from: string | undefined;
  readonly to: number;
}

function tooLow(
  commands: UnitCommands | undefined,
  limitBytes: number | undefined,
  isAccelerated: boolean,
): Limit[] {
  const present = bytesOf(commands?.memory) ?? limitBytes ?? 0;
  // A limit is never lowered: more than the CPU's image wants does no harm.
  const memory = Math.max(2 * GIBIBYTE, isAccelerated ? present : 2 * present);
  return [
    { option: '--memory', from: commands?.memory, to: memory },
    { option: '--memory-swap', from: commands?.memorySwap, to: memory + GIBIBYTE },
  ].filter(({ from, to }) => from !== UNLIMITED && (from === undefined || (bytesOf(from) ?? 0) < to));
}

const wordFor = ({ option, to }: Limit): string => `${option}=${wordOf(to)}`;

function whereDeclared(container: string, target: string | undefined, limits: readonly Limit[]): Step {
  const words = limits.map(wordFor).join(' ');
  return byHand(
    `Where ${container} is declared, ${target === undefined ? '' : `use the CPU image (${target}), without device options, and `}give it ${words || 'more memory'}; then start it again.`,
  );
}

const optionOf = (container: string, name: string) =>
  optionPath('virtualisation', 'oci-containers', 'containers', container, name);

const useCpuImage = (container: string, image: string, target: string): Step =>
  edit({
    option: optionOf(container, 'image'),
    before: nixString(image),
    after: nixString(target),
    why: 'Use the CPU image, and remove the device options for the accelerator (--device) if there are any.',
  });

function raised(container: string, limits: readonly Limit[]): Step[] {
  const set = limits.filter(({ from }) => from !== undefined);
  if (set.length === 0) return [];
  return [
    editItems({
      option: optionOf(container, 'extraOptions'),
      changes: set.map((limit) => ({ remove: [`${limit.option}=${limit.from}`], add: [wordFor(limit)] })),
      why: `Raise ${set.map(({ option }) => option).join(' and ')} in the extraOptions.`,
    }),
  ];
}

/** What else is in the list is not known here, and it can be set only once. */
function added(container: string, limits: readonly Limit[]): Step[] {
  const words = limits.filter(({ from }) => from === undefined).map(wordFor);
  if (words.length === 0) return [];
  return [
    byHand(
      `Add ${words.join(' and ')} to the extraOptions of ${container}, in place of any other memory option there (such as -m).`,
    ),
  ];
}
