// cspell:disable
import { entryOf } from '../../text/entry.ts';

/**
 * What well-known inputs of a flake make, by where they are from, in Nix itself: each is a function of what nothing but the
 * reader can give (`own`), of `lib`, and of the flake's `self` and `inputs`. `__files` has what is imported by its path. What
 * is not here is unknown by its name.
 */
const INPUTS: Readonly<Record<string, string>> = {
  'hercules-ci/flake-parts': `
{ own, lib, ... }:
let
  importApply = path: arguments: { imports = [ (import path arguments) ]; };
  flake-parts-lib = own.open "flake-parts-lib" { inherit importApply mkFlake; };
  perSystem = system: own.open "perSystem" { inherit system; pkgs = own.open "pkgs" { }; };
  withSystem = system: f: f (perSystem system);
  arguments = {
    inherit flake-parts-lib withSystem;
    getSystem = perSystem;
    moduleWithSystem = module: { ... }@given: { imports = [ (own.apply (module (perSystem "x86_64-linux")) given) ]; };
  };
  mkFlake = given@{ inputs ? given.self.inputs, specialArgs ? { }, self ? inputs.self, ... }: module:
    own.evalFlakeModules (arguments // { inherit self inputs lib; } // specialArgs) module;
in {
  lib = own.open "flake-parts-lib" { inherit importApply mkFlake; evalFlakeModule = given: module: { config.flake = mkFlake given module; }; };
}`,

  'vic/import-tree': `
{ lib, ... }:
let
  isTree = value: builtins.isAttrs value && value ? __isImportTree;
  filesOf = given:
    if isTree given then given.files
    else if builtins.isList given then lib.concatMap filesOf given
    else if builtins.isAttrs given && given ? outPath then filesOf given.outPath
    else if builtins.isAttrs given then [ given ]
    else if lib.hasSuffix ".nix" (toString given) then [ given ]
    else lib.filesystem.listFilesRecursive given;
  relative = root: path: lib.removePrefix (toString root) (toString path);
  make = { filters, initial, change, paths, finish }:
    let
      kept = root: builtins.filter (path:
        !(builtins.isPath path || builtins.isString path)
        || (builtins.all (test: test (relative root path)) ([ initial ] ++ filters))) (filesOf root);
      filesIn = root: map change (if builtins.isList root then lib.concatMap kept (lib.flatten root) else kept root);
      with' = changes: make ({ inherit filters initial change paths finish; } // changes);
      of = root: filesIn (paths ++ lib.flatten [ root ]);
    in {
      __isImportTree = true;
      __functor = self: given:
        if builtins.isAttrs given && given ? options then { imports = of [ ]; } else finish (of given);
      files = of [ ];
      leafs = root: of root;
      filter = test: with' { filters = filters ++ [ test ]; };
      filterNot = test: with' { filters = filters ++ [ (path: !(test path)) ]; };
      match = regex: with' { filters = filters ++ [ (path: builtins.match regex path != null) ]; };
      matchNot = regex: with' { filters = filters ++ [ (path: builtins.match regex path == null) ]; };
      initFilter = test: with' { initial = test; };
      map = f: with' { change = value: f (change value); };
      addPath = path: with' { paths = paths ++ [ path ]; };
      withLib = lib: with' { };
      pipeTo = f: with' { finish = f; };
      new = start;
    };
  start = make {
    filters = [ ];
    initial = path: lib.hasSuffix ".nix" path && !(lib.hasInfix "/_" path);
    change = value: value;
    paths = [ ];
    finish = files: { imports = files; };
  };
in start`,

  'numtide/flake-utils': String.raw`
{ own, lib, ... }:
let
  systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  eachSystem = systems: f: own.closed (lib.mapAttrs (name: value: { \${builtins.head systems} = value; }) (f (builtins.head systems)));
  eachDefaultSystem = eachSystem systems;
in {
  lib = own.open "flake-utils.lib" {
    inherit eachSystem eachDefaultSystem;
    defaultSystems = systems;
    allSystems = systems;
    eachSystemPassThrough = systems: f: f (builtins.head systems);
    eachDefaultSystemPassThrough = f: f "x86_64-linux";
    flattenTree = tree: tree;
  };
}`,

  'zhaofengli/colmena': `
{ own, lib, ... }:
let
  makeHive = hive:
    let
      meta = hive.meta or hive.network or { };
      node = name: module: own.nixosSystem {
        modules = builtins.catAttrs "defaults" [ hive ] ++ [ module ];
        specialArgs = { inherit name; } // (meta.specialArgs or { }) // (meta.nodeSpecialArgs.\${name} or { });
      };
    in { nodes = lib.mapAttrs node (removeAttrs hive [ "meta" "network" "defaults" ]); };
in { lib = own.open "colmena.lib" { inherit makeHive; }; }`,

  'nix-systems/default':
    '{ ... }: { __files."" = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]; }',
  'nix-systems/default-linux': '{ ... }: { __files."" = [ "x86_64-linux" "aarch64-linux" ]; }',

  'nixos/nixpkgs': `
{ own, lib, ... }:
let
  evalConfig = { modules, extraModules ? [ ], specialArgs ? { }, extraArgs ? { }, ... }@given:
    own.nixosSystem (given // { modules = modules ++ extraModules; specialArgs = extraArgs // specialArgs; });
  nixos = { configuration, specialArgs ? { }, ... }:
    let machine = evalConfig { inherit specialArgs; modules = [ configuration ]; };
    in machine // { system = machine; };
in {
  __files = {
    "" = { ... }: own.open "pkgs" { inherit lib; nixos = configuration: nixos { inherit configuration; }; };
    "/lib" = lib;
    "/nixos" = nixos;
    "/nixos/lib/eval-config.nix" = evalConfig;
  };
}`,

  'nix-darwin/nix-darwin': `
{ own, ... }: {
  __files."" = { configuration, specialArgs ? { }, ... }: own.darwinSystem { inherit specialArgs; modules = [ configuration ]; };
}`,

  'nix-community/haumea': `
{ own, lib, ... }:
let
  usual = given: path:
    let made = import path; in
    if builtins.isFunction made then made (builtins.mapAttrs (name: optional: given.\${name}) (builtins.functionArgs made)) else made;
  load = { src, inputs ? { }, loader ? usual, transformer ? null, ... }:
    let
      load' = if builtins.isFunction loader then loader else usual;
      below = folder: parents:
        let
          here = lib.concatMapAttrs (name: type:
            let path = folder + ("/" + name); in
            if type == "directory" then { \${name} = below path ([ here ] ++ parents); }
            else if lib.hasSuffix ".nix" name && !(lib.hasPrefix "_" name) then {
              \${lib.removeSuffix ".nix" name} =
                load' (inputs // { self = here; super = if parents == [ ] then here else builtins.head parents; root = tree; }) path;
            } else { }) (builtins.readDir folder);
        in here;
      tree = below src [ ];
      lifted = value: if builtins.isAttrs value && value ? default then removeAttrs value [ "default" ] // (if builtins.isAttrs value.default then value.default else { }) else value;
    in if transformer == null then tree else lifted tree;
in {
  lib = own.open "haumea.lib" {
    inherit load;
    loaders = own.open "haumea.lib.loaders" { default = usual; verbatim = given: path: import path; path = given: path: path; };
    transformers = own.open "haumea.lib.transformers" { };
  };
}`,

  'nix-community/home-manager': `
{ own, ... }: {
  lib = {
    inherit (own) homeManagerConfiguration;
    hm = own.open "lib.hm" { };
  };
  __files."/modules" = { configuration, extraSpecialArgs ? { }, ... }:
    own.homeManagerConfiguration { inherit extraSpecialArgs; modules = [ configuration ]; };
}`,

  'srid/nixos-unified': String.raw`
{ own, lib, self, inputs, ... }:
let
  nixFilesIn = folder: f:
    if builtins.pathExists folder then
      lib.listToAttrs (lib.concatLists (lib.mapAttrsToList (name: type:
        if type == "regular" && lib.hasSuffix ".nix" name then
          [ (lib.nameValuePair (lib.removeSuffix ".nix" name) (f (folder + "/\${name}"))) ]
        else if type == "directory" && builtins.pathExists (folder + "/\${name}/default.nix") then
          [ (lib.nameValuePair name (f (folder + "/\${name}"))) ]
        else [ ]) (builtins.readDir folder)))
    else { };
  library = config:
    let
      common = { flake = { inherit self inputs config; }; };
      homes = { home-manager ? false }: lib.optional home-manager {
        home-manager.extraSpecialArgs = common;
      };
    in {
      specialArgsFor = { inherit common; nixos = common; darwin = common; };
      mkLinuxSystem = given: module: own.nixosSystem { specialArgs = common; modules = [ module ] ++ homes given; };
      mkMacosSystem = given: module: own.darwinSystem { specialArgs = common; modules = [ module ] ++ homes given; };
      mkHomeConfiguration = pkgs: module: own.homeManagerConfiguration { inherit pkgs; extraSpecialArgs = common; modules = [ module ]; };
    };
  unified = { config, ... }: { flake.nixos-unified.lib = library config; };
  autoWire = { config, ... }: {
    flake = {
      nixosConfigurations = nixFilesIn (own.root + "/configurations/nixos") ((library config).mkLinuxSystem { home-manager = true; });
      darwinConfigurations = nixFilesIn (own.root + "/configurations/darwin") ((library config).mkMacosSystem { home-manager = true; });
      nixosModules = nixFilesIn (own.root + "/modules/nixos") (path: path);
      darwinModules = nixFilesIn (own.root + "/modules/darwin") (path: path);
      homeModules = nixFilesIn (own.root + "/modules/home") (path: path);
    };
  };
  flakeModulesIn = nixFilesIn (own.root + "/modules/flake") (path: path) // nixFilesIn (own.root + "/modules/flake-parts") (path: path);
in {
  flakeModules = { default = unified; inherit autoWire; };
  flakeModule = unified;
  lib = own.open "nixos-unified.lib" {
    mkFlake = given@{ inputs, systems ? [ ], ... }:
      own.evalFlakeModules { inherit inputs; inherit (inputs) self; } {
        imports = [ unified autoWire ] ++ builtins.attrValues flakeModulesIn;
      };
  };
}`,

  'numtide/blueprint': String.raw`
{ own, lib, self, ... }:
let
  blueprint = { inputs, prefix ? "", ... }:
    let
      root = if builtins.isPath prefix then prefix else if prefix == null || prefix == "" then own.root else own.root + "/\${lib.removeSuffix "/" prefix}";
      entries = folder: if builtins.pathExists folder then builtins.readDir folder else { };
      arguments = { inherit inputs; flake = self; };
      usersOf = host:
        let users = root + "/hosts/\${host}/users"; in
        lib.concatMapAttrs (name: type:
          if type == "directory" && builtins.pathExists (users + "/\${name}/home-configuration.nix") then
            { \${name} = users + "/\${name}/home-configuration.nix"; }
          else if type == "regular" && lib.hasSuffix ".nix" name then
            { \${lib.removeSuffix ".nix" name} = users + "/\${name}"; }
          else { }) (entries users);
      machine = maker: file: host: maker {
        specialArgs = arguments // { hostName = host; };
        modules = [
          (root + "/hosts/\${host}/\${file}")
          { _module.args.perSystem = own.open "perSystem" { }; home-manager.users = usersOf host; home-manager.extraSpecialArgs = arguments; }
        ];
      };
      hosts = file: builtins.filter (host: builtins.pathExists (root + "/hosts/\${host}/\${file}")) (builtins.attrNames (entries (root + "/hosts")));
      modulesIn = kind: lib.concatMapAttrs (name: type:
        if type == "directory" then { \${name} = root + "/modules/\${kind}/\${name}"; }
        else if lib.hasSuffix ".nix" name then { \${lib.removeSuffix ".nix" name} = root + "/modules/\${kind}/\${name}"; }
        else { }) (entries (root + "/modules/\${kind}"));
      custom = lib.listToAttrs (map (host: lib.nameValuePair host (import (root + "/hosts/\${host}") (arguments // { hostName = host; }))) (hosts "default.nix"));
      classed = class: lib.mapAttrs (host: made: made.value) (lib.filterAttrs (host: made: made.class == class) custom);
      library = root + "/lib";
    in {
      nixosConfigurations = lib.genAttrs (hosts "configuration.nix") (machine own.nixosSystem "configuration.nix") // classed "nixos";
      darwinConfigurations = lib.genAttrs (hosts "darwin-configuration.nix") (machine own.darwinSystem "darwin-configuration.nix") // classed "nix-darwin";
      nixosModules = modulesIn "nixos";
      darwinModules = modulesIn "darwin";
      homeModules = modulesIn "home";
      modules = { nixos = modulesIn "nixos"; darwin = modulesIn "darwin"; home = modulesIn "home"; common = modulesIn "common"; };
      lib = if builtins.pathExists library then import library arguments else { };
    };
in { __functor = self: blueprint; lib.mkFlake = blueprint; }`,

  'snowfallorg/lib': String.raw`
{ own, lib, self, ... }:
let
  mkLib = { inputs, src, snowfall ? { }, ... }:
    let
      namespace = snowfall.namespace or "internal";
      root = snowfall.root or src;
      entries = folder: if builtins.pathExists folder then builtins.readDir folder else { };
      folders = folder: builtins.filter (name: (entries folder).\${name} == "directory") (builtins.attrNames (entries folder));
      # Every folder below with a default.nix.
      modulesBelow = folder: lib.concatMap (name:
        let path = folder + "/\${name}"; in
        lib.optional (builtins.pathExists (path + "/default.nix")) path ++ modulesBelow path) (folders folder);
      named = folder: lib.listToAttrs (map (path:
        lib.nameValuePair (lib.removePrefix "/" (lib.removePrefix (toString folder) (toString path))) (import path)) (modulesBelow folder));
      libraries = map (path: import (path + "/default.nix")) (modulesBelow (root + "/lib"))
        ++ lib.optional (builtins.pathExists (root + "/lib/default.nix")) (import (root + "/lib/default.nix"));
      call = f: given: if builtins.isFunction f then f (builtins.intersectAttrs (builtins.functionArgs f) given) else f;
      ownLib = lib.foldl' lib.recursiveUpdate { } (map (each: call each { inherit inputs namespace; lib = extended; snowfall-inputs = inputs; }) libraries);
      snowfallLib = own.open "lib.snowfall" {
        fs.get-file = path: root + "/\${path}";
        module = { create-modules = { src, ... }: named src; };
      };
      extended = lib.extend (final: previous: { \${namespace} = ownLib; snowfall = snowfallLib; } // ownLib);
      mkFlake = { systems ? { }, homes ? { }, outputs-builder ? (channels: { }), alias ? { }, ... }@given:
        let
          homesOf = name: lib.concatMap (target: lib.concatMap (home:
            let parts = lib.splitString "@" home; in
            lib.optional (lib.length parts < 2 || lib.elemAt parts 1 == name) {
              home-manager.users.\${builtins.head parts} = { imports = [ (root + "/homes/\${target}/\${home}") ] ++ modulesBelow (root + "/modules/home") ++ (homes.modules or [ ]); };
            }) (folders (root + "/homes/\${target}"))) (folders (root + "/homes"));
          machine = maker: kind: target: name: maker {
            modules = [ (root + "/systems/\${target}/\${name}") ]
              ++ modulesBelow (root + "/modules/\${kind}")
              ++ (systems.modules.\${kind} or [ ])
              ++ (systems.hosts.\${name}.modules or [ ])
              ++ homesOf name
              ++ [ { home-manager.extraSpecialArgs = arguments // { lib = extended; inherit target; host = name; format = "home"; }; } ];
            specialArgs = (systems.hosts.\${name}.specialArgs or { }) // arguments // {
              lib = extended;
              inherit target;
              system = builtins.replaceStrings [ "iso" "vm" ] [ "linux" "linux" ] target;
              host = name;
              virtual = false;
              format = if kind == "darwin" then "darwin" else "linux";
              systems = { };
            };
          };
          arguments = { inherit inputs namespace; };
          machinesFor = test: maker: kind: lib.mergeAttrsList (map (target:
            lib.genAttrs (builtins.filter (name: builtins.pathExists (root + "/systems/\${target}/\${name}/default.nix")) (folders (root + "/systems/\${target}"))) (machine maker kind target))
            (builtins.filter test (folders (root + "/systems"))));
        in {
          nixosConfigurations = machinesFor (lib.hasSuffix "-linux") own.nixosSystem "nixos";
          darwinConfigurations = machinesFor (lib.hasSuffix "-darwin") own.darwinSystem "darwin";
          nixosModules = named (root + "/modules/nixos");
          darwinModules = named (root + "/modules/darwin");
          homeModules = named (root + "/modules/home");
          lib = ownLib;
        };
    in extended // { inherit mkFlake; snowfall = snowfallLib; };
in {
  lib = own.open "snowfall-lib.lib" { };
  inherit mkLib;
  mkFlake = given: (mkLib given).mkFlake given;
}`,
};

/** The same under another name. */
const SAME: Readonly<Record<string, string>> = {
  'denful/import-tree': 'vic/import-tree',
  'lnl7/nix-darwin': 'nix-darwin/nix-darwin',
  'srid/nixos-flake': 'srid/nixos-unified',
};

/** The text of an input that is known here. */
export const inputText = (origin: string): string | undefined =>
  entryOf(INPUTS, entryOf(SAME, origin) ?? origin)?.replaceAll('\\${', '${');
