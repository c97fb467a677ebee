import type { BigIntStats } from 'node:fs';

/** What tells a file, and a state of it, from every other: as long as it is the same, so are the bytes. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bytes: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** When its content or its metadata changed, which no program can set: nanoseconds since 1970. */
  readonly changed: bigint;
}

export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino, bytes: Number(size), modified: mtimeNs, changed: ctimeNs };
}

export function sameIdentity(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.device === b.device &&
    a.inode === b.inode &&
    a.bytes === b.bytes &&
    a.modified === b.modified &&
    a.changed === b.changed
  );
}
