{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.gitea = {
    image = "docker.io/gitea/gitea:1.22";
    environment = {
      GITEA__database__PASSWD = "hunter2"; # wrong: agenix-secrets
      ADMIN_PIN = "4821"; # wrong: agenix-secrets
      PIN = "12345678"; # wrong: agenix-secrets
      KEY_PASSPHRASE = "correct horse"; # wrong: agenix-secrets
      PASSCODE = "9921"; # wrong: agenix-secrets
      RABBITMQ_DEFAULT_PASS = "hunter2"; # wrong: agenix-secrets
      WEBUI_PASSWORD = "hunter2"; # wrong: agenix-secrets
    };
    extraOptions = [ "--env=smtp_password=hunter2" ]; # wrong: agenix-secrets
  };
}
