{ config, pkgs, lib ? builtins, ... }@args:
let
  later = sooner + 1;
  sooner = __length [ 1 ];
  inherit (lib) mkIf;
  call = { a, b ? a, ... }@all: [ a b all (c: d: c + d) ];
  counted = rec { one = 1; two = one + one; inherit (config.networking) hostName; };
in
with counted;
{
  system.stateVersion = "24.11";
  networking.hostName = mkIf (args ? pkgs) "mini${toString two}${toString (later + one)}";
  environment.systemPackages = with pkgs; [ git unheardOf ] ++ map (name: pkgs.${name}) [ "jq" ];
  environment.etc."names".text = toString (call { a = 1; }) + nobodyKnows + toString __curPos.line;
}
