# Nix reads these where its experimental feature `pipe-operators` is on.
{ lib, ... }: {
  a = [ 1 2 ] |> map (x: x + 1) |> builtins.filter (x: x > 2);
  b = toString <| builtins.length <| [ ] ++ [ 1 ];
  c = { networking.hostName = "x" |> lib.toUpper; };
  d = "a" + "b" |> (x: if x == "ab" then x |> toString else x);
}
