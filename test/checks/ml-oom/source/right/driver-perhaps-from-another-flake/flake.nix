# status: unknown
{
  inputs.hardware.url = "github:NixOS/nixos-hardware";
  outputs = { nixpkgs, hardware, ... }: {
    nixosConfigurations.box = nixpkgs.lib.nixosSystem {
      modules = [
        hardware.nixosModules.common-gpu-nvidia
        {
          virtualisation.oci-containers.containers.ml = {
            image = "ghcr.io/immich-app/immich-machine-learning:release-cuda";
            devices = [ "nvidia.com/gpu=all" ];
          };
        }
      ];
    };
  };
}
