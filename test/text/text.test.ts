import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../src/text/duration.ts';
import { didYouMean } from '../../src/text/nearest.ts';
import { plain } from '../../src/text/plain.ts';
import { quote } from '../../src/text/shell.ts';

test('a quoted word comes out of the shell as it went in', () => {
  fc.assert(
    fc.property(
      fc.string().filter((word) => !word.includes('\0')),
      (word) => {
        expect(execFileSync('sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(
          Buffer.from(word).toString(),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('plain text holds no control character but tab and newline', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(
        [...plain(text)].every(
          (char) =>
            char === '\t' || char === '\n' || (char >= ' ' && !(char >= '\u007f' && char <= '\u009f')),
        ),
      ).toBe(true);
    }),
  );
});

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['5', undefined],
  ['-1s', undefined],
])('the duration %s', (text, expected) => expect(parseDuration(text)).toBe(expected));

test.each([
  ['ml-om', ['visibility', 'ml-oom'], 'ml-oom'],
  ['tailscale', ['ml-oom', 'tailscale-up'], 'tailscale-up'],
  ['warning', ['fail', 'warn'], 'warn'],
])('%s: names the nearest word', (word, known, nearest) =>
  expect(didYouMean(word, known)).toBe(`; did you mean "${nearest}"?`),
);

test.each([
  ['zzzzzzzzzzzz', ['ml-oom']],
  ['zz', ['ok']],
  ['', ['ok']],
  ['m', ['ml-oom']],
  ['ml-oom', []],
])('%s: names no word that is far', (word, known) => expect(didYouMean(word, known)).toBe(''));
