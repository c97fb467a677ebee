import { posix } from 'node:path';
import type { Evidence, Finding, TargetReport } from '../model/report.ts';

export interface FindingLocation {
  /** Of a configuration from the working directory, else as the target has it. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly evidence: Evidence;
}

interface LocationInFile {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Every place in a file that the finding points to, the one to look at first in front. */
export function locationsOf(
  { evidence }: Finding,
  target: Pick<TargetReport, 'kind' | 'folder'>,
): FindingLocation[] {
  return evidence.flatMap((item) => {
    if (item.location === undefined || item.location.file === '') return [];
    const { file, line, column } = item.location;
    return [
      {
        file: target.kind === 'source' ? posix.join(target.folder ?? '', file) : file,
        ...(line === undefined || line < 1 ? {} : { line }),
        ...(line === undefined || line < 1 || column === undefined || column < 1 ? {} : { column }),
        evidence: item,
      },
    ];
  });
}

/** `modules/plex.nix:12:3`. */
export function locationText({ file, line, column }: LocationInFile): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
