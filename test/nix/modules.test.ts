import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/nix/host.ts';
import type { Option } from '../../src/nix/reading.ts';
import { open } from './tree.ts';

/** The only host of a folder with these modules, imported by one `configuration.nix`. */
function hostOf(...modules: readonly string[]): Host {
  const files = Object.fromEntries(modules.map((text, index) => [`m${index}.nix`, text]));
  const imports = Object.keys(files).map((path) => `./${path}`);
  const [host] = open({ ...files, 'configuration.nix': `{ imports = [ ${imports.join(' ')} ]; }` }).hosts;
  if (host === undefined) throw new Error('there is no host');
  return host;
}

const plainValue = (option: Option) => (option.state === 'known' ? option.value : option.state);

describe('one option in several modules', () => {
  test.each([
    ['mkForce wins over a plain value', ['{ lib, ... }: { a.b = lib.mkForce 1; }', '{ a.b = 2; }'], 1],
    ['a plain value wins over mkDefault', ['{ lib, ... }: { a.b = lib.mkDefault 1; }', '{ a.b = 2; }'], 2],
    [
      'mkOverride with the lower number wins',
      ['{ lib, ... }: { a.b = lib.mkOverride 10 1; }', '{ lib, ... }: { a.b = lib.mkForce 2; }'],
      1,
    ],
    ['the same value twice is no conflict', ['{ a.b = "x"; }', '{ a.b = "x"; }'], 'x'],
    ['lists are concatenated, what is imported last first', ['{ a.b = [ 1 ]; }', '{ a.b = [ 2 ]; }'], [2, 1]],
    [
      'mkBefore and mkAfter order lists',
      [
        '{ lib, ... }: { a.b = lib.mkAfter [ 1 ]; }',
        '{ a.b = [ 2 ]; }',
        '{ lib, ... }: { a.b = lib.mkBefore [ 3 ]; }',
      ],
      [3, 2, 1],
    ],
    [
      'mkIf that does not hold sets nothing',
      ['{ lib, ... }: { a.b = lib.mkIf false 1; }', '{ lib, ... }: { a.b = lib.mkDefault 2; }'],
      2,
    ],
    [
      'mkMerge sets each',
      ['{ lib, ... }: lib.mkMerge [ { a.b = [ 1 ]; } (lib.mkIf true { a.b = [ 2 ]; }) ]'],
      [1, 2],
    ],
    ['what another module sets is read', ['{ config, ... }: { a.b = config.c.d + 1; }', '{ c.d = 2; }'], 3],
    [
      'a condition on another option',
      ['{ config, lib, ... }: { config = lib.mkIf config.c.on { a.b = 1; }; }', '{ c.on = true; }'],
      1,
    ],
    ['a declared default', ['{ lib, ... }: { options.a.b = lib.mkOption { default = 5; }; }'], 5],
    [
      'a declared default gives way',
      [
        '{ lib, ... }: { options.a.b = lib.mkOption { default = 5; }; }',
        '{ lib, ... }: { a.b = lib.mkDefault 6; }',
      ],
      6,
    ],
    ['mkEnableOption is false', ['{ lib, ... }: { options.a.b = lib.mkEnableOption "x"; }'], false],
    [
      'lines are joined',
      [
        '{ lib, ... }: { options.a.b = lib.mkOption { type = lib.types.lines; }; }',
        '{ a.b = "x"; }',
        '{ a.b = "y"; }',
      ],
      'y\nx',
    ],
    [
      'apply changes the value',
      ['{ lib, ... }: { options.a.b = lib.mkOption { apply = x: x + 1; }; config.a.b = 1; }'],
      2,
    ],
    [
      'an argument that a module gives',
      ['{ constants, ... }: { a.b = constants.x; }', '{ _module.args.constants = { x = 4; }; }'],
      4,
    ],
    [
      'a function of a part of lib that lib itself has for something else',
      ['{ lib, ... }: { a.b = [ (lib.path.hasPrefix ./x ./x/y) (lib.lists.hasPrefix [ 1 ] [ 2 ]) ]; }'],
      [true, false],
    ],
    [
      'a function of lib where lib and then its types are opened',
      [
        '{ lib, config, ... }: with lib; with lib.types; { options.c = mkOption { type = int; default = 1; }; config.a = mkIf (config.c == 1) { b = mkForce 2; }; }',
      ],
      2,
    ],
    [
      'an option that is declared twice has what both declare of what is in it',
      [
        '{ lib, ... }: { options.c = lib.mkOption { type = with lib.types; attrsOf (submodule { options.x = lib.mkOption { default = 1; }; }); }; }',
        '{ lib, ... }: { options.c = lib.mkOption { default.z.x = 4; type = with lib.types; attrsOf (submodule { options.y = lib.mkOption { default = 2; }; }); }; }',
        '{ config, ... }: { c.z = { }; a.b = config.c.z.x + config.c.z.y; }',
      ],
      3,
    ],
    [
      'of plain attributes the last definition counts, and nothing within is merged',
      [
        '{ lib, config, ... }: { options.c = lib.mkOption { type = lib.types.attrs; }; config.a.b = builtins.toJSON config.c; }',
        '{ c = { x = 1; y = { p = 1; }; }; }',
        '{ c = { x = 2; z = 3; }; }',
        '{ c = { y = { q = 2; }; }; }',
      ],
      '{"x":1,"y":{"p":1},"z":3}',
    ],
    [
      'what is set by another name of an option',
      [
        '{ lib, ... }: { imports = [ (lib.mkAliasOptionModule [ "c" "d" ] [ "a" "b" ]) ]; }',
        '{ lib, ... }: { c.d = lib.mkIf true (lib.mkForce [ 1 ]); }',
        '{ a.b = [ 2 ]; }',
      ],
      [1],
    ],
    [
      'another name of an option reads that option, and sets nothing by itself',
      [
        '{ lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ "c" ] [ "d" ]) ]; }',
        '{ config, ... }: { d.e = 2; a.b = config.c.e; }',
      ],
      2,
    ],
    [
      'the definitions of an option as those of another',
      [
        '{ lib, options, ... }: { options.c = lib.mkOption { type = lib.types.attrs; }; config.a = lib.mkAliasDefinitions options.c; }',
        '{ c.b = 5; }',
      ],
      5,
    ],
    [
      'what is told of an option that is declared',
      [
        '{ lib, options, ... }: { options.c = lib.mkOption { }; options.d.e = lib.mkOption { default = 1; }; config.a.b = [ options.c.isDefined options.d.e.isDefined options.d.e.default (options ? d.e) ]; }',
      ],
      [false, true, 1, true],
    ],
    [
      'all that is given to modules beside the configuration',
      ['{ specialArgs, ... }: { a.b = specialArgs.constants or 1; }'],
      1,
    ],
    ['a module without a file', ['{ imports = [ { a.b = 1; } ({ lib, ... }: { a.c = 2; }) ]; }'], 1],
    ['a disabled module', ['{ disabledModules = [ ./m1.nix ]; a.b = 1; }', '{ a.b = 2; }'], 1],
  ])('%s', (_, modules, expected) => {
    expect(plainValue(hostOf(...modules).option('a.b'))).toEqual(expected);
  });

  test('a priority within another is no value of NixOS, and the outer one counts', () => {
    const host = hostOf(
      '{ lib, ... }: { options.own.set = lib.mkOption { type = lib.types.attrsOf lib.types.int; }; }',
      '{ lib, ... }: { own = lib.mkDefault { set = lib.mkForce { a = 1; b = 2; }; }; }',
      '{ own.set = { a = 3; }; }',
    );
    expect(plainValue(host.option('own.set.a'))).toBe(3);
    expect(host.attributes('own.set').items).toEqual(['a']);
  });

  test('a set has only the names that are certainly set', () => {
    const host = hostOf(
      `{ config, lib, constants, ... }: {
        options.own.set = lib.mkOption { type = lib.types.attrsOf lib.types.int; default = { }; };
        options.own.has = lib.mkOption { };
        config.own.set = lib.mkMerge [ { c = lib.mkIf false 6; } constants.ports ];
        config.own.has = [ (config.own.set ? a) (config.own.set ? c) (config.own.set ? d) ];
      }`,
      '{ _module.args.constants.ports = { a = 1; }; }',
    );
    expect(host.attributes('own.set')).toEqual({ items: ['a'] });
    expect(plainValue(host.option('own.has'))).toEqual([true, false, false]);
  });

  test('a whole set of units that is only a default is replaced by that of NixOS', () => {
    const host = hostOf(
      '{ lib, ... }: { systemd.services = lib.mkDefault { a.after = [ "x" ]; }; }',
      '{ lib, ... }: { systemd.services.podman-b.preStart = lib.mkDefault "x"; }',
      '{ lib, ... }: { systemd.services.c.preStart = lib.mkDefault "x"; }',
    );
    expect(host.attributes('systemd.services').items).toEqual(['c', 'podman-b']);
    expect(host.option('systemd.services.podman-b.preStart').state).toBe('unknown');
    expect(plainValue(host.option('systemd.services.c.preStart'))).toBe('x');
  });

  test('lists of a submodule that is declared elsewhere have the order of NixOS', () => {
    const host = hostOf(
      '{ systemd.services.a.after = [ "1" ]; }',
      '{ lib, ... }: lib.mkMerge [ { systemd.services.a.after = [ "2" ]; } { systemd.services.a.after = [ "3" ]; } ]',
    );
    expect(plainValue(host.option('systemd.services.a.after'))).toEqual(['1', '3', '2']);
  });

  test('a home is given all special arguments, of each the last', () => {
    const host = hostOf(
      '{ home-manager.extraSpecialArgs = { inputs.a = 1; own = 2; }; }',
      '{ home-manager.extraSpecialArgs = { inputs.b = 3; }; }',
      '{ home-manager.users.me = { inputs, own, ... }: { a.b = (inputs.a or 0) + (inputs.b or 0) + own; }; }',
    );
    // What is imported first comes last.
    expect(plainValue(host.option('home-manager.users.me.a.b'))).toBe(3);
  });

  test('modules of one’s own are evaluated, and what they leave open stays open', () => {
    const host = hostOf(
      `{ lib, ... }: let
        made = lib.evalModules {
          specialArgs.n = 2;
          modules = [ { options.x = lib.mkOption { default = 1; }; options.y = lib.mkOption { }; } ({ config, n, ... }: { y = config.x + n; }) ];
        };
        open = lib.evalModules { modules = [ <elsewhere> { options.x = lib.mkOption { default = 1; }; } ]; };
      in { a.b = made.config.y; a.c = open.config.z or 5; }`,
    );
    expect(plainValue(host.option('a.b'))).toBe(3);
    expect(host.option('a.c').state).toBe('unknown');
  });

  test('a long text is split into its lines', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
    const [host] = open({
      'configuration.nix':
        '{ lib, ... }: { a.b = lib.length (lib.splitString "\\n" (builtins.readFile ./long)); }',
      long: lines.join('\n'),
    }).hosts;
    expect(host?.option('a.b')).toMatchObject({ state: 'known', value: 5000 });
  });

  test('of an option that is declared elsewhere nothing is known but its name', () => {
    const host = hostOf(
      '{ options, ... }: { a.b = options ? services.x; a.c = options.services.x.isDefined; }',
    );
    expect(host.option('a.b')).toMatchObject({ state: 'unknown' });
    expect(host.option('a.c')).toMatchObject({ state: 'unknown', name: 'options.services.x.isDefined' });
  });

  test('conflicting values are unknown, with both places', () => {
    const option = hostOf('{ a.b = 1; }', '\n{ a.b = 2; }').option('a.b');
    expect(option.state).toBe('unknown');
    expect(option).toMatchObject({ reason: expect.stringMatching(/m1\.nix:2 and m0\.nix:1/) });
  });

  test('a condition that is not known makes the value unknown, and says why', () => {
    const host = hostOf('{ config, lib, ... }: { a.b = lib.mkIf config.services.other.enable 1; }');
    expect(host.option('a.b')).toMatchObject({ state: 'unknown', name: 'config.services.other.enable' });
    expect(host.definitions('a.b')).toMatchObject([{ holds: { state: 'unknown' }, at: { file: 'm0.nix' } }]);
  });

  test('it does not matter what is asked first where a set depends on the configuration that it is in', () => {
    const modules = [
      '{ config, lib, ... }: { a = { b = lib.mkIf config.elsewhere.x 1; }; c = { d = 2; } // config.elsewhere.y; }',
    ] as const;
    const [first, second] = [hostOf(...modules), hostOf(...modules)];
    second.option('a.b');
    expect(second.option('c')).toEqual(first.option('c'));
    expect(second.option('c')).toMatchObject({ state: 'known' });
  });

  test('a part that depends on another of the same set is no circle, whatever was asked first', () => {
    const host = hostOf(
      '{ config, ... }: { a.b = { on = true; d = if config.a.b.off or false then 1 else 2; e = config.a.b.on; }; }',
    );
    expect(host.attributes('a.b').items).toEqual(['d', 'e', 'on']);
    expect(host.option('a.b.e')).toMatchObject({ state: 'known', value: true });
    expect(host.option('a.b.d')).toMatchObject({
      state: 'unknown',
      reason: 'nothing in these files sets it',
    });
  });

  test('a set that is made of itself is unknown, and no endless way', () => {
    const host = hostOf('{ config, ... }: { a.b = config.a.b; }', '{ a.b.c = 1; }');
    expect(host.option('a.b.c').state).toBe('unknown');
    expect(host.attributes('a.b').rest).toBeDefined();
  });

  test('such a condition does not matter below a value of higher priority', () => {
    const host = hostOf(
      '{ config, lib, ... }: { a.b = lib.mkIf config.services.other.enable 1; }',
      '{ lib, ... }: { a.b = lib.mkForce 2; }',
    );
    expect(plainValue(host.option('a.b'))).toBe(2);
  });

  test('whether mkForce on a set replaces others depends on a type that is not here', () => {
    const host = hostOf('{ lib, ... }: { a.b.c = lib.mkForce { x = 1; }; }', '{ a.b.c.y = 2; }');
    expect(plainValue(host.option('a.b.c.x'))).toBe(1);
    expect(host.option('a.b.c.y').state).toBe('unknown');
  });

  test('a value that needs itself ends', () => {
    const host = hostOf(
      '{ config, ... }: { a.b = config.a.b; }',
      '{ config, ... }: { c = config.d; d = config.c; }',
    );
    expect(host.option('a.b')).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/infinite recursion/),
    });
    expect(host.option('c').state).toBe('unknown');
  });

  test('modules that import each other end', () => {
    const [host] = open({
      'configuration.nix': '{ imports = [ ./a.nix ]; }',
      'a.nix': '{ imports = [ ./b.nix ]; x.a = 1; }',
      'b.nix': '{ imports = [ ./a.nix ]; x.b = 1; }',
    }).hosts;
    expect(host?.attributes('x')).toEqual({ items: ['a', 'b'] });
  });

  test.each([
    ['its default, with the defaults of its own options', '', [true, '30s', 3]],
    ['what modules set of it', 'checks.a.interval = "5s"; checks.a.retries = 1;', [false, '5s', 1]],
    ['null has none', 'checks.a = null;', 'none'],
    ['where whether it is null is not known', 'checks.a = lib.mkIf config.mine.isOn null;', 'unknown'],
  ])('the options of a submodule that may be null: %s', (_, set, expected) => {
    const host = hostOf(`{ config, lib, ... }: {
      options.checks.a = lib.mkOption {
        default.isOn = true;
        type = lib.types.nullOr (lib.types.submodule {
          options.isOn = lib.mkOption { type = lib.types.bool; default = false; };
          options.interval = lib.mkOption { type = lib.types.str; default = "30s"; };
          options.retries = lib.mkOption { type = lib.types.int; default = 3; };
        });
      };
      config = {
        a.b = let inherit (config.checks) a; in if a == null then "none" else [ a.isOn a.interval a.retries ];
        ${set}
      };
    }`);
    expect(plainValue(host.option('a.b'))).toEqual(expected);
  });

  test('an option of submodules', () => {
    const host = hostOf(
      `{ lib, ... }: { options.jobs = lib.mkOption { default = { }; type = lib.types.attrsOf (lib.types.submodule ({ name, config, ... }: {
         options.title = lib.mkOption { default = name; };
         options.loud = lib.mkOption { default = config.title + "!"; };
       })); }; }`,
      '{ jobs.a = { }; jobs.b.title = "B"; }',
      '{ lib, ... }: { jobs.c = lib.mkIf false { }; }',
    );
    expect(host.attributes('jobs')).toEqual({ items: ['a', 'b'] });
    expect([host.option('jobs.a.loud'), host.option('jobs.b.loud')].map(plainValue)).toEqual(['a!', 'B!']);
  });
});

