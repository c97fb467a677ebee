/** How one version of Immich differs from another, where an uploader can tell. */
export interface Behaviour {
  readonly version: { readonly major: number; readonly minor: number; readonly patch: number };
  /** Text fields without which an upload is refused. */
  readonly requiredFields: readonly string[];
  readonly duration: 'text' | 'milliseconds';
  readonly errors: 'nest' | 'zod';
  readonly knowsOwnKey: boolean;
  readonly enforcesPermissions: boolean;
  readonly tellsTrashed: boolean;
  readonly knowsVisibility: boolean;
  /** The field `filename`, when it comes before a file, names that file: the sidecar too. */
  readonly filenameNamesAll: boolean;
  /** The list of albums has those that others share with the user, too. */
  readonly listsForeignAlbums: boolean;
  /** Of an original whose file is gone. */
  readonly missingOriginal: 404 | 500;
}

/** @throws Error when the version is not three numbers with dots. */
export function behaviourOf(version: string): Behaviour {
  const [, major, minor, patch] = (/^v?(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined)
    throw new Error(`not a version of Immich: ${version}`);
  const since = (first: number, second: number) => major > first || (major === first && minor >= second);
  return {
    version: { major, minor, patch },
    requiredFields: [
      ...(since(3, 0) ? [] : ['deviceAssetId', 'deviceId']),
      'fileCreatedAt',
      'fileModifiedAt',
    ],
    duration: since(3, 0) ? 'milliseconds' : 'text',
    errors: since(3, 0) ? 'zod' : 'nest',
    knowsOwnKey: since(1, 139),
    enforcesPermissions: since(1, 137),
    tellsTrashed: since(1, 115),
    knowsVisibility: since(1, 133),
    filenameNamesAll: since(2, 0),
    listsForeignAlbums: since(3, 0),
    missingOriginal: since(3, 0) ? 404 : 500,
  };
}
