{
  virtualisation.oci-containers.containers.app = {
    image = "ghcr.io/some/app:1";
    extraOptions = [
      "-eAPP_PASSWORD=hunter2" # wrong: agenix-secrets
      "-ite"
      "ADMIN_PASSWORD=hunter2" # wrong: agenix-secrets
      "-e"
      "LOG_LEVEL=info"
    ];
  };
}
