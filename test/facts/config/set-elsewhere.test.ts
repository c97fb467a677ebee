import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

function saidBy(check: string, options: string) {
  const results = judged({ 'configuration.nix': `{ pkgs, lib, ... }: {\n${options}\n}` });
  const { status, reason } = results.find((result) => result.check === check) ?? {};
  return { status, reason };
}

const UNIT = 'systemd.services.sync.serviceConfig.User = "sync";';

/** What makes a thing to judge in another system, where the machine itself has none. */
const THINGS: readonly {
  readonly name: string;
  readonly check: string;
  readonly options: string;
  readonly what: string;
  readonly near: string;
}[] = [
  {
    name: 'a secret of a specialisation',
    check: 'agenix-secrets',
    options: 'specialisation.gpu.configuration.age.secrets.db.file = ./db.age;',
    what: 'age.secrets.db of the specialisation gpu',
    near: 'specialisation.gpu.configuration.boot.kernelParams = [ "quiet" ];',
  },
  {
    name: 'a secret of a container of NixOS',
    check: 'agenix-secrets',
    options: 'containers.web.config = { ... }: { age.secrets.db.file = ./db.age; };',
    what: 'age.secrets.db of the container of NixOS web',
    near: 'containers.web.config = { ... }: { age.identityPaths = [ "/etc/key" ]; };',
  },
  {
    name: 'a secret of a microvm',
    check: 'agenix-secrets',
    options: 'microvm.vms.guest.config.age.secrets.db.file = ./db.age;',
    what: 'age.secrets.db of the microvm guest',
    near: 'microvm.vms.guest.config.age.secrets = lib.mkIf false { db.file = ./db.age; };',
  },
  {
    name: 'a secret of a home of a specialisation',
    check: 'agenix-secrets',
    options: 'specialisation.gpu.configuration.home-manager.users.bob.age.secrets.db.file = ./db.age;',
    what: 'home-manager.users.bob.age.secrets.db of the specialisation gpu',
    near: 'specialisation.gpu.configuration.home-manager.users.bob.age.secrets = { };',
  },
  {
    name: 'a unit of a specialisation',
    check: 'unit-settings',
    options: `specialisation.gpu.configuration.${UNIT}`,
    what: 'systemd.services.sync.serviceConfig of the specialisation gpu',
    near: 'specialisation.gpu.configuration.systemd.services.sync.enable = false;',
  },
  {
    name: 'an automatic upgrade of a specialisation',
    check: 'system-update',
    options: 'specialisation.gpu.configuration.system.autoUpgrade.enable = true;',
    what: 'system.autoUpgrade.enable of the specialisation gpu',
    near: 'specialisation.gpu.configuration.system.autoUpgrade.enable = false;',
  },
];

describe.each(THINGS)('$name', ({ check, options, what, near }) => {
  test('makes its check unknown, with its place', () => {
    expect(saidBy(check, options)).toEqual({
      status: 'unknown',
      reason: `there are settings that are not read: ${what} (configuration.nix:2)`,
    });
  });

  test('is not told of without it', () => {
    expect(saidBy(check, near).status).toBe('skipped');
  });
});

test('a machine of which all is in order is unknown for the unit of its specialisation alone', () => {
  expect(saidBy('unit-settings', UNIT).status).toBe('ok');
  expect(saidBy('unit-settings', `${UNIT}\nspecialisation.a.configuration.${UNIT}`)).toEqual({
    status: 'unknown',
    reason:
      'there are settings that are not read: systemd.services.sync.serviceConfig of the specialisation a (configuration.nix:3)',
  });
});

test('a unit of a specialisation hides no finding', () => {
  const wrong = 'systemd.services.sync.serviceConfig.ConditionPathExists = "/srv";';
  expect(saidBy('unit-settings', `${wrong}\nspecialisation.a.configuration.${UNIT}`)).toEqual({
    status: 'fail',
    reason:
      'there are settings that are not read: systemd.services.sync.serviceConfig of the specialisation a (configuration.nix:3)',
  });
});

const KUMA = `
  system.stateVersion = "25.05";
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.kuma = { image = "docker.io/louislam/uptime-kuma:1"; volumes = [ "/srv/kuma:/app/data" ]; };`;
const LEARNING = `
  system.stateVersion = "25.05";
  virtualisation.oci-containers.containers.immich-ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.3.1";
    extraOptions = [ "--memory=4g" ];
  };`;
