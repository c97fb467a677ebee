import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, gitPath } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { placeIn } from '../shared/steps.ts';

export const syntaxError = defineKind<{
  readonly file: string;
  readonly message: string;
  readonly folder: string;
  readonly at: SourceLocation;
}>({
  id: 'syntax-error',
  name: 'A file of the configuration has a syntax error',
  meaning:
    'nix cannot read this file, so the rebuild fails. The rest of the file was checked as well as possible.',
  status: 'fail',
  title: ({ file, message }) => `${file} has a syntax error: ${message}`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand(
        'Fix the syntax on this line. If it looks right, look at the end of the line before it: a ; may be missing there.',
        placeIn(folder, at),
      ),
    ],
  }),
});

export const missingFile = defineKind<{
  readonly path: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'missing-file',
  name: 'The configuration imports a file that does not exist',
  meaning: 'nix cannot build the configuration. What the file would set was not checked.',
  status: 'fail',
  title: ({ path }) => `${path} is imported but does not exist`,
  remedy: ({ folder, at, path }) => ({
    lasting: [byHand(`Correct the path, or add ${path} to the configuration.`, placeIn(folder, at))],
  }),
});

export const notInGit = defineKind<{ readonly path: string; readonly root: string }>({
  id: 'not-in-git',
  name: 'Git does not track a file of a flake',
  meaning:
    'nix copies only files that git tracks: for nix this file does not exist, and the configuration cannot be built.',
  status: 'fail',
  title: ({ path }) => `Git does not track ${path}, so the flake does not have it`,
  remedy: ({ path, root }) => ({
    lasting: [
      run(['git', 'add', '--', gitPath(path)], {
        directory: absolutePath(root),
        where: 'here',
        why: 'Add the file to git. A commit is not needed.',
      }),
    ],
  }),
});
