{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.gitea = {
    image = "docker.io/gitea/gitea:1.22";
    environment = {
      GITEA__database__PASSWD = "hunter2"; # wrong: agenix-secrets
      WEBUI_PASSWORD = "hunter2"; # wrong: agenix-secrets
    };
    extraOptions = [ "--env=smtp_password=hunter2" ]; # wrong: agenix-secrets
  };
}
