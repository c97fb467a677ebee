{ pkgs ? null, lib, ... } @ args: let
  inherit (builtins) toString;
  or' = a: b: a || b -> b;
  "quoted name" = 1;
  f = { a ? 1, b ? a, ... }@all: all.a or b;
  uri = https://example.org/a?b=c;
  x.y.${"z"}.w = ./. + "/a";
in assert true; with lib; {
  networking."hostName" = ''minipc'';
  a.${null} = 1;
  inherit;
  inherit (args);
  b = [ (-1) (- 2) 1.5e3 .5 <nixpkgs> ~/x ./a/${"b"}/c ../d ];
  c = let { body = d; d = 1; };
  e = { or = 1; }.or or 2;
  g = rec { } ? a.b && ! (f { } ? c);
}
