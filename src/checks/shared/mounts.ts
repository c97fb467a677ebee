import type { Filesystems, Mount } from '../../facts/host/filesystems.ts';

const isBelow = (path: string, point: string) =>
  point === '/' || path === point || path.startsWith(`${point}/`);

/** The mount that a path lies on, its links followed before; undefined where it is on one that is not mounted yet. */
export function mountOf(
  { mounts, automounts }: Pick<Filesystems, 'mounts' | 'automounts'>,
  path: string,
): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts)
    if (isBelow(path, mount.point) && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  const waits = automounts.some((point) => isBelow(path, point) && point.length > (found?.point.length ?? 0));
  return waits ? undefined : found;
}

export { isBelow };
