# status: unknown
{ lib, ... }:
{
  services.nats.settings.addr = (builtins.fromTOML (builtins.readFile ./net.toml)).net.ip;
}
