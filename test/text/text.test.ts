import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../src/text/duration.ts';
import { didYouMean } from '../../src/text/nearest.ts';
import { quote } from '../../src/text/shell.ts';
import { isPrintable, visible } from '../../src/text/visible.ts';

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

/** Texts with what is hidden in them, and with what is made of it. */
const odd = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        '\n',
        '\u202e',
        '\u200b',
        '\u{e0041}',
        '\u2028',
        '\u001b[31m',
        '\\u{202e}',
        '\\',
        'u{5c}',
        '⏎',
        '\u00a0',
        '\ud800',
        ...['e', '\u00e9', '\u0301', '\u0323', 'i\u0307', '\u212b', '\u0e4d\u0e32', '\u0905\u093e', ' '],
        ...['\ud55c', '\u1112', '\u1161', '\u11ab', '\uf900'],
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

test('a visible text is printable, on one line, and stays as it is when it is made visible again', () => {
  fc.assert(
    fc.property(odd, (text) => {
      expect(isPrintable(visible(text))).toBe(true);
      expect(visible(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('two texts never look alike', () => {
  fc.assert(
    fc.property(odd, odd, (one, other) => {
      if (one !== other) expect(visible(one).normalize()).not.toBe(visible(other).normalize());
    }),
    { numRuns: 2000 },
  );
  const names = ['a\u202eb', 'a\\u{202e}b', 'ab', 'a\u200bb', 'a\nb', 'a⏎b', 'a b', 'a\u00a0b', 'a\\nb'];
  expect(new Set(names.map(visible)).size).toBe(names.length);
  const marked = [
    '\u00e9.jpg',
    'e\u0301.jpg',
    'i\u0307',
    'i',
    '\u1ea5',
    'a\u0302\u0301',
    'e\u0301Zo\u00eb\\u{301}',
    'e\u0301Zo\u00eb\u0301',
    'a\u0301\u0302',
    '\u00e2\u0301',
  ];
  expect(new Set(marked.map((name) => visible(name).normalize())).size).toBe(marked.length);
});

test.each([
  ['한국어 여행.jpg', '한국어 여행.jpg'],
  ['x\n::error::y', 'x⏎\\u{3a}:error::y'],
  ['see ::error::y', 'see \\u{3a}:error::y'],
  ['listens on ::1 and :::2283 and ::ffff:10.0.0.1', 'listens on ::1 and :::2283 and ::ffff:10.0.0.1'],
  [
    '##vso[task.setvariable] ##[error] ##teamcity[x]',
    '\\u{23}#vso[task.setvariable] \\u{23}#[error] \\u{23}#teamcity[x]',
  ],
  ['\u1112\u1161\u11ab 1.jpg', '\ud55c\\u{nfd} 1.jpg'],
  ['Ame\u0301lie, Zo\u00eb', 'Am\u00e9lie,\\u{nfd} Zo\u00eb'],
  ['Ame\u0301lie-Zo\u00eb', 'Ame\\u{301}lie-Zo\u00eb'],
  ['\u212b i\u0307 \u1112', '\\u{212b} i\\u{307} \\u{1112}'],
  [
    '\u0939\u093f\u0928\u094d\u0926\u0940 \u0e19\u0e49\u0e33',
    '\u0939\u093f\u0928\u094d\u0926\u0940 \u0e19\u0e49\u0e33',
  ],
  ['\u061c\u200b\u2060\u2028\u{e0041}', '\\u{61c}\\u{200b}\\u{2060}\\u{2028}\\u{e0041}'],
])('%j is shown as it is known from every other', (text, shown) => {
  expect(visible(text)).toBe(shown);
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
  ['wran', ['fail', 'warn'], 'warn'],
  ['dn', ['clock', 'dns'], 'dns'],
])('%s: names the nearest word', (word, known, nearest) =>
  expect(didYouMean(word, known)).toBe(`; did you mean "${nearest}"?`),
);

test.each([
  ['zzzzzzzzzzzz', ['ml-oom']],
  ['zz', ['ok']],
  ['nas', ['clock', 'dns']],
  ['tcsh', ['bash', 'zsh']],
  ['', ['ok']],
  ['m', ['ml-oom']],
  ['ml-oom', []],
])('%s: names no word that is far', (word, known) => expect(didYouMean(word, known)).toBe(''));
