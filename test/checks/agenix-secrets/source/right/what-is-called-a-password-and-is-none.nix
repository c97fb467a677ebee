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
      PASSWORD_RESET = "hunter2";
    };
  };
}
