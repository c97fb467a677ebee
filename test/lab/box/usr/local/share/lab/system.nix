# The part of NixOS that a home server of containers needs: reads /etc/nixos/configuration.nix and yields
# { files = { PATH = TEXT; }; }. Paths in the store are absolute, those of the system itself relative to it.
# Options: virtualisation.oci-containers,
# systemd.services.<name>.{serviceConfig,unitConfig,after,wants,requires,partOf},
# systemd.tmpfiles.rules, age.{identityPaths,secrets}, services.restic.backups.<name>.paths (by tar, every day),
# networking.nftables.enable with networking.firewall.interfaces.<name>.allowedUDPPorts; any other is accepted and has
# no effect.
let
  inherit (builtins)
    attrNames attrValues concatLists concatMap concatStringsSep elem filter foldl' hashString isAttrs isFunction
    isList listToAttrs mapAttrs removeAttrs replaceStrings substring toString;

  merge = a: b:
    if isAttrs a && isAttrs b then a // mapAttrs (name: value: if a ? ${name} then merge a.${name} value else value) b
    else if isList a && isList b then a ++ b
    else b;
  load = path:
    let
      module = import path;
      value = if isFunction module then module { inherit config lib; pkgs = { }; } else module;
    in
    foldl' merge (removeAttrs value [ "imports" ]) (map load (value.imports or [ ]));
  lib = {
    mkIf = condition: value: if condition then value else { };
    mkForce = value: value;
    mkDefault = value: value;
  };
  settings = load /etc/nixos/configuration.nix;
  secrets = mapAttrs (name: secret: { mode = "0400"; owner = "0"; path = "/run/agenix/${name}"; } // secret) (settings.age.secrets or { });
  config = merge settings { age.secrets = secrets; };

  quote = word: "'" + replaceStrings [ "'" ] [ "'\\''" ] (toString word) + "'";
  lines = concatStringsSep "\n";
  script = name: text: {
    path = "/nix/store/${substring 0 32 (hashString "sha256" text)}-unit-script-${name}/bin/${name}";
    text = "#!/bin/bash\nset -e\n${text}";
  };

  oci = settings.virtualisation.oci-containers;
  backend = oci.backend or "podman";
  others = settings.systemd.services or { };
  containers = oci.containers or { };

  containerUnit = name: container:
    let
      unit = "${backend}-${name}";
      more = others.${unit} or { };
      dependencies = map (other: "${backend}-${other}.service") (container.dependsOn or [ ]);
      preStart = script "${unit}-pre-start" "${backend} rm -f ${name} || true\nrm -f /run/${name}/ctr-id\n";
      start = script "${unit}-start" ("exec ${backend} \\\n" + concatStringsSep " \\\n" (map (word: "  " + word) (concatLists [
        [ "run" "--name=${name}" "--log-driver=journald" "--cidfile=/run/${name}/ctr-id" "--cgroups=enabled" ]
        [ "--sdnotify=conmon" "-d" "--replace" "--rm" "--pull missing" ]
        (map (key: "-e ${quote "${key}=${container.environment.${key}}"}") (attrNames (container.environment or { })))
        (map (file: "--env-file ${quote file}") (container.environmentFiles or [ ]))
        (map (port: "-p ${quote port}") (container.ports or [ ]))
        (map (volume: "-v ${quote volume}") (container.volumes or [ ]))
        (map quote (container.extraOptions or [ ]))
        [ container.image ]
      ])) + "\n");
      stop = script "${unit}-post-stop" "${backend} rm -f --ignore --cidfile=/run/${name}/ctr-id || true\n";
    in
    {
      scripts = [ preStart start stop ];
      units."${unit}.service" = unitText {
        after = [ "network-online.target" ] ++ dependencies ++ (more.after or [ ]);
        wants = [ "network-online.target" ] ++ (more.wants or [ ]);
        requires = dependencies ++ (more.requires or [ ]);
        service = [
          "ExecStart=${start.path} "
          "ExecStartPre=${preStart.path} "
          "ExecStopPost=-${stop.path} "
        ] ++ settingLines ({
          NotifyAccess = "all";
          Restart = "always";
          RuntimeDirectory = name;
          TimeoutStartSec = "0";
          TimeoutStopSec = "120";
          Type = "notify";
        } // (more.serviceConfig or { }));
      };
    };
  settingLines = values: concatMap
    (key: map (value: "${key}=${toString value}") (if isList values.${key} then values.${key} else [ values.${key} ]))
    (attrNames values);
  unitText = { after ? [ ], wants ? [ ], requires ? [ ], partOf ? [ ], wantedBy ? [ "multi-user.target" ], unitConfig ? { }, service }: ''
    [Unit]
    ${lines (map (other: "After=${other}") after ++ map (other: "Wants=${other}") wants ++ map (other: "Requires=${other}") requires ++ map (other: "PartOf=${other}") partOf ++ settingLines unitConfig)}

    [Service]
    Environment="PATH=/run/wrappers/bin:/run/current-system/sw/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    ${lines service}

    [Install]
    ${lines (map (other: "WantedBy=${other}") wantedBy)}
  '';

  made = map (name: containerUnit name containers.${name}) (attrNames containers);
  bare = filter (name: !elem name (map (container: "${backend}-${container}") (attrNames containers))) (attrNames others);
  bareUnits = listToAttrs (map
    (name: { name = "${name}.service"; value = unitText ({ service = settingLines (others.${name}.serviceConfig or { }); } // removeAttrs others.${name} [ "serviceConfig" ]); })
    bare);
  units = foldl' (all: each: all // each.units) (bareUnits // firewallUnits) (made ++ backups);

  backups = map
    (name:
      let
        unit = "restic-backups-${name}";
        start = script "${unit}-start" "# That a file changed in the meantime is no failure.\ntar --create --file=/var/backups/${name}.tar ${concatStringsSep " " (map quote settings.services.restic.backups.${name}.paths)} || [ $? = 1 ]\n";
      in
      {
        scripts = [ start ];
        units."${unit}.service" = unitText { wantedBy = [ ]; service = settingLines { Type = "oneshot"; ExecStart = start.path; }; };
        units."${unit}.timer" = ''
          [Timer]
          OnCalendar=daily
          Persistent=true

          [Install]
          WantedBy=timers.target
        '';
      })
    (attrNames (settings.services.restic.backups or { }));

  # As NixOS with nftables: a stop of the unit, and so a rebuild that changes it, flushes all rules, those of podman too.
  hasFirewall = settings.networking.nftables.enable or false;
  interfaces = settings.networking.firewall.interfaces or { };
  rules = script "nftables-rules" ''
    nft -f - <<RULES
    table inet nixos-fw
    delete table inet nixos-fw
    table inet nixos-fw {
      chain input {
        type filter hook input priority filter; policy drop;
        iifname { "lo", "host0", "tailscale0" } accept
        ct state { established, related } accept
        ${lines (concatMap (name: map (port: "iifname \"${name}\" udp dport ${toString port} accept") (interfaces.${name}.allowedUDPPorts or [ ])) (attrNames interfaces))}
      }
    }
    RULES
  '';
  firewallUnits = if !hasFirewall then { } else {
    "nftables.service" = unitText {
      service = settingLines {
        Type = "oneshot";
        RemainAfterExit = "yes";
        ExecStart = rules.path;
        ExecReload = rules.path;
        ExecStop = "/usr/sbin/nft flush ruleset";
      };
    };
  };

  identities = settings.age.identityPaths or [ "/etc/ssh/ssh_host_ed25519_key" ];
  install = name: secret: ''
    _truePath="/run/agenix.d/$_agenix_generation/${name}"
    echo "decrypting '${secret.file}' to '$_truePath'..."
    TMP_FILE="$_truePath.tmp"
    IDENTITIES=()
    for identity in ${concatStringsSep " " identities}; do
      test -r "$identity" || continue
      test -s "$identity" || continue
      IDENTITIES+=(-i "$identity")
    done
    test "''${#IDENTITIES[@]}" -eq 0 && echo "[agenix] WARNING: no readable identities found!"
    (
      umask u=r,g=,o=
      test -f "${secret.file}" || echo '[agenix] WARNING: encrypted file ${secret.file} does not exist!'
      age --decrypt "''${IDENTITIES[@]}" -o "$TMP_FILE" "${secret.file}"
    )
    chmod ${secret.mode} "$TMP_FILE"
    mv -f "$TMP_FILE" "$_truePath"
    chown ${secret.owner}:0 "$_truePath"
  '';
  activate = ''
    #!/bin/bash
    # Installs secrets with agenix' own steps: without `set -e`, so that one that fails is left out.
    export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    mkdir -p /run/agenix.d
    chmod 0751 /run/agenix.d
    _agenix_generation="$(basename "$(readlink /run/agenix)" 2>/dev/null || echo 0)"
    (( ++_agenix_generation ))
    echo "[agenix] creating new generation in /run/agenix.d/$_agenix_generation"
    mkdir -p "/run/agenix.d/$_agenix_generation"
    chmod 0751 "/run/agenix.d/$_agenix_generation"
    echo "[agenix] decrypting secrets..."
    ${concatStringsSep "" (map (name: install name secrets.${name}) (attrNames secrets))}
    echo "[agenix] symlinking new secrets to /run/agenix (generation $_agenix_generation)..."
    ln -sfT "/run/agenix.d/$_agenix_generation" /run/agenix
    (( _agenix_generation > 1 )) && {
      echo "[agenix] removing old secrets (generation $(( _agenix_generation - 1 )))..."
      rm -rf "/run/agenix.d/$(( _agenix_generation - 1 ))"
    }
    ln -sfn @system@ /run/current-system
    mkdir -p /etc/systemd/system/{multi-user,timers}.target.wants /etc/tmpfiles.d
    for unit in /etc/systemd/system/*.{service,timer}; do
      case $(readlink "$unit") in /nix/store/*) ;; *) continue ;; esac
      [ -e "@system@/units/''${unit##*/}" ] || rm -f "$unit" /etc/systemd/system/*.wants/"''${unit##*/}"
    done
    for unit in @system@/units/*; do
      ln -sfn "$unit" "/etc/systemd/system/''${unit##*/}"
      sed -n 's/^WantedBy=//p' "$unit" | while read -r target; do
        ln -sfn "../''${unit##*/}" "/etc/systemd/system/$target.wants/''${unit##*/}"
      done
    done
    ln -sfn @system@/tmpfiles.conf /etc/tmpfiles.d/nixos.conf
    exit 0
  '';
in
{
  files = {
    inherit activate;
    "tmpfiles.conf" = lines (settings.systemd.tmpfiles.rules or [ ]) + "\n";
  }
  // listToAttrs (map (name: { name = "units/${name}"; value = units.${name}; }) (attrNames units))
  // listToAttrs (map (each: { name = each.path; value = each.text; }) (concatMap (each: each.scripts) (made ++ backups) ++ (if hasFirewall then [ rules ] else [ ])));
}
