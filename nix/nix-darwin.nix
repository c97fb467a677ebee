# programs.hsdoctor: the command, its settings, and the upload agent of the primary user.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  common = import ./common.nix { inherit lib pkgs; };
  agent = import ./upload-agent.nix { inherit lib; };
  program = config.programs.hsdoctor;
  cfg = program.uploadAgent;
  home = config.users.users.${cfg.user}.home;
in
{
  options.programs.hsdoctor = common.options // {
    uploadAgent = agent.options home // {
      user = lib.mkOption {
        type = lib.types.str;
        default = config.system.primaryUser;
        defaultText = lib.literalExpression "config.system.primaryUser";
        description = "User who uploads; must be declared in users.users with a home.";
      };
    };
  };

  config = lib.mkMerge [
    (lib.mkIf program.enable {
      assertions = common.assertions program.settings;
      environment.systemPackages = [ program.package ];
      environment.etc."hsdoctor/config.toml".source = common.file program.settings;
    })

    (lib.mkIf cfg.enable {
      assertions = agent.assertions home cfg;
      # launchd starts no agent whose folders are missing.
      system.activationScripts.extraActivation.text = ''
        sudo -u ${lib.escapeShellArg cfg.user} mkdir -p ${
          lib.escapeShellArgs [
            cfg.folder
            (agent.logs home)
          ]
        }
      '';
      launchd.user.agents.upload-immich.serviceConfig = agent.keys {
        inherit (program) package;
        inherit home cfg;
      };
    })
  ];
}
