import type { Remedy, Step } from '../model/remedy.ts';
import type { TargetReport } from '../model/report.ts';
import { commandLines } from '../remedy/steps.ts';
import { hostName, isRefused } from '../remedy/words.ts';
import { quote } from '../text/shell.ts';
import { visibleLines } from '../text/visible.ts';
import { locationText } from './finding-location.ts';

/** A step as it is told: a sentence, and below it what is to be typed, which is never wrapped. */
export interface ToldStep {
  readonly text: string;
  readonly lines: readonly string[];
  /** Commands to paste, Nix to write, lines to change, or words that say what to change into what. */
  readonly language: 'sh' | 'nix' | 'diff' | 'text';
}

export interface ToldRemedy {
  readonly heading: 'Now' | 'Fix';
  /** `on minipc, after ssh minipc`; empty where hsdoctor runs on the machine itself. */
  readonly where: string;
  readonly steps: readonly ToldStep[];
}

type Told = Pick<TargetReport, 'kind' | 'name'> & Partial<Pick<TargetReport, 'system'>>;

/** The two parts of a remedy, those that there are. */
export function remedyParts(remedy: Remedy | undefined, target: Told): ToldRemedy[] {
  if (remedy === undefined) return [];
  const parts = [
    ['Now', remedy.now],
    ['Fix', remedy.lasting],
  ] as const;
  return parts.flatMap(([heading, steps]) => {
    if (steps.length === 0) return [];
    const isThere = steps.some((step) => isDoneThere(step, target));
    return [{ heading, where: isThere ? targetText(target) : '', steps: toldSteps(steps, target, isThere) }];
  });
}

/** A configuration lies here, and so does everything about the machine that hsdoctor runs on. */
function isDoneThere(step: Step, { kind }: Told): boolean {
  if (kind === 'local' || kind === 'source') return false;
  return !('where' in step) || step.where === 'target';
}

function targetText({ kind, name }: Told): string {
  const host = hostName(name);
  return kind === 'ssh' && !isRefused(host) ? `on ${name}, after ssh ${quote(host)}` : `on ${name}`;
}

function toldSteps(steps: readonly Step[], target: Told, isThere: boolean): ToldStep[] {
  let folder: string | undefined;
  return steps.map((step) => {
    const lines = commandLines(step);
    const changes = 'directory' in step && step.directory !== folder;
    if ('directory' in step) folder = step.directory;
    return {
      text: `${whereOf(step, target, isThere)}${textOf(step)}`,
      lines: step.kind === 'edit' ? editLines(step) : lines.slice(lines.length > 1 && !changes ? 1 : 0),
      language: languageOf(step),
    };
  });
}

/** A step that is done elsewhere than what its heading is about. */
function whereOf(step: Step, target: Told, isThere: boolean): string {
  if (isThere) return isDoneThere(step, target) ? '' : 'On this machine: ';
  // A configuration is edited here; its machine is another one, as far as one can tell.
  const isOfMachine = target.kind === 'source' && 'where' in step && step.where === 'target';
  return isOfMachine ? `On ${target.system?.hostname ?? 'the machine'}: ` : '';
}

function languageOf(step: Step): ToldStep['language'] {
  if (step.kind !== 'edit') return 'sh';
  if (changedLines(step) !== undefined) return 'diff';
  return isNew(step) ? 'nix' : 'text';
}

/** What is not there yet has no line: the place is that of what made it needed. */
function textOf(step: Step): string {
  const text = step.kind === 'byHand' ? step.text : step.why;
  if (!('file' in step) || step.kind === 'secret' || step.file === undefined) return text;
  const { file, note } = step;
  const place = step.kind === 'edit' && isNew(step) ? file : locationText({ ...step, file });
  return `${text} (${place})${note === undefined ? '' : ` ${note}`}`;
}

type EditStep = Step & { readonly kind: 'edit' };
type ItemsChange = NonNullable<EditStep['items']>[number];

const isNew = ({ before, items }: EditStep) => before === undefined && items === undefined;

function editLines(step: EditStep): readonly string[] {
  const { option, before, after, items } = step;
  const changed = changedLines(step);
  if (changed !== undefined) return changed;
  if (items !== undefined) return [option, ...items.map((change) => `  ${changeText(change)}`)];
  return before === undefined ? [`${option} = ${after};`] : [option, `  from ${before}`, `  to   ${after}`];
}

function changeText({ remove, add }: ItemsChange): string {
  const [old, next] = [remove.join(' '), add.join(' ')];
  if (old === '') return `add ${next}`;
  return next === '' ? `remove ${old}` : `replace ${old} with ${next}`;
}

/** More, or longer ones, nobody reads at a glance. */
const MOST_CHANGED = 12;
const LONGEST = 120;

/** What is taken away and what comes, without the lines around and the indentation that all have. */
function changedLines({ diff }: EditStep): readonly string[] | undefined {
  if (diff === undefined) return undefined;
  const [, , ...hunk] = visibleLines(diff);
  const changed = hunk.filter((line) => /^[-+]/.test(line));
  const contents = changed.map((line) => line.slice(1)).filter((line) => line.trim() !== '');
  const indentation = Math.min(...contents.map((line) => /^ */.exec(line)?.[0].length ?? 0));
  const told = changed.map((line) => `${line.slice(0, 1)} ${line.slice(1 + indentation)}`.trimEnd());
  return told.length > MOST_CHANGED || told.some((line) => line.length > LONGEST) ? undefined : told;
}

/** Every line of it, for readers without columns. */
export function remedyLines(remedy: Remedy | undefined, target: Told): string[] {
  return remedyParts(remedy, target).flatMap(({ heading, where, steps }) => [
    `${heading}${where === '' ? '' : `, ${where}`}:`,
    ...steps.flatMap(({ text, lines }) => [`- ${text}`, ...lines.map((line) => `    ${line}`)]),
  ]);
}
