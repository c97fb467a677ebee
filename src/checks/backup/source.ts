import { BACKUP_JOBS, type DeclaredBackup } from '../../facts/config/backups.ts';
import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { type Text, wholeText } from '../../facts/config/text.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { withImage } from '../shared/image.ts';
import { isBelow } from '../shared/mounts.ts';
import { placeIn } from '../shared/steps.ts';
import { mayLeaveOut, ORIGINALS } from './excludes.ts';
import * as kinds from './kinds.ts';

/** Where Immich keeps its photos, by its version. */
const MEDIA = ['/data', '/usr/src/app/upload'];
const VOLUMES = '/var/lib/containers/storage/volumes';

export const source = judgeSource({
  needs: ['backups', 'containers'],
  elsewhere: { settings: BACKUP_JOBS },
  evaluate({ backups: { jobs, others, possible }, containers }, { folder }) {
    const servers = withImage(containers, (name) => name === 'immich-server').found;
    const isNone = jobs.length + others.length + possible.length === 0;
    const started = together(jobs.map((job) => startOf(job, folder)));
    const isStarted = started.findings.length + started.notChecked.length === 0;
    if (servers.length === 0 && isStarted)
      return { skip: `no container of Immich is declared${isNone ? ', and no backup' : ''}` };
    if (isNone)
      return { findings: [], lookedAt: {}, note: 'no backup is declared: it may be made elsewhere' };
    const lookedAt = { backupJobs: jobs.length + others.length };
    const [other] = [...others, ...possible];
    if (jobs.length === 0)
      return {
        findings: [],
        lookedAt: {},
        note: `whether the photos are in a backup was not checked: ${other} may back them up`,
      };
    const saved = together(servers.map((server) => judge(server, jobs, { other, root: folder })));
    return {
      findings: [...saved.findings, ...started.findings],
      notChecked: [...saved.notChecked, ...started.notChecked],
      lookedAt,
    };
  },
});

function startOf({ name, neverStarts }: DeclaredBackup, root: string): Judged {
  if (neverStarts === undefined) return {};
  const { unit, option, at, unless } = neverStarts;
  if (unless !== undefined)
    return {
      notChecked: `whether anything starts ${name}: its timer is off, and ${unless.file}:${unless.line} names ${unit}`,
    };
  return {
    finding: kinds.neverStarts.finding(
      { job: name, option, at: placeIn(root, at) },
      {
        subject: name,
        evidence: [evidenceAt(at, `${option} is empty, and nothing else starts ${unit}`, 'a time')],
      },
    ),
  };
}

type Saving =
  | { readonly state: 'saves' }
  | { readonly state: 'does not'; readonly excluded: string | undefined }
  | { readonly state: 'unknown'; readonly why: string };

/** Whether a backup has the photos of a folder: any part that has originals may be all that somebody wants. */
function savingOf(job: DeclaredBackup, folder: string): Saving {
  const { name, paths, exclude, hasMore } = job;
  const open = (why: string) => ({ state: 'unknown', why }) as const;
  const plain = paths.items.map(plainPath);
  const isOpen = paths.rest !== undefined || plain.length === 0 || plain.includes(undefined);
  const isIn = plain.some((path) => path !== undefined && (isBelow(folder, path) || isBelow(path, folder)));
  if (hasMore || (isOpen && !isIn)) return open(`not all paths of ${name} are known`);
  if (!isIn) return { state: 'does not', excluded: undefined };
  const excludes = exclude.items.map(wholeText);
  const excluded = excludes.find((text) => text !== undefined && isFolderAround(text, folder));
  if (excluded !== undefined && !excludes.some((text) => text?.startsWith('!')))
    return { state: 'does not', excluded: plainExclude(excluded) };
  if (exclude.rest !== undefined || excludes.includes(undefined))
    return open(`what ${name} leaves out is not known`);
  const perhaps = excluded ?? excludes.find((text) => text !== undefined && mayLeaveOut(text, folder));
  return perhaps === undefined
    ? { state: 'saves' }
    : open(`${name} may leave them out by ${JSON.stringify(perhaps)}`);
}

const plainExclude = (exclude: string) => exclude.replace(/(?:\/\*{1,2}|\/+)$/, '');

