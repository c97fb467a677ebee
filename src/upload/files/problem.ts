import { ioCode, ioReason } from '../../text/io-error.ts';

/** Why a file is left where it is: data, because no single file ends a run. */
export interface FileProblem {
  readonly problem: 'changed' | 'vanished' | 'unsettled' | 'failed';
  readonly reason: string;
}

export const CHANGED: FileProblem = { problem: 'changed', reason: 'it changed' };

export function problemOf(error: unknown): FileProblem {
  const code = ioCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'vanished', reason: 'it no longer exists' };
  // O_NOFOLLOW says so of a link that was put in the place of a file.
  if (code === 'ELOOP') return { problem: 'changed', reason: 'it was replaced by a symbolic link' };
  if (code === undefined) throw error;
  const who =
    code === 'EACCES'
      ? ': the user of this run cannot read or change it: change its owner or mode, or those of its folder'
      : '';
  return { problem: 'failed', reason: `${ioReason(error)}${who}` };
}
