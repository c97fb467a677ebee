import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/model/report.ts';
import { judged } from './corpus.ts';
import { evaluate, open } from './tree.ts';

/** HSDOCTOR_ROUNDS=100 and HSDOCTOR_SEED=7 look further, or at the same again. */
const ROUNDS = Number(process.env.HSDOCTOR_ROUNDS ?? 2);
const SEED = Number(process.env.HSDOCTOR_SEED ?? Date.now() % 1e9);

const PRIVATE = 'git+ssh://git@example.org/me/private';

/** Under docker where podman is meant, which is wrong: a check that reads it says so, and one that does not must not say `ok`. */
const OWN = `{ virtualisation.podman.enable = true; virtualisation.oci-containers = { backend = "docker"; containers.web.image = "web"; }; }`;

/** Ways to write a list with the module ./own.nix in it, beside something that nobody here can read. */
const LISTS = {
  'an item': '[ private.nixosModules.default ./own.nix ]',
  'a list in front': 'private.lib.modules ++ [ ./own.nix ]',
  'a list behind': '[ ./own.nix ] ++ private.lib.modules',
  flatten: 'lib.flatten [ private.nixosModules.default [ ./own.nix ] ]',
  'flatten of lists': 'lib.flatten [ private.lib.modules [ [ ./own.nix ] ] ]',
  concatLists: 'builtins.concatLists [ private.lib.modules [ ./own.nix ] ]',
  concatMap: 'builtins.concatMap (each: [ each ]) [ private.nixosModules.default ./own.nix ]',
  map: 'map (each: each) [ private.nixosModules.default ./own.nix ]',
  'map of an open list': 'map (each: each) (private.lib.modules ++ [ ./own.nix ])',
  unique: 'lib.unique [ private.nixosModules.default ./own.nix ]',
  filter: 'builtins.filter (each: each != private.nixosModules.x) [ private.nixosModules.default ./own.nix ]',
  remove: 'lib.remove private.nixosModules.x [ private.nixosModules.default ./own.nix ]',
  "foldl'":
    "builtins.foldl' (made: each: made ++ lib.toList each) [ ] [ private.nixosModules.default ./own.nix ]",
  optionals: '[ ./own.nix ] ++ lib.optionals (private ? x) [ private.nixosModules.x ]',
  optional: 'lib.optional private.lib.isOn private.nixosModules.x ++ [ ./own.nix ]',
  'if over it': 'if private.lib.isOn then [ ./own.nix ] else [ private.nixosModules.x ]',
  'the same in both branches':
    'if private.lib.isOn then [ ./own.nix ] else [ ./own.nix private.nixosModules.x ]',
  attrValues: 'builtins.attrValues { own = ./own.nix; other = private.nixosModules.default; }',
  'attrValues of a merged set': 'builtins.attrValues (private.nixosModules // { own = ./own.nix; })',
  'a chosen module': '[ (if private.lib.isOn then ./own.nix else private.nixosModules.x) ]',
  'a module behind a condition': '[ (private.lib.wrap ./own.nix) ]',
  'paths by names': 'map (name: ./. + "/${name}.nix") private.lib.names',
} as const;

const machine = (modules: string, url: string) => ({
  'flake.nix': `{
    inputs.private.url = "${url}";
    outputs = { nixpkgs, private, ... }: let inherit (nixpkgs) lib; in {
      nixosConfigurations.minipc = lib.nixosSystem { modules = ${modules}; };
    };
  }`,
  'own.nix': OWN,
  'empty.nix': '{ }',
});

const inModule = (list: string, url: string) => ({
  'flake.nix': `{
    inputs.private.url = "${url}";
    outputs = { nixpkgs, private, ... }: {
      nixosConfigurations.minipc = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit private; };
        modules = [ ./host.nix ];
      };
    };
  }`,
  'host.nix': `{ lib, private, ... }: { imports = ${list}; }`,
  'own.nix': OWN,
  'empty.nix': '{ }',
});

/** What claims something of a machine as a whole, but for what its files and its system alone decide. */
const claims = (results: readonly CheckResult[]) =>
  results.filter(
    ({ check, status, reason = '' }) =>
      !['nix-syntax', 'waivers'].includes(check) &&
      reason !== 'not a Mac' &&
      (status === 'ok' || (status === 'skipped' && !reason.startsWith('in what was read'))),
  );

describe.each([
  ['modules', machine],
  ['imports', inModule],
] as const)('%s with a part that is not known', (_, made) => {
  test.each(Object.entries(LISTS))('%s: nothing is claimed of the whole machine', (_name, list) => {
    expect(claims(judged(made(list, PRIVATE)))).toEqual([]);
  });

  const read = Object.entries(LISTS).filter(
    ([name]) => !/if over|both branches|chosen|behind a condition|by names|foldl|filter|remove/.test(name),
  );
  test.each(read)('%s: what is known of it is judged', (_name, list) => {
    const results = judged(made(list, PRIVATE));
    expect(results.find(({ check }) => check === 'oci-backend')?.status).toBe('fail');
  });

  test('what stands there only perhaps is no fault', () => {
    const results = judged(made(LISTS['if over it'], PRIVATE));
    expect(results.find(({ check }) => check === 'oci-backend')?.status).toBe('unknown');
  });
});

