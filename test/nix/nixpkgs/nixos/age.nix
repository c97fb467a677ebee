{ lib, ... }:
let inherit (lib) mkOption types;
in {
  options.age.secrets = mkOption {
    default = { };
    type = types.attrsOf (types.submodule ({ name, ... }: {
      options = {
        file = mkOption { type = types.path; };
        path = mkOption { type = types.str; default = "/run/agenix/${name}"; };
        owner = mkOption { type = types.str; default = "0"; };
        mode = mkOption { type = types.str; default = "0400"; };
      };
    }));
  };
}
