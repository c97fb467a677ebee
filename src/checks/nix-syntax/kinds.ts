import type { SourceLocation } from '../../model/source-location.ts';
import { byHand } from '../../remedy/steps.ts';
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
