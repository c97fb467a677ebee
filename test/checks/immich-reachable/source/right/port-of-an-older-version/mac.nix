{  ... }: {
  launchd.user.agents.upload-immich = {
    command = "/opt/homebrew/bin/hsdoctor immich upload /Users/kim/Photos --delete";
    serviceConfig.WatchPaths = [ "/Users/kim/Photos" ];
    serviceConfig.EnvironmentVariables = {
      PATH = "/opt/homebrew/bin:/usr/bin:/bin";
      IMMICH_INSTANCE_URL = "http://192.168.1.20:2283";
    };
  };
}
