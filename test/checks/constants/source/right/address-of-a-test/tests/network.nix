{ nixpkgs }:
{
  nodes.nas.tailscaleIp = "100.0.0.1";
}
