import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { judged } from './corpus.ts';
import { writeTree } from './tree.ts';

const OPTIONS = { names: { containers: [], secrets: [] }, waivers: [] };
const reports = (files: Readonly<Record<string, string>>) =>
  checkSource(openSource(writeTree(files)), '.', checks, OPTIONS);

const DOCKER =
  'virtualisation.podman.enable = true; virtualisation.oci-containers = { backend = "docker"; containers.plex.image = "plex:1"; };';

describe('the seed’s layout', () => {
  const source = openSource(join(import.meta.dirname, 'seed-layout'));
  const all = checkSource(source, 'config', checks, OPTIONS);

  test('is judged machine by machine, each by what applies to it', () => {
    expect(all.map(({ name, kind, system }) => [name, kind, system.os])).toEqual([
      ['minipc', 'source', 'nixos'],
      ['macbook', 'source', 'darwin'],
    ]);
    const backends = all.map(({ results }) => results.find(({ check }) => check === 'oci-backend')?.status);
    expect(backends).toEqual(['ok', 'skipped']);
  });
});

test('machines with different values are different results, and a file that nobody imports is none', () => {
  const [one, two, ...more] = reports({
    'flake.nix': `{
      outputs = { nixpkgs, ... }: let host = backend: nixpkgs.lib.nixosSystem {
        specialArgs = { inherit backend; };
        modules = [ ./containers.nix ];
      }; in { nixosConfigurations = { one = host "podman"; two = host "docker"; }; };
    }`,
    'containers.nix':
      '{ backend, ... }: { virtualisation.oci-containers = { inherit backend; containers.plex.image = "plex:1"; }; }',
    'old.nix': `{ ... }: { ${DOCKER} }`,
  });
  const backend = (report: typeof one) =>
    report?.results.find(({ check }) => check === 'oci-backend')?.status;
  expect([backend(one), backend(two), more]).toEqual(['ok', 'warn', []]);
});

test('an import that does not exist is told with its place, and keeps everything from being ok', () => {
  const results = judged({
    'configuration.nix': '{ ... }: {\n  imports = [ ./absent.nix ];\n  system.stateVersion = "24.11";\n}',
  });
  const findings = [{ evidence: [{ location: { file: 'configuration.nix', line: 2 } }] }];
  expect(results.find(({ check }) => check === 'nix-syntax')).toMatchObject({ status: 'fail', findings });
  expect(results.find(({ check }) => check === 'visibility')).toMatchObject({
    status: 'unknown',
    findings: findings.map((each) => ({ ...each, causedBy: 'nix-syntax' })),
  });
  expect(results.filter(({ status }) => status === 'ok')).toEqual([]);
});

test('what depends on a part that was not read says so once, whatever it depends on', () => {
  const results = judged({
    'configuration.nix': `{ imports = [ ./gone.nix ]; ${DOCKER} }`,
  });
  const reasons = results.flatMap(({ status, reason, findings }) =>
    status === 'unknown' && findings.length === 0 ? [reason] : [],
  );
  expect(new Set(reasons)).toEqual(
    new Set(['gone.nix does not exist in this folder; it may set what is checked here']),
  );
});

test.each([
  ['', { backupJobs: 1 }, {}],
  ['imports = [ ./gone.nix ];', { backupJobs: 1 }, {}],
])('only what is declared counts as looked at: %s', (imports, backup, upgrade) => {
  const results = judged({
    'configuration.nix': `{ ${imports} ${DOCKER}
  virtualisation.oci-containers.containers.immich.image = "ghcr.io/immich-app/immich-server:v2";
  services.restic.backups.home.paths = [ "/home" ];
}`,
  });
  const lookedAt = (id: string) => results.find(({ check }) => check === id)?.lookedAt ?? {};
  expect([lookedAt('backup'), lookedAt('system-update')]).toEqual([backup, upgrade]);
});

test.each([
  ['of the flake', 'modules = [ ./a.nix ] specialArgs = { };', '{ }'],
  ['of a module', 'modules = [ ./a.nix ];', '[ { '],
])('what could not be read for a syntax error %s is a consequence of it', (_, modules, module) => {
  const [machine] = reports({
    'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { ${modules} }; }; }`,
    'a.nix': module,
  });
  const found = machine?.results.find(({ check }) => check === 'visibility')?.findings;
  expect(found).toMatchObject([
    {
      causedBy: 'nix-syntax',
      remedy: { lasting: [{ text: expect.stringMatching(/^Fix the syntax error/) }] },
    },
  ]);
});

