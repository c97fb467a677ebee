import type { LaunchAgent } from '../probes/launch-agents.ts';
import type { UploadFolder } from '../probes/upload-folder.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { MEDIA } from './shared/media.ts';
import { hangs, hungSince, logsOf, noAgent, span } from './shared/upload-agent.ts';
import { failuresSince } from './shared/upload-runs.ts';

const DOCS = 'docs/checks.md#upload-folder';

/** The script waits five minutes for files to settle, and then some. */
const STRANDED_MS = 15 * 60_000;

export const uploadFolderCheck = defineCheck({
  id: 'upload-folder',
  title: 'No photo is stranded in the folder of the upload',
  why: 'launchd starts the agent when something arrives, and not while it runs: what it missed then lies there until the next arrival.',
  tags: ['mac', 'upload'],
  host: {
    needs: ['uploadFolder', 'launchAgents'],
    wants: ['launchctl', 'uploadLocks', 'uploadLogs'],
    evaluate({ uploadFolder, launchAgents, launchctl, uploadLocks, uploadLogs }, { now }) {
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
        const label = agent?.label ?? '';
        const media = folder.files.filter(({ extension }) => MEDIA.has(extension));
        const old = media.filter(({ oldest }) => now - oldest > STRANDED_MS);
        if (old.length === 0 || isBusy(agent)) return [];
        const count = old.reduce((sum, { count: each }) => sum + each, 0);
        const oldest = Math.min(...old.map((each) => each.oldest));
        return [
          {
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
            fix: {
              summary: 'Run the agent once by hand.',
              commands: [`launchctl kickstart gui/${uid}/${quote(label)}`],
              docs: DOCS,
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
      return {
        findings: [...(denied === undefined ? [] : [deniedFinding(uploadFolder, denied, home)]), ...stranded],
        unseen,
        ...(others.length === 0
          ? {}
          : { note: `files that are no photos stay by design: ${kinds.join(', ')}` }),
      };
    },
  },
});

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
    fix: {
      summary:
        'Watch a folder that is not protected, such as ~/FolderActions: change WatchPaths in the configuration, and switch. Or give the interpreter of the script Full Disk Access in System Settings, Privacy & Security.',
      commands: [
        'mkdir -p ~/FolderActions/upload-immich',
        'sudo darwin-rebuild switch',
        "open 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'",
      ],
      docs: DOCS,
    },
  };
}
