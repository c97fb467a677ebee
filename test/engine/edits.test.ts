import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkMachines, checkSource, openSource } from '../../src/engine/source.ts';
import type { CheckedTarget, Finding } from '../../src/model/report.ts';
import { writeTree } from '../nix/tree.ts';

type Files = Readonly<Record<string, string>>;

const options = { names: { containers: [], secrets: [] }, waivers: [] };
const judgedIn = (folder: string): readonly CheckedTarget[] =>
  checkSource(openSource(folder), folder, checks, options);

const findingsIn = (reports: readonly CheckedTarget[]): readonly Finding[] =>
  reports.flatMap(({ results }) => results.flatMap(({ findings }) => findings));

const diffsOf = ({ remedy }: Finding): readonly string[] =>
  (remedy?.lasting ?? []).flatMap((step) => (step.kind === 'edit' ? (step.diff ?? []) : []));

/** The diffs of the findings of a check, in these files. */
function diffsIn(files: Files, check: string): readonly string[] {
  const found = findingsIn(judgedIn(writeTree(files))).filter((each) => each.check === check);
  expect(found, `${check} finds nothing`).not.toEqual([]);
  return found.flatMap(diffsOf);
}

const APPLY = ['apply', '--unidiff-zero', '-'];
const PLEX = 'virtualisation.oci-containers.containers.plex.image = "plex:1";';

describe('an edit is a diff', () => {
  test('of the line that it changes, and some around it', () => {
    const text = `{ ... }:\n{\n  # The backend\n  virtualisation.oci-containers.backend = "docker"; # on the old host\n\n  imports = [ ];\n  # Containers\n  ${PLEX}\n}\n`;
    expect(diffsIn({ 'configuration.nix': text }, 'oci-backend')).toEqual([
      `--- a/configuration.nix
+++ b/configuration.nix
@@ -1,7 +1,7 @@
 { ... }:
 {
   # The backend
-  virtualisation.oci-containers.backend = "docker"; # on the old host
+  virtualisation.oci-containers.backend = "podman"; # on the old host
 
   imports = [ ];
   # Containers
`,
    ]);
  });

  test('of its line alone, where a value stands beside it', () => {
    const text = `{ ... }:\n{\n  virtualisation.oci-containers.backend = "docker";\n  ${PLEX}\n}\n`;
    expect(diffsIn({ 'configuration.nix': text }, 'oci-backend')).toEqual([
      `--- a/configuration.nix
+++ b/configuration.nix
@@ -3,1 +3,1 @@
-  virtualisation.oci-containers.backend = "docker";
+  virtualisation.oci-containers.backend = "podman";
`,
    ]);
  });

  test('for each of the steps of a finding, one after the other', () => {
    const folder = writeTree({
      'hosts/configuration.nix': '{ imports = [ ./ml.nix ]; }\n',
      'hosts/ml.nix': `{
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
    extraOptions = [
      "--network=immich"
      "--device=/dev/other" # does not help
      "--memory=1g"
    ];
  };
}
`,
    });
    const diffs = findingsIn(judgedIn(folder)).flatMap(diffsOf);
    expect(diffs).toHaveLength(2);
    for (const diff of diffs) execFileSync('git', APPLY, { cwd: folder, input: diff });
    expect(readFileSync(join(folder, 'hosts/ml.nix'), 'utf8')).toBe(`{
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0";
    extraOptions = [
      "--network=immich"
      "--memory=2g" # does not help
      "--memory-swap=3g"
    ];
  };
}
`);
    expect(findingsIn(judgedIn(folder)).filter(({ check }) => check === 'ml-oom')).toEqual([]);
  });

  test('of a file that machines share, where it helps both', () => {
    const diffs = diffsIn(
      {
        'flake.nix': twoMachines('{ }', '{ }'),
        'shared.nix': `{\n  virtualisation.oci-containers.backend = "docker";\n  ${PLEX}\n}\n`,
      },
      'oci-backend',
    );
    expect(diffs).toHaveLength(2);
    expect(diffs[0]).toBe(diffs[1]);
  });
});

