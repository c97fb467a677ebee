# status: skipped
{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.gitea = {
    image = "docker.io/gitea/gitea:1.22";
    environment = {
      ALLOW_EMPTY_PASSWORD = "yes";
      GITEA__database__PASSWD__FILE = "/run/secrets/db";
      SMTP_PASSWORD = "/run/secrets/smtp";
      MAIL_PASSWORD = "$MAIL_PASSWORD";
      ADMIN_PASSWORD = "$2y$10$abcdefghijklmnopqrstuv";
      PIN_MODE = "4821";
      PINNED = "4821";
      SPIN = "4821";
      GPIO_PIN = "17";
      RESET_PIN = "GPIO17";
      TWO_PASS = "on";
      BYPASS = "everything";
      APP_PIN_FILE = "/run/secrets/pin";
      ADMIN_PIN = "/run/secrets/pin";
      PASSWORD_RESET = "hunter2";
    };
  };
}
