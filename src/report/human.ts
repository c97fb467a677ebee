import { Chalk } from 'chalk';
import {
  type CheckResult,
  type Finding,
  type Report,
  STATUSES,
  type TargetReport,
  VISIBILITY,
  worse,
} from '../model/report.ts';
import { type Cause, problemsIn, rootCauses, worstCauses } from './causes.ts';
import { causeLines, type FindingsPage, inColor, MARKS, type Page, remedyPart } from './findings.ts';
import { type ToldHeadline, toldHeadline, wantsPlaces } from './headline.ts';
import { hang } from './layout.ts';
import { lookedAtText } from './looked-at.ts';
import { osName } from './os-name.ts';
import type { Presentation } from './presentation.ts';
import {
  byReason,
  isWaived,
  live,
  notCheckedIn,
  skippedIn,
  type Waived,
  waiverText,
  withoutOtherPlatforms,
} from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';
import { instant, withLocalTimes } from './time.ts';

/** The kind of finding of visibility that says what may be read only as root. */
const NEEDS_ROOT = `${VISIBILITY}/needs-root`;
/** What a check says whose sources may all be read only as root, with the sources in brackets. */
const ONLY_ROOT =
  /^(?:(?:; )?(?:root is required:|this user cannot read the system journal;) run with --sudo \([^()]*\))+$/;

interface Diagnosis {
  readonly target: TargetReport;
  readonly causes: readonly Cause[];
  readonly waived: readonly Waived[];
  /** The worst that was found; a target that told nothing is `unknown`. */
  readonly worst: CheckResult['status'];
}

type HumanOptions = Pick<Presentation, 'color' | 'width' | 'exitStatus' | 'verbose' | 'example'>;

/**
 * For a person at a terminal: the answer first, then sick hosts first, worst first, each root cause with its evidence and what
 * fixes it.
 */
export function human(given: ShownReport, options: HumanOptions): string {
  const report = withoutOtherPlatforms(given);
  const { color, width, verbose } = options;
  const page = { paint: new Chalk({ level: color ? 1 : 0 }), width, verbose };
  const diagnoses = report.targets.map(diagnose).sort((a, b) => rank(a) - rank(b));
  const brief = diagnoses.length > 1;
  const text = diagnoses.flatMap((diagnosis) =>
    brief && isQuiet(diagnosis) ? quietLine(diagnosis, page) : targetLines(diagnosis, page),
  );
  const separator = diagnoses.some(isQuiet) && brief ? [''] : [];
  return `${[...text, ...separator, ...summaryLines(report, diagnoses, options, page)].join('\n')}\n`;
}

function diagnose(target: TargetReport): Diagnosis {
  const [waived, live] = waivedAndNot(target.results.flatMap(({ findings }) => findings));
  const causes = worstCauses(rootCauses(live));
  const statuses = [...target.results.map(({ status }) => status), ...causes.map(({ worst }) => worst)];
  const worst = target.error === undefined ? statuses.reduce(worse, 'skipped') : 'unknown';
  return { target, causes, waived, worst };
}

function rank({ target, worst }: Diagnosis): number {
  return STATUSES.indexOf(worst) * 2 + (target.error === undefined ? 1 : 0);
}

/** Nothing was found, and everything could be checked. */
function isQuiet({ worst }: Diagnosis): boolean {
  return worst === 'ok' || worst === 'skipped';
}

function quietLine({ target, waived, worst }: Diagnosis, page: Page): string[] {
  const nothing = waived.length === 0 ? 'every check was skipped' : 'no problems other than waived ones';
  const what = worst === 'ok' ? `no problems found (checked: ${lookedAtText(target)})` : nothing;
  return [
    ...hang(
      `${inColor(page, worst)(MARKS[worst])} `,
      `${page.paint.bold(target.name)}  ${page.paint.dim(`${what} · ${osName(target)}`)}`,
      page.width,
    ),
    ...waivedLines(waived, '  ', page),
    ...settingsPart(target, page),
  ];
}

function targetLines(diagnosis: Diagnosis, page: FindingsPage): string[] {
  const { target, causes, waived } = diagnosis;
  const { paint, width } = page;
  if (target.error !== undefined) {
    const lead = `${paint.yellow.bold(`${MARKS.unknown} UNKNOWN`)}  `;
    const what = `${paint.bold(target.name)}: nothing could be read: ${target.error}`;
    return [...hang(lead, what, width), ...settingsPart(target, page), ''];
  }
  const rest = [
    ...okLine(diagnosis, page),
    ...waivedLines(waived, '', page),
    ...remainderLines(target.results, page),
    ...hang('  ', paint.dim(`Looked at: ${lookedAtText(target)}.`), width),
    ...settingsPart(target, page),
  ];
  return [
    ...hang('', `${paint.bold(target.name)}  ${paint.dim(aboutTarget(target))}`, width),
    '',
    ...headlineLines(toldHeadline(target), wantsPlaces(target), page),
    ...causes.flatMap((cause) => [...causeLines(cause, target, page), '']),
    ...rest,
    '',
  ];
}

