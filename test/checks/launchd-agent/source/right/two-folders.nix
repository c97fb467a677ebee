{ lib, ... }: {
  launchd.agents = lib.mapAttrs
    (name: folder: {
      enable = true;
      config = {
        ProgramArguments = [ "/opt/homebrew/bin/hsdoctor" "immich" "upload" folder ];
        WatchPaths = [ folder ];
      };
    })
    { phone = "/Users/kim/Phone"; camera = "/Users/kim/Camera"; };
}