test('a container of which a part that is not read may set everything is not nothing to look at', () => {
  const files = {
    ...machine(LISTS['an item'], PRIVATE),
    'own.nix': `{ config, lib, ... }: {
      virtualisation.oci-containers = {
        backend = "podman";
        containers = lib.mkMerge [
          { proxy = { image = "immich-server"; ports = [ "100.64.0.1:443:443" ]; }; }
          (lib.mapAttrs (name: app: { environment.NAME = name; }) config.mine.apps)
        ];
      };
    }`,
  };
  const statuses = new Map(judged(files).map(({ check, status }) => [check, status]));
  expect(statuses.get('tailscale-wait')).toBe('unknown');
  expect(statuses.get('tailscale-bind')).toBe('unknown');
  expect(statuses.get('immich-versions')).toBe('unknown');
  expect(statuses.get('ml-oom')).toBe('unknown');
});

test('a module of a well-known project is no gap, and one of an unknown one is told once', () => {
  const kinds = (url: string) =>
    judged(machine(LISTS['an item'], url)).flatMap(({ findings }) => findings.map(({ kind }) => kind));
  expect(kinds('github:nix-community/home-manager')).not.toContain('visibility/modules-not-read');
  expect(
    kinds('github:somebody/services').filter((kind) => kind === 'visibility/modules-not-read'),
  ).toHaveLength(1);
});

test('the value of a list of which a part is not known is not that of its known part', () => {
  const [host] = open({
    'configuration.nix': '{ config, ... }: { a.b = [ 1 ] ++ config.x.y; }',
  }).hosts;
  expect(host?.option('a.b').state).toBe('unknown');
  expect(evaluate('builtins.length ([ 1 ] ++ builtins.storePath /x)')).toMatchObject({ kind: 'unknown' });
  expect(evaluate('builtins.elem 3 (builtins.filter (x: assert false; true) [ 1 ])')).toMatchObject({
    kind: 'unknown',
  });
});

test('a set of which one member is not known has the others', () => {
  const [host] = open({
    'configuration.nix': `{ lib, ... }: {
      virtualisation.oci-containers.containers =
        lib.filterAttrs (name: each: each.on or false) { a = { on = true; image = "a"; }; b = { on = builtins.getEnv "B"; }; c = { }; };
    }`,
  }).hosts;
  const names = host?.attributes(['virtualisation', 'oci-containers', 'containers']);
  expect(names?.items).toEqual(['a']);
  expect(names?.rest).toBeDefined();
});

test('one module that cannot be read never makes anything ok', { tags: 'source', timeout: 240_000 }, () => {
  const parts = [
    OWN,
    `{ virtualisation.oci-containers = { backend = "podman"; containers.db = { image = "db"; ports = [ "100.64.0.1:1:1" ]; }; }; }`,
    `{ services.tailscale.enable = true; system.stateVersion = "24.11"; }`,
    `{ age.secrets.key.file = ./key.age; }`,
    `{ systemd.services.podman-db.serviceConfig.StartLimitIntervalSec = 0; }`,
    `{ docker-containers.old.image = "old"; }`,
  ];
  const lists = fc.uniqueArray(fc.nat(parts.length - 1), { minLength: 1 });
  for (const chosen of fc.sample(lists, { numRuns: 5 * ROUNDS, seed: SEED })) {
    const files = Object.fromEntries(chosen.map((part) => [`m${part}.nix`, parts[part] ?? '{ }']));
    const modules = chosen.map((part) => `./m${part}.nix`);
    const whole = judged({ ...files, ...machine(`[ ${modules.join(' ')} ]`, PRIVATE), 'own.nix': '{ }' });
    const before = new Map(whole.map(({ check, status }) => [check, status]));
    const place = chosen.length - 1;
    const without = modules.with(place, 'private.nixosModules.default');
    const after = judged({ ...files, ...machine(`[ ${without.join(' ')} ]`, PRIVATE), 'own.nix': '{ }' });
    const gained = claims(after).filter(({ check, status }) => before.get(check) !== status);
    expect(gained, `${chosen} ${SEED}`).toEqual([]);
    const turned = judged({
      ...files,
      ...machine(`[ ${modules.toReversed().join(' ')} ]`, PRIVATE),
      'own.nix': '{ }',
    });
    const told = (results: readonly CheckResult[]) =>
      results.map(({ check, status }) => `${check} ${status}`);
    expect(told(turned), `${chosen} ${SEED}`).toEqual(told(whole));
  }
});
