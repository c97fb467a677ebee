{ ... }: {
  systemd.services.web.environment = { TITLE = "My photos of the house"; ARGS = "--a b"; };
}
