import type { ChalkInstance } from 'chalk';
import type { Evidence, Finding, Status, TargetReport } from '../model/report.ts';
import { counted } from '../text/amount.ts';
import type { Cause } from './causes.ts';
import { locationsOf, locationText } from './finding-location.ts';
import { hang } from './layout.ts';
import { remedyParts, type ToldRemedy, type ToldStep } from './remedy-lines.ts';
import { distance, instantBeside, withLocalTimes } from './time.ts';

export const MARKS = { fail: '✖', unknown: '?', warn: '!', ok: '✔', skipped: '–' } as const;

/** Enough to believe it; the rest is for who wants to know all of it. */
const PROOF = 3;
const QUOTES_A_LOG = /^journalctl .|^podman logs |\blog\b/;

export interface Page {
  readonly paint: ChalkInstance;
  readonly width: number;
}

/** A page with findings. */
export interface FindingsPage extends Page {
  /** All of the evidence. */
  readonly verbose: boolean;
}

export function inColor({ paint }: Pick<Page, 'paint'>, status: Status): ChalkInstance {
  if (status === 'fail') return paint.red;
  return status === 'ok' ? paint.green : status === 'skipped' ? paint.dim : paint.yellow;
}

/** A root cause: what is wrong, how one knows, how to fix it, and what follows from it. */
export function causeLines(
  { finding, consequences }: Cause,
  target: TargetReport,
  page: FindingsPage,
): string[] {
  const { paint, width } = page;
  const { status, title, check, kind, summary, remedy } = finding;
  return [
    ...hang(
      `${inColor(page, status).bold(`${MARKS[status]} ${status.toUpperCase()}`)}  `,
      `${paint.bold(title)}  ${paint.dim(check)}`,
      width,
    ),
    ...(summary === '' ? [] : hang('  ', summary, width)),
    ...proofLines(finding, target, page),
    ...remedyParts(remedy, target).flatMap((part) => remedyPart(part, page)),
    ...(remedy === undefined ? [] : [`  ${paint.dim(`More: hsdoctor explain ${kind}`)}`]),
    ...consequences.flatMap((consequence) => consequenceLines(consequence, '  ', page)),
  ];
}

function proofLines(finding: Finding, target: TargetReport, page: FindingsPage): string[] {
  const { paint, width, verbose } = page;
  // Of a configuration as the steps name its files.
  const all =
    target.kind === 'source'
      ? evidenceOf(finding, target)
      : finding.evidence.map((item) => evidenceText(item, target));
  const told = verbose ? all : all.slice(0, PROOF);
  const left = all.length - told.length;
  return [
    ...told.flatMap((text) => hang('    · ', paint.dim(text), width)),
    ...(left === 0 ? [] : [`    · ${paint.dim(`and ${counted(left, 'more line')} of evidence: --verbose`)}`]),
  ];
}

/** What to do, and where: a sentence for each step, and below it what is to be typed. */
export function remedyPart({ heading, where, steps }: ToldRemedy, { paint, width }: Page): string[] {
  const isOnly = steps.length === 1;
  return [
    `  ${paint.green(`${heading}${where === '' ? '' : `, ${where}`}:`)}`,
    ...steps.flatMap(({ text, lines, language }, index) => [
      ...hang(isOnly ? '    ' : `    ${index + 1}. `, text, width),
      // Never wrapped: a command that was broken in two is another command.
      ...lines.map((line) => `${isOnly ? '      ' : '       '}${inLanguage(line, language, paint)}`),
    ]),
  ];
}

function inLanguage(line: string, language: ToldStep['language'], paint: ChalkInstance): string {
  if (language === 'sh') return paint.cyan(line);
  if (language !== 'diff') return line;
  return line.startsWith('-') ? paint.red(line) : paint.green(line);
}

function consequenceLines({ finding, consequences }: Cause, indent: string, page: Page): string[] {
  const { status, title, check } = finding;
  return [
    ...hang(
      `${indent}${page.paint.dim('└')} ${inColor(page, status)(MARKS[status])} `,
      `${title}  ${page.paint.dim(check)}`,
      page.width,
    ),
    ...consequences.flatMap((consequence) => consequenceLines(consequence, `${indent}  `, page)),
  ];
}

function evidenceText({ source, observed, expected, at, history }: Evidence, target: TargetReport): string {
  const now = target.system.collectedAt;
  const word = target.kind === 'bundle' ? 'before collection' : 'ago';
  const age = at === undefined || now === undefined ? '' : ` (${distance(at, now)} ${word})`;
  // A line of a log stays as it is there, to be found again.
  const shown = QUOTES_A_LOG.test(source) ? (text: string) => text : withLocalTimes;
  return [
    ...(history ? ['history:'] : []),
    ...(at === undefined ? [] : [`${instantBeside(at, now)}${age}`]),
    `${source}: ${shown(observed)}`,
    ...(expected === undefined ? [] : [`(expected: ${shown(expected)})`]),
  ].join(' ');
}

/** Each with its place in a file, where it has one; of a configuration from the working directory, so that it leads there. */
export function evidenceOf(finding: Finding, target: TargetReport): string[] {
  const locations = new Map(
    locationsOf(finding, target).map((location) => [location.evidence, locationText(location)]),
  );
  return finding.evidence.map((item) => {
    const location = locations.get(item);
    if (location === undefined) return evidenceText(item, target);
    // What was seen in a file has its place for a source.
    return `/${location}`.endsWith(`/${item.source}`)
      ? evidenceText({ ...item, source: location }, target)
      : `${evidenceText(item, target)} (${location})`;
  });
}
