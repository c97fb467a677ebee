{ configuration ? <nixos-config> }:
let machine = import ../system.nix "x86_64-linux" { modules = [ configuration ]; };
in machine // { system = machine.config.system.build.toplevel; }
