import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, counted, elapsed } from '../../src/text/amount.ts';
import { visible } from '../../src/text/visible.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [34_512_345, '34.5 MB'],
  [1.5e15, '1.5 PB'],
])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

test.each([
  [0, '0.0 s'],
  [4242, '4.2 s'],
  [9960, '10 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
  [12_000_000, '3 h 20 min'],
  [90_000_000, '25 h'],
  [187_200_000, '2 days 4 h'],
])('%d ms are %s', (ms, text) => expect(elapsed(ms)).toBe(text));

test('a number comes with its noun', () => {
  expect([counted(1, 'file'), counted(0, 'file'), counted(12_345, 'file')]).toEqual([
    '1 file',
    '0 files',
    '12,345 files',
  ]);
});

test('a visible name steers nothing, stands on one line, and no two names look the same', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('a\nb', '"a\\nb"', 'a\u202eb'),
  );
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(visible(one)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(visible(one) === visible(other)).toBe(one === other);
    }),
    { numRuns: 2000 },
  );
  expect(visible('Trip (Rome), {a,b} 사진.jpg')).toBe('Trip (Rome), {a,b} 사진.jpg');
});
