{
  description = "Finds out what is wrong with a home server (NixOS, Podman, Tailscale, agenix, Immich)";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
      withPackage =
        module:
        { pkgs, lib, ... }:
        {
          imports = [ module ];
          programs.hsdoctor.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        };
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.callPackage ./nix/package.nix { };
      });

      apps = forEach (pkgs: {
        default = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.default}/bin/hsdoctor";
          meta.description = "Find out what is wrong with a home server";
        };
      });

      overlays.default = final: _: { hsdoctor = final.callPackage ./nix/package.nix { }; };

      # The package starts, and reads its recorded server, while it is built.
      checks = forEach (pkgs: {
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
      });

      nixosModules.default = withPackage ./nix/nixos.nix;
      homeModules.default = withPackage ./nix/home-manager.nix;
      darwinModules.default = withPackage ./nix/nix-darwin.nix;
    };
}
