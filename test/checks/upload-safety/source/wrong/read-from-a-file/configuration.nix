{ lib, pkgs, ... }:
let
  app = pkgs.writeShellApplication {
    name = "photos";
    runtimeInputs = with pkgs; [ bun ];
    text = builtins.readFile ./photos.sh;
  };
in
{
  launchd.user.agents.photos = {
    command = lib.getExe app;
    serviceConfig.RunAtLoad = true;
  };
}
