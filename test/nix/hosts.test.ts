import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/nix/host.ts';
import { openNixSource } from '../../src/nix/source.ts';
import { asJson, open } from './tree.ts';

const SEED = join(import.meta.dirname, 'seed-layout');

function named(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
}

function known(host: Host, path: string): unknown {
  const option = host.option(path);
  return option.state === 'known' ? asJson(option.value) : option.state;
}

describe('the layout of the seed', () => {
  const source = openNixSource(SEED);
  const server = named(source.hosts, 'minipc');
  const mac = named(source.hosts, 'macbook');

  test('finds the hosts of the flake through its helper', () => {
    expect(source.layout).toBe('flake');
    expect(source.open).toEqual([]);
    expect(source.hosts.map(({ name, system }) => [name, system])).toEqual([
      ['minipc', 'nixos'],
      ['macbook', 'darwin'],
    ]);
  });

  test('reads options through mkIf, constants, interpolation and defaults', () => {
    const containers = 'virtualisation.oci-containers.containers';
    expect(known(server, 'virtualisation.oci-containers.backend')).toBe('podman');
    expect(known(server, 'system.stateVersion')).toBe('24.11');
    expect(known(server, 'homeserver.immich.port')).toBe(2283);
    expect(known(server, `${containers}.immich-server.ports`)).toEqual(['100.101.102.103:2283:2283']);
    expect(known(server, `${containers}.uptime-kuma.ports`)).toEqual(['100.101.102.103:3001:3001']);
    expect(known(server, `${containers}.immich-ml.image`)).toBe(
      'ghcr.io/immich-app/immich-machine-learning:v2.1.0',
    );
    expect(known(server, `${containers}.immich-ml.extraOptions`)).toEqual([
      ...['--network=immich', '--memory=2g', '--memory-swap=3g', '--cpus=2'],
    ]);
    expect(server.attributes(containers)).toEqual({
      items: ['immich-ml', 'immich-postgres', 'immich-server', 'uptime-kuma'],
    });
    expect(server.option('age.secrets.immich-api-key.file')).toMatchObject({
      value: { kind: 'path', path: 'secrets/immich-api-key.age' },
      at: { file: 'modules/shared/age.nix', line: 4 },
    });
  });

  test('gives the text of a script that a package writes', () => {
    const option = server.option('systemd.services.podman-immich-server.serviceConfig.ExecStartPre');
    expect(JSON.stringify(option)).toContain('/bin/tailscale ip -4 | grep -qF 100.101.102.103');
  });

  test('reads the Mac’s home', () => {
    const agent = 'home-manager.users.sam.launchd.agents.upload-immich.config';
    expect(known(mac, `${agent}.EnvironmentVariables.IMMICH_INSTANCE_URL`)).toBe(
      'http://100.101.102.103:2283',
    );
    expect(known(mac, `${agent}.TimeOut`)).toBe(1800);
    expect(known(mac, `${agent}.WatchPaths`)).toEqual(['/Users/sam/FolderActions/upload-immich']);
    expect(known(mac, 'home-manager.users.sam.home.sessionVariables.HOST')).toBe('macbook');
    expect(known(mac, 'virtualisation.oci-containers.backend')).toBe('unset');
  });

  test('knows which files a host is made of', () => {
    expect(server.files).toContain('modules/nixos/lib/tailscale-wait.nix');
    expect(server.files).not.toContain('hosts/macbook/default.nix');
    expect(mac.files).toContain('modules/darwin/programs/folder-actions/default.nix');
  });

  test('notes the modules of other flakes, and nothing else', () => {
    expect(server.gaps.map(({ kind }) => kind)).toEqual(['outside', 'outside']);
    expect(source.problems()).toEqual([]);
  });

  test('gives comments with their places, and files as plain values', () => {
    expect(source.comments('modules/nixos/programs/docker/uptime-kuma.nix')).toMatchObject([
      {
        text: expect.stringMatching(/^# hsdoctor: ignore tailscale-wait until/),
        at: { line: 5, column: 5 },
        alone: true,
      },
    ]);
    expect(source.value('secrets/secrets.nix')).toMatchObject({ kind: 'set', rest: undefined });
  });
});

describe('other layouts', () => {
  test('one configuration.nix without a flake', () => {
    const source = open({
      'configuration.nix':
        '{ config, pkgs, ... }: { imports = [ ./hardware.nix ]; system.stateVersion = "21.11"; }',
      'hardware.nix': '{ lib, ... }: { boot.initrd.availableKernelModules = [ "nvme" ]; }',
      'old.nix': '{ config, ... }: { virtualisation.oci-containers.backend = "docker"; }',
      'shell.nix': '{ pkgs ? import <nixpkgs> { } }: pkgs.mkShell { }',
    });
    expect(source.layout).toBe('files');
    expect(source.hosts.map(({ name }) => name)).toEqual(['configuration']);
    const [host] = source.hosts;
    expect(host?.files).toEqual(['configuration.nix', 'hardware.nix']);
    expect(host?.option('virtualisation.oci-containers.backend')).toEqual({ state: 'unset' });
  });

  test('modules that nobody imports, where there is no configuration.nix', () => {
    const source = open({
      'server.nix': '{ lib, ... }: { imports = [ ./common.nix ]; a = 1; }',
      'common.nix': '{ ... }: { b = 2; }',
      'constants.nix': '{ x = 1; }',
      'overlay.nix': 'final: prev: { }',
    });
    expect(source.hosts.map(({ name }) => name)).toEqual(['server']);
    expect(source.hosts.map((host) => known(host, 'b'))).toEqual([2]);
  });

  test('a module that nobody imports and that imports nothing is no machine', () => {
    const source = open({
      'nas.nix': '{ ... }: { imports = [ ./common.nix ]; }',
      'pi.nix': '{ ... }: { system.stateVersion = "24.11"; }',
      'common.nix': '{ ... }: { }',
      'spare.nix': '{ lib, ... }: { virtualisation.oci-containers.backend = "docker"; }',
    });
    expect(source.hosts.map(({ name }) => name)).toEqual(['nas', 'pi']);
  });

  test('the modules of a flake that declares no machines are none', () => {
    const files = {
      'flake.nix': '{ outputs = { self }: { nixosModules.plex = ./plex.nix; }; }',
      'plex.nix': '{ ... }: { imports = [ ./common.nix ]; }',
      'common.nix': '{ ... }: { }',
    };
    expect(open(files).hosts).toEqual([]);
    const beside = open({ ...files, 'configuration.nix': '{ ... }: { a = 1; }' });
    expect(beside.hosts.map(({ name }) => name)).toEqual(['configuration']);
  });

  test('a machine without a flake has the name that it gives itself', () => {
    const [host] = open({ 'configuration.nix': '{ networking.hostName = "minipc"; }' }).hosts;
    expect(host?.name).toBe('minipc');
  });

  test('what another flake makes of files of this tree is a part that is not read', () => {
    const files = { 'modules/a.nix': '{ a = 1; }' };
    const flake = (module: string) =>
      open({
        ...files,
        'flake.nix': `{ inputs.nixpkgs.url = "x"; inputs.tree.url = "y";
          outputs = { nixpkgs, tree, ... }: { nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ${module} ]; }; }; }`,
      }).hosts[0]?.gaps.map(({ kind }) => kind);
    expect(flake('(tree.lib.load ./modules)')).toEqual(['unread']);
    expect(flake('(tree ./modules)')).toEqual(['unread']);
    expect(flake('tree.nixosModules.default')).toEqual(['outside']);
  });

  test('a hidden folder is not looked through for machines', () => {
    const source = open({
      'configuration.nix': '{ ... }: { a = 1; }',
      '.tool/configuration.nix': '{ ... }: { a = 2; }',
    });
    expect(source.hosts.map(({ name }) => name)).toEqual(['configuration']);
  });

  test('several hosts from one list, with different values', () => {
    const source = open({
      'flake.nix': `{
        outputs = inputs: let lib = inputs.nixpkgs.lib; in {
          nixosConfigurations = lib.genAttrs [ "one" "two" ] (name: lib.nixosSystem {
            specialArgs = { inherit inputs name; self = inputs.self; };
            modules = [ (./hosts + "/\${name}.nix") inputs.self.nixosModules.common ];
          });
          nixosModules.common = import ./common.nix;
        };
        inputs.nixpkgs.url = "github:NixOS/nixpkgs";
      }`,
      'common.nix': '{ name, ... }: { networking.hostName = name; }',
      'hosts/one.nix': '{ a = 1; }',
      'hosts/two.nix': '{ a = 2; }',
    });
    expect(
      source.hosts.map((host) => [host.name, known(host, 'a'), known(host, 'networking.hostName')]),
    ).toEqual([
      ['one', 1, 'one'],
      ['two', 2, 'two'],
    ]);
  });

  test('a flake of flake-parts, with its machines in modules of their own', () => {
    const source = open({
      'flake.nix': `{
        inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; flake-parts.url = "github:hercules-ci/flake-parts"; };
        outputs = inputs@{ flake-parts, ... }: flake-parts.lib.mkFlake { inherit inputs; } {
          systems = [ "x86_64-linux" ];
          imports = [ ./machines.nix ];
          perSystem = { pkgs, ... }: { packages.default = pkgs.hello; };
          flake.nixosModules.common = { a = 1; };
        };
      }`,
      'machines.nix': `{ inputs, self, ... }: {
        flake.nixosConfigurations.one = inputs.nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; b = 2; };
          modules = [ self.nixosModules.common ({ b, ... }: { inherit b; }) ];
        };
      }`,
    });
    expect(source.open).toEqual([]);
    expect(source.hosts.map((host) => [host.name, host.system, known(host, 'a'), known(host, 'b')])).toEqual([
      ['one', 'nixos', 1, 2],
    ]);
  });

  test('files of the flake by the path of self', () => {
    const source = open({
      'flake.nix': `{
        outputs = { self, nixpkgs }: {
          nixosConfigurations.one = nixpkgs.lib.nixosSystem { specialArgs = { inherit self; }; modules = [ ./one.nix ]; };
        };
      }`,
      'one.nix': '{ self, ... }: { a = "${self}/x"; b = self + "/x"; c = self.outPath + "/x"; }',
    });
    const [host] = source.hosts;
    for (const path of ['a', 'b', 'c'])
      expect(host?.option(path)).toMatchObject({ parts: [{ path: '.' }, '/x'] });
  });

  test('a flake whose hosts cannot be followed is said to be that, and no file is taken for a machine', () => {
    const source = open({
      'flake.nix': '{ outputs = { frame, ... }@inputs: frame.lib.mk { inherit inputs; }; }',
      'configuration.nix': '{ ... }: { a = 1; }',
    });
    expect(source.layout).toBe('flake');
    expect(source.open).toHaveLength(1);
    expect(source.hosts).toEqual([]);
  });

  test('sets of which nix may compare what fails before what differs are not known to differ', () => {
    const source = open({
      'flake.nix': `{
        outputs = { nixpkgs, ... }: {
          nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ({ ... }: {
            failing = { a = 1; b = throw "x"; } != { a = 2; b = 1; };
            named = { b = throw "x"; c = 1; } == { b = 1; d = 1; };
            differing = { a = 1; b = 2; } != { a = 2; b = 2; };
            longer = { a = throw "x"; } == { a = 1; b = 2; };
          }) ]; };
        };
      }`,
    });
    const [host] = source.hosts;
    if (host === undefined) throw new Error('there is no host');
    expect(['failing', 'named', 'differing', 'longer'].map((path) => known(host, path))).toEqual([
      'unknown',
      'unknown',
      true,
      false,
    ]);
  });

  test('a folder whose name is interpolated, as the last part of a path or within it', () => {
    const source = open({
      'flake.nix': `{
        outputs = { nixpkgs, ... }: {
          nixosConfigurations = builtins.mapAttrs (name: extra: nixpkgs.lib.nixosSystem {
            modules = [ ./hosts/\${name} ./hosts/\${name}/\${extra}.nix ];
          }) { one = "more"; };
        };
      }`,
      'hosts/one/default.nix': '{ a = 1; }',
      'hosts/one/more.nix': '{ b = 2; }',
    });
    expect(source.hosts.map((host) => [known(host, 'a'), known(host, 'b'), host.gaps])).toEqual([[1, 2, []]]);
  });

  test('every module of a folder', () => {
    const source = open({
      'configuration.nix': `{ lib, ... }: {
        imports = map (name: ./services + "/\${name}") (builtins.filter (lib.hasSuffix ".nix") (builtins.attrNames (builtins.readDir ./services)));
      }`,
      'services/a.nix': '{ a = 1; }',
      'services/b.nix': '{ b = 1; }',
      'services/notes.txt': '',
    });
    expect(source.hosts.map((host) => [known(host, 'a'), known(host, 'b'), host.gaps])).toEqual([[1, 1, []]]);
  });

  test('nothing outside of the folder is read, not through a path and not through a link', () => {
    const source = open({
      'configuration.nix': '{ ... }: { imports = [ ../outside.nix /etc/nixos/x.nix ]; }',
    });
    expect(source.hosts[0]?.gaps.map(({ kind }) => kind)).toEqual(['unread', 'outside']);
  });
});

test('the flake as a text is the folder', () => {
  const source = open({
    'flake.nix': `{ outputs = { self, nixpkgs }: {
      nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ { b.c = "\${self}/d.sh"; e = self + "/d.sh"; } ]; };
    }; }`,
  });
  const host = named(source.hosts, 'a');
  for (const path of ['b.c', 'e'])
    expect(host.option(path)).toMatchObject({ parts: [{ name: 'self', path: '.' }, '/d.sh'] });
});

test('a module that several machines have, and that is imported as a value too, is the same for all', () => {
  const { hosts } = open({
    'flake.nix': `{
      outputs = { nixpkgs, ... }: let
        machine = name: nixpkgs.lib.nixosSystem { modules = [ ./shared.nix { networking.hostName = name; } ]; };
      in {
        nixosConfigurations = { a = machine "a"; b = machine "b"; c = machine "c"; };
      };
    }`,
    'shared.nix': `{ config, lib, ... }: let
      limits = name: { x.memory = "1g of \${name}"; x.cpu = 2; };
    in {
      services.one = limits config.networking.hostName;
      services.two = limits "two";
      services.three = limits "three";
      services.itself = (import ./shared.nix { inherit lib; config.networking.hostName = "value"; }).services.one.x;
    }`,
  });
  for (const host of hosts) {
    expect(known(host, 'services.one.x.memory')).toBe(`1g of ${host.name}`);
    expect(known(host, 'services.two.x.memory')).toBe('1g of two');
    expect(known(host, 'services.three.x.memory')).toBe('1g of three');
    expect(known(host, 'services.itself.memory')).toBe('1g of value');
    expect(host.option('services.two.x.cpu')).toMatchObject({ at: { file: 'shared.nix', line: 2 } });
  }
  expect(hosts).toHaveLength(3);
});

test('a file that cannot be read may be a machine', () => {
  const a = '{ pkgs, ... }: { imports = [ ]; system.stateVersion = "24.05"; }';
  const source = open({ 'hosts/a.nix': a, 'hosts/b.nix': a.padEnd(17 * 1024 * 1024) });
  expect(source.hosts.map(({ name }) => name)).toEqual(['a']);
  expect(source.open).toEqual(['hosts/b.nix is larger than 16 MiB']);
});

test.each([
  [
    'a flake',
    {
      'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = nixpkgs.lib.genAttrs (map toString (nixpkgs.lib.range 1 503))
        (_: nixpkgs.lib.nixosSystem { modules = [ { } ]; }); }; }`,
    },
  ],
  [
    'files',
    Object.fromEntries(
      Array.from({ length: 503 }, (_, index) => [
        `m${index}.nix`,
        '{ pkgs, ... }: { system.stateVersion = "25.11"; }',
      ]),
    ),
  ],
])('of more machines than are read, the others are told of: %s', (_, files) => {
  const source = open(files);
  expect(source.hosts).toHaveLength(500);
  expect(source.open).toEqual(['hsdoctor reads at most 500 machines, and there are 3 more']);
});
