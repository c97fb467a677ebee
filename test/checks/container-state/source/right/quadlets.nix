{
  virtualisation.quadlet.containers.plex = {
    containerConfig = {
      image = "docker.io/plexinc/pms-docker:1.41.3";
      publishPorts = [ "32400:32400" ];
      environmentFiles = [ "/run/plex/env" ];
      podmanArgs = [ "--memory 2g" "--label=a=b" ];
      healthCmd = "curl -f http://localhost:32400";
      healthStartPeriod = "60s";
    };
  };
  virtualisation.quadlet.containers.kuma = {
    autoStart = false;
    containerConfig = {
      image = "docker.io/louislam/uptime-kuma:1.23.16";
      publishPorts = [ "32400:3001" ];
    };
  };
}
