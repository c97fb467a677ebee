import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openNixSource } from '../../src/nix/source.ts';
import { parse } from '../../src/nix/syntax/parse.ts';
import { evaluate, open, writeTree } from './tree.ts';

const SEED = join(import.meta.dirname, 'seed-layout');
const FILES = Object.fromEntries(
  readdirSync(SEED, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(SEED, path)).isFile())
    .map((path) => [path, readFileSync(join(SEED, path), 'utf8')]),
);
const NIX = Object.keys(FILES).filter((path) => path.endsWith('.nix'));

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ';',
    '"',
    "''",
    '${',
    '=',
    '.',
    ':',
    '@',
    '...',
    'let',
    'in',
    'rec',
    'with',
  ],
  ...[
    'inherit',
    'if',
    'else',
    'or',
    '?',
    '//',
    '++',
    '/*',
    '#',
    '<',
    './.',
    'import',
    'config',
    '\u0000',
    '\r',
    'é',
  ],
];

const mutation = fc.record({
  file: fc.constantFrom(...NIX),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(12),
  added: fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }),
});

test('files with mistakes in them are read to the end: nothing throws, and nothing hangs', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const files = { ...FILES };
      for (const { file, at, removed, added } of mutations) {
        const text = files[file] ?? '';
        const start = Math.floor(at * text.length);
        files[file] = `${text.slice(0, start)}${added.join(' ')}${text.slice(start + removed)}`;
      }
      const source = open(files);
      for (const host of source.hosts) {
        host.attributes('virtualisation.oci-containers.containers');
        host.option('virtualisation');
        host.option('systemd');
        host.option('home-manager');
        host.definitions('virtualisation.oci-containers.backend');
        expect(host.files.length).toBeGreaterThanOrEqual(0);
      }
      for (const { at } of source.problems()) expect(at.line).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
});

test('any text has a syntax tree', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 60 }), (pieces) => {
      const text = pieces.join(' ');
      for (const { start } of parse(text).problems) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('bounds', () => {
  test.each([
    ['brackets', `${'['.repeat(100_000)}1`],
    ['sets', `${'{ a = '.repeat(50_000)}1`],
    ['parentheses', `${'('.repeat(100_000)}`],
    ['interpolations', `${'"${'.repeat(50_000)}`],
    ['functions', `${'x: '.repeat(100_000)}x`],
    ['negations', `${'!'.repeat(100_000)}true`],
    ['additions', Array.from({ length: 100_000 }, () => '1').join(' + ')],
    ['concatenations', Array.from({ length: 100_000 }, () => '[ ]').join(' ++ ')],
    ['applications', `f ${'x '.repeat(100_000)}`],
    ['calls without end', 'let f = n: f (n + 1); in f 0'],
    ['calls that double', 'let f = n: f (n + 1) + f (n + 1); in f 0'],
    ['calls that double, and end late', 'let f = n: if n == 0 then 1 else f (n - 1) + f (n - 1); in f 40'],
    ['strings that double', 'let f = n: s: if n == 0 then s else f (n - 1) (s + s); in f 60 "x"'],
    ['lists that double', 'let f = n: s: if n == 0 then s else f (n - 1) (s ++ s); in f 60 [ 1 ]'],
    ['a list that is too long', 'builtins.genList (x: x) 1000000000'],
    ['a set that holds itself', 'let a = { b = a; c = [ a ]; }; in a'],
    ['a set that holds itself often', 'let a = { b = a; c = a; d = a; }; in a'],
    ['itself', 'let a = a; in a'],
    ['equality of what holds itself', 'let a = { x = a; }; b = { x = b; }; in a == b'],
    ['JSON of what holds itself', 'let a = { x = a; y = a; }; in builtins.toJSON a'],
    ['a regular expression', 'builtins.match "(a*)*b" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'],
    ['another', 'builtins.match ".*.*.*.*.*.*.*.*.*.*.*x" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'],
    ['importing itself', 'import ./expression.nix'],
  ])('%s', (_, text) => {
    expect(evaluate(text)).toBeDefined();
  });

  test('files that import each other', () => {
    expect(evaluate('(import ./a.nix).x', { 'a.nix': 'import ./expression.nix' })).toMatchObject({
      kind: 'unknown',
    });
  });

  test('a file of 10 MB', () => {
    const line = '  a.b = { c = "x ${toString 1}"; d = [ 1 2 ]; };\n';
    const body = Array.from({ length: 200_000 }, (_, index) => line.replace('b', `b${index}`)).join('');
    const source = open({ 'configuration.nix': `{ ... }: {\n${body}  z = 1;\n}\n` });
    expect(source.hosts[0]?.option('z')).toMatchObject({ state: 'known', value: 1, at: { line: 200_002 } });
  });

  test('a file that is too large is not read, and is a gap', () => {
    const source = open({
      'configuration.nix': '{ imports = [ ./big.nix ]; }',
      'big.nix': ' '.repeat(17 * 1024 * 1024),
    });
    expect(source.hosts[0]?.gaps).toMatchObject([{ reason: expect.stringMatching(/larger than 16 MiB/) }]);
  });

  test('a link that leads out of the folder is not followed', () => {
    const outside = writeTree({ 'secret.nix': '{ a = 1; }' });
    const folder = writeTree({ 'configuration.nix': '{ imports = [ ./link.nix ]; }' });
    symlinkSync(join(outside, 'secret.nix'), join(folder, 'link.nix'));
    expect(openNixSource(folder).hosts[0]?.option('a').state).toBe('unknown');
  });
});
