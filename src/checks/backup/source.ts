import { BACKUP_JOBS, type DeclaredBackup, type DeclaredBackups } from '../../facts/config/backups.ts';
import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { wholeText } from '../../facts/config/text.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { withImage } from '../shared/image.ts';
import { isBelow } from '../shared/mounts.ts';
import { placeIn } from '../shared/steps.ts';
import * as kinds from './kinds.ts';

/** Where Immich keeps its photos, by its version. */
const MEDIA = ['/data', '/usr/src/app/upload'];
const VOLUMES = '/var/lib/containers/storage/volumes';

export const source = judgeSource({
  needs: ['backups', 'containers'],
  elsewhere: { settings: BACKUP_JOBS },
  evaluate({ backups, containers }, { folder }) {
    const { jobs, others, possible } = backups;
    const servers = withImage(containers, (name) => name === 'immich-server').found;
    if (servers.length === 0) return { skip: 'no container of Immich is declared' };
    if (jobs.length + others.length + possible.length === 0)
      return { findings: [], lookedAt: {}, note: 'no backup is declared: it may be made elsewhere' };
    const lookedAt = { backupJobs: jobs.length + others.length };
    const photos = servers.flatMap(mediaOf);
    const why = openIn(backups);
    if (why !== undefined || photos.length === 0)
      return {
        findings: [],
        lookedAt,
        note: `whether the photos are in a backup was not checked: ${why ?? 'their folder is not known'}`,
      };
    return { findings: leftOut(photos, jobs, folder), lookedAt };
  },
});

/** Why more than the plain paths may be saved. */
function openIn({ jobs, others, possible }: DeclaredBackups): string | undefined {
  const [other] = [...others, ...possible];
  if (other !== undefined) return `${other} may back them up`;
  const open = jobs.find(
    ({ paths, hasMore }) =>
      hasMore ||
      paths.items.length === 0 ||
      paths.rest !== undefined ||
      plainPaths(paths.items) === undefined,
  );
  if (open !== undefined) return `not all paths of ${open.name} are known`;
  const leaving = jobs.find(
    ({ exclude }) =>
      exclude.rest !== undefined ||
      exclude.items.some(
        (text) => !/^(?:\/[^*?[$]*?(?:\/\*{1,2})?|\*?\.[\w*-]+)$/.test(wholeText(text) ?? ''),
      ),
  );
  return leaving && `what ${leaving.name} leaves out is not known`;
}

/** Immich keeps the photos themselves in these. */
const ORIGINALS = ['library', 'upload'];

/** The path by which a job leaves a folder out, or all photos in it. */
function leavesOut({ exclude }: DeclaredBackup, folder: string): string | undefined {
  const paths = exclude.items.flatMap((text) => {
    const path = wholeText(text) ?? '';
    return path.startsWith('/') ? [path.replace(/(?:\/\*{1,2}|\/+)$/, '')] : [];
  });
  const around = (inner: string) => paths.find((path) => isBelow(inner, path));
  const [library, upload] = ORIGINALS.map((name) => around(`${folder}/${name}`));
  return around(folder) ?? (library === undefined ? undefined : upload);
}

interface Media {
  readonly name: string;
  readonly at: SourceLocation | undefined;
  /** Of the host, that with the most photos first. */
  readonly folders: readonly string[];
}

/** None where not all of its volumes are known. */
function mediaOf({ name, volumes, at }: DeclaredContainer): Media[] {
  if (volumes.rest !== undefined || volumes.items.some((volume) => wholeText(volume) === undefined))
    return [];
  const mounts = volumes.items.flatMap((volume) => {
    const [from = '', inside = ''] = wholeText(volume)?.split(':') ?? [];
    if (!MEDIA.some((folder) => isBelow(inside.replace(/\/+$/, ''), folder))) return [];
    const folder = from.startsWith('/') ? from.replace(/\/+$/, '') : `${VOLUMES}/${from}/_data`;
    return [{ folder, inside, at: volume.at }];
  });
  const [first, ...others] = mounts.toSorted((a, b) => a.inside.length - b.inside.length);
  if (first === undefined) return [];
  return [{ name, at: first.at ?? at, folders: [first, ...others].map(({ folder }) => folder) }];
}

function plainPaths(paths: DeclaredBackup['paths']['items']): string[] | undefined {
  const texts = paths.map((path) => wholeText(path)?.replace(/(?<=.)\/+$/, ''));
  // A pattern, or a path of a shell, may stand for any.
  return texts.every((text) => text !== undefined && /^\/[^*?[$]*$/.test(text))
    ? (texts as string[])
    : undefined;
}

/** Of several servers, and several backups of one, any that has a part of the folder may have all that somebody wants. */
function leftOut(photos: readonly Media[], jobs: readonly DeclaredBackup[], root: string): FindingDraft[] {
  const saved = jobs.flatMap(({ paths }) => plainPaths(paths.items) ?? []);
  return photos.flatMap(({ name, at, folders }) => {
    const having = folders.flatMap((folder) =>
      jobs
        .filter(({ paths }) =>
          plainPaths(paths.items)?.some((path) => isBelow(folder, path) || isBelow(path, folder)),
        )
        .map((job) => ({ job, excluded: leavesOut(job, folder) })),
    );
    if (having.some(({ excluded }) => excluded === undefined)) return [];
    const [folder = ''] = folders;
    const [excluding] = having;
    const first = excluding?.job ?? jobs[0];
    const excluded = excluding?.excluded;
    return [
      kinds.photosLeftOut.finding(
        { name, folder, job: first?.name ?? '', excluded, at: placeIn(root, first?.at) },
        {
          subject: name,
          evidence: [
            evidenceAt(at, `${name} keeps its photos in ${folder}`),
            evidenceAt(
              first?.at,
              excluded === undefined
                ? `paths of the backups: ${saved.join(', ') || 'none'}`
                : `${first?.name} excludes ${excluded}`,
              folder,
            ),
          ],
        },
      ),
    ];
  });
}