/** A path without a pattern, or of all that is in it. */
const isFolderAround = (exclude: string, folder: string) =>
  /^\/[^*?[$]*$/.test(plainExclude(exclude)) && isBelow(folder, plainExclude(exclude));

interface Media {
  readonly at: SourceLocation | undefined;
  /** Of the host, that with the most photos first. */
  readonly folder: string;
  /** Those in which the photos themselves lie. */
  readonly originals: readonly string[];
}

/** Undefined where not all of its volumes are known, or none is for photos. */
function mediaOf({ volumes, at }: DeclaredContainer): Media | undefined {
  if (volumes.rest !== undefined || volumes.items.some(mayBePhotos)) return undefined;
  const mounts = volumes.items.flatMap((volume) => {
    const [from = '', to = ''] = wholeText(volume)?.split(':') ?? [];
    const inside = to.replace(/\/+$/, '');
    const media = MEDIA.find((folder) => isBelow(inside, folder));
    if (media === undefined) return [];
    const folder = from.startsWith('/') ? from.replace(/\/+$/, '') : `${VOLUMES}/${from}/_data`;
    return [{ folder, below: inside.slice(media.length + 1), at: volume.at }];
  });
  const [first] = mounts.toSorted((a, b) => a.below.length - b.below.length);
  if (first === undefined) return undefined;
  const originals = mounts.flatMap(({ folder, below }) =>
    below === '' ? ORIGINALS.map((name) => `${folder}/${name}`) : isOriginal(below) ? [folder] : [],
  );
  return originals.length === 0 ? undefined : { at: first.at ?? at, folder: first.folder, originals };
}

/** Of which the folder of the host is not known, and the one of the container is for photos or not known either. */
function mayBePhotos(volume: Text): boolean {
  if (wholeText(volume) !== undefined) return false;
  const end = volume.parts.at(-1);
  const inside = typeof end === 'string' ? /^:(\/[^:]+)(?::[^:/]*)?$/.exec(end)?.[1] : undefined;
  return inside === undefined || MEDIA.some((folder) => isBelow(inside, folder) || isBelow(folder, inside));
}

function whyNoMedia({ volumes }: DeclaredContainer): string {
  const unknown = volumes.items.find(mayBePhotos);
  if (unknown === undefined && volumes.rest === undefined)
    return `none of its volumes is for them (${MEDIA.join(' or ')})`;
  return `not all of its volumes are known${unknown?.at === undefined ? '' : ` (${unknown.at.file}:${unknown.at.line})`}`;
}

const isOriginal = (below: string) => ORIGINALS.includes(below.split('/')[0] ?? '');

/** A pattern, or a path of a shell, may stand for any. */
function plainPath(path: Text): string | undefined {
  const text = wholeText(path)?.replace(/(?<=.)\/+$/, '');
  return text !== undefined && /^\/[^*?[$]*$/.test(text) ? text : undefined;
}

interface Around {
  /** A backup of another kind. */
  readonly other: string | undefined;
  readonly root: string;
}

function judge(server: DeclaredContainer, jobs: readonly DeclaredBackup[], { other, root }: Around): Judged {
  const { name } = server;
  const media = mediaOf(server);
  const notChecked = (why: string) => ({
    notChecked: `whether the photos of ${name} are in a backup: ${why}`,
  });
  if (media === undefined) return notChecked(whyNoMedia(server));
  const all = jobs.flatMap((job) =>
    media.originals.map((folder) => ({ job, folder, saving: savingOf(job, folder) })),
  );
  const saving = jobs.filter((job) => all.some((each) => each.job === job && each.saving.state === 'saves'));
  const doubts = all.flatMap((each) => doubtOf(each, saving.includes(each.job)));
  if (saving.some(({ name: job }) => !doubts.some((doubt) => doubt.job === job))) return {};
  const [doubt] = doubts;
  if (doubt !== undefined) return notChecked(doubt.why);
  if (other !== undefined) return notChecked(`${other} may back them up`);
  return { finding: leftOut(name, media, { jobs, all, root }) };
}

interface JudgedFolder {
  readonly job: DeclaredBackup;
  readonly folder: string;
  readonly saving: Saving;
}

/** Of two folders with originals a job may save that without any: it depends on the settings of Immich. */
function doubtOf({ job, folder, saving }: JudgedFolder, savesOther: boolean) {
  if (saving.state === 'unknown') return [{ job: job.name, why: saving.why }];
  return savesOther && saving.state === 'does not' && saving.excluded !== undefined
    ? [{ job: job.name, why: `${job.name} leaves out ${folder}, which may have some` }]
    : [];
}

function leftOut(
  name: string,
  { folder, at }: Media,
  {
    jobs,
    all,
    root,
  }: {
    readonly jobs: readonly DeclaredBackup[];
    readonly all: readonly JudgedFolder[];
    readonly root: string;
  },
): FindingDraft {
  const saved = jobs.flatMap(({ paths }) => paths.items.flatMap((path) => plainPath(path) ?? []));
  const [excluding] = all.flatMap(({ job, saving }) =>
    saving.state === 'does not' && saving.excluded !== undefined ? [{ job, excluded: saving.excluded }] : [],
  );
  const job = excluding?.job ?? jobs[0];
  const excluded = excluding?.excluded;
  return kinds.photosLeftOut.finding(
    { name, folder, job: job?.name ?? '', excluded, at: placeIn(root, job?.at) },
    {
      subject: name,
      evidence: [
        evidenceAt(at, `${name} keeps its photos in ${folder}`),
        evidenceAt(
          job?.at,
          excluded === undefined
            ? `paths of the backups: ${saved.join(', ') || 'none'}`
            : `${job?.name} excludes ${excluded}`,
          folder,
        ),
      ],
    },
  );
}
