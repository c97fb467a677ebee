import { Chalk } from 'chalk';
import { type CheckResult, type Finding, type Report, STATUSES, type TargetReport } from '../model/report.ts';

export interface HumanOptions {
  readonly color: boolean;
}

type Paint = InstanceType<typeof Chalk>;

const MARKS = { fail: '✖', unknown: '?', warn: '!', ok: '✔', skipped: '–' } as const;

/** For a person at a terminal: worst first, each finding with its evidence and the command to paste. */
export function human(report: Report, { color }: HumanOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const text = report.targets.flatMap((target) => targetLines(target, paint));
  const { fail, warn, unknown, ok, skipped } = report.summary;
  const roots = report.targets
    .flatMap(({ results }) => results.flatMap(({ findings }) => findings))
    .filter(({ status, causedBy }) => status === 'fail' && causedBy === undefined).length;
  const causes = fail === 0 ? '' : ` (${roots} ${roots === 1 ? 'root cause' : 'root causes'})`;
  return `${[...text, paint.bold(`Checks: ${fail} fail${causes}, ${warn} warn, ${unknown} unknown, ${ok} ok, ${skipped} skipped`)].join('\n')}\n`;
}

function targetLines(target: TargetReport, paint: Paint): string[] {
  const { os, user, hostname } = target.system;
  const about = [os, hostname === target.name ? undefined : hostname, user && `as ${user}`]
    .filter(Boolean)
    .join(', ');
  const heading = `${paint.bold(target.name)}  ${paint.dim(`${about} · ${(target.durationMs / 1000).toFixed(1)} s`)}`;
  if (target.error !== undefined)
    return [heading, '', `${paint.yellow('? UNKNOWN')}  nothing could be read: ${target.error}`, ''];
  const findings = target.results.flatMap((result) => result.findings);
  const roots = findings
    .filter((finding) => finding.causedBy === undefined)
    .sort((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
  const folded = findings.filter((finding) => finding.causedBy !== undefined);
  const shown = roots.flatMap((root) => [
    ...findingLines(root, paint),
    ...consequences(root, roots, folded, paint),
    '',
  ]);
  return [heading, '', ...shown, ...quiet(target.results, paint), ''];
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const mark = paintStatus(paint, finding.status)(`${MARKS[finding.status]} ${finding.status.toUpperCase()}`);
  return [
    `${mark}  ${paint.bold(finding.title)}  ${paint.dim(finding.check)}`,
    `  ${finding.summary}`,
    ...finding.evidence.map(({ source, observed, expected, at, history }) =>
      paint.dim(
        `    ${[at?.replace('T', ' ').replace(/\.\d+Z/, 'Z'), history ? '(earlier)' : undefined, `${source}:`, observed, expected && `(expected: ${expected})`].filter(Boolean).join(' ')}`,
      ),
    ),
    ...(finding.fix === undefined
      ? []
      : [
          `  ${paint.green('Mend:')} ${finding.fix.summary}`,
          ...finding.fix.commands.map((command) => `    ${paint.cyan(command)}`),
        ]),
  ];
}

/** The findings that a root explains, directly or through another, a line each. */
function consequences(
  root: Finding,
  roots: readonly Finding[],
  folded: readonly Finding[],
  paint: Paint,
): string[] {
  const reached = new Set([root.check]);
  for (let grown = true; grown; ) {
    const size = reached.size;
    for (const finding of folded) if (reached.has(finding.causedBy ?? '')) reached.add(finding.check);
    grown = reached.size > size;
  }
  const first = roots.find((other) => other.check === root.check) === root;
  const own = first ? folded.filter((finding) => reached.has(finding.causedBy ?? '')) : [];
  return own.map((finding) => `  ${paint.dim('└')} ${finding.title}  ${paint.dim(finding.check)}`);
}

function quiet(results: readonly CheckResult[], paint: Paint): string[] {
  const of = (status: CheckResult['status']) => results.filter((result) => result.status === status);
  const unexplained = results.filter(
    ({ status, reason, findings }) =>
      reason !== undefined &&
      status !== 'skipped' &&
      status !== 'ok' &&
      !findings.some((finding) => finding.status === 'unknown'),
  );
  return [
    ...unexplained.map(
      ({ check, reason }) => `${paint.yellow('?')} ${check}  ${paint.dim(`could not be seen: ${reason}`)}`,
    ),
    ...of('ok').map(
      ({ check, reason }) =>
        `${paint.green(MARKS.ok)} ${check}${reason === undefined ? '' : paint.dim(`  ${reason}`)}`,
    ),
    ...of('skipped').map(({ check, reason }) => paint.dim(`${MARKS.skipped} ${check}  ${reason}`)),
  ];
}

function paintStatus(paint: Paint, status: Finding['status']): Paint {
  return status === 'fail' ? paint.red.bold : paint.yellow.bold;
}
