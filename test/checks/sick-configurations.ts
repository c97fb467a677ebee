import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checks } from '../../src/engine/catalogue.ts';
import { checkMachines, openSource } from '../../src/engine/source.ts';
import type { CheckResult } from '../../src/model/report.ts';
import type { Evaluation } from '../../src/nix/nix-eval/evaluation.ts';
import { replaced } from '../support/remedies.ts';

interface SickConfiguration {
  /** What is found of it, at least. */
  readonly kinds: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly evaluation?: Evaluation;
}

/*
 * In these texts `thename` stands for the name that is tried, always between quotes, and `thedisk` for one that a file can
 * have.
 */
const containers = (text: string) => `virtualisation.oci-containers.containers = { ${text} };`;
const module = (text: string) => ({ 'configuration.nix': `{ config, lib, pkgs, ... }: { ${text} }` });
const flake = (output: string, maker: string, modules: string) =>
  `{ outputs = { nixpkgs, darwin, home-manager, ... }: { ${output}."thename" = ${maker} { modules = [ ${modules} ]; }; }; }`;
const mac = (text: string) => ({
  'flake.nix': flake('darwinConfigurations', 'darwin.lib.darwinSystem', '(./. + "/thedisk.nix")'),
  'thedisk.nix': `{ config, pkgs, ... }: { ${text} }`,
});
const agent = (text: string) => `launchd.user.agents."thename-upload-immich".serviceConfig = { ${text} };`;
const watch = 'WatchPaths = [ "/thename" ];';
const asked = (url: string, server: string) => ({
  'flake.nix': `{ outputs = { nixpkgs, darwin, ... }: {
    nixosConfigurations."thename" = nixpkgs.lib.nixosSystem { modules = [ { virtualisation.oci-containers.backend = "podman"; ${server} } ]; };
    darwinConfigurations."thename2" = darwin.lib.darwinSystem { modules = [ {
      ${agent(`ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/thename" ]; ${watch} EnvironmentVariables.IMMICH_INSTANCE_URL = "${url}";`)}
    } ]; };
  }; }`,
});
const server = (more: string) =>
  containers(`"thename" = { image = "ghcr.io/immich-app/immich-server:v2.1.0"; ${more} };`);
const secrets = (text: string) => `{ ${text} }`;
const at = { file: 'thedisk.nix', line: 1, column: 1 };
const TAILNET = 'ports = [ "100.64.0.1:80:80" ];';

/** Configurations in which everything is wrong that a check has a remedy for. */
export const SICK_CONFIGURATIONS: readonly SickConfiguration[] = [
  {
    kinds: ['oci-backend/other-backend', 'oci-backend/old-option'],
    files: module(`virtualisation.oci-containers.backend = "docker";
      ${containers('"thename".image = "thename";')} docker-containers."thename2".image = "thename";`),
  },
  {
    kinds: ['oci-backend/docker-by-default'],
    files: module(`system.stateVersion = "21.11"; ${containers('"thename".image = "thename";')}`),
  },
  {
    kinds: ['container-state/no-start-period', 'container-state/environment-file-vanishes'],
    files: module(
      containers(`"thename" = {
        image = "thename";
        extraOptions = [ "--network=thename" "--health-cmd=thename" "--health-on-failure=kill" ];
        environmentFiles = [ "/run/thename/env" ];
      };`),
    ),
  },
  {
    kinds: ['ml-oom/no-device', 'ml-oom/declared-limit-too-low', 'immich-versions/different-versions'],
    files: module(
      containers(`
        "thename" = {
          image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
          extraOptions = [ "--network=thename" "--device=/dev/thename" ];
          devices = [ "/dev/thename" ];
        };
        "thename2" = {
          image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
          extraOptions = [ "--network=thename" "--memory=1g" ];
          devices = [ "/dev/dri" ];
        };
        "thename3".image = "ghcr.io/immich-app/immich-server:v2.0.0";
        "thename4".image = "ghcr.io/immich-app/immich-machine-learning:thename-openvino";`),
    ),
  },
  {
    kinds: ['immich-versions/moving-tag', 'immich-versions/soon-without-pgvecto'],
    files: module(
      containers(`
        "thename" = { image = "ghcr.io/immich-app/immich-server:release"; environment.DB_HOSTNAME = "thename3"; };
        "thename2".image = "ghcr.io/immich-app/immich-machine-learning:v2.0.1";
        "thename3".image = "tensorchord/pgvecto-rs:pg14-thename";`),
    ),
  },
  {
    kinds: ['immich-versions/without-pgvecto'],
    files: module(
      containers(`
        "thename" = { image = "ghcr.io/immich-app/immich-server:v3.0.1"; environment.DB_HOSTNAME = "thename3"; };
        "thename3".image = "tensorchord/pgvecto-rs:pg14-thename";`),
    ),
  },
  {
    kinds: ['redis-persistence/not-writable'],
    files: module(`systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root -" ];
      ${containers(`
        "thename" = { image = "ghcr.io/immich-app/immich-server:v2.1.0"; environment.REDIS_HOSTNAME = "thename2"; };
        "thename2" = { image = "redis:7"; volumes = [ "/srv/redis:/data" "/thename:/x" ]; };`)}`),
  },
  {
    kinds: ['unit-settings/wrong-section', 'unit-settings/no-assignment'],
    files: module(`systemd.services."thename".serviceConfig = {
      ConditionPathExists = "/thename"; WantedBy = "thename"; Environment = [ "A=b thename" "thename" ];
    };`),
  },
  {
    kinds: ['constants/not-this-hosts', 'constants/outside-the-tailnet', 'constants/not-an-address'],
    files: module(`networking.hostName = "thename"; _module.args.constants = {
        "thenameTailscaleIP" = "100.101.102.103"; tailscaleIp = "100.201.102.103"; otherTailscaleIp = "100.101.102";
      };
      ${containers(`"thename" = { image = "thename"; ports = [ "100.101.102.103:1:1" ]; };
        "thename2" = { image = "thename"; ports = [ "100.101.102.104:1:1" ]; };`)}`),
  },
  {
    kinds: ['tailscale-bind/starts-too-early', 'tailscale-wait/no-declared-wait'],
    files: module(`services.tailscale.enable = true;
      ${containers(`"thename" = { image = "thename"; ${TAILNET} };
        "thename2" = { image = "thename"; ${TAILNET} dependsOn = [ "thename" ]; };
        "thename3" = { image = "thename"; ${TAILNET} };`)}
      systemd.services."podman-thename3".serviceConfig.ExecStartPre = [ "/bin/thename" ];
      systemd.services."podman-thename3".requiredBy = [ "thename.target" ];
      systemd.sockets."thename".listenStreams = [ "100.64.0.1:80" ];`),
  },
  {
    kinds: ['tailscale-wait/not-a-wait', 'tailscale-wait/wait-may-fail'],
    files: module(`services.tailscale.enable = true;
      ${containers(`"thename" = { image = "thename"; ${TAILNET} }; "thename2" = { image = "thename"; ${TAILNET} };`)}
      systemd.services."podman-thename".after = [ "tailscaled.service" "thename.service" ];
      systemd.services."podman-thename2".serviceConfig.ExecStartPre =
        [ "/bin/sh -c 'until /run/current-system/sw/bin/tailscale ip -4 | grep -q 100\\\\.64; do sleep 1; done'" "/bin/thename" ];`),
  },
  {
    kinds: ['tailscale-bind/cannot-bind'],
    files: module(`services.tailscale.enable = false;
      ${containers(`"thename" = { image = "thename"; ${TAILNET} };`)}`),
  },
  {
    kinds: [
      ...['file-missing', 'no-rule', 'no-recipients', 'not-declared', 'not-encrypted'].map(
        (kind) => `agenix-secrets/${kind}`,
      ),
    ],
    files: {
      'flake.nix': flake('nixosConfigurations', 'nixpkgs.lib.nixosSystem', '(./. + "/thedisk.nix")'),
      'thedisk.nix': `{ config, ... }: {
        age.secrets = {
          "thename".file = ./secrets + "/thename.age";
          "thename2".file = ./secrets + "/thedisk2.age";
          "thename3".file = ./secrets + "/thedisk3.age";
        };
        services.x.file = config.age.secrets."thename4".path;
      }`,
      'secrets/thedisk2.age': '',
      'secrets/thedisk3.age': '',
      'secrets/secrets.nix': secrets(
        '"thename.age".publicKeys = [ "ssh-ed25519 AAAA" ]; "thedisk3.age".publicKeys = [ ];',
      ),
    },
  },
  {
    kinds: ['agenix-secrets/literal-password', 'agenix-secrets/different-secrets'],
    files: module(`age.secrets."thename".file = ./a.age; age.secrets."thename2".file = ./b.age;
      ${containers(`
        "thename" = {
          image = "postgres:16";
          environment.POSTGRES_PASSWORD_FILE = "/run/thename";
          volumes = [ "\${config.age.secrets."thename".path}:/run/thename:ro" ];
        };
        "thename2" = {
          image = "ghcr.io/immich-app/immich-server:release";
          environment = { DB_HOSTNAME = "thename"; DB_PASSWORD_FILE = "/run/thename"; DB_PASSWORD = "thename"; };
          volumes = [ "\${config.age.secrets."thename2".path}:/run/thename" ];
        };`)}`),
  },
  {
    kinds: ['nix-syntax/syntax-error', 'visibility/not-read'],
    files: {
      ...module('imports = [ (./. + "/thedisk.nix") (./. + "/thename-is-not-there.nix") ];'),
      'thedisk.nix': '{ a = ; }',
    },
  },
  {
    kinds: ['waivers/expired', 'waivers/malformed', 'waivers/unused'],
    files: module(`
      virtualisation.oci-containers.backend = "docker"; # hsdoctor: ignore oci-backend until 2020-01-01: "thename"
      # hsdoctor: ignore "thename"
      # hsdoctor: ignore tailscale-wait: "thename"
      networking.hostName = "thename";
      ${containers('"thename".image = "thename";')}`),
  },
  {
    kinds: ['visibility/not-evaluated', 'visibility/read-otherwise'],
    files: { 'flake.nix': flake('nixosConfigurations', 'nixpkgs.lib.nixosSystem', '{ }') },
    evaluation: {
      differences: [{ path: ['services', 'thename'], at, ours: '"thename"', theirs: 'null' }],
      failure: 'undefined variable thename',
      failedAt: at,
      entry: { kind: 'flake', output: 'nixosConfigurations', name: 'thename' },
    },
  },
  {
    kinds: ['visibility/not-evaluated'],
    files: { 'flake.nix': flake('homeConfigurations', 'home-manager.lib.homeManagerConfiguration', '{ }') },
    evaluation: {
      differences: [],
      failure: 'thename',
      entry: { kind: 'flake', output: 'homeConfigurations', name: 'thename' },
    },
  },
  {
    kinds: ['visibility/not-evaluated'],
    files: module(''),
    evaluation: {
      differences: [],
      failure: 'thename',
      entry: { kind: 'file', path: 'thedisk/thename.nix' },
    },
  },
  {
    kinds: [
      'launchd-agent/unexpanded-program',
      'launchd-agent/unexpanded-folder',
      'launchd-agent/time-out',
      'upload-safety/deletes-unproven',
    ],
    files: mac(`${agent(`ProgramArguments = [ "/bin/sh" "-c" "immich upload thename && rm -r /photos" ];
        Label = "thename"; ${watch} TimeOut = 5;`)}
      launchd.user.agents."thename2".serviceConfig = {
        ProgramArguments = [ "$HOME/thename/upload-immich.sh" "thename" ]; Label = "thename"; WatchPaths = [ "~/thename" ];
      };`),
  },
  {
    kinds: ['launchd-agent/same-label', 'launchd-agent/declared-twins', 'launchd-agent/nothing-starts'],
    files: mac(`
      ${['', '2', '3']
        .map((which) =>
          agent(
            `ProgramArguments = [ "/bin/hsdoctor" "immich" "upload" "/thename" ]; Label = "thename";`,
          ).replace('agents."thename', `agents."thename${which}`),
        )
        .join('\n')}`),
  },
  {
    kinds: ['launchd-agent/no-such-program', 'upload-safety/uploader-deletes'],
    files: mac(`${agent(`ProgramArguments = [ "\${./gone-upload-immich.sh}" "thename" ]; ${watch}`)}
      launchd.user.agents."thename2-upload-immich".serviceConfig = {
        ProgramArguments = [ "/opt/bunx" "@immich/cli@2.5.6" "upload" "--delete" "/thename" ]; ${watch}
      };`),
  },
  {
    kinds: ['upload-safety/deletes-duplicates'],
    files: mac(
      agent(
        `ProgramArguments = [ "/opt/bunx" "@immich/cli@2.5.6" "upload" "--delete-duplicates" ]; ${watch}`,
      ),
    ),
  },
  {
    kinds: ['upload-safety/unpinned-uploader'],
    files: mac(`launchd.user.agents."thename-upload-immich" = {
      script = "npx @immich/cli upload thename"; serviceConfig = { ${watch} };
    };`),
  },
  {
    kinds: ['launchd-agent/not-enabled', 'launchd-agent/written-not-executable'],
    files: {
      'configuration.nix': `{ config, ... }: {
        xdg.configFile."scripts" = { source = ./scripts; recursive = true; };
        launchd.agents."thename".config = { ProgramArguments = [ "/opt/hsdoctor" "immich" "upload" "/thename" ]; ${watch} };
        launchd.agents."thename2" = {
          enable = true;
          config = { ProgramArguments = [ "/Users/kim/.config/scripts/thedisk-upload-immich.sh" ]; ${watch} };
        };
      }`,
      'scripts/thedisk-upload-immich.sh': 'exec hsdoctor immich upload /Users/kim/Photos\n',
    },
  },
  { kinds: ['immich-reachable/port-not-published'], files: asked('http://10.0.0.2:2283', server('')) },
  {
    kinds: ['immich-reachable/loopback-only'],
    files: asked('http://10.0.0.2:2283', server('ports = [ "127.0.0.1:2283:2283" ];')),
  },
  {
    kinds: ['immich-reachable/other-port'],
    files: asked('http://10.0.0.2:2283', server('ports = [ "2284:2283" ];')),
  },
  {
    kinds: ['immich-reachable/other-address'],
    files: asked('http://10.0.0.2:2283', server('ports = [ "10.0.0.3:2283:2283" ];')),
  },
  {
    kinds: ['immich-reachable/firewall'],
    files: asked(
      'http://10.0.0.2:3000',
      'services.immich = { enable = true; host = "0.0.0.0"; port = 3000; }; networking.hostName = "thename";',
    ),
  },
  { kinds: ['immich-reachable/malformed-url'], files: asked('thename:2283', server('')) },
];

/** A name as Nix writes it between quotes, also one over several lines. */
const inQuotes = (name: string) =>
  name
    .replace(/["\\$]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r');

/** One that a file can have: else an ordinary one. */
const onDisk = (name: string) =>
  name.length < 60 && name.isWellFormed() && !/^\.{0,2}$|[/\0]/.test(name) ? name : 'plain';

/** What all checks find in the configuration where everything is called that. */
export function judgeConfiguration(
  { files, evaluation }: SickConfiguration,
  name: string,
): readonly CheckResult[] {
  const disk = onDisk(name);
  const root = mkdtempSync(join(tmpdir(), 'hsdoctor-sick-'));
  const folder = join(root, disk);
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(
        folder,
        path.replaceAll('thedisk', () => disk),
      );
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        file,
        text.replaceAll('thedisk', () => inQuotes(disk)).replaceAll('thename', () => inQuotes(name)),
      );
    }
    const source = openSource(folder);
    const renamed = replaced(replaced(evaluation, 'thedisk', disk), 'thename', name);
    const machines = source.hosts.map((host) => ({
      host,
      all: source.hosts,
      source,
      ...(renamed === undefined ? {} : { evaluation: renamed }),
    }));
    return checkMachines(machines, source, folder, checks, {
      names: { containers: [], secrets: [] },
      waivers: [],
    }).flatMap(({ results }) => results);
  } finally {
    rmSync(root, { recursive: true });
  }
}
