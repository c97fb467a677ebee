import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { MEDIA } from '../../facts/host/media.ts';
import { hangs, hungSince, logsOf, noAgent, span } from '../../facts/host/upload-agent.ts';
import type { UploadFolder } from '../../facts/host/upload-folder.ts';
import { failuresSince } from '../../facts/host/upload-runs.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { runOnce } from '../shared/agent-steps.ts';
import { darwinRebuild } from '../shared/steps.ts';
import { documentation } from './documentation.ts';

/** The script waits five minutes for files to settle, and then some. */
const STRANDED_MS = 15 * 60_000;

export const uploadFolderCheck: Check = {
  id: 'upload-folder',
  title: 'No photo is stranded in the folder of the upload',
  why: 'launchd starts the agent when something arrives, and not while it runs: what it missed then lies there until the next arrival.',
  tags: ['mac', 'upload'],
  documentation,
  host: judgeHost({
    needs: ['uploadFolder', 'launchAgents'],
    wants: ['launchctl', 'uploadLocks', 'uploadLogs'],
    forRemedy: ['immichPing', 'uploadCredentials', 'uploadScript'],
    evaluate(facts, { now }) {
      const { uploadFolder, launchAgents, launchctl, uploadLocks, uploadLogs } = facts;
      const { agents, uid, home } = launchAgents;
      if (agents.length === 0) return { skip: noAgent(launchAgents) };
      const denied = failuresSince(uploadLogs ?? []).findLast(({ kind }) => kind === 'denied');
      // A run that goes on takes what is there; one that hangs does not.
      const isBusy = (agent: LaunchAgent | undefined) =>
        launchctl?.some(
          (service) =>
            service.label === agent?.label &&
            service.state === 'running' &&
            hungSince(service, logsOf(agent, uploadLogs), now) === undefined,
        ) ||
        uploadLocks?.locks.some(
          ({ owner, madeAt }) => owner?.isUpload && !hangs(owner.startedAt ?? madeAt, uploadLogs, now),
        );
      const unseen = agents.flatMap(({ label, watched }) => [
        ...(watched.length === 0 ? [`${label} watches no folder: where its photos lie is not known`] : []),
        ...watched
          .filter(({ path }) => !uploadFolder.some((folder) => folder.path === path))
          .map(({ path }) => `${path} was not looked at`),
      ]);
      const stranded = uploadFolder.flatMap((folder): FindingDraft[] => {
        const agent = agents.find(({ watched }) => watched.some(({ path }) => path === folder.path));
        const media = folder.files.filter(({ extension }) => MEDIA.has(extension));
        const old = media.filter(({ oldest }) => now - oldest > STRANDED_MS);
        if (old.length === 0 || isBusy(agent)) return [];
        const count = old.reduce((sum, { count: each }) => sum + each, 0);
        const oldest = Math.min(...old.map((each) => each.oldest));
        return [
          {
            kind: 'stranded',
            status: 'fail' as const,
            title: `${count} ${count === 1 ? 'photo or video is' : 'photos and videos are'} stranded in ${folder.path}`,
            summary: `The oldest has been there for ${span(now - oldest)}, and nothing uploads it.`,
            subject: folder.path,
            evidence: old.map((each) => ({
              source: folder.path,
              observed: `${each.count} of .${each.extension} (${Math.ceil(each.bytes / 1_048_576)} MiB), the oldest arrived`,
              at: each.oldest,
            })),
            explainedBy: [
              { check: 'launchd-agent', status: 'fail' },
              { check: 'upload-lock' },
              { check: 'upload-folder', subject: `${folder.path} denied` },
              { check: 'upload-folder', subject: 'denied' },
              { check: 'upload-credentials', status: 'fail' },
              { check: 'immich-reachable', status: 'fail' },
              { check: 'upload-log', status: 'fail' },
            ],
            since: oldest,
            count,
            affects: {
              what: 'photo upload',
              state: 'degraded',
              cause: `${count} ${count === 1 ? 'photo or video waits' : 'photos and videos wait'}, and nothing uploads`,
            },
            remedy: {
              now: runOnce(agent, failuresSince(logsOf(agent, uploadLogs) ?? []).at(-1), facts, uid),
            },
          },
        ];
      });
      const others = uploadFolder
        .flatMap(({ files }) => files)
        .filter(({ extension }) => !MEDIA.has(extension));
      const kinds = others.map(
        ({ extension, count }) => `${count} ${extension === '-' ? 'without extension' : `.${extension}`}`,
      );
      const notes = [
        ...uploadFolder
          .filter(({ state }) => state === 'missing')
          .map(({ path }) => `the folder ${path} is not there`),
        ...(others.length === 0 ? [] : [`files that are no photos stay by design: ${kinds.join(', ')}`]),
      ];
      return {
        findings: [...(denied === undefined ? [] : [deniedFinding(uploadFolder, denied, home)]), ...stranded],
        unseen,
        lookedAt: { uploadFolders: uploadFolder.filter(({ state }) => state === 'read').length },
        ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
      };
    },
  }),
};

/** One that macOS protects whatever its mode. */
const isProtected = (path: string, home: string) =>
  ['Desktop', 'Documents', 'Downloads'].some((name) => `${path}/`.startsWith(`${home}/${name}/`)) ||
  path.startsWith('/Volumes/');

function deniedFinding(
  folders: readonly UploadFolder[],
  denied: { readonly text: string; readonly path: string; readonly at?: number },
  home: string,
): FindingDraft {
  const folder =
    folders.find(({ path }) => denied.text.includes(path)) ??
    folders.find(({ path }) => isProtected(path, home));
  return {
    kind: 'denied',
    status: 'fail',
    title:
      folder === undefined
        ? 'macOS denied the upload something that it asked for'
        : `macOS does not let the agent into ${folder.path}`,
    summary:
      folder !== undefined && isProtected(folder.path, home)
        ? 'The folder is one that macOS protects, and an agent has no grant of its own: in Terminal the same script works, because Terminal has one.'
        : 'Something that the run touches is protected by macOS, and an agent has no grant of its own.',
    subject: folder === undefined ? 'denied' : `${folder.path} denied`,
    evidence: [
      { source: denied.path, observed: denied.text, ...(denied.at === undefined ? {} : { at: denied.at }) },
    ],
    ...(denied.at === undefined ? {} : { since: denied.at }),
    affects: { what: 'photo upload', state: 'down', cause: 'macOS denies the agent access' },
    remedy: {
      lasting: [
        byHand(
          'Let the agent watch a folder that macOS does not protect, such as ~/FolderActions: make it, and change WatchPaths in the configuration.',
        ),
        darwinRebuild(),
        byHand(
          'Or give the interpreter of the script Full Disk Access, in the window that the next step opens.',
        ),
        run(['open', 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'], {
          risk: 'interactive',
          why: 'Open Privacy & Security in System Settings.',
        }),
      ],
    },
  };
}
