# programs.hsdoctor: the command, its settings, and on a Mac the upload agent.
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
  home = config.home.homeDirectory;
in
{
  options.programs.hsdoctor = common.options // {
    uploadAgent = agent.options home;
  };

  config = lib.mkMerge [
    (lib.mkIf program.enable {
      assertions = common.assertions program.settings;
      home.packages = [ program.package ];
      xdg.configFile."hsdoctor/config.toml".source = common.file program.settings;
    })

    (lib.mkIf cfg.enable {
      assertions = agent.assertions home cfg ++ [
        {
          assertion = pkgs.stdenv.hostPlatform.isDarwin;
          message = "hsdoctor: programs.hsdoctor.uploadAgent needs launchd, which only macOS has.";
        }
      ];
      # launchd starts no agent whose folders are missing.
      home.activation.hsdoctorFolders =
        lib.hm.dag.entryBetween [ "setupLaunchAgents" ] [ "writeBoundary" ]
          "run mkdir -p ${
            lib.escapeShellArgs [
              cfg.folder
              (agent.logs home)
            ]
          }";
      launchd.agents.upload-immich = {
        enable = true;
        config = agent.keys {
          inherit (program) package;
          inherit home cfg;
        };
      };
    })
  ];
}
