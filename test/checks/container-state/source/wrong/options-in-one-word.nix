{ lib, ... }:
{
  virtualisation.oci-containers.containers.a = {
    image = "a:1";
    preRunExtraOptions = [ "--log-level debug" ]; # wrong: container-state
    extraOptions = [
      "--memory 2g" # wrong: container-state
      "-p 80:80" # wrong: container-state
      "-it -d" # wrong: container-state
      "--privileged " # wrong: container-state
    ]
    ++ lib.optionals true [ "--device /dev/dri:/dev/dri" ] # wrong: container-state
    ++ [
      " --memory=2g" # wrong: container-state
    ]
    ++ map (name: "--label ${name}=yes") [ "a" ]; # wrong: container-state
  };
}
