{ inputs, lib, pkgs, ... }: {
  launchd.agents.upload-immich = {
    enable = true;
    config.ProgramArguments = [ (lib.getExe inputs.hsdoctor.packages.aarch64-darwin.default) "immich" "upload" "/Users/kim/Photos" "--delete" ];
    config.WatchPaths = [ "/Users/kim/Photos" ];
  };
}
