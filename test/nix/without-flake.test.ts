import { describe, expect, test } from 'vitest';
import { machines, open } from './tree.ts';

/** In the manner of the file that npins writes. */
const NPINS = `let
  withArguments = f:
    let tried = builtins.tryEval (f { });
    in (if tried.success then tried.value else { error = f { }; }) // { __functor = self: f; };
  upper = text: builtins.concatStringsSep "" (map (n: let c = builtins.substring n 1 text; in if builtins.match "[a-zA-Z0-9]" c == null then "_" else c)
    (builtins.genList (n: n) (builtins.stringLength text)));
  overridden = name: path:
    let other = builtins.getEnv "NPINS_OVERRIDE_\${upper name}";
    in if other == "" then path else builtins.trace "overridden" (/. + other);
  cloned = { repository, revision, url ? null, submodules, hash, ... }:
    assert repository ? type;
    if url != null && !submodules then builtins.fetchTarball { inherit url; sha256 = hash; }
    else (builtins.fetchGit { url = "https://github.com/\${repository.owner}/\${repository.repo}.git"; rev = revision; narHash = hash; }).outPath;
  source = name: spec: { pkgs ? null }:
    assert spec ? type;
    let path = if spec.type == "Git" then cloned spec else if spec.type == "Channel" then builtins.fetchTarball { inherit (spec) url; sha256 = spec.hash; } else throw "unknown";
    in spec // { outPath = overridden name path; };
in withArguments ({ input ? ./sources.json }:
  let data = if builtins.isPath input then builtins.fromJSON (builtins.readFile input) else input;
  in if data.version == 7 then builtins.mapAttrs (name: spec: withArguments (source name spec)) data.pins else throw "another version")`;

const pin = (owner: string, repo: string) => ({
  type: 'Git',
  repository: { type: 'GitHub', owner, repo },
  branch: 'main',
  submodules: false,
  revision: '0000000000000000000000000000000000000000',
  url: `https://github.com/${owner}/${repo}/archive/0000000000000000000000000000000000000000.tar.gz`,
  hash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
});

const PINS = {
  nixpkgs: {
    type: 'Channel',
    name: 'nixos-25.05',
    url: 'https://releases.nixos.org/nixos/25.05/nixos-25.05.1/nixexprs.tar.xz',
    hash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  },
  disko: pin('nix-community', 'disko'),
  'home-manager': pin('nix-community', 'home-manager'),
  cloned: { ...pin('nix-community', 'impermanence'), url: null },
  mine: pin('somebody', 'modules'),
};

const pinned = {
  'npins/default.nix': NPINS,
  'npins/sources.json': JSON.stringify({ pins: PINS, version: 7 }),
};

const ONE = '{ ... }: { networking.hostName = "one"; }';

