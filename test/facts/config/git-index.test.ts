import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trackedFiles } from '../../../src/facts/config/git-index.ts';
import { SourceTree } from '../../../src/nix/source-tree.ts';
import { writeTree } from '../../nix/tree.ts';

const FILES = {
  'a.nix': '1',
  'modules/immich.nix': '2',
  'modules/immich-ml.nix': '3',
  'modules/사진.nix': '4',
  [`${'deep/'.repeat(40)}x.nix`]: '5',
  'new.nix': '6',
};

function repository(...commands: readonly (readonly string[])[]): string {
  const folder = writeTree(FILES);
  for (const words of [['init', '--quiet'], ...commands])
    execFileSync('git', words as string[], { cwd: folder, stdio: 'pipe' });
  return folder;
}

const ADDED = ['add', 'a.nix', 'modules', 'deep'];
const KNOWN = Object.keys(FILES).filter((path) => path !== 'new.nix');
const tracked = (folder: string) => trackedFiles(new SourceTree(folder));
const listed = (folder: string) => {
  const found = tracked(folder);
  return found instanceof Set ? [...found].sort() : found;
};

test.each([
  ['as git writes it', [ADDED], KNOWN],
  ['of version 3', [ADDED, ['update-index', '--index-version', '3']], KNOWN],
  ['of version 4', [ADDED, ['update-index', '--index-version', '4']], KNOWN],
  [
    'with a file that is only to be added',
    [ADDED, ['add', '--intent-to-add', 'new.nix']],
    Object.keys(FILES),
  ],
  ['with no file in it', [], []],
])('the index %s names the files that git knows', (_, commands, expected) => {
  expect(listed(repository(...commands))).toEqual([...expected].sort());
});

test('an index of which a part is elsewhere, and one that is cut off, tell nothing', () => {
  expect(tracked(repository(ADDED, ['update-index', '--split-index']))).toMatchObject({
    reason: expect.stringContaining('extension link'),
  });
  const cut = repository(ADDED);
  const index = join(cut, '.git/index');
  const bytes = execFileSync('cat', [index]);
  writeFileSync(index, bytes.subarray(0, bytes.length - 100));
  expect(tracked(cut)).toMatchObject({ reason: expect.stringContaining('of an unknown form') });
});

test('without a repository, in another worktree and beside jj nothing is said', () => {
  expect(tracked(writeTree(FILES))).toBeUndefined();
  expect(tracked(writeTree({ ...FILES, '.git': 'gitdir: /elsewhere' }))).toBeUndefined();
  expect(trackedFiles(new SourceTree(writeTree({ ...FILES, '.git/HEAD': '', '.jj/x': '' })))).toBeUndefined();
});
