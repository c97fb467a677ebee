{
  launchd.user.agents."upload-immich" = {
    script = ''
      curl --max-time 5 http://minipc:2283/api/server/ping || exit 1
      timeout 5 nc -z minipc 2283 || exit 1
      exec bunx @immich/cli@2.5.6 upload /Users/kim/Photos
    '';
    serviceConfig = {
      WatchPaths = [ "/Users/kim/Photos" ];
      TimeOut = 1800; # wrong: launchd-agent
    };
  };
}
