{ lib, ... }:
let
  url = { address, port ? 2283 }: "http://${address}:${toString port}/";
in
{
  launchd.user.agents.upload-immich = {
    script = "exec hsdoctor immich upload /Users/kim/Photos";
    serviceConfig.StartInterval = 3600;
    environment = lib.mkMerge [
      { PATH = "/opt/homebrew/bin"; }
      { IMMICH_INSTANCE_URL = url { address = "192.168.1.21"; }; } # wrong: immich-reachable
    ];
  };
}
