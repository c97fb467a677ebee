{ lib, ... }: {
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/mnt/photos:/data" ];
  };
  services.restic.backups.all = {
    paths = [ "/mnt/photos" ];
    timerConfig = lib.mkForce null; # wrong: backup
  };
  services.borgbackup.jobs.all = {
    paths = [ "/mnt/photos" ];
    startAt = [ ]; # wrong: backup
  };
  systemd.services.restic-backups-all.serviceConfig.Nice = 10;
}
