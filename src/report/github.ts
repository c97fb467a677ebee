import type { Finding, TargetReport } from '../model/report.ts';
import { accountOf } from './account.ts';
import { type Cause, type Folded, findingsIn, foldedIn, rootCauses, worstCauses } from './causes.ts';
import { locationsOf, locationText } from './finding-location.ts';
import { lookedAtText } from './looked-at.ts';
import {
  byReason,
  isWaived,
  notCheckedIn,
  skippedIn,
  tallyText,
  waiverText,
  withoutOtherPlatforms,
  worstFirst,
} from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';

type WorkflowCommand = 'error' | 'warning' | 'notice';
type Properties = Readonly<Partial<Record<'title' | 'file' | 'line' | 'col', string | number>>>;

/**
 * Annotations of a run of GitHub Actions, one for each finding, for that is what has a place in a file. The worst ones stand
 * first, a cause before what follows from it: of each kind only ten are shown in a step. What no finding tells of what could not be read is one more, below those
 * that may be its cause.
 */
export function github(given: ShownReport): string {
  const report = withoutOtherPlatforms(given);
  const folded = foldedIn(report);
  const targetOf = new Map(
    report.targets.flatMap((target) =>
      target.results.flatMap(({ findings }) => findings.map((finding) => [finding, target] as const)),
    ),
  );
  const annotations = (findings: readonly Finding[]) =>
    [
      ...Map.groupBy(findings, (finding) =>
        whereabouts(finding, targetOf.get(finding) as TargetReport),
      ).values(),
    ].map((same) => ({ finding: same[0] as Finding, line: annotation(same, targetOf, folded) }));
  const causes = causesOf(report);
  const light = new Set(causes.filter(({ worst }) => worst === 'warn').flatMap(findingsIn));
  const live = annotations(causes.flatMap(findingsIn));
  const linesOf = (isLight: boolean) =>
    live.flatMap(({ finding, line }) => (light.has(finding) === isLight ? [line] : []));
  const waived = annotations(worstFirst([...targetOf.keys()].filter(isWaived)));
  return `${[
    ...linesOf(false),
    ...report.targets.flatMap(notChecked),
    ...linesOf(true),
    ...waived.map(({ line }) => line),
    ...report.targets.flatMap(settingsNotice),
    ...report.targets.flatMap(skipped),
    ...report.targets.map((target) => `Looked at (${target.name}): ${lookedAtText(target)}`),
    `Checks: ${tallyText(report)}`,
  ].join('\n')}\n`;
}

/** The worst first, each before what follows from it. */
const causesOf = ({ targets }: Pick<ShownReport, 'targets'>): Cause[] =>
  worstCauses(
    targets.flatMap(({ results }) =>
      rootCauses(worstFirst(results.flatMap(({ findings }) => findings.filter((each) => !isWaived(each))))),
    ),
  );

/** A module that several machines import is wrong for all of them in one place. */
function whereabouts(finding: Finding, target: TargetReport): string | Finding {
  const [location] = target.kind === 'source' ? locationsOf(finding, target) : [];
  if (location === undefined) return finding;
  const { check, status, title, waived } = finding;
  return JSON.stringify([locationText(location), check, status, title, waived]);
}

function annotation(
  same: readonly Finding[],
  targetOf: ReadonlyMap<Finding, TargetReport>,
  folded: Folded,
): string {
  const [finding] = same as [Finding];
  const target = targetOf.get(finding) as TargetReport;
  const [location] = target.kind === 'source' ? locationsOf(finding, target) : [];
  const names = new Set(same.map((each) => targetOf.get(each)?.name));
  const where = target.kind === 'local' ? '' : `${[...names].join(', ')}: `;
  const what = `${where}${finding.title}`;
  const at: Properties =
    location === undefined
      ? {}
      : { file: location.file, line: location.line ?? '', col: location.column ?? '' };
  if (isWaived(finding))
    return command('notice', { title: `Waived: ${what}`, ...at }, [
      `${finding.check}: ${waiverText(finding)}`,
    ]);
  const kind = finding.status === 'fail' ? 'error' : 'warning';
  const title = finding.status === 'unknown' ? `Unknown: ${what}` : what;
  return command(kind, { title, ...at }, [...accountOf(finding, target, folded), `(${finding.kind})`]);
}

function settingsNotice(target: TargetReport): string[] {
  const lines = settingsLines(target);
  return lines.length === 0 ? [] : [command('notice', { title: `Settings: ${target.name}` }, lines)];
}

function notChecked({ name, error, results }: TargetReport): string[] {
  if (error !== undefined)
    return [command('warning', { title: `Unknown: ${name}` }, [`Nothing could be read: ${error}`])];
  const reasons = byReason(notCheckedIn(results));
  if (reasons.length === 0) return [];
  const all = reasons.flatMap(([, checks]) => checks);
  return [
    command('warning', { title: `Unknown: ${name}: ${all.join(', ')}` }, [
      'Not everything could be read:',
      ...reasons.map(([reason, checks]) => `- ${checks.join(', ')}: ${reason}`),
    ]),
  ];
}

/** No annotation: there is nothing to do. */
const skipped = ({ name, results }: TargetReport): string[] =>
  byReason(skippedIn(results)).map(
    ([reason, checks]) => `Skipped on ${name}: ${checks.join(', ')} (${reason})`,
  );

/** A command of the runner: what would end a property, the properties or the line stands there by its number. */
function command(kind: WorkflowCommand, properties: Properties, lines: readonly string[]): string {
  const encoded = (text: string) =>
    text.replace(/[%\r\n]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  const list = Object.entries(properties)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${encoded(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  return `::${kind} ${list.join(',')}::${encoded(lines.join('\n'))}`;
}