const NETWORK = `
  system.stateVersion = "25.05";
  virtualisation.oci-containers.containers.db = { image = "postgres:16"; networks = [ "lan" ]; };`;
const WAITS = `
  services.tailscale.enable = true;
  systemd.services.web = {
    wantedBy = [ "multi-user.target" ];
    after = [ "tailscaled.service" ];
    serviceConfig.ExecStartPre = "/bin/sh -c 'until ip address | grep -F 100.64.0.1; do sleep 1; done'";
    serviceConfig.TimeoutStartSec = "5min";
    serviceConfig.ExecStart = "/srv/web --listen 100.64.0.1:80";
  };`;
const SECRET = 'age.secrets.db.file = ./secrets.nix;';
const BACKUP = `
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/srv/photos:/data" ];
  };
  services.restic.backups.all.paths = [ "/srv" ];`;

/** What things of the machine depend on, and a specialisation sets otherwise. */
const SETTINGS: readonly {
  readonly check: string;
  readonly machine: string;
  readonly set: string;
  readonly what: string;
  /** What the check does not ask for, or what is set as the machine has it. */
  readonly near: string;
}[] = [
  {
    check: 'agenix-secrets',
    machine: SECRET,
    set: 'age.identityPaths = [ "/persist/key" ];',
    what: 'age.identityPaths',
    near: 'boot.kernelParams = [ "quiet" ];',
  },
  {
    check: 'container-state',
    machine: KUMA,
    set: 'virtualisation.oci-containers.backend = "docker";',
    what: 'virtualisation.oci-containers.backend',
    near: 'virtualisation.oci-containers.backend = "podman";',
  },
  {
    check: 'container-state',
    machine: KUMA,
    set: 'systemd.services.podman-kuma.enable = lib.mkForce false;',
    what: 'systemd.services.podman-kuma',
    near: 'systemd.services.display-manager.enable = false;',
  },
  {
    check: 'oci-backend',
    machine: KUMA,
    set: 'virtualisation.oci-containers.backend = "docker";',
    what: 'virtualisation.oci-containers.backend',
    near: 'virtualisation.docker.enable = true;',
  },
  {
    check: 'app-database',
    machine: KUMA,
    set: 'fileSystems."/srv".fsType = "nfs";',
    what: 'fileSystems./srv.fsType',
    near: 'fileSystems."/srv".options = [ "noatime" ];',
  },
  {
    check: 'ml-oom',
    machine: LEARNING,
    set: 'services.xserver.videoDrivers = [ "nvidia" ];',
    what: 'services.xserver.videoDrivers',
    near: 'hardware.nvidia.prime.sync.enable = true;',
  },
  {
    check: 'container-network',
    machine: NETWORK,
    set: 'networking.nftables.enable = true;',
    what: 'networking.nftables.enable',
    near: 'networking.firewall.allowedTCPPorts = [ 80 ];',
  },
  {
    check: 'tailscale-wait',
    machine: WAITS,
    set: 'services.tailscale.interfaceName = "ts0";',
    what: 'services.tailscale.interfaceName',
    near: 'services.tailscale.openFirewall = true;',
  },
  {
    check: 'tailscale-bind',
    machine: WAITS,
    set: 'systemd.services.web.after = lib.mkForce [ ];',
    what: 'systemd.services.web.after',
    near: 'systemd.services.web.description = "web";',
  },
  {
    check: 'backup',
    machine: BACKUP,
    set: 'services.restic.backups.all.paths = lib.mkForce [ "/home" ];',
    what: 'services.restic.backups.all',
    near: 'services.openssh.enable = false;',
  },
];

describe.each(SETTINGS)('$what of a specialisation', ({ check, machine, set, what, near }) => {
  const options = (more: string) => `specialisation.a.configuration = { ${more} };\n${machine}`;

  test(`makes ${check} unknown, with its place`, () => {
    const { status, reason } = saidBy(check, options(set));
    expect(status).not.toBe('ok');
    expect(reason).toContain(
      `there are settings that are not read: ${what} of the specialisation a (configuration.nix:2)`,
    );
  });

  test('is not told of where it is something else', () => {
    expect(saidBy(check, options(near))).toEqual(saidBy(check, machine));
  });

  test('is not told of on a machine without what is judged', () => {
    expect(saidBy(check, options(set)).status).not.toBe('skipped');
    expect(saidBy(check, `specialisation.a.configuration = { ${set} };`).status).toBe('skipped');
  });

  test('is not told of in a container of NixOS, which has its own', () => {
    const inContainer = `containers.web.config = { ${set} };\n${machine}`;
    expect(saidBy(check, inContainer).reason ?? '').not.toContain('settings that are not read');
  });
});

