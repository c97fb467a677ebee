{ virtualisation.oci-containers.backend = "docker"; }
