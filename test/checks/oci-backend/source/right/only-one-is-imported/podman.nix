{ virtualisation.oci-containers.backend = "podman"; }
