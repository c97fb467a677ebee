{ config, ... }: {
  systemd.services.web.serviceConfig.Environment = [
    "\"TITLE=My photos\""
    "ARGS='--a b'"
    "ONE=1 TWO=2"
    ''"ROOT=${config.web.root}"''
    ""
  ];
}
