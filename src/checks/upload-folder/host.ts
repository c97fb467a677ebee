import type { Facts } from '../../facts/host/index.ts';
import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { MEDIA } from '../../facts/host/media.ts';
import { hangs, hungSince, logsOf, noAgent, span } from '../../facts/host/upload-agent.ts';
import type { UploadFolder } from '../../facts/host/upload-folder.ts';
import { failuresSince } from '../../facts/host/upload-runs.ts';
import { counted } from '../../text/amount.ts';
import { type Explanation, type FindingDraft, judgeHost } from '../define.ts';
import { runOnce } from '../shared/agent-steps.ts';
import { isProtected } from '../shared/protected-folders.ts';
import * as kinds from './kinds.ts';

/** The script waits five minutes for files to settle, and then some. */
const STRANDED_MS = 15 * 60_000;

export const host = judgeHost({
  needs: ['uploadFolder', 'launchAgents'],
  wants: ['launchctl', 'uploadLocks', 'uploadLogs'],
  forRemedy: ['immichPing', 'uploadCredentials', 'uploadScript'],
  evaluate(facts, { now }) {
    const { uploadFolder, launchAgents, uploadLogs } = facts;
    const { agents, home } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    const denied = failuresSince(uploadLogs ?? []).findLast(({ kind }) => kind === 'denied');
    const stranded = uploadFolder.flatMap((folder): FindingDraft[] => {
      const agent = agents.find(({ watched }) => watched.some(({ path }) => path === folder.path));
      const media = folder.files.filter(({ extension }) => MEDIA.has(extension));
      const old = media.filter(({ oldest }) => now - oldest > STRANDED_MS);
      if (old.length === 0 || isBusy(agent, facts, now)) return [];
      const count = old.reduce((sum, { count: each }) => sum + each, 0);
      const oldest = Math.min(...old.map((each) => each.oldest));
      const failure = failuresSince(logsOf(agent, uploadLogs) ?? []).at(-1);
      return [
        kinds.stranded.finding(
          {
            path: folder.path,
            count,
            age: span(now - oldest),
            now: runOnce(agent, failure, facts, launchAgents, folder.path),
          },
          {
            subject: folder.path,
            evidence: old.map((each) => ({
              source: folder.path,
              observed: `${counted(each.count, `.${each.extension} file`)} (${Math.ceil(each.bytes / 1_048_576)} MiB), the oldest of them from this time`,
              at: each.oldest,
            })),
            explainedBy: explanationsOf(folder),
            since: oldest,
            count,
            affects: {
              what: 'photo upload',
              state: 'degraded',
              cause: `${count} ${count === 1 ? 'photo or video is' : 'photos and videos are'} waiting, and nothing uploads`,
            },
          },
        ),
      ];
    });
    const notes = notesOf(uploadFolder);
    return {
      findings: [
        ...(denied === undefined ? [] : [deniedFinding(uploadFolder, agents, denied, home)]),
        ...stranded,
      ],
      notChecked: notCheckedOf(agents, uploadFolder),
      lookedAt: { uploadFolders: uploadFolder.filter(({ state }) => state === 'read').length },
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

/** A run that goes on takes what is there; one that hangs does not. */
function isBusy(
  agent: LaunchAgent | undefined,
  {
    launchctl,
    uploadLocks,
    uploadLogs,
  }: { [F in 'launchctl' | 'uploadLocks' | 'uploadLogs']: Facts[F] | undefined },
  now: number,
): boolean {
  const runs = launchctl?.some(
    (service) =>
      service.label === agent?.label &&
      service.state === 'running' &&
      hungSince(service, logsOf(agent, uploadLogs), now) === undefined,
  );
  const holds = uploadLocks?.locks.some(
    ({ owner, madeAt }) => owner?.isUpload && !hangs(owner.startedAt ?? madeAt, uploadLogs, now),
  );
  return runs === true || holds === true;
}

const notCheckedOf = (agents: readonly LaunchAgent[], folders: readonly UploadFolder[]) =>
  agents.flatMap(({ label, watched }) => [
    ...(watched.length === 0 ? [`${label} watches no folder: where its photos are is not known`] : []),
    ...watched
      .filter(({ path }) => !folders.some((folder) => folder.path === path))
      .map(({ path }) => `${path} was not checked`),
  ]);

function notesOf(folders: readonly UploadFolder[]): string[] {
  const left = folders
    .flatMap(({ files }) => files)
    .filter(({ extension }) => !MEDIA.has(extension))
    .map(({ extension, count }) => `${count} ${extension === '-' ? 'without extension' : `.${extension}`}`);
  return [
    ...folders
      .filter(({ state }) => state === 'missing')
      .map(({ path }) => `the folder ${path} does not exist`),
    ...folders
      .filter(({ below }) => below > 0)
      .map(
        ({ path, below }) =>
          `files in subfolders of ${path} were not checked: ${below < 1000 ? below : '1000 or more'}`,
      ),
    ...(left.length === 0 ? [] : [`files that are not photos are not uploaded: ${left.join(', ')}`]),
  ];
}

const explanationsOf = ({ path }: UploadFolder): readonly Explanation[] => [
  { check: 'launchd-agent', status: 'fail' },
  { check: 'upload-lock' },
  { check: 'upload-folder', subject: `${path} denied` },
  { check: 'upload-folder', subject: 'denied' },
  { check: 'upload-credentials', status: 'fail' },
  { check: 'immich-reachable', status: 'fail' },
  { check: 'upload-log', status: 'fail' },
];

function deniedFinding(
  folders: readonly UploadFolder[],
  agents: readonly LaunchAgent[],
  denied: { readonly text: string; readonly path: string; readonly at?: number },
  home: string,
): FindingDraft {
  const folder =
    folders.find(({ path }) => denied.text.includes(path)) ??
    folders.find(({ path }) => isProtected(path, home));
  const agent =
    agents.find(({ watched }) => watched.some(({ path }) => path === folder?.path)) ??
    (agents.length === 1 ? agents[0] : undefined);
  const at = denied.at === undefined ? {} : { at: denied.at };
  return kinds.denied.finding(
    {
      path: folder?.path,
      isProtected: folder !== undefined && isProtected(folder.path, home),
      interpreter: agent?.interpreter?.path,
    },
    {
      subject: folder === undefined ? 'denied' : `${folder.path} denied`,
      evidence: [{ source: denied.path, observed: denied.text, ...at }],
      since: denied.at,
      affects: { what: 'photo upload', state: 'down', cause: 'macOS denies the agent access' },
    },
  );
}
