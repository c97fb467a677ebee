import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { HSDOCTOR_PARTLY, isPathTrouble, logsOf, noAgent, reasonOf } from '../../facts/host/upload-agent.ts';
import { type LogEvent, type LogEventKind, withoutTime } from '../../facts/host/upload-log-lines.ts';
import type { UploadLog } from '../../facts/host/upload-logs.ts';
import {
  doubtSince,
  failuresSince,
  hasSucceeded,
  runsOfLogs,
  type UploadRun,
  unendedSince,
} from '../../facts/host/upload-runs.ts';
import type { Remedy } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';
import { type Explanation, type Judged, judgeHost, together } from '../define.ts';
import { kickstart, type Prospects, runOnce, type User } from '../shared/agent-steps.ts';
import { rebuildIfNix } from '../shared/steps.ts';
import * as kinds from './kinds.ts';

const SHOWN_FAILURES = 3;

export const host = judgeHost({
  needs: ['uploadLogs', 'launchAgents'],
  forRemedy: ['launchctl', 'uploadLocks', 'immichPing', 'uploadCredentials', 'uploadScript'],
  evaluate({ uploadLogs, launchAgents, ...prospects }) {
    const { agents } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    const written = agents.map((agent) => ({ agent, logs: logsOf(agent, uploadLogs) ?? [] }));
    const byLogs = Map.groupBy(written, ({ logs }) => logs.map(({ path }) => path).join('\0'));
    const verdicts = [...byLogs.values()].flatMap(([first]) =>
      first === undefined
        ? []
        : [verdictOf(first.agent, first.logs, byLogs.size > 1, prospects, launchAgents)],
    );
    const silent = verdicts.flatMap(({ silence }) => silence ?? []);
    if (silent.length === verdicts.length) return { skip: silent.join('; ') };
    const notes = verdicts.flatMap(({ note }) => note ?? []);
    return {
      lookedAt: { uploadLogs: uploadLogs.length },
      ...together([{ notChecked: silent }, ...verdicts]),
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

/** Exactly one of them. */
interface LogVerdict extends Judged {
  /** Why the logs tell nothing yet. */
  readonly silence?: string;
  readonly note?: string;
}

function verdictOf(
  agent: LaunchAgent,
  logs: readonly UploadLog[],
  oneOfSeveral: boolean,
  prospects: Prospects,
  user: User,
): LogVerdict {
  const runs = runsOfLogs(logs);
  // The folder's own check judges what macOS denied.
  const failures = failuresSince(logs).filter(({ kind }) => kind !== 'denied');
  const last = failures.at(-1);
  if (last === undefined) {
    const of = oneOfSeveral ? ` of ${agent.label}` : '';
    const open = unendedSince(logs);
    if (open !== undefined && !goesOn(agent, prospects))
      return {
        notChecked: `the log${of} does not show how the run at ${new Date(open).toISOString()} ended`,
      };
    const doubt = doubtSince(logs);
    if (doubt !== undefined)
      return {
        notChecked: `the log${of} says that the last run is done, and also shows a failure that may be one of the upload: "${withoutTime(doubt.text).trim()}"`,
      };
    const failed = runs.at(-1)?.failure;
    if (failed !== undefined && failed.kind !== 'denied')
      return {
        notChecked: `the times in the log${of} do not rise from line to line: which run was the last is not known`,
      };
    if (runs.length > 0) return { note: noteOf(runs, of) };
    const strange = logs.filter(({ bytes }) => bytes > 0).map(({ path }) => path);
    if (strange.length > 0) return { notChecked: `no line of ${strange.join(' or ')} shows how a run ended` };
    return { silence: logs.length === 0 ? `there is no log${of} yet` : `the log${of} has no run yet` };
  }
  const success = runs.findLast(hasSucceeded);
  const kind = kindOf(last);
  const subject = kind.id;
  const because = reasonOf(last);
  const finding = kind.finding(
    {
      event: last,
      agent: oneOfSeveral ? agent.label : undefined,
      failures: failures.length,
      remedy: remedyOf(last, agent, prospects, user),
    },
    {
      subject: oneOfSeveral ? `${agent.label} ${subject}` : subject,
      evidence: [
        ...failures.slice(-SHOWN_FAILURES).map(({ path, text, at }) => ({
          source: path,
          observed: text,
          ...(at === undefined ? {} : { at }),
        })),
        ...(success === undefined ? [] : [successEvidence(success)]),
        ...(isPathTrouble(last) ? [pathEvidence(agent)] : []),
      ],
      explainedBy: EXPLANATIONS[last.kind] ?? [],
      since: failures[0]?.at,
      count: failures.length,
      affects: { what: 'photo upload', state: isPartly(last) ? 'degraded' : 'down', cause: because },
    },
  );
  return { finding };
}

/** A run that has not ended yet has no end in the log. */
const goesOn = ({ label }: LaunchAgent, { launchctl, uploadLocks }: Prospects) =>
  launchctl?.some((service) => service.label === label && service.state === 'running') === true ||
  uploadLocks?.locks.some(({ owner }) => owner?.isUpload) === true;

const KINDS: Readonly<Partial<Record<LogEventKind, kinds.RunKind>>> = {
  'command-not-found': kinds.commandNotFound,
  unreachable: kinds.unreachable,
  'no-credentials': kinds.noCredentials,
  'not-set': kinds.notSet,
  unsettled: kinds.unsettled,
  'failed-assets': kinds.failedAssets,
  lock: kinds.strangeLock,
  'hsdoctor-failed': kinds.hsdoctorFailed,
};

const kindOf = (event: LogEvent): kinds.RunKind =>
  isPathTrouble(event) ? kinds.commandNotFound : (KINDS[event.kind] ?? kinds.uploaderFailed);

const successEvidence = (success: UploadRun) => ({
  source: 'the same log',
  observed: `the last run that succeeded${files(success)}`,
  ...(success.at === undefined ? {} : { at: success.at }),
});

const files = ({ uploaded }: UploadRun) => (uploaded === undefined ? '' : ` (${uploaded} files)`);

function noteOf(runs: readonly UploadRun[], of: string): string {
  const last = runs.at(-1);
  const at = last?.at === undefined ? '' : ` at ${new Date(last.at).toISOString()}`;
  // Only what macOS denied is no finding of this check.
  if (last?.failure !== undefined) return `macOS denied access to the last run${of}${at}`;
  return `the last run${of} succeeded${at}${last === undefined ? '' : files(last)}`;
}

const EXPLANATIONS: Partial<Record<LogEventKind, readonly Explanation[]>> = {
  unreachable: [{ check: 'immich-reachable', status: 'fail' }],
  'no-credentials': [{ check: 'upload-credentials', status: 'fail' }],
  'not-set': [{ check: 'upload-credentials', status: 'fail' }],
  'cli-exit': [
    { check: 'immich-reachable', status: 'fail' },
    { check: 'upload-credentials', status: 'fail' },
  ],
  lock: [{ check: 'upload-lock' }],
  'hsdoctor-failed': [
    { check: 'immich-reachable', status: 'fail' },
    { check: 'upload-credentials', status: 'fail' },
  ],
};

/** After these, what could be brought to the server is there. */
const isPartly = ({ kind, number = 0 }: LogEvent) =>
  kind === 'failed-assets' ||
  kind === 'unsettled' ||
  (kind === 'hsdoctor-failed' && HSDOCTOR_PARTLY.includes(number));

function pathEvidence({ environment, bunx, file }: LaunchAgent) {
  return {
    source: file,
    observed: `PATH=${environment.PATH ?? '(none: /usr/bin:/bin:/usr/sbin:/sbin)'}, ${bunx.onPath === undefined ? 'bunx is not on it' : `bunx is ${bunx.onPath} now`}`,
    ...(bunx.elsewhere === undefined ? {} : { expected: `the folder of ${bunx.elsewhere}` }),
  };
}

/** What is still wrong with the server, the key or the lock, their own checks tell, and how it is fixed. */
const TOLD_BY: Partial<Record<LogEventKind, string>> = {
  unreachable: 'immich-reachable',
  'no-credentials': 'upload-credentials',
  'not-set': 'upload-credentials',
  lock: 'upload-lock',
};

function remedyOf(event: LogEvent, agent: LaunchAgent, prospects: Prospects, user: User): Partial<Remedy> {
  const { uid } = user;
  const now = runOnce(agent, event, prospects, user);
  if (now.length > 0) return { now };
  const { label, bunx, standardOut, file } = agent;
  const when = event.kind === 'unreachable' ? 'Immich answers' : 'that is fixed';
  const afterwards = kickstart(uid, label, `Run the agent once, when ${when}.`);
  if (isPathTrouble(event)) {
    if (bunx.onPath !== undefined) return {};
    const folder = bunx.elsewhere?.replace(/\/bunx$/, '');
    return {
      lasting: [
        ...(folder === undefined ? [byHand('Install bun, which includes bunx.')] : []),
        byHand(
          `Add ${folder ?? 'the folder of bunx'} to PATH in the agent's property list ${file} (if Nix writes it, in the Nix configuration), and load the agent again.`,
        ),
        rebuildIfNix(),
        afterwards,
      ],
    };
  }
  const { [event.kind]: check } = TOLD_BY;
  if (check !== undefined)
    return {
      lasting: [
        byHand(`Fix what the check ${check} finds: hsdoctor check ${check} (on this Mac).`),
        afterwards,
      ],
    };
  if (event.kind === 'unsettled')
    return {
      lasting: [
        byHand('Wait until the copy or download into the folder has ended, or cancel it if it is stuck.'),
        kickstart(uid, label, 'Run the agent once, when that has ended.'),
      ],
    };
  const readLog = (why: string) =>
    standardOut === undefined ? [] : [run(['tail', '-n', '30', '--', absolutePath(standardOut)], { why })];
  if (event.kind === 'failed-assets')
    return {
      lasting: [
        byHand(
          'Look for these files in Immich and in the folder, and do not run the script again before you have found them.',
        ),
        ...readLog('Read in the log which files failed, and why.'),
      ],
    };
  return { lasting: [...readLog('Read in the log what failed and why, and fix it.'), afterwards] };
}
