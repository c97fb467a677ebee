import type { Filesystems } from '../../facts/host/filesystems.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Explanation } from '../define.ts';
import { allWith } from '../shared/lookup.ts';
import { foldersUpFrom, mountOf } from '../shared/mounts.ts';

/** Texts in which a path tells which disk is absent, full or read-only. */
const OF_STORAGE =
  /no such file or directory|no space left on device|read-only file system|input\/output error|unmet condition/i;

interface Seen {
  readonly unit: ContainerUnit;
  /** What was said last, where anything was. */
  readonly text: string;
  /** The reason is one that is known: then only a path in it tells of a disk. */
  readonly isKnown: boolean;
  readonly commands: UnitCommands | undefined;
  readonly filesystems: Filesystems | undefined;
}

/** The disks whose trouble may be why a container cannot run: the nearest one of each path first. */
export function storageCauses({ unit, text, isKnown, commands, filesystems }: Seen): Explanation[] {
  const inText = OF_STORAGE.test(text) ? pathsIn(text) : [];
  // podman itself failed: what it writes is in its store.
  const ofStore = !isKnown && unit.exitStatus === 125 ? (filesystems?.stores ?? []) : [];
  const mounted = isKnown ? [] : (commands?.files ?? []);
  const paths = [...inText, ...mounted, ...ofStore];
  const absent = paths.flatMap((path) => unmountedAbove(path, filesystems));
  const mounts = paths.flatMap((path) => (filesystems && mountOf(filesystems, path)?.point) ?? []);
  return [
    ...absent.map((subject) => ({ check: 'storage', subject })),
    ...[...new Set(mounts)].map((subject) => ({ check: 'storage', subject, status: 'fail' as const })),
  ];
}

/** podman names a path as it is, with the blanks in it. */
function pathsIn(text: string): string[] {
  const [, named] = /statfs (\/.{1,4000}?): /.exec(text) ?? [];
  return named === undefined ? (text.match(/\/[\w.@:+/-]+/g) ?? []) : [named];
}

/** What should be mounted at one of the folders above a path, and is not: the nearest first. */
function unmountedAbove(path: string, filesystems: Filesystems | undefined): string[] {
  const isMissing = (point: string) =>
    allWith(filesystems?.declared, 'point', point).some(({ folder }) => folder !== undefined);
  return foldersUpFrom(path).filter(isMissing);
}
