import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignments } from '../../src/text/assignments.ts';

test.each([
  ['KEY=abc', 'abc'],
  ['export KEY=abc', 'abc'],
  ['  export  KEY="abc"  ', 'abc'],
  ["KEY='a b'  # the one of minipc", 'a b'],
  ['KEY=abc # comment', 'abc'],
  ['KEY=a#b', 'a#b'],
  ['KEY="a # b"', 'a # b'],
  ['KEY="a\\"b"', 'a"b'],
  ['# KEY=old\r\nKEY=abc\r\n', 'abc'],
  ['\ufeffKEY=abc', 'abc'],
  ['KEY=old\nKEY=new', 'new'],
  ['KEY=', ''],
  ['KEY= # none', ''],
  ['KEY=a=b==', 'a=b=='],
])('%j assigns %j', (text, value) => {
  expect(assignments(text)).toEqual({ values: new Map([['KEY', value]]), rest: [] });
});

test.each(['raw', 'KEY="not closed', "KEY='a' b", '1KEY=a', 'KEY = a'])('%j is no assignment', (text) => {
  expect(assignments(text)).toEqual({ values: new Map(), rest: [text] });
});

test('a value is what a shell builds', { tags: 'hosts' }, () => {
  const bare = fc.stringMatching(/^[\w@%+=:,./#-]{1,20}$/);
  const inQuotes = fc.stringMatching(/^[\w @%+=:,./#|&;-]{0,20}$/);
  const value = fc.oneof(
    bare,
    inQuotes.map((text) => `'${text}'`),
    inQuotes.map((text) => `"${text}"`),
  );
  fc.assert(
    fc.property(value, fc.constantFrom('', ' # "comment'), (written, comment) => {
      const text = `export KEY=${written}${comment}`;
      const shell = execFileSync('sh', ['-c', `${text}\nprintf %s "$KEY"`], { encoding: 'utf8' });
      expect(assignments(text).values.get('KEY')).toBe(shell);
    }),
    { numRuns: 60 },
  );
});
