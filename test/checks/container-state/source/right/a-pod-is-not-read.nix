# status: unknown
{
  virtualisation.quadlet.pods.media.podConfig.publishPorts = [ "8096:8096" ];
}
