# programs.hsdoctor: the command and its settings. services.hsdoctor: checks this machine at regular times.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  common = import ./common.nix { inherit lib pkgs; };
  program = config.programs.hsdoctor;
  cfg = config.services.hsdoctor;
  hsdoctor = "${program.package}/bin/hsdoctor";

  # The service reads this machine, as root, whatever the settings say for people.
  ofService = common.file (
    program.settings
    // {
      check = program.settings.check // {
        hosts = null;
        sudo = null;
      };
    }
  );

  bundle = "/var/lib/hsdoctor/collected/bundle.tar.gz";
  report = "/var/lib/hsdoctor/report";

  hardening = {
    NoNewPrivileges = true;
    ProtectSystem = "strict";
    PrivateTmp = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectHostname = true;
    LockPersonality = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
  };
in
{
  options.programs.hsdoctor = common.options;

  options.services.hsdoctor = {
    enable = lib.mkEnableOption "regular checks of this machine by hsdoctor";
    startAt = lib.mkOption {
      type = lib.types.str;
      default = "hourly";
      example = "*-*-* 07:00:00";
      description = "When it checks, as in systemd.time(7).";
    };
    failOn = lib.mkOption {
      type = lib.types.enum [
        "fail"
        "warn"
        "unknown"
      ];
      default = "fail";
      description = "Lowest status that makes the unit hsdoctor.service fail.";
    };
    group = lib.mkOption {
      type = lib.types.str;
      default = "hsdoctor";
      description = "Group that may read the reports in ${report}.";
    };
  };

  config = lib.mkMerge [
    (lib.mkIf program.enable {
      assertions = common.assertions program.settings;
      environment.systemPackages = [ program.package ];
      environment.etc."hsdoctor/config.toml".source = common.file program.settings;
    })

    (lib.mkIf cfg.enable {
      assertions = [
        {
          assertion = program.settings.check.hosts == null || program.settings.check.hosts == [ ];
          message = "hsdoctor: services.hsdoctor checks this machine only: leave out programs.hsdoctor.settings.check.hosts, or check other hosts from a machine that has a login there.";
        }
        {
          assertion = program.settings.check.fail-on == null || program.settings.check.fail-on == cfg.failOn;
          message = "hsdoctor: services.hsdoctor.failOn and programs.hsdoctor.settings.check.fail-on differ: set one of them.";
        }
      ];

      users.users.hsdoctor = {
        isSystemUser = true;
        group = cfg.group;
      };
      users.groups.${cfg.group} = { };

      # Reads as root, judges nothing, and opens no network connection by itself.
      systemd.services.hsdoctor-collect = {
        description = "Collect what hsdoctor checks";
        after = [ "multi-user.target" ];
        path = [ "/run/current-system/sw" ];
        environment.XDG_CACHE_HOME = "/var/cache/hsdoctor-collect";
        serviceConfig = hardening // {
          Type = "oneshot";
          Group = cfg.group;
          UMask = "0027";
          StateDirectory = "hsdoctor/collected";
          StateDirectoryMode = "0750";
          CacheDirectory = "hsdoctor-collect";
          CacheDirectoryMode = "0700";
          # podman opens its database and its locks for writing, also to list containers.
          ReadWritePaths = [
            "-/var/lib/containers"
            "-/run/containers"
            "-/run/libpod"
            "-/run/lock"
          ];
          TimeoutStartSec = "5min";
          ExecStartPre = [
            "${pkgs.coreutils}/bin/rm -f ${bundle}"
            # What the last run found must not become a finding of this one.
            "-${config.systemd.package}/bin/systemctl reset-failed hsdoctor.service"
          ];
          ExecStart = "${hsdoctor} collect --config ${ofService} --output ${bundle}";
          # It is written for its owner alone.
          ExecStartPost = "${pkgs.coreutils}/bin/chmod 640 ${bundle}";
        };
      };

      systemd.services.hsdoctor = {
        description = "Check this machine with hsdoctor";
        requires = [ "hsdoctor-collect.service" ];
        after = [ "hsdoctor-collect.service" ];
        startAt = cfg.startAt;
        environment.XDG_CACHE_HOME = "/var/cache/hsdoctor";
        serviceConfig = hardening // {
          Type = "oneshot";
          User = "hsdoctor";
          Group = cfg.group;
          UMask = "0027";
          StateDirectory = "hsdoctor/report";
          StateDirectoryMode = "0750";
          CacheDirectory = "hsdoctor";
          CacheDirectoryMode = "0700";
          PrivateDevices = true;
          PrivateNetwork = true;
          # Of what reads the machine, this would keep the disks too.
          ProtectClock = true;
          ProtectControlGroups = true;
          ProtectHome = true;
          ProtectKernelLogs = true;
          ProtectProc = "invisible";
          CapabilityBoundingSet = "";
          RestrictNamespaces = true;
          RestrictAddressFamilies = [ "AF_UNIX" ];
          # 3: nothing failed, but something could not be checked; the journal says what.
          SuccessExitStatus = "3";
          ExecStart = "${hsdoctor} check --bundle ${bundle} --config ${ofService} --fail-on ${cfg.failOn} --format json=${report}/report.json";
        };
      };

      systemd.timers.hsdoctor.timerConfig = {
        Persistent = true;
        RandomizedDelaySec = "5min";
      };
    })
  ];
}
