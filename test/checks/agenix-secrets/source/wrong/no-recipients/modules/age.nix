{ lib, ... }:
{
  age.secrets = lib.mkMerge [
    { db.file = ../secrets/db.age; }
    (lib.mkIf true { api.file = ../secrets/api.age; })
  ];
}
