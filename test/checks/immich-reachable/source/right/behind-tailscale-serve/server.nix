{ pkgs, ... }: {
  services.immich.enable = true;
  systemd.services.immich-serve = {
    wantedBy = [ "multi-user.target" ];
    serviceConfig.ExecStart = "${pkgs.tailscale}/bin/tailscale serve --tcp 2283 tcp://127.0.0.1:2283";
  };
}