/** Whoever reads the report may not have the file, or the command, before his eyes. */
function settingsPart(target: TargetReport, { paint, width }: Page): string[] {
  return settingsLines(target).flatMap((line) => hang('  ', paint.dim(line), width));
}

function okLine({ target, worst, waived }: Diagnosis, { paint, width }: Page): string[] {
  if (
    worst !== 'ok' ||
    target.results.every(({ check, status }) => status === 'skipped' || check === 'visibility')
  )
    return [];
  const text = waived.length === 0 ? 'No problems found.' : 'No problems other than waived ones.';
  return hang(`${paint.green(MARKS.ok)} `, text, width);
}

/** What is down, since when and why, a line each; and below it the commands that get something back at once. */
function headlineLines(told: ToldHeadline | undefined, placesMissing: boolean, page: Page): string[] {
  if (told === undefined) return [];
  const { paint, width } = page;
  const longest = (column: 'what' | 'state') =>
    told.entries.reduce((most, entry) => Math.max(most, entry[column].length), 0);
  const [names, states] = [longest('what'), longest('state')];
  return [
    paint.bold(`${told.tally}:`),
    ...told.entries.flatMap(({ what, state, cause }) =>
      hang(`  ${paint.bold(what.padEnd(names))}  ${state.padEnd(states)}  `, cause, width),
    ),
    ...told.before.flatMap((text) => hang('  ', paint.dim(text), width)),
    '',
    ...(told.now === undefined ? [] : remedyPart(told.now, page)),
    ...told.later.flatMap(({ check, what }) =>
      hang('  ', `${paint.green('Fix below:')} ${what.join(', ')}  ${paint.dim(`(${check})`)}`, width),
    ),
    ...(placesMissing
      ? hang(
          '  ',
          `${paint.green('Next:')} hsdoctor check --source DIR  (checks the NixOS configuration in DIR, and names file and line)`,
          width,
        )
      : []),
    '',
  ];
}

/** Told in a line each: nobody has to do anything about them, and nobody may forget them. */
function waivedLines(waived: readonly Waived[], indent: string, { paint, width }: Page): string[] {
  return waived.flatMap((finding) =>
    hang(
      `${indent}${paint.dim(MARKS.skipped)} `,
      paint.dim(`waived: ${finding.title}  ${finding.check}: ${waiverText(finding)}`),
      width,
    ),
  );
}

function waivedAndNot(findings: readonly Finding[]): [Waived[], Finding[]] {
  return [findings.filter(isWaived), findings.filter((finding) => !isWaived(finding))];
}

function aboutTarget(target: TargetReport): string {
  const { name, kind, folder, system, durationMs } = target;
  const os = osName(target);
  const { hostname, user, collectedAt } = system;
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const read = `read in ${seconds}`;
  if (kind === 'source') return `${os === 'unknown' ? '' : `${os} `}configuration in ${folder} · ${read}`;
  return [
    [
      os,
      hostname === undefined || hostname === name ? undefined : `hostname ${hostname}`,
      user && `as ${user}`,
    ]
      .filter(Boolean)
      .join(', '),
    kind === 'bundle' && collectedAt !== undefined
      ? `collected at ${instant(collectedAt)} in ${seconds}`
      : read,
  ].join(' · ');
}

/** What no finding tells: what could not be seen, what is in order, and what does not apply here. */
function remainderLines(results: readonly CheckResult[], page: FindingsPage): string[] {
  const { paint, width } = page;
  const of = (status: CheckResult['status']) => results.filter((result) => result.status === status);
  const ok = of('ok');
  const notChecked = notCheckedIn(results);
  const wholly = notChecked.filter(({ findings }) => findings.length === 0);
  // What the finding of visibility has told already is not said of each check again.
  const rootless = page.verbose || !asksForRoot(results) ? [] : wholly.filter(wantsOnlyRoot);
  const line = (status: CheckResult['status'], text: string) =>
    hang(`${inColor(page, status)(MARKS[status])} `, text, width);
  return [
    ...(rootless.length === 0
      ? []
      : line(
          'unknown',
          paint.dim(
            `could not be checked without root (see above): ${rootless.map(({ check }) => check).join(', ')}`,
          ),
        )),
    ...byReason(wholly.filter((result) => !rootless.includes(result))).flatMap(([reason, ids]) =>
      line('unknown', `${ids.join(', ')}: ${paint.dim(`could not be checked: ${withLocalTimes(reason)}`)}`),
    ),
    ...byReason(notChecked.filter(({ findings }) => findings.length > 0)).flatMap(([reason, ids]) =>
      line(
        'unknown',
        `${ids.join(', ')}: ${paint.dim(`there may be more problems, because a part could not be read: ${reason}`)}`,
      ),
    ),
    ...(ok.length === 0 ? [] : line('ok', `ok: ${ok.map(({ check }) => check).join(', ')}`)),
    ...ok.flatMap(({ check, reason }) =>
      reason === undefined ? [] : hang('    ', paint.dim(`${check}: ${reason}`), width),
    ),
    ...byReason(skippedIn(results)).flatMap(([reason, ids]) =>
      line('skipped', paint.dim(`skipped: ${ids.join(', ')}: ${reason}`)),
    ),
  ];
}

