{ lib }: {
  versions = lib.genAttrs [ "server" "machine-learning" ] (part: if part == "server" then "v2.1.0" else "v1.${toString 140}.0");
}
