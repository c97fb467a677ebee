{ ... }:
{
  virtualisation.oci-containers.containers = {
    a = {
      image = "a:1";
      dependsOn = [
        "b"
        "gone" # wrong: container-state
      ];
    };
    b = {
      image = "b:1";
      evironment.A = "b"; # wrong: container-state
      ports = [ "80:80" "127.0.0.1:81:81" "82:82/udp" "100.1.2.3:84:84" ];
    };
    c = {
      image = "c:1";
      ports = [
        "80:8080" # wrong: container-state
        "127.0.0.2:81:81"
        "82:82"
        "0.0.0.0:84:84" # wrong: container-state
      ];
    };
  };
}
