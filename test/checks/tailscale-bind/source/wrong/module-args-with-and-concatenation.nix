{ config, lib, constants, ... }:
{
  _module.args.constants = { address = "100.64.0.9"; web = 8080; };
  virtualisation.oci-containers.containers.web = with constants; {
    image = "nginx:1.27";
    ports = [ "127.0.0.1:80:80" ]
      ++ lib.optional true (address + ":" + builtins.toString web + ":80"); # wrong: tailscale-bind # wrong: tailscale-wait
  };
}
