import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILE_BYTES = 10_000;

/** A container with its unit and its secret. */
const container = (name: string, number: number) => `
    # ${name}: what it is for, and why it is set up in this way and not in another one, in a line or two
    age.secrets.${name}.file = ../secrets/${name}.age;
    virtualisation.oci-containers.containers.${name} = {
      image = "ghcr.io/example/${name}:\${version}";
      ports = [ "127.0.0.1:\${toString (${1000 + number} + offset)}:80" ];
      environment = {
        TZ = "Europe/Berlin";
        DATA_DIR = "\${constants.paths.data}/${name}";
      };
      volumes = [ "\${constants.paths.data}/${name}:/data" "\${config.age.secrets.${name}.path}:/run/secret:ro" ];
      extraOptions = [ "--memory=512m" ] ++ lib.optional constants.limits.cpu "--cpus=1";
    };
    systemd.services."podman-${name}" = {
      after = [ "tailscaled.service" ];
      serviceConfig.RestartSec = lib.mkForce "5s";
      preStart = ''
        until \${pkgs.tailscale}/bin/tailscale ip -4; do
          sleep 1
        done
      '';
    };
`;

/** What else a machine is made of: packages, programs, services, users, texts, conditions. */
const other = (name: string, number: number) => `
    # ${name}: kept together here, because one without the others is of no use to anybody
    programs.${name} = lib.mkIf (config.apps.enable && constants.limits.cpu) {
      enable = true;
      settings = { theme = "dark"; font.size = ${number} + 10; keys = [ "ctrl" "alt" "shift" ]; };
      aliases = { ll = "ls -l"; gs = "git status"; rebuild = "nixos-rebuild switch --flake .#\${config.networking.hostName}"; };
    };
    services.nginx.virtualHosts."${name}.example.org" = {
      forceSSL = true;
      locations."/" = { proxyPass = "http://127.0.0.1:\${toString (${3000 + number} + offset)}"; proxyWebsockets = true; };
    };
    networking.firewall.interfaces.${name}.allowedTCPPorts = [ (${4000 + number} + offset) ];
    users.users.${name} = {
      isSystemUser = true; group = "users"; uid = ${2000 + number} + offset;
      packages = with pkgs; [ git jq ripgrep fd (writeShellScriptBin "${name}" "exec true") ]
        ++ lib.optionals config.apps.desktop [ firefox mpv ];
    };
    environment.etc."${name}/config.toml".text = ''
      # written by the configuration
      [server]
      address = "127.0.0.1"
      port = \${toString (${3000 + number} + offset)}
      data = "\${constants.paths.data}/${name}"
    '';
`;

/** @param containers of each module; the rest of its 10 KB is of other things */
function moduleOf(index: number, containers: number): string {
  const blocks: string[] = [];
  for (let block = 0; blocks.join('').length < FILE_BYTES - 1100; block++)
    blocks.push((block < containers ? container : other)(`app-${index}-${block}`, block));
  return `{ config, pkgs, lib, constants, ... }:
let
  version = "1.\${toString ${index}}";
  offset = ${index};
in
{
  config = lib.mkIf config.apps.enable {${blocks.join('')}  };
}
`;
}

/** The encrypted files that the modules name, and for whom they are. */
function secretsOf(modules: readonly string[]): Record<string, string> {
  const names = modules.flatMap((text) =>
    [...text.matchAll(/secrets\/([\w-]+\.age);/g)].map(([, name = '']) => name),
  );
  return {
    ...Object.fromEntries(names.map((name) => [`secrets/${name}`, 'age-encryption.org/v1\n'])),
    'secrets/secrets.nix': `let minipc = "ssh-ed25519 AAAA"; in {\n${names.map((name) => `  "${name}".publicKeys = [ minipc ];\n`).join('')}}\n`,
  };
}

/** Writes a configuration of so many modules of 10 KB for one machine; with a fault in it, so that a reader proves that it looked. */
export function writeConfiguration(folder: string, modules: number, containers: number): void {
  const files = Array.from({ length: modules }, (_, index) => `modules/m${index}.nix`);
  const texts = Object.fromEntries(files.map((path, index) => [path, moduleOf(index, containers)]));
  const all = {
    'configuration.nix': `{ ... }: {
      imports = [ ${files.map((path) => `./${path}`).join(' ')} ./last.nix ];
      system.stateVersion = "24.11";
      networking.hostName = "minipc";
      apps.enable = true;
      apps.desktop = false;
      _module.args.constants = import ./constants.nix;
    }`,
    'last.nix': '{ ... }: {\n  virtualisation.oci-containers.backend = "docker";\n}\n',
    ...secretsOf(Object.values(texts)),
    'constants.nix': '{ paths.data = "/data"; limits.cpu = true; }',
    ...texts,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
