# Evaluates flake.nix and the modules with the lib of nixpkgs, and with stand-ins for packages and for the options of
# others that they set. Prints what comes out of them; recorded.json is that.
let
  root = ../..;
  lib = import <nixpkgs/lib>;
  package = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/${name}";
    drvPath = "/nix/store/${name}.drv";
    outputName = "out";
    version = "24.0.0";
  };
  pkgs = {
    coreutils = package "coreutils";
    stdenv.hostPlatform = {
      isDarwin = true;
      system = "x86_64-linux";
    };
    formats.toml = _: {
      generate = _: value: "/nix/store/${builtins.hashString "sha256" (builtins.toJSON value)}-hsdoctor.toml";
    };
    callPackage =
      file: _:
      import file {
        lib = lib // {
          fileset = {
            toSource = { root, ... }: root;
            unions = paths: paths;
          };
        };
        nodejs = package "nodejs";
        runtimeShell = "/bin/sh";
        stdenvNoCC.mkDerivation = arguments: package "hsdoctor" // arguments;
      };
  };
  flake = (import (root + "/flake.nix")).outputs {
    self = flake;
    nixpkgs = {
      inherit lib;
      legacyPackages = lib.genAttrs [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ] (system: pkgs // { stdenv.hostPlatform.system = system; });
    };
  };

  anything = lib.mkOption {
    type = lib.types.anything;
    default = { };
  };
  evaluated =
    module: others: settings:
    let
      inherit
        (lib.evalModules {
          specialArgs = {
            inherit pkgs;
            lib = lib // {
              hm.dag.entryBetween = before: after: data: { inherit before after data; };
            };
          };
          modules = [
            module
            {
              options = lib.genAttrs others (_: anything) // {
                assertions = lib.mkOption {
                  type = lib.types.listOf lib.types.anything;
                  default = [ ];
                };
              };
            }
            settings
          ];
        })
        config
        ;
    in
    config
    // {
      refused = map ({ message, ... }: message) (lib.filter ({ assertion, ... }: !assertion) config.assertions);
    };

  settings = {
    check.skip = [ "dns" ];
    check.since = "24h";
    immich.url = "http://100.64.0.10:2283";
    waivers = [
      {
        check = "ml-oom";
        reason = "the memory is ordered";
        until = "2027-01-01";
      }
    ];
  };
  nixos =
    more:
    evaluated flake.nixosModules.default
      [
        "environment"
        "systemd"
        "users"
      ]
      {
        imports = [ more ];
        systemd.package = package "systemd";
        programs.hsdoctor.enable = true;
        services.hsdoctor.enable = true;
      };
  home =
    more:
    evaluated flake.homeModules.default
      [
        "home"
        "launchd"
        "xdg"
      ]
      {
        imports = [ more ];
        home.homeDirectory = "/Users/me";
        programs.hsdoctor.enable = true;
        programs.hsdoctor.uploadAgent = {
          enable = true;
          url = "http://100.64.0.10:2283";
        };
      };
  darwin =
    evaluated flake.darwinModules.default
      [
        "environment"
        "launchd"
        "system"
        "users"
      ]
      {
        system.primaryUser = "me";
        users.users.me.home = "/Users/me";
        programs.hsdoctor.enable = true;
        programs.hsdoctor.uploadAgent = {
          enable = true;
          url = "http://100.64.0.10:2283";
          notify = true;
        };
      };
  server = nixos { programs.hsdoctor.settings = settings; };
  laptop = home { programs.hsdoctor.uploadAgent.delete = true; };
  optionsOf = import (root + "/nix/settings.nix") { inherit lib; };
  keysOf = option: lib.attrNames (lib.removeAttrs (option.type.getSubOptions [ ]) [ "_module" ]);
in
{
  flake = {
    outputs = lib.mapAttrs (_: lib.attrNames) flake;
    inherit (flake.packages.x86_64-linux.default) version installPhase installCheckPhase;
    inherit (flake.apps.x86_64-linux.default) program;
    overlay = lib.attrNames (flake.overlays.default pkgs pkgs);
  };
  settings = {
    top = lib.attrNames optionsOf;
    check = keysOf optionsOf.check;
    names = keysOf optionsOf.names;
    immich = keysOf optionsOf.immich;
    waivers = keysOf optionsOf.waivers;
  };
  nixos = {
    inherit (server) refused environment;
    inherit (server.systemd) services timers;
    inherit (server.users) users;
  };
  home-manager = {
    inherit (laptop) refused launchd;
    inherit (laptop.home) activation packages;
  };
  nix-darwin = {
    inherit (darwin) refused launchd;
    inherit (darwin.system) activationScripts;
  };
  refused = {
    hosts = (nixos { programs.hsdoctor.settings.check.hosts = [ "nas" ]; }).refused;
    delete-and-move =
      (home {
        programs.hsdoctor.settings.immich = {
          delete = true;
          move-to = "~/uploaded";
        };
      }).refused;
    protected-folder = (home { programs.hsdoctor.uploadAgent.folder = "/Users/me/Desktop/photos"; }).refused;
    key-in-store = (home { programs.hsdoctor.uploadAgent.keyFile = "/nix/store/key"; }).refused;
  };
}
