{ lib, ... }:
{
  age.secrets = lib.genAttrs [ "immich-db-password" "immich-api-key" ] (name: {
    file = ../../secrets + "/${name}.age";
    owner = "root";
  });
}
