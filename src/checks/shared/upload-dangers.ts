import type { UploadScript } from './upload-script.ts';

export type DangerKind = 'uploader-deletes' | 'deletes-duplicates' | 'deletes-unproven' | 'unpinned-uploader';

/** What in an upload script can lose a photo. */
export interface Danger {
  readonly kind: DangerKind;
  readonly status: 'fail' | 'warn';
  /** Of the script; none where its environment says it. */
  readonly line: number | undefined;
  readonly observed: string;
  /** What the script does there, after its name. */
  readonly what: string;
}

/** A version, one that a variable of the script names, or the one that is installed. */
const PINNED = /^(?:\d+\.\d+|["$]|installed)/;

/**
 * The worst come first.
 *
 * @param uploads whether something beside it uploads, of the same agent
 */
export function dangersOf(
  { cli, deleteOptions, removals, verifies }: UploadScript,
  uploads = cli.length > 0,
): readonly Danger[] {
  if (!uploads) return [];
  return [
    ...deleteOptions.map(({ line, option }) => dangerOfOption(line, option)),
    ...(verifies ? [] : removals).map((line) => ({
      kind: 'deletes-unproven' as const,
      status: 'warn' as const,
      line,
      observed: 'removes files',
      what: 'deletes originals when the uploader exits with 0',
    })),
    ...cli
      .filter(({ version = 'latest' }) => !PINNED.test(version))
      .map(({ line, version }) => ({
        kind: 'unpinned-uploader' as const,
        status: 'warn' as const,
        line,
        observed: version === undefined ? '@immich/cli without a version' : `@immich/cli@${version}`,
        what: 'does not pin the version of the uploader',
      })),
  ];
}

/** Those of each kind, in the order in which the kinds come. */
export function byKind<T extends Pick<Danger, 'kind'>>(dangers: readonly T[]): [T, ...T[]][] {
  return [...Map.groupBy(dangers, ({ kind }) => kind).values()] as [T, ...T[]][];
}

/** It may call one that is not known, and delete after it. */
export const noUploaderIn = (what: string): string =>
  `no uploader that hsdoctor knows was found in ${what}: look there for lines that delete photos`;

/** What in a script may lose a photo, and cannot be told from its text. */
export function notCheckedIn(
  path: string,
  { cli, removals, runsOthers, verifies, callsHsdoctor }: UploadScript,
  uploads = cli.length > 0,
): readonly string[] {
  if (!uploads && !callsHsdoctor) return [noUploaderIn(path)];
  const lines = (numbers: readonly number[]) =>
    `line${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')} of ${path}`;
  return [
    ...(runsOthers.length === 0
      ? []
      : [`what ${lines(runsOthers)} ${runsOthers.length === 1 ? 'does' : 'do'} is not known to be harmless`]),
    ...(removals.length === 0 || (uploads && !verifies)
      ? []
      : [`whether ${lines(removals)} removes only files that the server has`]),
  ];
}

/** Variables by which the uploader deletes, whatever their value is. */
export const isDeleteVariable = (name: string) => /^IMMICH_DELETE_(?:ASSETS|DUPLICATES)$/.test(name);

/** An option of the uploader that deletes, or the variable that stands for it. */
export function dangerOfOption(line: number | undefined, option: string): Danger {
  return {
    kind: /duplicates$/i.test(option) ? 'deletes-duplicates' : 'uploader-deletes',
    status: 'fail',
    line,
    observed: option,
    what: /duplicates$/i.test(option)
      ? 'deletes files that the server has only in its trash'
      : 'lets the uploader delete the originals',
  };
}
