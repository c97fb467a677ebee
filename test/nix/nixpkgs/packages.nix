platform:
let
  package = name: more: derivation ({
    inherit name;
    system = platform;
    builder = "/bin/sh";
  } // more);
  writeText = name: text: package name { inherit text; };
  program = name: text: package name {
    text = "#!/bin/sh\n${text}";
    executable = true;
    destination = "/bin/${name}";
  } // { meta.mainProgram = name; };
in
{
  lib = import ./lib.nix;
  stdenv = rec {
    isLinux = platform == "x86_64-linux";
    isDarwin = !isLinux;
    hostPlatform = { inherit isLinux isDarwin; };
  };
  inherit writeText;
  writeShellScript = name: text: package name { text = "#!/bin/sh\n${text}"; executable = true; };
  writeShellScriptBin = name: text: program name text;
  writeShellApplication = { name, text, runtimeInputs ? [ ], ... }:
    program name "set -o errexit\nset -o nounset\nset -o pipefail\n\nexport PATH=\"${builtins.concatStringsSep ":" (map (each: "${each}/bin") runtimeInputs)}:$PATH\"\n${text}";
  writeTextFile = { name, text, executable ? false, destination ? "", ... }: package name { inherit text executable destination; };
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
