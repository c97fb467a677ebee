# status: unknown
{ pkgs, ... }: {
  launchd.user.agents.photos.serviceConfig = {
    RunAtLoad = true;
    Program = "${pkgs.writeShellScript "photos" ''
      hsdoctor immich upload --delete /Users/kim/Photos
      rm -rf /Users/kim/Photos/Thumbs
    ''}";
  };
}
