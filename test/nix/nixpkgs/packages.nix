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
  tailscale = package "tailscale" { };
  vim = package "vim" { };
  git = package "git" { };
}
