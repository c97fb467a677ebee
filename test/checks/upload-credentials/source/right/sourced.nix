{
  launchd.user.agents.upload-immich.serviceConfig.WatchPaths = [ "/Users/sam/Photos" ];
  launchd.user.agents.upload-immich.script = ''
    . "$HOME/.config/immich/credentials"
    IMMICH_API_KEY=$IMMICH_API_KEY_OF_THIS_MAC_AND_USER immich upload /Users/sam/Photos
  '';
}
