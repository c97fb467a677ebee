# The keys of the launchd agent that `hsdoctor agent install` writes.
{ lib }:
{
  options = home: {
    enable = lib.mkEnableOption "the upload of what arrives in a folder to Immich";
    folder = lib.mkOption {
      type = lib.types.strMatching "/.+";
      default = "${home}/FolderActions/upload-immich";
      defaultText = "~/FolderActions/upload-immich";
      description = "Folder that gets the photos and videos, as text.";
    };
    url = lib.mkOption {
      type = lib.types.strMatching "https?://[^@]+";
      example = "http://minipc:2283";
      description = "URL of the Immich server.";
    };
    keyFile = lib.mkOption {
      type = lib.types.strMatching "/.+";
      default = "${home}/.config/immich/api-key";
      defaultText = "~/.config/immich/api-key";
      example = lib.literalExpression "config.age.secrets.immich-api-key.path";
      description = "File with the API key, as text: the key itself is never in the store.";
    };
    delete = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Delete each file once the server is verified to have it.";
    };
    notify = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Send the results through Pushover.";
    };
  };

  logs = home: "${home}/Library/Logs/hsdoctor";

  keys =
    {
      package,
      home,
      cfg,
    }:
    {
      Label = "hsdoctor.upload-immich";
      ProgramArguments = [
        "${package}/bin/hsdoctor"
        "immich"
        "upload"
        cfg.folder
      ]
      ++ lib.optional cfg.delete "--delete"
      ++ lib.optional cfg.notify "--notify";
      EnvironmentVariables = {
        PATH = "${package}/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        IMMICH_INSTANCE_URL = cfg.url;
        IMMICH_API_KEY_FILE = cfg.keyFile;
      };
      WatchPaths = [ cfg.folder ];
      StartInterval = 900;
      RunAtLoad = true;
      KeepAlive = false;
      ThrottleInterval = 30;
      ExitTimeOut = 30;
      ProcessType = "Background";
      StandardOutPath = "${home}/Library/Logs/hsdoctor/upload-immich.log";
      StandardErrorPath = "${home}/Library/Logs/hsdoctor/upload-immich.error.log";
    };

  # macOS lets no agent read these, whatever Terminal may do.
  assertions = home: cfg: [
    {
      assertion =
        !lib.any (place: lib.hasPrefix "${home}/${place}/" "${cfg.folder}/") [
          "Desktop"
          "Documents"
          "Downloads"
          "Library/Mobile Documents"
          "Library/CloudStorage"
        ];
      message = "hsdoctor: an agent cannot read ${cfg.folder}, which macOS protects: use a folder such as ~/FolderActions/upload-immich.";
    }
    {
      assertion = !lib.hasPrefix builtins.storeDir cfg.keyFile;
      message = "hsdoctor: the key file ${cfg.keyFile} is in the Nix store, where everybody can read it: use agenix, or a file outside of it.";
    }
    {
      assertion = cfg.folder != home;
      message = "hsdoctor: the upload folder is the home folder: use one that holds only photos.";
    }
  ];
}
