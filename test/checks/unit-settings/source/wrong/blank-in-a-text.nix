{ lib, ... }:
with lib; {
  systemd.services = mapAttrs (name: title: {
    serviceConfig.Environment = mkDefault "TITLE=${title}"; # wrong: unit-settings
  }) { web = "a b"; other = "plain"; };
}