test('machines that cannot be followed are unknown, and not left out', () => {
  const all = reports({
    'flake.nix': '{ outputs = { frame, ... }@inputs: frame.lib.mk { inherit inputs; }; }',
    'configuration.nix': `{ ... }: { ${DOCKER} }`,
  });
  expect(all.map(({ error }) => error !== undefined)).toEqual([true]);
  expect(all[0]?.results.every(({ status }) => status === 'unknown')).toBe(true);
});

describe('waivers of the settings', () => {
  const files = { 'configuration.nix': `{ ... }: { ${DOCKER} }` };
  const status = (id: string, more: object, given: Readonly<Record<string, string>> = files) => {
    const waiver = { check: 'oci-backend', reason: 'soon', by: 'hsdoctor.toml:1', ...more };
    return judged(given, { waivers: [waiver] }).find(({ check }) => check === id)?.status;
  };

  test('waive, and are no trouble themselves', () => {
    expect([status('oci-backend', {}), status('waivers', {})]).toEqual(['skipped', 'ok']);
  });

  test.each([
    ['expired', { until: '2020-01-01' }, 'warn'],
    ['without anything to waive', { subject: 'another' }, 'warn'],
    ['for a check that judges hosts only', { check: 'container-oom' }, 'ok'],
    ['for a machine that is not among these', { host: 'nas' }, 'skipped'],
  ] as const)('%s', (_, more, expected) => {
    expect(status('waivers', more)).toBe(expected);
  });

  test.each([
    ['of the configuration itself, for a machine that it does not have', 'nas', 'warn'],
    ['of the configuration itself, for a machine that it has', 'minipc', 'ok'],
  ])('%s', (_, host, expected) => {
    const named = { 'configuration.nix': `{ ... }: { networking.hostName = "minipc"; ${DOCKER} }` };
    const location = { file: 'hsdoctor.toml', line: 1, column: 1 };
    expect(status('waivers', { host, location }, named)).toBe(expected);
  });

  test('that are not needed where nothing could be seen are not called unused', () => {
    const unseen = { 'configuration.nix': '{ imports = [ ./absent.nix ]; }' };
    expect(status('waivers', {}, unseen)).toBe('ok');
  });
});

test('a folder in the home is one to fill in: no shell finds it in quotes', () => {
  const results = judged({
    'flake.nix': `{ outputs = { nix-darwin, ... }: { darwinConfigurations.mac = nix-darwin.lib.darwinSystem { modules = [ ./mac.nix ]; }; }; }`,
    'mac.nix': `{ launchd.user.agents.upload-immich = {
      script = "bunx @immich/cli@2.5.6 upload --delete ~/photos";
      serviceConfig.WatchPaths = [ "~/photos" ];
    }; }`,
  });
  const [found] = results.find(({ check }) => check === 'upload-safety')?.findings ?? [];
  expect(found?.remedy?.lasting[1]).toMatchObject({
    text: 'hsdoctor immich upload /Users/NAME/photos --delete --dry-run',
    why: expect.stringContaining('in place of NAME'),
  });
});

describe('waivers in a script, of which one rule is broken twice', () => {
  const resultsWith = (comment: string) =>
    judged({
      'flake.nix': `{ outputs = { nix-darwin, ... }: { darwinConfigurations.mac = nix-darwin.lib.darwinSystem { modules = [ ./mac.nix ]; }; }; }`,
      'mac.nix': `{ launchd.user.agents.upload-immich.serviceConfig = {
        ProgramArguments = [ "/bin/sh" "${'${./upload.sh}'}" ];
        WatchPaths = [ "/Users/me/photos" ];
      }; }`,
      'upload.sh': `#!/bin/sh\n# hsdoctor: ignore ${comment}\nbunx @immich/cli upload --delete "$HOME/photos"\n`,
    });
  const told = (comment: string) =>
    resultsWith(comment).flatMap(({ findings }) =>
      findings.map(({ kind, waived }) => `${waived === undefined ? '' : 'waived '}${kind}`),
    );

  test('a kind waives its own finding, and the other counts', () => {
    expect(told('upload-safety/unpinned-uploader: the server is always new')).toEqual([
      'upload-safety/uploader-deletes',
      'waived upload-safety/unpinned-uploader',
    ]);
  });

  test('one that has nothing to waive is told', () => {
    expect(told('upload-safety/deletes-unproven: it is meant')).toEqual([
      'upload-safety/uploader-deletes',
      'upload-safety/unpinned-uploader',
      'waivers/unused',
    ]);
  });
});

test('a name that is given from outside of its file is no mistake in it', () => {
  const [machine] = reports({
    'configuration.nix': `{ ... }: {
      system.stateVersion = "24.11";
      networking.hostName = builtins.scopedImport { name = "minipc"; } ./name.nix;
    }`,
    'name.nix': 'name',
  });
  expect(machine?.results.find(({ check }) => check === 'nix-syntax')?.status).toBe('ok');
});
