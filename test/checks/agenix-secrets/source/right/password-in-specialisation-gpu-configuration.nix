# status: unknown
{
  virtualisation.oci-containers.containers.web.image = "nginx:1";
  specialisation.gpu.configuration.virtualisation.oci-containers.containers.db = {
    image = "postgres:16";
    environment.POSTGRES_PASSWORD = "hunter2";
  };
}
