import { describe, expect, test } from 'vitest';
import { evaluate, machines, open } from './tree.ts';

const named = (name: string) => `{ networking.hostName = "${name}"; }`;

describe('what well-known inputs make of a flake', () => {
  test.each([
    [
      'flake-parts with import-tree, and modules in several files',
      {
        'flake.nix': `{
          inputs.flake-parts.url = "github:hercules-ci/flake-parts";
          inputs.tree.url = "github:vic/import-tree";
          inputs.nixpkgs.url = "github:NixOS/nixpkgs";
          outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.tree ./modules);
        }`,
        'modules/a.nix': '{ flake.modules.nixos.base = { networking.hostName = "one"; }; }',
        'modules/deep/b.nix': '{ flake.modules.nixos.base = { lib, ... }: { a.b = 1; }; }',
        'modules/deep/_not.nix': '{ flake.nixosConfigurations = throw "not this"; }',
        'modules/machines.nix': `{ inputs, config, ... }: {
          flake.nixosConfigurations.one = inputs.nixpkgs.lib.nixosSystem { modules = [ config.flake.modules.nixos.base ]; };
        }`,
      },
      ['one one whole'],
    ],
    [
      'flake-parts with withSystem and importApply',
      {
        'flake.nix': `{
          inputs.flake-parts.url = "github:hercules-ci/flake-parts";
          outputs = inputs@{ flake-parts, nixpkgs, ... }: flake-parts.lib.mkFlake { inherit inputs; } ({ withSystem, flake-parts-lib, ... }: {
            flake.nixosConfigurations.one = withSystem "x86_64-linux" ({ system, ... }: nixpkgs.lib.nixosSystem {
              modules = [ (flake-parts-lib.importApply ./module.nix { name = "one"; }) ];
            });
          });
        }`,
        'module.nix': '{ name }: { networking.hostName = name; }',
      },
      ['one one whole'],
    ],
    [
      'flake-utils, merged with machines',
      {
        'flake.nix': `{
          inputs.utils.url = "github:numtide/flake-utils";
          outputs = { nixpkgs, utils, ... }: {
            nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ./one.nix ]; };
          } // utils.lib.eachDefaultSystem (system: let pkgs = import nixpkgs { inherit system; }; in { devShells.default = pkgs.mkShell { }; });
        }`,
        'one.nix': named('one'),
      },
      ['one one whole'],
    ],
    [
      'flake-utils, with the machines among the packages of each system',
      {
        'flake.nix': `{
          inputs.utils.url = "github:numtide/flake-utils";
          outputs = { nixpkgs, utils, ... }: utils.lib.eachDefaultSystem (system: {
            packages.nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ./one.nix { networking.hostName = "one"; } ]; };
          });
        }`,
        'one.nix': '{ a.b = 1; }',
      },
      ['one one whole'],
    ],
    [
      'machines among the packages of systems, beside those of an output',
      {
        'flake.nix': `{
          outputs = { nixpkgs, home-manager, ... }: let
            machine = name: nixpkgs.lib.nixosSystem { modules = [ { networking.hostName = name; } ]; };
            home.me = home-manager.lib.homeManagerConfiguration { modules = [ { networking.hostName = "home"; } ]; };
          in {
            nixosConfigurations.one = machine "one";
            packages.x86_64-linux = { homeConfigurations = home; default = nixpkgs.hello; };
            legacyPackages.aarch64-linux.homeConfigurations = home // { you = home.me; };
          };
        }`,
      },
      ['me home whole', 'one one whole', 'you home whole'],
    ],
    [
      'a lib that is extended and merged with that of home-manager',
      {
        'flake.nix': `{
          inputs.home-manager.url = "github:nix-community/home-manager";
          outputs = { nixpkgs, home-manager, self, ... }: let
            lib = (nixpkgs.lib // home-manager.lib).extend (final: previous: { own = final.toLower "ONE"; });
          in {
            nixosModules.one = ./one.nix;
            nixosConfigurations.one = lib.nixosSystem { specialArgs = { inherit lib; inherit (self) outputs; }; modules = [ ./machine.nix ]; };
          };
        }`,
        'machine.nix': '{ outputs, ... }: { imports = builtins.attrValues outputs.nixosModules; }',
        'one.nix': '{ lib, ... }: { networking.hostName = lib.own; }',
      },
      ['one one whole'],
    ],
    [
      'blueprint',
      {
        'flake.nix':
          '{ inputs.blueprint.url = "github:numtide/blueprint"; outputs = inputs: inputs.blueprint { inherit inputs; prefix = "nix"; }; }',
        'nix/hosts/one/configuration.nix':
          '{ flake, hostName, ... }: { imports = [ flake.nixosModules.shared ]; networking.hostName = hostName; }',
        'nix/modules/nixos/shared.nix': '{ }',
      },
      ['one one whole'],
    ],
    [
      'snowfall',
      {
        'flake.nix': `{
          inputs.snowfall-lib.url = "github:snowfallorg/lib";
          outputs = inputs: inputs.snowfall-lib.mkFlake { inherit inputs; src = ./.; snowfall.namespace = "me"; };
        }`,
        'systems/x86_64-linux/one/default.nix':
          '{ lib, namespace, ... }: { me.on = true; a.b = lib.${namespace}.twice 2; }',
        'modules/nixos/deep/name/default.nix':
          '{ config, lib, host, ... }: { options.me.on = lib.mkEnableOption "x"; config = lib.mkIf config.me.on { networking.hostName = host; }; }',
        'lib/numbers/default.nix': '{ lib, ... }: { twice = number: number + number; }',
      },
      ['one one whole'],
    ],
    [
      'colmena',
      {
        'flake.nix': `{
          inputs.colmena.url = "github:zhaofengli/colmena";
          outputs = { colmena, ... }: {
            colmenaHive = colmena.lib.makeHive {
              meta.specialArgs.domain = "lan";
              defaults = { a.b = 1; };
              one = { name, domain, ... }: { deployment.targetHost = "\${name}.\${domain}"; networking.hostName = name; };
            };
          };
        }`,
      },
      ['one one whole'],
    ],
    [
      'colmena, with its machines among the others',
      {
        'flake.nix': `{
          inputs.colmena.url = "github:zhaofengli/colmena";
          outputs = { self, colmena, nixpkgs, ... }: {
            colmena = { meta.nixpkgs = import nixpkgs { system = "x86_64-linux"; }; one = { name, ... }: { networking.hostName = name; }; };
            colmenaHive = colmena.lib.makeHive self.outputs.colmena;
            nixosConfigurations = self.colmenaHive.nodes;
          };
        }`,
      },
      ['one one whole'],
    ],
    [
      'eval-config.nix and lib by their paths',
      {
        'flake.nix': `{
          outputs = { nixpkgs, ... }: let lib = import "\${nixpkgs}/lib"; in {
            nixosConfigurations.one = import (nixpkgs + "/nixos/lib/eval-config.nix") { modules = lib.singleton ./one.nix; };
          };
        }`,
        'one.nix': named('one'),
      },
      ['one one whole'],
    ],
    [
      'nixos-unified',
      {
        'flake.nix': `{
          inputs.nixos-unified.url = "github:srid/nixos-unified";
          outputs = inputs: inputs.nixos-unified.lib.mkFlake { inherit inputs; root = ./.; };
        }`,
        'configurations/nixos/one/default.nix':
          '{ flake, ... }: { imports = [ flake.inputs.self.nixosModules.shared ]; }',
        'modules/nixos/shared.nix': named('one'),
      },
      ['one one whole'],
    ],
  ])('%s', (_, files, expected) => {
    expect(machines(files)).toEqual(expected);
  });

  test('what makes machines and is not followed is told, before what makes none', () => {
    const files = {
      'flake.nix': `{
        inputs = { flake-parts.url = "github:hercules-ci/flake-parts"; den.url = "github:vic/den"; other.url = "github:somebody/other"; };
        outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
          imports = [ inputs.other.flakeModule inputs.den.flakeModule ];
          den.hosts.x86_64-linux.one.users.me = { };
        };
      }`,
    };
    expect(machines(files)).toEqual([expect.stringMatching(/inputs\.den\.flakeModule/)]);
  });

  test('the files of modules that are values belong to the machine', () => {
    const [host] = open({
      'flake.nix': `{
        inputs = { flake-parts.url = "github:hercules-ci/flake-parts"; nixpkgs.url = "github:NixOS/nixpkgs"; };
        outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } ({ config, ... }: {
          imports = [ ./base.nix ./other.nix ];
          flake.nixosConfigurations.one = inputs.nixpkgs.lib.nixosSystem { modules = [ config.flake.modules.nixos.base ]; };
        });
      }`,
      'base.nix': '{ flake.modules.nixos.base = { a.b = 1; }; }',
      'other.nix': '{ flake.modules.nixos.base = { a.c = 1; }; }',
    }).hosts;
    expect(host?.files).toEqual(['base.nix', 'other.nix']);
  });

  test('the same names from elsewhere are not taken for them', () => {
    const files = {
      'flake.nix': `{
        inputs.flake-parts.url = "github:somebody/flake-parts";
        outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { flake.nixosConfigurations.one = 1; };
      }`,
    };
    expect(open(files).hosts).toEqual([]);
    expect(open(files).open).toHaveLength(1);
  });

  test('an input is known by flake.lock, also through one that it follows', () => {
    const lock = {
      nodes: {
        root: { inputs: { parts: ['other', 'parts'], other: 'other' } },
        other: { inputs: { parts: 'parts_2' }, locked: { type: 'github', owner: 'me', repo: 'other' } },
        parts_2: { locked: { type: 'github', owner: 'hercules-ci', repo: 'flake-parts' } },
      },
      root: 'root',
      version: 7,
    };
    const files = {
      'flake.lock': JSON.stringify(lock),
      'flake.nix': `{
        outputs = inputs@{ parts, nixpkgs, ... }: parts.lib.mkFlake { inherit inputs; } {
          flake.nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ ${named('one')} ]; };
        };
      }`,
    };
    expect(machines(files)).toEqual(['one one whole']);
  });

  test('an input that flake.lock does not have is known by flake.nix', () => {
    const files = {
      'flake.lock':
        '{ "nodes": { "root": { "inputs": { "hardware": "hardware" } } }, "root": "root", "version": 7 }',
      'flake.nix': `{
        inputs.hardware.url = "github:NixOS/nixos-hardware";
        outputs = { nixpkgs, hardware, ... }: {
          nixosConfigurations.one = nixpkgs.lib.nixosSystem { modules = [ hardware.nixosModules.x ${named('one')} ]; };
        };
      }`,
    };
    expect(machines(files)).toEqual(['one one whole']);
  });
});

