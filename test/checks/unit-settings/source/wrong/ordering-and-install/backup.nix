{ target, ... }: {
  systemd.services.backup = rec {
    description = "Backup";
    serviceConfig = {
      Type = "oneshot";
      After = [ "network-online.target" ]; # wrong: unit-settings
      WantedBy = target; # wrong: unit-settings
    };
    unitConfig = {
      Description = description;
      "RestartSec" = "5s"; # wrong: unit-settings
    };
  };
}