test.each([
  ['a file that another machine reads', '{ }', 'This file is also read by: other.'],
  ['a file that no other machine reads', undefined, undefined],
])('an edit says of %s who reads it', (_, other, note) => {
  const folder = writeTree({
    'flake.nix': twoMachines('{ }', '{ }').replaceAll(
      '[ ./shared.nix { } ]; };\n  }',
      other === undefined ? '[ ]; };\n  }' : '[ ./shared.nix { } ]; };\n  }',
    ),
    'shared.nix': `{\n  virtualisation.oci-containers.backend = "docker";\n  ${PLEX}\n}\n`,
  });
  const [finding] = findingsIn(judgedIn(folder)).filter(({ check }) => check === 'oci-backend');
  const [edit] = finding?.remedy?.lasting ?? [];
  expect(edit).toMatchObject({ kind: 'edit' });
  expect(edit && 'note' in edit ? edit.note : undefined).toBe(note);
});

const twoMachines = (one: string, other: string) => `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ./shared.nix ${one} ]; };
    nixosConfigurations.other = nixpkgs.lib.nixosSystem { modules = [ ./shared.nix ${other} ]; };
  };
}
`;

describe('no diff is shown', () => {
  const SHARED = `{\n  virtualisation.oci-containers.backend = "docker";\n  ${PLEX}\n}\n`;
  const module = (text: string, more: Files = {}): Files => ({
    'configuration.nix': `{ config, lib, pkgs, ... }: {\n${text}\n${PLEX}\n}\n`,
    ...more,
  });
  const BACKEND = 'virtualisation.oci-containers.backend';

  test.each<[string, Files]>([
    [
      'a value that two modules set',
      module(`${BACKEND} = "docker"; imports = [ ./more.nix ];`, {
        'more.nix': `{ ${BACKEND} = "docker"; }`,
      }),
    ],
    [
      'a value that another module forces',
      module(`${BACKEND} = "docker"; imports = [ ./more.nix ];`, {
        'more.nix': `{ lib, ... }: { ${BACKEND} = lib.mkForce "docker"; }`,
      }),
    ],
    [
      'a module that was not read',
      module(`${BACKEND} = "docker"; imports = [ (fetchTarball "https://example.org/modules.tar.gz") ];`),
    ],
    ['a module that is not there', module(`${BACKEND} = "docker"; imports = [ ./absent.nix ];`)],
    [
      'a module of another repository, which may set it',
      {
        'flake.nix': `{
        inputs.own.url = "git+ssh://git.example.org/me/modules";
        outputs = { nixpkgs, own, ... }: {
          nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ./shared.nix own.nixosModules.server ]; };
        };
      }`,
        'shared.nix': SHARED,
      },
    ],
    [
      'a machine that uses the file, too, and was not read',
      {
        'flake.nix': twoMachines('{ }', '(import ./absent.nix)'),
        'shared.nix': SHARED,
      },
    ],
    [
      'a machine that could not be found, and may use the file',
      {
        'flake.nix': `{
        outputs = { nixpkgs, own, ... }: {
          nixosConfigurations = own.machines // {
            one = nixpkgs.lib.nixosSystem { modules = [ ./shared.nix ]; };
          };
        };
      }`,
        'shared.nix': SHARED,
      },
    ],
    ['a variable', module(`${BACKEND} = let engine = "docker"; in engine;`)],
    ['a value by default', module(`${BACKEND} = lib.mkDefault "docker";`)],
    ['a text with something in it', module(`${BACKEND} = "\${lib.concatStrings [ "doc" "ker" ]}";`)],
    ['a value that is not there', { 'configuration.nix': `{ system.stateVersion = "21.11"; ${PLEX} }` }],
    ['a file with a syntax error', module(`${BACKEND} = "docker"; a = ;`)],
    [
      'a secret beside the value',
      module(`${BACKEND} = "docker"; environment.variables.API_KEY = "hunter2hunter2";`),
    ],
  ])('for %s', (_, files) => {
    expect(diffsIn(files, 'oci-backend')).toEqual([]);
  });

  const image = (of: string, tag: string) => `image = "ghcr.io/immich-app/immich-${of}:${tag}";`;
  const server = (tag: string) =>
    `{ virtualisation.oci-containers.containers.immich = { ${image('server', tag)} }; }`;
  const learning = {
    'shared.nix': `{\n  virtualisation.oci-containers.containers.ml = {\n    ${image('machine-learning', 'v2.1.0')}\n  };\n}\n`,
  };

  test.each([
    ['is right on another machine', 'v2.1.0', 0],
    ['is wrong on another machine, too', 'v2.2.0', 2],
  ])('for a value that %s: %s', (_, tag, count) => {
    const files = { 'flake.nix': twoMachines(server('v2.2.0'), server(tag)), ...learning };
    expect(diffsIn(files, 'immich-versions')).toHaveLength(count);
  });

  test('for a file to which a link leads', () => {
    const folder = writeTree({ 'configuration.nix': '{ imports = [ ./shared.nix ]; }', 'real.txt': SHARED });
    symlinkSync('real.txt', join(folder, 'shared.nix'));
    expect(findingsIn(judgedIn(folder)).map(diffsOf)).toEqual([[]]);
  });

  test('for a file that is no text', () => {
    const folder = writeTree({});
    const text = `{\n# \u00ff\n${BACKEND} = "docker";\n${PLEX}\n}\n`;
    writeFileSync(join(folder, 'configuration.nix'), Buffer.from(text, 'latin1'));
    expect(findingsIn(judgedIn(folder)).map(diffsOf)).toEqual([[]]);
  });

  test('for a finding that is waived', () => {
    const text = `# hsdoctor: ignore oci-backend: it is meant\n${BACKEND} = "docker";`;
    expect(diffsIn(module(text), 'oci-backend')).toEqual([]);
  });

  /** What may be a secret: no rule knows the names of all. */
  const SECRETS = [
    'environment.variables.API_KEY = "hunter2";',
    'environment.variables.API_KEY =\n  "hunter2";',
    'services.a.basicAuth = { bob = "hunter2"; };',
    'services.a.auth = "bob:hunter2";',
    'services.a.community = "hunter2";',
    'services.a.pin = 4711;',
    'services.a.factor = 47.11;',
    'services.a.url = http://bob:hunter2@minipc;',
    'services.a.users."hunter2".enable = true;',
    'services.a.DB_PASSWORD = if true then "hunter2" else "";',
    `services.a.password = "\${if true then "hunter2" else ""}";`,
    "services.a.text = ''\n  plain\n  hunter2\n  plain\n'';",
    'services.a.text = "\n  hunter2\n";',
    '# basicAuth = { bob = "hunter2"; };',
    '# the number is 4711',
    '# the password is swordfish',
    '/* auth:\n swordfish=\n*/',
  ];
  const SHOWS = /hunter2|47\.?11|swordfish|plain/;

  test.each(SECRETS)('with what stands above it: %s', (secret) => {
    for (const gap of ['\n', '\n\n', '\n\n\n']) {
      const diffs = diffsIn(module(`${secret}${gap}${BACKEND} = "docker";`), 'oci-backend');
      expect(diffs).toEqual([expect.stringContaining('"podman"')]);
      expect(diffs[0]).not.toMatch(SHOWS);
    }
  });

  test.each(SECRETS)('with what stands below it: %s', (secret) => {
    const diffs = diffsIn(module(`${BACKEND} = "docker";\n${secret}`), 'oci-backend');
    expect(diffs).toEqual([expect.stringContaining('"podman"')]);
    expect(diffs[0]).not.toMatch(SHOWS);
  });

  test.each(SECRETS)('of a line that holds more than what it changes: %s', (secret) => {
    const lines = [
      `${BACKEND} = "docker"; ${secret}`,
      ...(secret.startsWith('#') ? [] : [`${secret} ${BACKEND} = "docker";`]),
    ];
    for (const line of lines) expect(diffsIn(module(line), 'oci-backend').join()).not.toMatch(SHOWS);
  });

  test.each([
    ['beside it', '[ "--env=PIN=hunter2" "--memory 2g" ]', 0],
    ['on the lines around it', '[\n"-epin=hunter2"\n"--memory 2g"\n"hunter2"\n]', 1],
    ['between two changes', '[\n"--memory 2g"\n"--env=PIN=hunter2"\n"--cpus 2"\n]', 0],
  ])('with an item of the list that stays: %s', (_, list, count) => {
    const text = `${BACKEND} = "podman";\nvirtualisation.oci-containers.containers.web = {\nimage = "web:1";\nextraOptions = ${list};\n};`;
    const diffs = diffsIn(module(text), 'container-state');
    expect(new Set(diffs).size).toBe(count);
    expect(diffs.join()).not.toContain('hunter2');
  });

  test('of a value within a text', () => {
    const text = `environment.etc.a.text = "hunter2 \${(import ./x.nix { ${BACKEND} = "docker"; })}"; ${BACKEND} = "docker";`;
    expect(diffsIn(module(text), 'oci-backend')).toEqual([]);
  });

  test('of lines that stand in the file twice: after another edit, it could change the other one', () => {
    const container = (name: string, memory: string) =>
      `virtualisation.oci-containers.containers.${name} = {\n  image = "web:1";\n  extraOptions = [ "--memory ${memory}" ];\n};`;
    const diffs = (memory: string) =>
      diffsIn(
        module(`${BACKEND} = "podman";\n${container('a', '2g')}\n${container('b', memory)}`),
        'container-state',
      );
    expect(diffs('2g')).toEqual([]);
    expect(diffs('3g')).toHaveLength(2);
  });
});

