import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { identityOf } from '../../../src/upload/files/identity.ts';

/** A new folder that goes when the test ends. */
export function freshFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'hsdoctor-files-'));
  onTestFinished(() => {
    if (process.geteuid?.() !== 0) execFileSync('chmod', ['-R', 'u+rwx', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

export function put(folder: string, name: string, content: string | Buffer = name): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export function found(folder: string, name: string, linked = false): FoundFile {
  const path = join(folder, name);
  return {
    path,
    name,
    identity: identityOf((linked ? statSync : lstatSync)(path, { bigint: true })),
    linked,
  };
}

export function putFound(folder: string, name: string, content: string | Buffer = name): FoundFile {
  put(folder, name, content);
  return found(folder, name);
}

/** Returns when a change of the file would have another time: file systems tell time in steps of some milliseconds. */
export function laterThan({ path, identity }: FoundFile): void {
  const probe = `${path}.probe`;
  do writeFileSync(probe, '');
  while (lstatSync(probe, { bigint: true }).ctimeNs <= identity.changed);
  rmSync(probe);
}
