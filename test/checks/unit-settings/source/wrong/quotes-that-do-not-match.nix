{ ... }: {
  systemd.services.web.serviceConfig.Environment =
    [ "TITLE=the cat's photos" ]; # wrong: unit-settings
}
