import type { LaunchAgent } from '../probes/launch-agents.ts';
import type { LogEvent, LogEventKind } from '../probes/upload-log-lines.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type Explanation, type FindingDraft } from './define.ts';
import { NO_AGENT } from './shared/upload-agent.ts';
import { failuresSince, runsOf, type UploadRun } from './shared/upload-runs.ts';

const DOCS = 'docs/checks.md#upload-log';
const SHOWN_FAILURES = 3;

export const uploadLog = defineCheck({
  id: 'upload-log',
  title: 'The last upload that the log tells of succeeded',
  why: 'The upload script ends with 0 on nearly every failure: launchd calls it healthy, and only the log knows.',
  tags: ['mac', 'upload'],
  needs: ['uploadLogs', 'launchAgents'],
  evaluate({ uploadLogs, launchAgents }, { windowStart, again }) {
    const { agents, uid } = launchAgents;
    if (agents.length === 0) return { skip: NO_AGENT };
    const failures = failuresSince(uploadLogs)
      // The folder's own check judges what macOS denied.
      .filter(({ kind, at }) => kind !== 'denied' && (at === undefined || at >= windowStart));
    const runs = uploadLogs.filter(({ kind }) => kind === 'out').flatMap(({ events }) => runsOf(events));
    const last = failures.at(-1);
    const strange = uploadLogs.filter(
      ({ bytes, kind, events }) => kind === 'out' && bytes > 0 && events.length === 0,
    );
    if (last === undefined) {
      return {
        findings: [],
        unseen: strange.map(({ path }) => `no line of ${path} is one that is understood`),
        note: noteOf(runs),
      };
    }
    const success = runs.findLast(({ failure }) => failure === undefined);
    const agent = agents[0];
    const finding: FindingDraft = {
      status: 'fail',
      title: `The last upload failed: ${WORDS[last.kind](last)}`,
      summary:
        `${failures.length === 1 ? 'One run has' : `${failures.length} times an upload has`} failed since the last one that succeeded. ${SUMMARIES[last.kind] ?? ''}`.trim(),
      subject: last.kind === 'cli-exit' && last.number === 127 ? 'command-not-found' : last.kind,
      evidence: [
        ...failures.slice(-SHOWN_FAILURES).map(({ path, text, at }) => ({
          source: path,
          observed: text,
          ...(at === undefined ? {} : { at }),
        })),
        ...(success === undefined
          ? []
          : [
              {
                source: 'the same log',
                observed: `the last run that succeeded${files(success)}`,
                ...(success.at === undefined ? {} : { at: success.at }),
              },
            ]),
        ...(isPathTrouble(last) && agent !== undefined ? [pathEvidence(agent)] : []),
      ],
      explainedBy: EXPLANATIONS[last.kind] ?? [],
      fix: { ...mendOf(last, agent, `gui/${uid}`, again), docs: DOCS },
    };
    return { findings: [finding] };
  },
});

const files = ({ uploaded }: UploadRun) => (uploaded === undefined ? '' : ` (${uploaded} files)`);

function noteOf(runs: readonly UploadRun[]): string {
  const last = runs.at(-1);
  if (last === undefined) return 'the log tells of no run yet';
  const at = last.at === undefined ? '' : ` at ${new Date(last.at).toISOString()}`;
  return `the last run succeeded${at}${files(last)}`;
}

const WORDS: Readonly<Record<LogEventKind, (event: LogEvent) => string>> = {
  done: () => 'it ended',
  uploaded: ({ number }) => `${number} files were uploaded`,
  'cli-exit': ({ number }) =>
    number === 127
      ? "bunx, or what it runs, is not on the agent's PATH (127)"
      : `the uploader ended with ${number}`,
  'command-not-found': () => "a command is not on the agent's PATH",
  unreachable: () => 'the server could not be reached',
  'no-credentials': () => 'there was no key',
  'not-set': () => 'the key or the URL of the server is not set',
  unsettled: () => 'files did not stop changing',
  'failed-assets': ({ number }) =>
    `${number} ${number === 1 ? 'file was' : 'files were'} not uploaded, though the uploader ended with 0`,
  lock: () => 'the script does not understand its lock',
  denied: () => 'macOS denied access',
};

const SUMMARIES: Partial<Record<LogEventKind, string>> = {
  'failed-assets':
    'A script that deletes originals when the uploader ends with 0 has deleted them: look for them in the server before anything else.',
  unsettled: 'A file was still being written after five minutes: a slow copy, or a download that is stuck.',
};

const EXPLANATIONS: Partial<Record<LogEventKind, readonly Explanation[]>> = {
  unreachable: [{ check: 'immich-reachable', status: 'fail' }],
  'no-credentials': [{ check: 'upload-credentials', status: 'fail' }],
  'not-set': [{ check: 'upload-credentials', status: 'fail' }],
  'cli-exit': [
    { check: 'immich-reachable', status: 'fail' },
    { check: 'upload-credentials', status: 'fail' },
  ],
  lock: [{ check: 'upload-lock' }],
};

const isPathTrouble = ({ kind, number }: LogEvent) =>
  kind === 'command-not-found' || (kind === 'cli-exit' && number === 127);

function pathEvidence({ environment, bunx, file }: LaunchAgent) {
  return {
    source: file,
    observed: `PATH=${environment.PATH ?? '(none: /usr/bin:/bin:/usr/sbin:/sbin)'}, ${bunx.onPath === undefined ? 'no bunx on it' : `bunx is ${bunx.onPath} now`}`,
    ...(bunx.elsewhere === undefined
      ? {}
      : { expected: `a folder with bunx, such as that of ${bunx.elsewhere}` }),
  };
}

function mendOf(
  event: LogEvent,
  agent: LaunchAgent | undefined,
  domain: string,
  check: string,
): { summary: string; commands: string[] } {
  const again = agent === undefined ? [] : [`launchctl kickstart ${domain}/${quote(agent.label)}`];
  const log = agent?.standardOut === undefined ? [] : [`tail -n 30 ${quote(agent.standardOut)}`];
  if (isPathTrouble(event)) {
    return agent?.bunx.onPath === undefined
      ? {
          summary: `Put the folder of bunx${agent?.bunx.elsewhere === undefined ? ' (install bun first)' : ` (${agent.bunx.elsewhere.replace(/\/bunx$/, '')})`} into EnvironmentVariables.PATH of the agent, and switch: an agent knows no shell profile.`,
          commands: ['sudo darwin-rebuild switch', ...again],
        }
      : { summary: 'bunx is on the PATH now: run the agent again.', commands: again };
  }
  switch (event.kind) {
    case 'unreachable':
      return {
        summary: 'See whether the server answers now; then run the agent again.',
        commands: [`${check} immich-reachable`, ...again],
      };
    case 'no-credentials':
    case 'not-set':
      return {
        summary: 'See whether the key is there now; then run the agent again.',
        commands: [`${check} upload-credentials`, ...again],
      };
    case 'lock':
      return {
        summary: 'See who holds the lock; then run the agent again.',
        commands: [`${check} upload-lock`, ...again],
      };
    default:
      return { summary: 'The log says more; then run the agent again.', commands: [...log, ...again] };
  }
}
