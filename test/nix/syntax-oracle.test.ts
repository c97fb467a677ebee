import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/nix/syntax/parse.ts';
import { HAS_NIX, refusalOf } from './nix.ts';

const CORPUS = join(import.meta.dirname, '../checks');
const TEXTS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.nix'))
  .map((path) => readFileSync(join(CORPUS, path), 'utf8'))
  // Pipes are an experiment that nix has to be told to read.
  .filter((text) => text.length < 5000 && !/\|>|<\|/.test(text));

const TOKEN = /[A-Za-z_][\w'-]*|\d+|''|\$\{|[^\s\w]/g;

interface Mistake {
  readonly kind: 'line twice' | 'line left out' | 'token left out' | 'token of another' | 'name misspelt';
  readonly at: number;
  readonly other: number;
}

const mistakeOf = fc.record<Mistake>({
  kind: fc.constantFrom('line twice', 'line left out', 'token left out', 'token of another', 'name misspelt'),
  at: fc.nat(),
  other: fc.nat(),
});

/** What somebody makes of a file by a slip. */
function withMistake(text: string, { kind, at, other }: Mistake): string {
  if (kind === 'line twice' || kind === 'line left out') {
    const lines = text.split('\n');
    const index = at % lines.length;
    const line = lines[index] ?? '';
    return lines.toSpliced(index, 1, ...(kind === 'line twice' ? [line, line] : [])).join('\n');
  }
  const tokens = [...text.matchAll(TOKEN)].filter(
    ([token]) => kind !== 'name misspelt' || /^[a-z]/i.test(token),
  );
  const token = tokens[at % tokens.length];
  if (token === undefined) return text;
  const end = token.index + token[0].length;
  const instead =
    kind === 'token left out'
      ? ''
      : kind === 'name misspelt'
        ? `${token[0]}x`
        : tokens[other % tokens.length]?.[0];
  return `${text.slice(0, token.index)}${instead}${text.slice(end)}`;
}

describe.skipIf(!HAS_NIX)('what is Nix (skipped without Debian’s nix-bin)', () => {
  test('is what nix reads, also with a slip in it', { tags: 'source' }, () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(TEXTS.length - 1), mistakeOf, (index, mistake) => {
        const text = withMistake(TEXTS[index] ?? '', mistake);
        const refusal = refusalOf(text);
        const [problem] = parse(text).problems;
        // Sets within sets that stand in two places are brought together by a new nix only, and here may be an older one.
        fc.pre(problem !== undefined || !/attribute .* already defined/.test(refusal ?? ''));
        if (refusal !== undefined) refused++;
        expect({ text, problem: problem?.message, refused: problem !== undefined }).toEqual({
          text,
          problem: problem?.message,
          refused: refusal !== undefined,
        });
      }),
      { numRuns: 250 },
    );
    // Else the test would say nothing.
    expect(refused).toBeGreaterThan(50);
  });

  test.each([
    ['{ a = 1; a = 2; }', 'attribute "a" is defined twice'],
    ['{ a.b = 1; a.b = 2; }', 'attribute "b" is defined twice'],
    ['{ a = 1; a.b = 2; }', 'attribute "a" is defined twice'],
    ['{ a.b = 1; a = { b = 2; }; }', 'attribute "b" is defined twice'],
    ['{ a = { b = 1; }; a = { b = 2; }; }', 'attribute "b" is defined twice'],
    ['{ ${"a"} = 1; a = 2; }', 'attribute "a" is defined twice'],
    ['x: let inherit x; x = 1; in x', 'attribute "x" is defined twice'],
    ['{ inherit ({ a = 1; }) a a; }', 'attribute "a" is defined twice'],
    ['{ a }@a: a', 'duplicate formal function argument "a"'],
    ['x: let ${x} = 1; in x', 'dynamic attributes not allowed in let'],
    ['let a = 1; in b', 'undefined variable "b"'],
    ['a: { b.c = b; }', 'undefined variable "b"'],
    ['rec { inherit a; }', 'undefined variable "a"'],
    ['with a; b', 'undefined variable "a"'],
    ['{ a ? b }: a', 'undefined variable "b"'],
    ['"${a}"', 'undefined variable "a"'],
    ['./a/${b}', 'undefined variable "b"'],
    ['import ./a/ 1', 'a path ends with a slash'],
    ['x: ./${x}/', 'a path ends with a slash'],
    ['./a//b', 'a path ends with a slash'],
    ['{ a = { b = 1; b = 2; }; a.c = 1; }', 'attribute "b" is defined twice'],
    ['1 # a line that a return alone ends\rfoo', 'undefined variable "foo"'],
    ['1\f', 'unexpected "\f"'],
  ])('%s is refused: %s', (text, message) => {
    expect(parse(text).problems.map((problem) => problem.message)).toEqual([message]);
    expect(refusalOf(text)).toBeDefined();
  });

  test.each([
    '{ a = { x = 1; }; a.y = 2; }',
    '{ a.x = 1; a.y = 2; a = { z = 3; }; }',
    '{ a = rec { b = 5; }; a.c = b; }',
    'rec { b.a = b; }',
    'with { }; a + (b: b) c',
    '{ a ? b, b ? all }@all: [ a b ]',
    'let a = b; b = 1; in a',
    'x: rec { inherit (x) a; b = a; }',
    '[ __curPos builtins true null (map toString [ ]) ]',
    './a/${toString 1}/b',
    'x: [ ./a//${x} /a//${x} ./a/b//${x}/c ]',
    'a: a ? b ? c',
    '{\r\n a, # of two\r\n b\r\n}:\r\n a',
  ])('%s is read', (text) => {
    expect(parse(text).problems).toEqual([]);
    expect(refusalOf(text)).toBeUndefined();
  });
});