describe('looking again', () => {
  const web = (index: number) =>
    `virtualisation.oci-containers.containers.web${index} = {\n  image = "web:1";\n  extraOptions = [ "--memory ${index + 2}g" ];\n};\n`;

  test('is done for the first twenty edits', () => {
    const all = Array.from({ length: 25 }, (_, index) => web(index));
    const text = `{\nvirtualisation.oci-containers.backend = "podman";\n${all.join('')}}\n`;
    expect(diffsIn({ 'configuration.nix': text }, 'container-state')).toHaveLength(20);
  });

  test.each([
    ['is done where there is not much to read', 1_000_000, 1],
    ['is left out where there is too much to read', 9_000_000, 0],
  ])('%s', (_, size, count) => {
    const text = `{\n# ${'x'.repeat(size)}\n\n\n\n${web(0)}}\n`;
    expect(diffsIn({ 'configuration.nix': text }, 'container-state')).toHaveLength(count);
  });

  // With its network, the container may not ask the name server there: nftables keeps the port closed.
  test.each([
    ['--memory 2g', 1],
    ['--network web', 0],
  ])('is done by all checks, also where only some were asked for: %s', (option, count) => {
    const folder = writeTree({
      'configuration.nix': `{
  virtualisation.oci-containers.backend = "podman";
  networking.nftables.enable = true;
  virtualisation.oci-containers.containers = {
    web = {
      image = "web:1";
      extraOptions = [ "${option}" ];
      environment.DB_HOST = "db";
    };
    db = { image = "postgres:1"; extraOptions = [ "--network=web" ]; };
  };
}
`,
    });
    const only = checks.filter(({ id }) => id === 'container-state');
    const found = findingsIn(checkSource(openSource(folder), folder, only, options));
    expect(found).toHaveLength(1);
    expect(found.flatMap(diffsOf)).toHaveLength(count);
  });

  test('is done by the files alone, where nix was asked', () => {
    const folder = writeTree({
      'configuration.nix': `{\n  virtualisation.oci-containers.backend = "docker";\n  ${PLEX}\n}\n`,
    });
    const source = openSource(folder);
    const { hosts } = source;
    const machines = hosts.map((host) => ({
      host,
      all: hosts,
      source,
      evaluation: { differences: [], entry: host.entry },
    }));
    const [diff] = findingsIn(checkMachines(machines, source, folder, checks, options)).flatMap(diffsOf);
    expect(diff).toContain('+  virtualisation.oci-containers.backend = "podman";');
  });
});
