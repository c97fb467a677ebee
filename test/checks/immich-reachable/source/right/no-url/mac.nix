{ ... }: {
  launchd.user.agents.upload-immich.command = "hsdoctor immich upload /Users/kim/Photos";
  launchd.user.agents.upload-immich.serviceConfig.StartInterval = 3600;
}
