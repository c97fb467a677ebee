# status: skipped
{ ... }:
{
  system.stateVersion = "24.05";
  # Nothing is made of it: there is no container that it would run.
  virtualisation.oci-containers.backend = "docker";
}
