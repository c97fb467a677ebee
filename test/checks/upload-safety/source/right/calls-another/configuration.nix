# status: unknown
{ ... }: {
  launchd.user.agents.upload-immich.command = "/bin/sh ${./upload.sh}";
  launchd.user.agents.upload-immich.serviceConfig.RunAtLoad = true;
}
