import { Chalk, type ChalkInstance } from 'chalk';
import type { Facts } from '../facts/host/index.ts';
import { MEDIA } from '../facts/host/media.ts';
import { reasonOf, span } from '../facts/host/upload-agent.ts';
import { type LogEvent, withoutTime } from '../facts/host/upload-log-lines.ts';
import { hasSucceeded, runsOfLogs, type UploadRun, unendedSince } from '../facts/host/upload-runs.ts';
import type { CheckResult } from '../model/report.ts';
import { inColor, MARKS } from '../report/findings.ts';
import { hang } from '../report/layout.ts';
import type { Style } from '../report/terminal.ts';
import { instant } from '../report/time.ts';
import { visible } from '../text/visible.ts';

/** What the screen is made of; a fact that is missing is told by the result of its check. */
type StatusFacts = {
  readonly [K in
    | 'launchAgents'
    | 'launchctl'
    | 'uploadLogs'
    | 'uploadLocks'
    | 'uploadFolder'
    | 'immichPing']?: Facts[K];
};

const ROWS = [
  ['agent', 'launchd-agent'],
  ['lock', 'upload-lock'],
  ['log', 'upload-log'],
  ['keys', 'upload-credentials'],
  ['backlog', 'upload-folder'],
  ['server', 'immich-reachable'],
  ['script', 'upload-safety'],
] as const;
type Row = (typeof ROWS)[number][0];

const SHOWN_RUNS = 3;

/** The upload agent at a glance: a line for each thing that it depends on, and its last runs. */
export function agentStatus(
  results: readonly CheckResult[],
  known: StatusFacts,
  now: number,
  style: Style,
): string {
  const paint = new Chalk({ level: style.color ? 1 : 0 });
  const labels = known.launchAgents?.agents.map(({ label }) => label).join(', ');
  const rows = ROWS.flatMap(([name, id]) => {
    const result = results.find(({ check }) => check === id);
    if (result === undefined) return [];
    const { status, findings, reason = '' } = result;
    const [first] = findings;
    const text = first?.title ?? (status === 'ok' ? (SAY[name](known, now) ?? reason) : reason);
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    const lead = `${inColor({ paint }, status)(MARKS[status])} ${name.padEnd(8)} `;
    return hang(lead, visible(`${text}${more}`), style.width);
  });
  const runs = runsOfLogs(known.uploadLogs ?? [])
    .slice(-SHOWN_RUNS)
    .reverse();
  const history = runs.map((run) => {
    const { at, uploaded } = run;
    const files = uploaded === undefined ? '' : `, ${uploaded} ${uploaded === 1 ? 'file' : 'files'}`;
    return `  ${whenOf(at, now)}: ${endOf(run, paint)}${files}`;
  });
  const open = unendedSince(known.uploadLogs ?? []);
  if (open !== undefined) history.unshift(`  ${whenOf(open, now)}: its end is not in the log`);
  const sick = results.some(({ status }) => status !== 'ok' && status !== 'skipped');
  const lines = [
    ...(labels === undefined || labels === '' ? [] : [paint.bold(visible(labels)), '']),
    ...rows,
    ...(history.length === 0 ? [] : ['', paint.bold('Last runs, latest first:'), ...history]),
    ...(sick ? ['', 'Details and fixes: hsdoctor check --tag upload'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function endOf(run: UploadRun, paint: ChalkInstance): string {
  if (hasSucceeded(run)) return paint.green('succeeded');
  const { failure } = run;
  return failure === undefined
    ? 'done, but the log also shows a failure'
    : paint.red(`failed: ${visible(inEnglish(failure))}`);
}

/** The line of the log itself, unless it is the script's own language. */
function inEnglish(failure: LogEvent): string {
  const line = withoutTime(failure.text);
  return /^[\x20-\x7e]+$/.test(line) ? line : reasonOf(failure);
}

const whenOf = (at: number | undefined, now: number) =>
  at === undefined ? 'at an unknown time' : `${instant(new Date(at).toISOString())} (${span(now - at)} ago)`;

/** What is to be said of each thing that is in order. */
const SAY: Readonly<Record<Row, (known: StatusFacts, now: number) => string | undefined>> = {
  agent: ({ launchctl }, now) =>
    launchctl
      ?.map(({ state, startedAt, runs, exitCode }) => {
        if (state === 'running')
          return `loaded, running${startedAt === undefined ? '' : ` for ${span(now - startedAt)}`}`;
        if (runs === 0) return 'loaded, idle, not started since it was loaded';
        return `loaded, idle${runs === undefined ? '' : `; ${runs} ${runs === 1 ? 'run' : 'runs'} since it was loaded`}${exitCode === undefined ? '' : `, last exit status ${exitCode}`}`;
      })
      .join('; '),
  lock: ({ uploadLocks }) =>
    uploadLocks?.locks.length === 0
      ? 'none'
      : uploadLocks?.locks
          .map(({ path, pid, owner }) =>
            owner?.isUpload
              ? `${path}, held by upload process ${pid}`
              : `${path}, left behind by process ${pid}, which has ended: the next run takes it over`,
          )
          .join('; '),
  log: () => undefined,
  keys: () => 'present, private, valid format',
  backlog: ({ uploadFolder }) => {
    const count = (uploadFolder ?? [])
      .flatMap(({ files }) => files)
      .filter(({ extension }) => MEDIA.has(extension))
      .reduce((sum, files) => sum + files.count, 0);
    return count === 0
      ? 'no photos waiting'
      : `${count} ${count === 1 ? 'photo or video' : 'photos and videos'} being uploaded`;
  },
  server: ({ immichPing }) =>
    `${[...new Set((immichPing ?? []).flatMap(({ url }) => url ?? []))].join(', ')} answers`,
  script: () => 'no line found that could lose a photo',
};
