import type { ChalkInstance } from 'chalk';
import type { Evidence, Status, TargetReport } from '../model/report.ts';
import type { Cause } from './causes.ts';
import { hang } from './layout.ts';
import { distance, instant } from './time.ts';

export const MARKS = { fail: '✖', unknown: '?', warn: '!', ok: '✔', skipped: '–' } as const;

export interface Page {
  readonly paint: ChalkInstance;
  readonly width: number;
}

export function inColor({ paint }: Pick<Page, 'paint'>, status: Status): ChalkInstance {
  if (status === 'fail') return paint.red;
  return status === 'ok' ? paint.green : status === 'skipped' ? paint.dim : paint.yellow;
}

/** A root cause: what is wrong, how one knows, how to mend it, and what follows from it. */
export function causeLines({ finding, consequences }: Cause, target: TargetReport, page: Page): string[] {
  const { paint, width } = page;
  const { status, title, check, summary, evidence, fix } = finding;
  // A configuration is mended where it lies, not on its machine.
  const where = ['local', 'source'].includes(target.kind) ? '' : `, on ${target.name}`;
  return [
    ...hang(
      `${inColor(page, status).bold(`${MARKS[status]} ${status.toUpperCase()}`)}  `,
      `${paint.bold(title)}  ${paint.dim(check)}`,
      width,
    ),
    ...hang('  ', summary, width),
    ...evidence.flatMap((item) => hang('    · ', paint.dim(evidenceText(item, target)), width)),
    ...(fix === undefined
      ? []
      : [
          ...hang('  ', `${paint.green(`Mend${where}:`)} ${fix.summary}`, width),
          // Never wrapped: a command that was broken in two is another command.
          ...fix.commands.map((command) => `    ${paint.cyan(command)}`),
          `  ${paint.dim(`More: hsdoctor explain ${check}`)}`,
        ]),
    ...consequences.flatMap((consequence) => consequenceLines(consequence, '  ', page)),
  ];
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

export function evidenceText(
  { source, observed, expected, at, history }: Evidence,
  target: TargetReport,
): string {
  const now = target.system.collectedAt;
  const word = target.kind === 'bundle' ? 'earlier' : 'ago';
  const age = at === undefined || now === undefined ? '' : ` (${distance(at, now)} ${word})`;
  return [
    ...(history ? ['history:'] : []),
    ...(at === undefined ? [] : [`${instant(at)}${age}`]),
    `${source}: ${observed}`,
    ...(expected === undefined ? [] : [`(expected: ${expected})`]),
  ].join(' ');
}
