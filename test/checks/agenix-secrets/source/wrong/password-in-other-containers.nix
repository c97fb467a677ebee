{
  virtualisation.quadlet.containers.db.containerConfig = {
    image = "docker.io/library/postgres:16";
    environments.POSTGRES_PASSWORD = "hunter2"; # wrong: agenix-secrets
  };
  virtualisation.arion.projects.web.settings.services.db.service = {
    image = "docker.io/library/postgres:16";
    environment.POSTGRES_PASSWORD = "hunter2"; # wrong: agenix-secrets
  };
  home-manager.users.me.services.podman.containers.db = {
    image = "docker.io/library/postgres:16";
    environment.POSTGRES_PASSWORD = "hunter2"; # wrong: agenix-secrets
  };
  home-manager.users.me.virtualisation.quadlet.containers.old.containerConfig = {
    image = "docker.io/library/postgres:14";
    environments.POSTGRES_PASSWORD = "hunter2"; # wrong: agenix-secrets
  };
}
