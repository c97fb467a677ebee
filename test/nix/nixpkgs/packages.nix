platform:
let
  package = name: more: derivation ({
    inherit name;
    system = platform;
    builder = "/bin/sh";
  } // more);
  writeText = name: text: package name { inherit text; };
in
{
  lib = import ./lib.nix;
  stdenv = rec {
    isLinux = platform == "x86_64-linux";
    isDarwin = !isLinux;
    hostPlatform = { inherit isLinux isDarwin; };
  };
  inherit writeText;
  writeShellScript = name: text: writeText name "#!/bin/sh\n${text}";
  writeShellScriptBin = name: text: writeText name "#!/bin/sh\n${text}" // { meta.mainProgram = name; };
  writeShellApplication = { name, text, ... }: writeText name "#!/bin/sh\n${text}" // { meta.mainProgram = name; };
  writeTextFile = { name, text, ... }: writeText name text;
  bash = package "bash" { };
  coreutils = package "coreutils" { };
  curl = package "curl" { };
  hello = package "hello" { };
  immich-cli = package "immich-cli" { };
  iproute2 = package "iproute2" { };
  podman = package "podman" { };
  python3 = package "python3" { };
  restic = package "restic" { };
  tailscale = package "tailscale" { };
  vim = package "vim" { };
  git = package "git" { };
}
