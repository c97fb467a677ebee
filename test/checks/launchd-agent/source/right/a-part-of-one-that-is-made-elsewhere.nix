# status: unknown
{ inputs, ... }: {
  launchd.agents.upload-immich.config.StandardOutPath = "/Users/kim/upload.log";
}
