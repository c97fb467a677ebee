import type { LogEvent, LogEventKind } from './upload-log-lines.ts';
import type { UploadLog } from './upload-logs.ts';

export interface UploadRun {
  /** When it ended, milliseconds since 1970. */
  readonly at?: number;
  readonly beganAt?: number;
  /** What went wrong; nothing of a run that succeeded. */
  readonly failure?: LogEvent;
  /** What may have gone wrong in a run that says it is done: whether it succeeded is not known. */
  readonly doubt?: LogEvent;
  readonly uploaded?: number;
}

/** A run that was not told to have ended belongs to no line that comes so much later. */
const GAP_MS = 600_000;

const SAME_RUN_MS = 60_000;

/** A script that says that it is done tells somebody, and cleans up. */
const TRAILER_MS = 120_000;

/** They tell of no failure. */
export const GOOD: readonly LogEventKind[] = [
  'began',
  'done',
  'uploaded',
  'hsdoctor-busy',
  'hsdoctor-succeeded',
];

/** Of a run that tells no more, nobody knows how it ended. */
const UNENDED: readonly LogEventKind[] = ['began', 'uploaded', 'unclear'];

const isFailure = ({ kind }: LogEvent) => !GOOD.includes(kind) && kind !== 'unclear';

export const hasSucceeded = ({ failure, doubt }: UploadRun) => failure === undefined && doubt === undefined;

/** After these the run is over. */
const LAST: readonly LogEventKind[] = [
  'done',
  'cli-exit',
  'unreachable',
  'no-credentials',
  'not-set',
  'lock',
  'command-not-found',
  'hsdoctor-failed',
  'hsdoctor-succeeded',
];

/** After files were left behind the script goes on, and says more than once that something is done. */
function endsWith(run: UploadRun | undefined, { at }: LogEvent): boolean {
  if (run?.failure === undefined || !['failed-assets', 'unsettled'].includes(run.failure.kind)) return false;
  return at === undefined || run.at === undefined || at - run.at <= SAME_RUN_MS;
}

/** The runs that a log tells of, the oldest first. */
function runsOf(events: readonly LogEvent[]): UploadRun[] {
  const runs: UploadRun[] = [];
  let open: LogEvent[] = [];
  const close = () => {
    const [first, last] = [open[0], open.at(-1)];
    const failure = open.find(isFailure);
    // hsdoctor tells at the end whether all is well.
    const doubt =
      failure === undefined && last?.kind === 'done'
        ? open.find(({ kind }) => kind === 'unclear')
        : undefined;
    const uploaded = open.find(({ kind }) => kind === 'uploaded' || kind === 'hsdoctor-succeeded')?.number;
    const told = failure !== undefined || open.some(({ kind }) => !UNENDED.includes(kind));
    if (told)
      runs.push({
        ...(last?.at === undefined ? {} : { at: last.at }),
        ...(first?.at === undefined ? {} : { beganAt: first.at }),
        ...(failure === undefined ? {} : { failure }),
        ...(doubt === undefined ? {} : { doubt }),
        ...(uploaded === undefined ? {} : { uploaded }),
      });
    open = [];
  };
  for (const event of events) {
    // It belongs to no run.
    if (event.kind === 'hsdoctor-busy') continue;
    const previous = open.at(-1)?.at;
    const later = previous !== undefined && event.at !== undefined && event.at - previous > GAP_MS;
    if (later || event.kind === 'began') close();
    if (event.kind === 'done' && open.length === 0 && endsWith(runs.at(-1), event)) continue;
    open.push(event);
    if (LAST.includes(event.kind)) close();
  }
  close();
  return runs;
}

/** The runs that all logs of an agent tell of, in the order of their ends. */
export const runsOfLogs = (logs: readonly UploadLog[]): UploadRun[] =>
  logs
    .flatMap(({ events, kind }) =>
      // What only an error log without any time says ends no run.
      runsOf(kind === 'out' ? events : events.filter(({ at }) => at !== undefined)),
    )
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0));

/**
 * Since when a log tells of a run of whose end it says nothing, where it does: one that began and was cut off, or lines
 * that were written long after the last that is understood.
 */
export function unendedSince(logs: readonly UploadLog[]): number | undefined {
  const open = logs
    .filter(({ kind }) => kind === 'out')
    .flatMap(({ events, modifiedAt, after }) => {
      const [first] = events.slice(events.findLastIndex(({ kind }) => !UNENDED.includes(kind)) + 1);
      if (first !== undefined) return [first.at ?? modifiedAt];
      const last = events.at(-1);
      if (last === undefined || after === undefined) return [];
      // Without times, what stands behind the last end may be of another run.
      return last.at === undefined || after - last.at > TRAILER_MS ? [after] : [];
    });
  return open.length === 0 ? undefined : Math.max(...open);
}

/**
 * By what it is not known whether the last run that says it is done succeeded: a failure in it, of the upload or of
 * anything else, or in an error log that was written in it or later.
 */
export function doubtSince(logs: readonly UploadLog[]): LogEvent | undefined {
  const runs = runsOfLogs(logs);
  const last = runs.at(-1);
  if (last === undefined || !hasSucceeded(last)) return last?.doubt;
  const since = last.beganAt ?? last.at ?? Number.POSITIVE_INFINITY;
  const ends = logs.flatMap(({ events }) => events.findLast(({ kind }) => LAST.includes(kind)) ?? []);
  if (ends.some(({ kind }) => kind === 'hsdoctor-succeeded')) return undefined;
  return logs
    .filter(({ kind }) => kind === 'error')
    .flatMap(({ events, modifiedAt }) => events.map((event) => ({ ...event, at: event.at ?? modifiedAt })))
    .findLast(({ kind, at }) => kind === 'unclear' && at >= since);
}

/**
 * What went wrong since the last run that succeeded, the latest last. A line that has no time, as in most error logs,
 * counts as written when its file was.
 */
export function failuresSince(logs: readonly UploadLog[]): readonly (LogEvent & { readonly path: string })[] {
  const lastSuccess = Math.max(
    0,
    ...logs.flatMap(({ events, modifiedAt }) => {
      const runs = runsOf(events);
      const last = runs.findLastIndex(hasSucceeded);
      // Where others came after it, nobody knows when that was.
      return last < 0 ? [] : [runs[last]?.at ?? (last === runs.length - 1 ? modifiedAt : 0)];
    }),
  );
  const told = logs
    .filter(({ kind }) => kind === 'out')
    .flatMap(({ events, path }) => {
      const runs = runsOf(events);
      return runs
        .slice(runs.findLastIndex(hasSucceeded) + 1)
        .flatMap(({ failure }) => (failure === undefined ? [] : [{ ...failure, path }]));
    })
    .filter(({ at }) => at === undefined || at >= lastSuccess);
  const errors = logs
    .filter(({ kind }) => kind === 'error')
    .flatMap(({ events, path, modifiedAt }) =>
      events.filter(isFailure).map((event) => ({ ...event, at: event.at ?? modifiedAt, path })),
    )
    .filter(
      ({ at, kind }) =>
        at > lastSuccess &&
        // The script writes some lines into both.
        !told.some((one) => one.kind === kind && Math.abs((one.at ?? at) - at) <= SAME_RUN_MS),
    );
  return [...told, ...errors].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
