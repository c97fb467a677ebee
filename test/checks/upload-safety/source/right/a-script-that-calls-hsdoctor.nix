{ pkgs, ... }: {
  launchd.user.agents.photos.serviceConfig = {
    RunAtLoad = true;
    Program = "${pkgs.writeShellScript "photos" ''
      hsdoctor immich upload --delete /Users/kim/Photos
    ''}";
  };
}