test('a backup in a container of NixOS may have the photos', () => {
  const machine = BACKUP.replace('"/srv"', '"/home"');
  expect(saidBy('backup', machine).status).toBe('warn');
  expect(
    saidBy('backup', `${machine}\ncontainers.b.config.services.restic.backups.x.paths = [ "/p" ];`),
  ).toEqual({
    status: 'unknown',
    reason:
      'whether the photos of immich-server are in a backup: services.restic.backups.x of the container of NixOS b may back them up',
  });
});

test('a backup of a specialisation, which is not running beside the machine, hides no finding', () => {
  const machine = BACKUP.replace('"/srv"', '"/home"');
  const job = 'specialisation.b.configuration.services.restic.backups.x.paths = [ "/p" ];';
  const results = judged({ 'configuration.nix': `{ ... }: {\n${machine}\n${job}\n}` });
  const { findings = [] } = results.find(({ check }) => check === 'backup') ?? {};
  expect(findings.map(({ kind }) => kind)).toEqual(['backup/photos-left-out']);
});

test.each([
  'systemd.services.plex.script = "docker compose up";',
  'virtualisation.quadlet.containers.plex.containerConfig.image = "plex:1";',
  'environment.etc."containers/systemd/plex.container".text = "";',
])('the backend is not that of %s', (options) => {
  expect(saidBy('oci-backend', KUMA + options)).toEqual({ status: 'ok', reason: undefined });
  expect(saidBy('oci-backend', options).status).toBe('skipped');
});

test.each(['virtualisation.oci-containers.containers.plex', 'docker-containers.plex'])(
  'the backend of %s of a specialisation is not judged',
  (option) => {
    const options = `specialisation.a.configuration.${option}.image = "plex:1";`;
    const said = {
      status: 'unknown',
      reason: `there are settings that are not read: ${option} of the specialisation a (configuration.nix:2)`,
    };
    expect(saidBy('oci-backend', options)).toEqual(said);
    expect(saidBy('oci-backend', options + KUMA)).toEqual(said);
  },
);

const ofUpload = (server: string, url: string) =>
  judged({
    'flake.nix': `{
      inputs.nixpkgs.url = "github:NixOS/nixpkgs";
      inputs.nix-darwin.url = "github:nix-darwin/nix-darwin";
      outputs = { nixpkgs, nix-darwin, ... }: {
        nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ { ${server} } ]; };
        darwinConfigurations.air = nix-darwin.lib.darwinSystem {
          modules = [ {
            launchd.user.agents.upload-immich = {
              command = "/opt/homebrew/bin/hsdoctor immich upload /Users/kim/Photos";
              serviceConfig.EnvironmentVariables.IMMICH_INSTANCE_URL = "${url}";
            };
          } ];
        };
      };
    }`,
  }).filter(({ check, reason }) => check === 'immich-reachable' && reason !== 'not a Mac');

test('an Immich in a container of NixOS may answer', () => {
  const url = 'http://192.168.1.20:2283';
  const inContainer = 'containers.photos.config = { services.immich.enable = true; };';
  const elsewhere =
    'whether Immich answers at http://192.168.1.20:2283 depends on services.immich.enable of the container of NixOS photos of minipc';
  expect(ofUpload(inContainer, url)).toMatchObject([{ status: 'unknown', reason: elsewhere, findings: [] }]);
  expect(ofUpload('containers.photos.config = { services.openssh.enable = true; };', url)).toMatchObject([
    { status: 'skipped', reason: 'no machine of this folder is known to run Immich' },
  ]);
  const onHost = 'services.immich = { enable = true; port = 3000; };';
  expect(ofUpload(onHost, url)).toMatchObject([{ status: 'fail' }]);
  expect(ofUpload(onHost + inContainer, url)).toMatchObject([{ status: 'unknown', reason: elsewhere }]);
});
