import type { Filesystems, Mount } from '../../facts/host/filesystems.ts';
import { allWith, isAmong } from './lookup.ts';

/** The path is the folder, or lies in it. */
export const isBelow = (path: string, point: string) =>
  point === '/' || path === point || path.startsWith(`${point}/`);

/** The path itself and all folders above it, the nearest first, without `/`. */
export function foldersUpFrom(path: string): string[] {
  const folders = [path];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    folders.push(path.slice(0, at));
  return folders;
}

/** The mount that a path lies on, its links followed before; undefined where it is on one that is not mounted yet. */
export function mountOf(
  { mounts, automounts }: Pick<Filesystems, 'mounts' | 'automounts'>,
  path: string,
): Mount | undefined {
  const folders = [...foldersUpFrom(path), '/'];
  // What was mounted last hides what is below it.
  const found = folders.flatMap((folder) => allWith(mounts, 'point', folder).at(-1) ?? [])[0];
  const waiting = folders.find((folder) => isAmong(automounts, folder));
  return waiting !== undefined && waiting.length > (found?.point.length ?? 0) ? undefined : found;
}
