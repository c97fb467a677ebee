/** @module-tag source */
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import type { CheckedTarget } from '../../src/model/report.ts';
import { openNixSource } from '../../src/nix/source.ts';
import { parse } from '../../src/nix/syntax/parse.ts';
import { UsageError } from '../../src/text/usage-error.ts';
import { corpus } from './corpus.ts';
import { evaluate, open, writeTree } from './tree.ts';

const SEED = join(import.meta.dirname, 'seed-layout');
const FILES = Object.fromEntries(
  readdirSync(SEED, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(SEED, path)).isFile())
    .map((path) => [path, readFileSync(join(SEED, path), 'utf8')]),
);

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
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(12),
  added: fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }),
});

interface Mutation {
  readonly file: number;
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

function mutated(files: Readonly<Record<string, string>>, mutations: readonly Mutation[]) {
  const nix = Object.keys(files).filter((path) => path.endsWith('.nix'));
  const changed = { ...files };
  for (const { file, at, removed, added } of mutations) {
    const path = nix[file % nix.length] ?? '';
    const text = changed[path] ?? '';
    const start = Math.floor(at * text.length);
    changed[path] = `${text.slice(0, start)}${added.join(' ')}${text.slice(start + removed)}`;
  }
  return changed;
}

test('files with mistakes in them are read to the end: nothing throws, and nothing hangs', () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      const source = open(mutated(FILES, mutations));
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

test('no check breaks on such files, and what it finds has evidence', () => {
  const trees = [FILES, ...corpus().map(({ files }) => files)];
  fc.assert(
    fc.property(
      fc.nat(trees.length - 1),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (tree, mutations) => {
        const folder = writeTree(mutated(trees[tree] ?? FILES, mutations));
        for (const { results } of reportsOf(folder))
          for (const { check, reason, findings } of results) {
            expect(reason ?? '', check).not.toContain('fault of hsdoctor');
            for (const finding of findings) expect(finding.evidence, finding.title).not.toHaveLength(0);
          }
      },
    ),
    { numRuns: 300 },
  );
});

/** None where nothing is left that looks like a machine. */
function reportsOf(folder: string): readonly CheckedTarget[] {
  try {
    const options = { names: { containers: [], secrets: [] }, waivers: [] };
    return checkSource(openSource(folder), '.', checks, options);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

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
    [
      'duplicates',
      `{ ${Array.from({ length: 100_000 }, (_, index) => `a${index} = 1; a${index} = 2; `).join('')}}`,
    ],
    ['a path of names beside a duplicate', `{ ${'a.'.repeat(20_000)}x = 1; b = 1; b = 2; }`],
    ['a path of names that is merged', `{ ${'a.'.repeat(3000)}x = { }; ${'a.'.repeat(3000)}x = { }; }`],
    [
      'names in functions',
      `${Array.from({ length: 500 }, (_, index) => `a${index}: `).join('')}[ ${'b '.repeat(200_000)}]`,
    ],
    ['arguments', `{ ${Array.from({ length: 50_000 }, (_, index) => `a${index}, `).join('')}... }: 1`],
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

  test.each([
    ['one word', { 'configuration.nix': '{ imports = [ ./word.nix ]; }', 'word.nix': 'a'.repeat(150_000) }],
    ['one sum before a colon', { 'configuration.nix': `{ ... }: { a = ${'a+'.repeat(100_000)}:; }` }],
    ['one path of names', { 'configuration.nix': `{ ... }: { services.foo = a${'.b'.repeat(100_000)}; }` }],
    [
      'many addresses in one text',
      { 'configuration.nix': `{ services.foo.extraConfig = "${'listen 100.64.0.1; '.repeat(200_000)}"; }` },
    ],
    [
      'a set that is made of itself',
      {
        'configuration.nix': '{ imports = [ ./m.nix ]; services.foo.listen = "100.64.0.1"; }',
        'm.nix': '{ config, ... }: { services.foo = config.services.foo; }',
      },
    ],
  ])(
    'all checks end, and none fails of itself: %s',
    (_, files) => {
      const folder = writeTree(files);
      const [report] = reportsOf(folder);
      expect(report?.results.length).toBeGreaterThan(10);
    },
    60_000,
  );

  test('hundreds of sets that stand deep are all looked through for secrets', () => {
    const sets = Array.from({ length: 500 }, (_, index) => `g${index} = { h = ${index}; };`).join(' ');
    const folder = writeTree({
      'configuration.nix': `{ config, ... }: {
        age.secrets.x.file = ./x.age;
        environment.etc.q.text = config.age.secrets.x.path;
        home-manager.users.u.a.b.c.d.e.f = { ${sets} };
      }`,
      'x.age': 'age-encryption.org/v1\n-> X25519 a\n',
    });
    const secrets = reportsOf(folder)[0]?.results.find(({ check }) => check === 'agenix-secrets');
    expect(secrets?.status).toBe('ok');
  });

  test('of more names of a set than are read, it is told that there are others, and where', () => {
    const names = 'map toString (lib.range 1 20002)';
    const source = open({
      'configuration.nix': `{ lib, ... }: {\n  systemd.services = lib.genAttrs (${names}) (_: { }); }`,
    });
    const [host] = source.hosts;
    const units = host?.attributes('systemd.services');
    const below = host?.reading(['systemd', 'services']).below();
    for (const each of [units, below]) {
      expect(each?.items).toHaveLength(20_000);
      expect(each?.rest).toMatchObject({
        reason: 'hsdoctor reads at most 20000 names of a set, and systemd.services has 20002',
        at: { file: 'configuration.nix', line: 2 },
      });
    }
  });

  test('of more modules than are read, it is told that there are others', () => {
    const imports = 'builtins.genList (n: { services.a.enable = true; }) 150000';
    const source = open({ 'configuration.nix': `{ ... }: { imports = ${imports}; }` });
    const [host] = source.hosts;
    expect(host?.gaps).toMatchObject([
      {
        touches: 'everything',
        reason: 'hsdoctor reads at most 20000 modules',
        at: { file: 'configuration.nix' },
      },
    ]);
    expect(host?.option('services.b.enable').state).toBe('unknown');
  });

  test('what is set many times is merged', () => {
    const many = 'lib.mkMerge (builtins.genList (n: [ n ]) 150000)';
    const source = open({ 'configuration.nix': `{ lib, ... }: { services.a.list = ${many}; }` });
    expect(source.hosts[0]?.items('services.a.list').items).toHaveLength(150_000);
  });

  test.each([
    ['ports', '(map (n: "127.0.0.1:${toString n}:80") (lib.range 1 2001))'],
    ['environment', '(lib.genAttrs (map toString (lib.range 1 2001)) (_: "x"))'],
  ])('no check of containers is ok where more %s of one are set than are read', (option, value) => {
    const checked = (written: string) => {
      const folder = writeTree({
        'configuration.nix': `{ lib, ... }: {
          system.stateVersion = "25.11";
          virtualisation.oci-containers.backend = "podman";
          virtualisation.oci-containers.containers.web = { image = "x/web:1"; ${option} = ${written}; };
        }`,
      });
      return reportsOf(folder)[0]?.results.find(({ check }) => check === 'container-state');
    };
    expect(checked(value)).toMatchObject({
      status: 'unknown',
      reason: expect.stringMatching(
        `^not all of the container web is read: .*\\.web\\.${option}.*: hsdoctor reads at most 2000 items, and there are more$`,
      ),
    });
    expect(checked(value.replace('2001', '2000'))?.status).toBe('ok');
  });

  test('of more waivers in a file than are read, it is told where the others begin, and they waive nothing', () => {
    const waivers = '# hsdoctor: ignore tailscale-wait: why\n'.repeat(1999);
    const container = (name: string) =>
      `c${name} = { image = "x/y:1"; ports = [ "100.64.0.1:${name}:80" ]; }; # hsdoctor: ignore tailscale-wait: why\n`;
    const folder = writeTree({
      'configuration.nix': `{ ... }: {\n${waivers}virtualisation.oci-containers.containers = {\n${container('1')}${container('2')}};\n}`,
    });
    const results = reportsOf(folder)[0]?.results ?? [];
    const found = (id: string) => results.find(({ check }) => check === id)?.findings ?? [];
    expect(found('tailscale-wait').map(({ subject, waived }) => [subject, waived?.by])).toEqual([
      ['podman-c1.service', 'configuration.nix:2002'],
      ['podman-c2.service', undefined],
    ]);
    expect(
      found('waivers').flatMap(({ evidence }) => evidence.map(({ source, observed }) => [source, observed])),
    ).toContainEqual([
      expect.stringContaining('configuration.nix:2003'),
      expect.stringContaining('hsdoctor reads at most 2000 waivers of a file'),
    ]);
  });

  test('of more options than are read nothing is known, and no check of them is ok or breaks', () => {
    const folder = writeTree({
      'configuration.nix': `{ config, ... }: {
        services.a.enable = true;
        services.b.enable = true;
        services.c.enable = config.services ? d;
        systemd.services.e.script = "true";
        virtualisation.oci-containers.containers.web = { image = "x/web:1"; ports = [ "100.64.0.1:80:80" ]; };
      }`,
    });
    const source = openSource(folder);
    const [host] = source.hosts;
    expect(host?.option('services.a.enable')).toMatchObject({ state: 'known', value: true });
    for (let index = 0; index < 1_000_000; index++) host?.reading(['asked', `${index}`]);
    expect(host?.option('services.a.enable')).toMatchObject({ state: 'known', value: true });
    for (const path of ['services.b.enable', 'services.c.enable', 'services.z.enable', 'z'])
      expect(host?.option(path), path).toMatchObject({
        state: 'unknown',
        reason: 'there is too much to evaluate',
      });
    expect(host?.attributes('systemd.services').rest).toMatchObject({
      reason: 'there is too much to evaluate',
    });
    const [report] = checkSource(source, '.', checks, {
      names: { containers: [], secrets: [] },
      waivers: [],
    });
    // These two tell of files alone, and all were read.
    const ofOptions = report?.results.filter(({ check }) => !['visibility', 'nix-syntax'].includes(check));
    const told = ofOptions?.map(({ check, status, reason }) => `${check} ${status} ${reason}`);
    expect(told?.filter((each) => / (?:ok|warn|fail) |bug in hsdoctor/.test(each))).toEqual([]);
    expect(told?.filter((each) => each.includes(' unknown ')).length).toBeGreaterThan(5);
  });

  test('of more reasons why a check does not know everything than are told, it is told how many there are', () => {
    const folder = writeTree({
      'configuration.nix': `{ lib, pkgs, ... }: {
        virtualisation.oci-containers.containers = lib.genAttrs (map toString (lib.range 1 150)) (_: {
          image = "x/y:1";
          extraOptions = pkgs.options;
        });
      }`,
    });
    const state = reportsOf(folder)[0]?.results.find(({ check }) => check === 'container-state');
    expect(state?.reason?.split('; ')).toHaveLength(101);
    expect(state?.reason).toMatch(/; and 50 more reasons$/);
  });

  test('of more findings of a check than are reported, it is told how many there are', () => {
    const folder = writeTree({
      'configuration.nix': `{ ... }: {\n${'# hsdoctor: ignore ml-oom\n'.repeat(1500)}  system.stateVersion = "25.11";\n}`,
    });
    const waivers = reportsOf(folder)[0]?.results.find(({ check }) => check === 'waivers');
    expect(waivers?.findings).toHaveLength(1000);
    expect(waivers?.reason).toBe('hsdoctor reports at most 1000 findings of a check, and found 500 more');
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
