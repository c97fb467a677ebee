{ pkgs, ... }: {
  launchd.user.agents.upload-immich.serviceConfig.WatchPaths = [ "/Users/sam/Photos" ];
  launchd.user.agents.upload-immich.script = ''
    # IMMICH_API_KEY=Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb was the old one, and is revoked.
    IMMICH_API_KEY="$(cat "$HOME/.config/immich/api-key-of-this-machine")"
    export IMMICH_API_KEY
    exec ${pkgs.immich-cli}/bin/immich --key "$IMMICH_API_KEY" upload /Users/sam/Photos
  '';
}
