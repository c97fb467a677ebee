# status: unknown
{ ... }:
{
  virtualisation.oci-containers.containers.web = {
    image = "web:1";
    extraOptions = [ "--network=host" ];
    environment.UVICORN_ARGUMENTS = "--host 100.101.102.103";
  };
}