describe('what cannot be read', () => {
  test('unset where it is not set, unknown where something that was not read may', () => {
    expect(hostOf('{ a = 1; }').option('b.c')).toEqual({ state: 'unset' });
    const host = hostOf('{ config, lib, ... }: { imports = lib.optional config.x.y ./m1.nix; }');
    expect(host.option('b.c').state).toBe('unknown');
    expect(host.gaps).toMatchObject([{ kind: 'missing', at: { file: 'm0.nix', line: 1 } }]);
  });

  test('a module that does not exist is a gap, and the others are read', () => {
    const host = hostOf('{ imports = [ ./absent.nix ]; a = 1; }');
    expect(plainValue(host.option('a'))).toBe(1);
    expect(host.gaps).toMatchObject([{ kind: 'missing', reason: expect.stringMatching(/absent\.nix/) }]);
  });

  test('why a file is a gap is told by its kind', () => {
    const [host] = open({
      'configuration.nix': `{ config, ... }: {
        imports = [ ./gone.nix ./locked.nix (throw "gone.nix does not exist in this folder") (import ./gone.nix { }) ];
      }`,
      'locked.nix': '\0GITCRYPT\0\u0001',
    }).hosts;
    expect(host?.gaps.map(({ kind }) => kind)).toEqual(['missing', 'locked', 'unread', 'unread']);
  });

  test('a module that is imported for a known input is a gap at what stands in these files', () => {
    const { hosts } = open({
      'flake.nix': `{
        inputs.snowfall-lib.url = "github:snowfallorg/lib";
        outputs = inputs: inputs.snowfall-lib.mkFlake { inherit inputs; src = ./.; };
      }`,
      'systems/x86_64-linux/box/default.nix': '{ imports = [ ]; }',
      'modules/nixos/empty/default.nix': '',
    });
    expect(hosts[0]?.gaps).toMatchObject([{ at: { file: 'modules/nixos/empty/default.nix' } }]);
  });

  test('options beside config are a gap: nix refuses them there', () => {
    const host = hostOf('{ imports = [ ]; options = { }; config.a = 1; b = 2; }');
    expect(plainValue(host.option('a'))).toBe(1);
    expect(host.option('b').state).toBe('unknown');
    expect(host.gaps).toMatchObject([{ kind: 'unread', reason: expect.stringMatching(/"b" is beside/) }]);
  });

  test('modules of nixpkgs are outside, and no gap in what is unset', () => {
    const host = hostOf(
      '{ modulesPath, ... }: { imports = [ (modulesPath + "/profiles/minimal.nix") <home-manager/nixos> ]; }',
    );
    expect(host.gaps.map(({ kind }) => kind)).toEqual(['outside', 'outside']);
    expect(host.option('a')).toEqual({ state: 'unset' });
  });

  test('packages and paths of secrets print as parts', () => {
    const host = hostOf(
      '{ config, pkgs, ... }: { a = "${pkgs.hello}/bin/hello --key ${config.age.secrets.db.path}"; b = pkgs.writeText "n" "body"; }',
    );
    expect(host.option('a')).toMatchObject({
      state: 'unknown',
      parts: [{ name: 'pkgs.hello' }, '/bin/hello --key ', { name: 'config.age.secrets.db.path' }],
    });
    expect(host.option('b')).toMatchObject({ name: 'pkgs.writeText', arguments: ['n', 'body'] });
  });

  test('a file that does not parse is told, and read on', () => {
    const source = open({ 'configuration.nix': '{\n  a = 1;\n  b = ;\n  c = 3;\n}\n' });
    expect(plainValue(source.hosts[0]?.option('c') ?? { state: 'unset' })).toBe(3);
    expect(source.hosts[0]?.option('b')).toMatchObject({ state: 'unknown', at: { line: 3 } });
    expect(source.problems()).toEqual([
      { message: 'unexpected ";"', at: { file: 'configuration.nix', line: 3, column: 7 } },
    ]);
  });

  test('what is missing at the end is told of the last line', () => {
    const source = open({ 'configuration.nix': '{\n  a = {\n    b = 1;\n}\n\n' });
    source.hosts[0]?.option('a');
    expect(source.problems()).toMatchObject([{ at: { file: 'configuration.nix', line: 4 } }]);
  });

  test('no place is in the library that is built in', () => {
    const host = hostOf(
      '{ lib, ... }: {\n  a.b = lib.mapAttrsToList (name: value: "${name}=${value}") { x = "y"; };\n' +
        '  c = lib.genAttrs [ "d" ] (name: { });\n}',
    );
    expect(host.items('a.b').items).toMatchObject([{ value: 'x=y', at: { file: 'm0.nix', line: 2 } }]);
    expect(host.definitions('c.d')).toMatchObject([{ at: { file: 'm0.nix', line: 3 } }]);
  });
});