describe('a path of this tree is a text where one is asked for', () => {
  const files = { 'a/b.nix': '', 'a/c.txt': '', 'lib.nix': '' };
  test.each([
    ['builtins.substring 0 2 (baseNameOf (toString ./a/b.nix))', 'b.'],
    ['builtins.match ".*/a/(.*)" (toString ./a/b.nix)', ['b.nix']],
    ['toString ./a/b.nix == "${toString ./a}/b.nix"', true],
    ['toString ./a/b.nix == toString ./a/c.txt', false],
    ['builtins.isString (toString ./a)', true],
    ['builtins.readFileType ./a', 'directory'],
    ['builtins.pathExists (builtins.dirOf (toString ./a/b.nix) + "/c.txt")', true],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, files)).toEqual(expected);
  });

  test('its place in the store is not', () => {
    expect(evaluate('toString ./a/b.nix == "/etc/nixos/a/b.nix"', files)).toMatchObject({ kind: 'unknown' });
    expect(evaluate('builtins.stringLength "${./a/b.nix}"', files)).toMatchObject({ kind: 'unknown' });
  });
});

test('a fraction in JSON is a float, and a whole number is none', () => {
  const typed = (json: string) => evaluate(`builtins.typeOf (builtins.fromJSON ''${json}'')`);
  expect(['1', '1.0', '1e3', '-2.5'].map(typed)).toEqual(['int', 'float', 'float', 'float']);
});
