{ ... }:
{
  age.secrets."wifi home".file = ./a.age;
  age.secrets."a,b~c".file = ./a.age;
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1";
    environmentFiles = [ "/run/agenix/wifi home" ];
    volumes = [ "/run/agenix/a,b~c:/key:ro" ];
  };
}
