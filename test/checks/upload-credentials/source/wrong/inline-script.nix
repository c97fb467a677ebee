{ pkgs, ... }: {
  launchd.user.agents.upload-immich.serviceConfig.WatchPaths = [ "/Users/sam/Photos" ];
  launchd.user.agents.upload-immich.script = ''
    # The key of the server.
    export IMMICH_API_KEY='Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb' # wrong: upload-credentials
    exec ${pkgs.immich-cli}/bin/immich upload /Users/sam/Photos
  '';
}
