{
  age.secrets.db.file = ./secrets/db.age;
  systemd.services.x = {
    serviceConfig.EnvironmentFile = [ "-/run/agenix/perhaps" "/run/agenix/db" ];
    script = ''
      # as /run/agenix/gone was
      cat /run/agenix/db
    '';
  };
}
