{ ... }: {
  # TimeOut = 1800;
  launchd.user.agents.upload-immich = {
    command = "exec hsdoctor immich upload /Users/kim/Photos";
    serviceConfig = { ExitTimeOut = 30; ThrottleInterval = 30; StartInterval = 3600; };
  };
}
