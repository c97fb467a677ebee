{
  outputs = { self }: {
    nixosModules.default = {
      imports = [ "${self}/web.nix" ];
    };
  };
}
