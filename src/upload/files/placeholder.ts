import type { BigIntStats } from 'node:fs';
import process from 'node:process';
import type { FileProblem } from './problem.ts';

export const ONLY_IN_ICLOUD: FileProblem = {
  problem: 'failed',
  reason:
    'it takes no space on this disk, as files do that are only in iCloud: download it in the Finder, and run it again',
};

/** iCloud Drive of macOS before 14 keeps `.photo.jpg.icloud` in place of `photo.jpg`. */
export const nameInPlaceOf = (name: string): string | undefined => /^\.(.+)\.icloud$/s.exec(name)?.[1];

/** A dataless file: to read it would download it, and to delete it deletes it everywhere. */
export function isPlaceholder({ size, blocks }: Pick<BigIntStats, 'size' | 'blocks'>): boolean {
  return process.platform === 'darwin' && size > 0n && blocks === 0n;
}
