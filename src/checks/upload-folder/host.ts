import type { Facts } from '../../facts/host/index.ts';
import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { MEDIA } from '../../facts/host/media.ts';
import { hangs, hungSince, logsOf, noAgent, span } from '../../facts/host/upload-agent.ts';
import type { FilesOfKind, UploadFolder } from '../../facts/host/upload-folder.ts';
import { failuresSince } from '../../facts/host/upload-runs.ts';
import { counted } from '../../text/amount.ts';
import { type Explanation, type FindingDraft, judgeHost } from '../define.ts';
import { type Prospects, runOnce } from '../shared/agent-steps.ts';
import { isProtected } from '../shared/protected-folders.ts';
import { subfoldersOf } from '../shared/uploaded-words.ts';
import * as kinds from './kinds.ts';

/** The script waits five minutes for files to settle, and then some. */
const STRANDED_MS = 15 * 60_000;

export const host = judgeHost({
  needs: ['uploadFolder', 'launchAgents'],
  wants: ['launchctl', 'uploadLocks', 'uploadLogs', 'uploadScript'],
  forRemedy: ['immichPing', 'uploadCredentials'],
  evaluate(facts, { now }) {
    const { uploadFolder, launchAgents, uploadLogs } = facts;
    const { agents, home } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    const denied = failuresSince(uploadLogs ?? []).findLast(({ kind }) => kind === 'denied');
    const read = uploadFolder.map((folder) => readingOf(folder, facts, now));
    const notes = [...notesOf(uploadFolder), ...read.flatMap(noteOfSubfolders)];
    return {
      findings: [
        ...(denied === undefined ? [] : [deniedFinding(uploadFolder, agents, denied, home)]),
        ...read.flatMap((each) => strandedFinding(each, facts, now)),
        ...read.flatMap(subfoldersFinding),
      ],
      notChecked: [
        ...notCheckedOf(agents, uploadFolder),
        ...read
          .filter(({ below, subfolders }) => below.length > 0 && subfolders === undefined)
          .map(
            ({ folder: { path }, below }) =>
              `whether the agent uploads the ${photosIn(below)} in subfolders of ${path} is not known`,
          ),
      ],
      lookedAt: { uploadFolders: uploadFolder.filter(({ state }) => state === 'read').length },
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

type Known = { readonly [F in 'launchAgents']: Facts[F] } & {
  readonly [F in keyof Prospects | 'uploadLogs']: Facts[F] | undefined;
};

/** A watched folder, whose it is, and the photos that have been in it for long. */
interface Reading {
  readonly folder: UploadFolder;
  readonly agent: LaunchAgent | undefined;
  readonly old: readonly FilesOfKind[];
  readonly below: readonly FilesOfKind[];
  readonly subfolders: ReturnType<typeof subfoldersOf>;
}

function readingOf(
  folder: UploadFolder,
  { launchAgents: { agents, home }, uploadScript }: Known,
  now: number,
): Reading {
  const agent = agents.find(({ watched }) => watched.some(({ path }) => path === folder.path));
  const isOld = ({ extension, oldest }: FilesOfKind) => MEDIA.has(extension) && now - oldest > STRANDED_MS;
  return {
    folder,
    agent,
    old: folder.files.filter(isOld),
    below: folder.below.filter(isOld),
    subfolders: subfoldersOf(agent, uploadScript, folder.path, home),
  };
}

function strandedFinding(
  { folder, agent, old: ofTop, below, subfolders }: Reading,
  facts: Known,
  now: number,
): FindingDraft[] {
  const old = subfolders === 'taken' ? [...ofTop, ...below] : ofTop;
  if (old.length === 0 || isBusy(agent, facts, now)) return [];
  const { launchAgents, uploadLogs } = facts;
  const count = countOf(old);
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
        evidence: old.map((each) => filesEvidence(folder.path, each)),
        explainedBy: explanationsOf(folder),
        since: oldest,
        count,
        affects: {
          what: 'photo upload',
          state: 'degraded',
          cause: `${photosIn(old)} ${count === 1 ? 'is' : 'are'} waiting, and nothing uploads`,
        },
      },
    ),
  ];
}

function subfoldersFinding({ folder: { path }, below, subfolders }: Reading): FindingDraft[] {
  if (below.length === 0 || subfolders !== 'skipped') return [];
  const count = countOf(below);
  return [
    kinds.inSubfolders.finding(
      { path, photos: photosIn(below) },
      {
        subject: `${path} subfolders`,
        evidence: below.map((each) => filesEvidence(`${path}/*/`, each)),
        count,
      },
    ),
  ];
}

const noteOfSubfolders = ({ folder: { path }, below, subfolders }: Reading): string[] =>
  below.length === 0 || subfolders !== 'chosen'
    ? []
    : [
        `${photosIn(below)} in subfolders of ${path} ${countOf(below) === 1 ? 'was' : 'were'} not checked: the agent or its script names subfolders, or leaves them out`,
      ];

const countOf = (files: readonly FilesOfKind[]) => files.reduce((sum, { count }) => sum + count, 0);

const photosIn = (files: readonly FilesOfKind[]) =>
  `${countOf(files)} ${countOf(files) === 1 ? 'photo or video' : 'photos and videos'}`;

const filesEvidence = (source: string, { count, extension, bytes, oldest }: FilesOfKind) => ({
  source,
  observed: `${counted(count, `.${extension} file`)} (${Math.ceil(bytes / 1_048_576)} MiB); the time is that of the oldest`,
  at: oldest,
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

const notCheckedOf = (agents: readonly LaunchAgent[], folders: readonly UploadFolder[]) => [
  ...folders
    .filter(({ state }) => state === 'file')
    .map(({ path }) => `${path} is a file, and no folder whose photos could be counted`),
  ...agents.flatMap(({ label, watched }) => [
    ...(watched.length === 0 ? [`${label} watches no folder: where its photos are is not known`] : []),
    ...watched
      .filter(({ path }) => !folders.some((folder) => folder.path === path))
      .map(({ path }) => `${path} was not checked`),
  ]),
];

function notesOf(folders: readonly UploadFolder[]): string[] {
  const left = folders
    .flatMap(({ files }) => files)
    .filter(({ extension }) => !MEDIA.has(extension))
    .map(({ extension, count }) => `${count} ${extension === '-' ? 'without extension' : `.${extension}`}`);
  return [
    ...folders
      .filter(({ state }) => state === 'missing')
      .map(({ path }) => `the folder ${path} does not exist`),
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
