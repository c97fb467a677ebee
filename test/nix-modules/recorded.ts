import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/hsdoctor.ts';

export const RECORDED = join(import.meta.dirname, 'recorded.json');
export const EVALUATE = join(import.meta.dirname, 'evaluate.nix');

/** Of all that the recording is made of. */
export function checksumOfSources(): string {
  const files = ['flake.nix', 'nix/*.nix', 'test/nix-modules/evaluate.nix'].flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }).toSorted(),
  );
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n${readFileSync(join(ROOT, file), 'utf8')}\n`);
  return hash.digest('hex');
}
