{ ... }: {
  imports = [ ./notes.nix ];
  systemd.services.podman-notes.preStart = "echo starts";
}