const asksForRoot = (results: readonly CheckResult[]): boolean =>
  results.some(({ findings }) => findings.some((each) => each.kind === NEEDS_ROOT && !isWaived(each)));

const wantsOnlyRoot = ({ reason = '' }: CheckResult): boolean => ONLY_ROOT.test(reason);

function summaryLines(
  report: Report,
  diagnoses: readonly Diagnosis[],
  { exitStatus, example }: HumanOptions,
  { paint, width }: Page,
): string[] {
  const { summary, targets } = report;
  // A host that nothing could be read of is counted once, as a host.
  const unreachable =
    targets.filter(({ kind }) => kind !== 'source').length < 2
      ? 0
      : targets.flatMap(({ error, results }) =>
          error === undefined ? [] : results.filter(({ status }) => status === 'unknown'),
        ).length;
  const counts = ([...STATUSES, 'waived'] as const)
    .map((status) => [status, summary[status] - (status === 'unknown' ? unreachable : 0)] as const)
    .filter(([status, count]) => count > 0 || status === 'fail');
  const checks = counts.map(([status, count]) => `${count} ${status}`);
  const roots = diagnoses.flatMap(({ causes }) => causes).filter((cause) => problemsIn(cause) > 0);
  const found = roots.reduce((sum, cause) => sum + problemsIn(cause), 0);
  const causes =
    found === roots.length ? '' : ` with ${roots.length} root ${roots.length === 1 ? 'cause' : 'causes'}`;
  const problems = found === 0 ? [] : [`Problems: ${found}${causes}`];
  const unread = diagnoses.filter(({ target }) => target.error !== undefined).length;
  const unclear = diagnoses.filter(
    ({ target, worst, causes }) => target.error === undefined && worst === 'unknown' && causes.length === 0,
  ).length;
  const sick = diagnoses.filter((diagnosis) => !isQuiet(diagnosis)).length - unclear - unread;
  const noun = targets.every(({ kind }) => kind === 'source') ? 'machines' : 'hosts';
  const hosts =
    targets.length > 1
      ? [
          `${targets.length} ${noun}: ${sick} with problems${unclear === 0 ? '' : `, ${unclear} not fully checked`}${unread === 0 ? '' : `, ${unread} could not be read`}`,
        ]
      : [];
  const meaning = exitMeaning(exitStatus, report);
  return [
    ...hang('', paint.bold([...hosts, `Checks: ${checks.join(', ')}`, ...problems].join(' · ')), width),
    ...hang(
      '',
      example
        ? `This was a recording of a test server: Debian, with the units of a NixOS server. A real check would have exit status ${exitStatus}: ${meaning}.`
        : `Exit status ${exitStatus}: ${meaning}.`,
      width,
    ),
  ];
}

export function exitMeaning(
  exitStatus: number,
  { summary, targets }: Pick<Report, 'summary' | 'targets'>,
): string {
  const { fail, warn, unknown, waived } = summary;
  if (exitStatus === 130) return 'interrupted: the results until then are shown above';
  if (exitStatus === 1) {
    if (fail > 0) return 'problems were found';
    const anyProblem = targets.some(({ results }) =>
      rootCauses(results.flatMap(live)).some((cause) => problemsIn(cause) > 0),
    );
    return anyProblem
      ? 'there are findings at or above --fail-on'
      : 'not everything could be checked, which --fail-on unknown counts as a failure';
  }
  if (exitStatus === 3) {
    // What could be checked only in part may have findings all the same.
    const anything =
      fail + warn > 0 ||
      targets.some(
        (target) =>
          lookedAtText(target) !== 'nothing' ||
          target.results.some(
            ({ check, status, findings }) => check !== VISIBILITY && (status === 'ok' || findings.length > 0),
          ),
      );
    if (anything) return 'no failure was found, but not everything could be checked';
    return unknown === 0 ? 'nothing was checked: every check was skipped' : 'nothing could be checked';
  }
  if (warn > 0) return 'only warnings were found, which fail the run only with --fail-on warn or unknown';
  return waived > 0 ? 'no problems other than waived ones' : 'no problems found in what was checked';
}
