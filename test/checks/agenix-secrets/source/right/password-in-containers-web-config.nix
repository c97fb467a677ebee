# status: unknown
{
  virtualisation.oci-containers.containers.web.image = "nginx:1";
  containers.web.config.virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment.POSTGRES_PASSWORD = "hunter2";
  };
}
