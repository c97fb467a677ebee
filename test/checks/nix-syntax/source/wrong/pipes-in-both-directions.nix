{ ... }: {
  a = 1 |> toString <| 2; # wrong: nix-syntax
}
