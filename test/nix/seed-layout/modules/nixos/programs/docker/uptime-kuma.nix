{ config, lib, constants, ... }:
let cfg = config.homeserver.uptimeKuma;
in {
  config = lib.mkIf cfg.enable {
    # hsdoctor: ignore tailscale-wait until 2999-12-31: the proxy comes with the next move
    virtualisation.oci-containers.containers."uptime-kuma".ports =
      [ (constants.network.minipcTailscaleIP + ":${builtins.toString cfg.port}:3001") ];
    virtualisation.oci-containers.containers.uptime-kuma.image = lib.mkDefault "louislam/uptime-kuma:1";
  };
}
