# status: skipped
{
  virtualisation.oci-containers.containers.app = {
    image = "ghcr.io/some/app:1";
    extraOptions = [
      "--env-file=APP_PASSWORD=hunter2"
      "-eAPP_PASSWORD"
      "-eAPP_PASSWORD_FILE=/run/secrets/app"
      "--entrypoint=APP_PASSWORD=hunter2"
    ];
  };
}
