{ config, lib, pkgs, ... }:
let
  inherit (lib) mkOption types;
  set = element: mkOption { type = types.attrsOf element; default = { }; };
  list = mkOption { type = types.listOf types.str; default = [ ]; };
  enable = mkOption { type = types.bool; default = false; };
  unit = types.attrsOf (lib.mkOptionType { name = "unit"; });
  anything = mkOption { type = types.attrsOf types.anything; default = { }; };
  oci = config.virtualisation.oci-containers;
  container = { name, ... }: {
    options = {
      image = mkOption { type = types.str; };
      serviceName = mkOption { type = types.str; default = "${oci.backend}-${name}"; };
      ports = list;
      volumes = list;
      environment = set types.str;
      environmentFiles = mkOption { type = types.listOf types.path; default = [ ]; };
      extraOptions = list;
      devices = list;
      dependsOn = list;
      cmd = list;
      user = mkOption { type = types.nullOr types.str; default = null; };
    };
  };
  service = { name, config, ... }: {
    options = {
      enable = mkOption { type = types.bool; default = true; };
      description = mkOption { type = types.str; default = ""; };
      after = list;
      wants = list;
      requires = list;
      bindsTo = list;
      before = list;
      wantedBy = list;
      path = mkOption { type = types.listOf types.anything; default = [ ]; };
      environment = set (types.nullOr types.str);
      serviceConfig = mkOption { type = unit; default = { }; };
      unitConfig = mkOption { type = unit; default = { }; };
      startLimitIntervalSec = mkOption { type = types.int; };
      preStart = mkOption { type = types.lines; default = ""; };
      script = mkOption { type = types.lines; default = ""; };
    };
    config = lib.mkMerge [
      { environment.PATH = "${pkgs.git}/bin"; }
      (lib.mkIf (config.preStart != "") {
        serviceConfig.ExecStartPre = [ "${pkgs.writeTextFile { name = "unit-script-${name}-pre-start"; text = "#!/bin/sh -e\n${config.preStart}"; executable = true; }}" ];
      })
    ];
  };
in
{
  options = {
    virtualisation.oci-containers.backend = mkOption {
      type = types.str;
      default = if lib.versionAtLeast config.system.stateVersion "22.05" then "podman" else "docker";
    };
    virtualisation.oci-containers.containers = set (types.submodule container);
    virtualisation.podman = anything // { default = { dockerCompat = false; }; };
    systemd.services = set (types.submodule service);
    systemd.tmpfiles.rules = list;
    system.stateVersion = mkOption { type = types.str; default = "24.11"; };
    networking.hostName = mkOption { type = types.str; default = "nixos"; };
    networking.firewall = anything;
    services.tailscale.enable = enable;
    environment.systemPackages = mkOption { type = types.listOf types.package; default = [ ]; };
    users = anything;
    boot = anything;
    system.build = anything;
  };
  config.system.build.toplevel = derivation { name = "nixos-${config.system.stateVersion}"; system = "x86_64-linux"; builder = "/bin/sh"; };
  config.systemd.services = lib.mapAttrs' (name: each: lib.nameValuePair each.serviceName {
    after = [ "network-online.target" ];
    preStart = "podman rm -f ${name} || true";
    serviceConfig = { Restart = "always"; TimeoutStopSec = 120; };
  }) oci.containers;
}
