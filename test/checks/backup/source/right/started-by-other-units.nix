{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/mnt/photos:/data" ];
  };
  services.restic.backups.one = { paths = [ "/mnt/photos" ]; timerConfig = null; };
  services.restic.backups.two = { paths = [ "/mnt/photos" ]; timerConfig = null; };
  services.restic.backups.three = { paths = [ "/mnt/photos" ]; timerConfig = null; };
  services.borgbackup.jobs.four = { paths = [ "/mnt/photos" ]; startAt = [ ]; };
  systemd.services.restic-backups-one.startAt = "daily";
  systemd.services.dump.onSuccess = [ "restic-backups-two.service" ];
  systemd.services.dump.script = "systemctl --no-block start restic-backups-three.service";
  systemd.timers.night.timerConfig.Unit = "borgbackup-job-four.service";
}
