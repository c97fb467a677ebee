import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

const resultsOf = (files: Readonly<Record<string, string>>) =>
  new Map(judged(files).map((result) => [result.check, result]));

test('a file that git-crypt keeps locked is called that, and no syntax error', () => {
  const results = resultsOf({
    'configuration.nix':
      '{ imports = [ ./private.nix ]; networking.domain = (import ./names.nix).domain; system.stateVersion = "24.05"; }',
    'private.nix': '\0GITCRYPT\0\u0001abc',
    'names.nix': '\0GITCRYPT\0\u0001abc',
  });
  expect(results.get('nix-syntax')).toMatchObject({
    status: 'unknown',
    reason: 'names.nix is encrypted by git-crypt; private.nix is encrypted by git-crypt',
    findings: [],
  });
  const [finding] = results.get('visibility')?.findings ?? [];
  expect(finding).toMatchObject({
    kind: 'visibility/not-read',
    title: 'Part of the configuration was not read: private.nix is encrypted by git-crypt',
    remedy: { lasting: [{ text: 'Unlock it with git-crypt unlock, then check again.' }] },
  });
});

test('a file that a filter of git keeps encrypted by age is called that, and no syntax error', () => {
  const results = resultsOf({
    'configuration.nix': '{ imports = [ ./private.nix ]; system.stateVersion = "24.05"; }',
    'private.nix': 'age-encryption.org/v1\n-> X25519 EM6mMAkz\n\u0001abc',
  });
  expect(results.get('nix-syntax')?.status).toBe('unknown');
  expect(results.get('visibility')?.findings?.[0]).toMatchObject({
    title: 'Part of the configuration was not read: private.nix is encrypted by age',
    remedy: { lasting: [{ text: expect.stringMatching(/^Decrypt it, as the filter of git/) }] },
  });
});

test('a file that is left over beside a flake, whose machines could not be found, is no machine that cannot be built', () => {
  const results = resultsOf({
    'flake.nix': '{ outputs = inputs: { nixosConfigurations = inputs.lib.machinesIn ./hosts; }; }',
    'hosts/old/modules.nix': '{ imports = [ ../../modules/lost ]; system.stateVersion = "21.05"; }',
  });
  expect(results.get('nix-syntax')?.findings).toEqual([]);
});

const FLAKE = `{ outputs = { nixpkgs, ... }: {
  nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; };
}; }`;
const MODULE =
  '{ system.stateVersion = "24.05"; my.value = VALUE; virtualisation.oci-containers.backend = "docker"; }';

describe('what is nested more deeply than hsdoctor reads', () => {
  const nested = (open: string, inner: string, close: string, depth: number) =>
    open.repeat(depth) + inner + close.repeat(depth);

  test.each([
    ['parentheses', '(', '1', ')'],
    ['sets', '{ a = ', '1', '; }'],
    ['lists', '[ ', '1', ' ]'],
    ['bindings', 'let a = ', '1', '; in a'],
    ['functions', 'x: ', 'x', ''],
    ['conditions', 'if true then ', '1', ' else 2'],
    ['strings', '"${', '"a"', '}"'],
    ['negations', '!', 'true', ''],
    ['lists one after the other', '[ ] ++ ', '[ ]', ''],
    ['fallbacks', '{ }.b or ', '1', ''],
    ['sums', '1 + ', '1', ''],
    ['arguments', 'toString ', '1', ''],
    ['names of a path', 'a.', 'b', ''],
  ])('is unknown, and no syntax error: %s', (what, open, inner, close) => {
    const value = nested(open, inner, close, 9000);
    const written = what === 'names of a path' ? `{ ${value} = 1; }` : value;
    const results = resultsOf({
      'flake.nix': FLAKE,
      'a.nix': MODULE.replace('VALUE', () => written),
    });
    expect(results.get('nix-syntax')).toMatchObject({
      status: 'unknown',
      reason: 'a.nix is nested more deeply than hsdoctor reads',
      findings: [],
    });
    expect(results.get('visibility')).toMatchObject({
      status: 'unknown',
      findings: [{ title: expect.stringContaining('a.nix is nested more deeply than hsdoctor reads') }],
    });
    // What stands behind it was not read, either.
    expect(results.get('oci-backend')?.status).toBe('skipped');
    expect(results.get('oci-backend')?.reason).toContain('in what was read');
  });

  test('begins behind what people write', () => {
    const value = nested('(', '1', ')', 150);
    const results = resultsOf({ 'flake.nix': FLAKE, 'a.nix': MODULE.replace('VALUE', () => value) });
    expect(results.get('nix-syntax')?.status).toBe('ok');
  });

  test('makes the machines of a flake unknown', () => {
    const results = resultsOf({
      'flake.nix': FLAKE.replace('./a.nix', () => `./a.nix ${nested('(', '{ }', ')', 1000)}`),
      'a.nix': '{ }',
    });
    expect([...results.values()].map(({ status }) => status)).not.toContain('ok');
    expect(results.get('nix-syntax')?.reason).toContain(
      'flake.nix is nested more deeply than hsdoctor reads',
    );
  });
});

test.each([
  ['one file', '[ ./a.nix ]', 'ok', undefined],
  [
    'those that something unknown names',
    'map (name: ./. + name) nixpkgs.lib.no-such',
    'unknown',
    /may set what is checked here$/,
  ],
])('the files of a machine parse only where they are known: %s', (_, modules, status, reason) => {
  const results = resultsOf({
    'flake.nix': FLAKE.replace('[ ./a.nix ]', () => modules),
    'a.nix': '{ system.stateVersion = "24.05"; }',
  });
  expect(results.get('nix-syntax')?.status).toBe(status);
  if (reason !== undefined) expect(results.get('nix-syntax')?.reason).toMatch(reason);
});
