import type { Remedy, Step } from '../model/remedy.ts';
import type { TargetReport } from '../model/report.ts';
import { commandLines } from '../remedy/steps.ts';
import { hostName, isRefused } from '../remedy/words.ts';
import { quote } from '../text/shell.ts';
import { locationText } from './finding-location.ts';

/** A step as it is told: a sentence, and below it what is to be typed, which is never wrapped. */
export interface ToldStep {
  readonly text: string;
  readonly lines: readonly string[];
  /** The lines are commands to paste; else they say what to write. */
  readonly isCommand: boolean;
}

export interface ToldRemedy {
  readonly heading: 'Now' | 'Fix';
  /** `on minipc, after ssh minipc`; empty where hsdoctor runs on the machine itself. */
  readonly where: string;
  readonly steps: readonly ToldStep[];
}

type Told = Pick<TargetReport, 'kind' | 'name'>;

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
    const isHere = isThere && !isDoneThere(step, target);
    return {
      text: `${isHere ? 'On this machine: ' : ''}${textOf(step)}`,
      lines: step.kind === 'edit' ? editLines(step) : lines.slice(lines.length > 1 && !changes ? 1 : 0),
      isCommand: lines.length > 0,
    };
  });
}

function textOf(step: Step): string {
  if (step.kind !== 'byHand') return step.why;
  return step.file === undefined ? step.text : `${step.text} (${locationText({ ...step, file: step.file })})`;
}

function editLines(step: Step & { readonly kind: 'edit' }): string[] {
  const { option, file, before, after } = step;
  const at = file === undefined ? '' : `${locationText({ ...step, file })}: `;
  // What is not there yet has no line: the place is that of what made it needed.
  return before === undefined
    ? [`${file === undefined ? '' : `in ${file}: `}${option} = ${after};`]
    : [`${at}${option}`, `  from ${before}`, `  to   ${after}`];
}

/** Every line of it, for readers without columns. */
export function remedyLines(remedy: Remedy | undefined, target: Told): string[] {
  return remedyParts(remedy, target).flatMap(({ heading, where, steps }) => [
    `${heading}${where === '' ? '' : `, ${where}`}:`,
    ...steps.flatMap(({ text, lines }) => [`- ${text}`, ...lines.map((line) => `    ${line}`)]),
  ]);
}
