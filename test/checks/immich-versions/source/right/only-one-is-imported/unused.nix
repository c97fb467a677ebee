{ virtualisation.oci-containers.containers.immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:v1.0.0"; }