describe('machines without a flake', () => {
  test.each([
    [
      'eval-config.nix of a pin, and modules of known pins',
      {
        ...pinned,
        'default.nix': `let sources = import ./npins; in import "\${sources.nixpkgs}/nixos/lib/eval-config.nix" {
          system = null;
          specialArgs = { inherit sources; };
          modules = [ ./configuration.nix (sources.disko + "/module.nix") (import "\${sources.home-manager}/nixos") "\${sources.cloned}/nixos.nix" ];
        }`,
        'configuration.nix': ONE,
      },
      ['one one whole'],
    ],
    [
      'a module of somebody’s pin may declare more',
      {
        ...pinned,
        'default.nix': `{ sources ? import ./npins }: { one = import (sources.nixpkgs + "/nixos") {
          configuration = { imports = [ ./configuration.nix (import sources.mine).nixosModules.default ]; };
        }; }`,
        'configuration.nix': ONE,
      },
      ['one one in part'],
    ],
    [
      'machines of a function in another file, by their names',
      {
        ...pinned,
        'default.nix': `{ sources ? import ./npins, pkgs ? import sources.nixpkgs { } }: {
          hosts = import ./hosts.nix { inherit sources; inherit (pkgs) lib; };
          shell = pkgs.mkShell { };
        }`,
        'hosts.nix': `{ sources, lib }: lib.genAttrs [ "one" "two" ] (name:
          (import (sources.nixpkgs + "/nixos/lib/eval-config.nix") { modules = [ ./hosts/\${name}/configuration.nix { networking.hostName = lib.mkDefault name; } ]; }).config.system.build.toplevel)`,
        'hosts/one/configuration.nix': '{ lib, ... }: { a.b = 1; }',
        'hosts/two/configuration.nix': '{ lib, ... }: { networking.hostName = "second"; }',
      },
      ['one one whole', 'two second whole'],
    ],
    [
      '<nixpkgs/nixos> in a file of any name',
      {
        'nixos/pivot.nix': 'import <nixpkgs/nixos> { configuration = ./configuration.nix; }',
        'nixos/configuration.nix': ONE,
      },
      ['one one whole'],
    ],
    [
      'a release of nixpkgs that is fetched, and its lib',
      {
        'configuration.nix': `let
          nixpkgs = fetchTarball "https://github.com/NixOS/nixpkgs/archive/nixos-25.05.tar.gz";
          lib = import "\${nixpkgs}/lib";
        in lib.mapAttrs (name: module: import (nixpkgs + "/nixos") { configuration = module; }) { one = ./one.nix; }`,
        'one.nix': ONE,
      },
      ['one one whole'],
    ],
    [
      'a machine and a configuration.nix that it does not use',
      {
        'default.nix': '{ iso = import <nixpkgs/nixos> { configuration = ./iso.nix; }; }',
        'iso.nix': '{ ... }: { networking.hostName = "iso"; }',
        'server/configuration.nix': ONE,
      },
      ['iso iso whole', 'one one whole'],
    ],
    [
      'a hive of colmena',
      {
        ...pinned,
        'hive.nix': `let sources = import ./npins; in {
          meta = {
            nixpkgs = import sources.nixpkgs { };
            specialArgs = { inherit sources; domain = "lan"; };
            nodeSpecialArgs.two.domain = "wan";
          };
          defaults = { name, lib, ... }: { imports = [ ./common.nix ]; networking.hostName = lib.mkDefault name; };
          one = { nodes, ... }: { deployment.targetHost = "192.0.2.1"; };
          two = { domain, ... }: { networking.hostName = "two.\${domain}"; };
        }`,
        'common.nix': '{ a.b = 1; }',
        // No machine of the hive, and of nobody else's either.
        'common/configuration.nix':
          '{ ... }: { imports = [ ../common.nix ]; networking.hostName = "three"; }',
      },
      ['one one whole', 'three three whole', 'two two.wan whole'],
    ],
  ])('%s', (_, files, expected) => {
    expect(machines(files)).toEqual(expected);
  });

  test.each([
    [
      'a shell and packages',
      {
        ...pinned,
        'default.nix':
          '{ pkgs ? import (import ./npins).nixpkgs { } }: { hello = pkgs.hello; shell = pkgs.mkShell { }; }',
        'configuration.nix': ONE,
      },
      ['one one whole'],
    ],
    [
      'what only looks like it: an own file of that name',
      {
        'default.nix': 'import ./nixos/lib/eval-config.nix { modules = [ ./configuration.nix ]; }',
        'nixos/lib/eval-config.nix': '{ modules }: { inherit modules; }',
        'configuration.nix': ONE,
      },
      [],
    ],
    [
      'somebody else’s nixpkgs',
      {
        ...pinned,
        'default.nix':
          'import ((import ./npins).mine + "/nixos/lib/eval-config.nix") { modules = [ ./configuration.nix ]; }',
        'configuration.nix': ONE,
      },
      ['default.nix: hsdoctor cannot evaluate builtins.fetchTarball'],
    ],
    [
      'a hive whose machines are not known',
      { 'hive.nix': '{ inputs }: { one = { }; }', 'configuration.nix': ONE },
      ['one one whole', 'hive.nix: the function is called without the argument "inputs"'],
    ],
    [
      'a machine beside one that is not known',
      {
        'default.nix': `{
          one = import <nixpkgs/nixos> { configuration = ./one.nix; };
          two = import (builtins.getEnv "TWO");
        }`,
        'one.nix': ONE,
      },
      ['one one whole', 'default.nix: two: hsdoctor cannot evaluate builtins.getEnv'],
    ],
  ])('%s', (_, files, expected) => {
    expect(machines(files)).toEqual(expected);
  });

  test('a hive is a file of its machines', () => {
    const files = {
      'hive.nix': '{ defaults.imports = [ ./common.nix ]; one = ./one.nix; }',
      'common.nix': '{ a.b = 1; }',
      'one.nix': ONE,
    };
    expect(open(files).hosts.map((host) => host.files)).toEqual([['common.nix', 'hive.nix', 'one.nix']]);
  });

  test('what is fetched as a package is a module of nobody known', () => {
    const files = {
      'configuration.nix': `{ pkgs, ... }: {
        imports = [ "\${pkgs.fetchFromGitHub { owner = "somebody"; repo = "modules"; }}/module.nix" ];
        networking.hostName = "one";
      }`,
    };
    expect(machines(files)).toEqual(['one one in part']);
  });
});

describe('where no machine is found, and something may be one', () => {
  test('names that could not be evaluated are told', () => {
    const call = (file: string) => `import (sources.nixpkgs + "/nixos") { configuration = ${file}; }`;
    const source = open({
      'default.nix': `let sources = import ./npins; in { a = ${call('./a.nix')}; b = ${call('./b.nix')}; }`,
      'npins/default.nix': 'throw "no pins"',
      'a.nix': '{ services.openssh.enable = true; }',
      'b.nix': '{ services.openssh.enable = true; }',
    });
    expect(source.hosts).toEqual([]);
    expect(source.open).toEqual([
      'default.nix: a: it ends with the error "no pins"',
      'default.nix: b: it ends with the error "no pins"',
    ]);
  });

  test('modules that import each other are named', () => {
    const source = open({ 'x.nix': '{ imports = [ ./y.nix ]; }', 'y.nix': '{ imports = [ ./x.nix ]; }' });
    expect(source.open).toEqual([expect.stringMatching(/^x\.nix and y\.nix import each other/)]);
  });

  test('a module that another kind of file names is none', () => {
    const source = open({
      'default.nix': '{ module = ./module.nix; }',
      'module.nix': '{ a.enable = true; }',
    });
    expect(source).toMatchObject({ hosts: [], open: [] });
  });
});
