import { describe, expect, test } from 'vitest';
import { checks } from '../../../src/engine/catalogue.ts';
import { judged } from '../../nix/corpus.ts';

const ML = 'containers.immich-ml.image = "ghcr.io/immich-app/immich-machine-learning:v2.3.1-cuda";';
const NONE = 'no container is declared (virtualisation.oci-containers)';

const ofContainers = checks.filter(({ source }) => source?.needs.includes('containers')).map(({ id }) => id);

function saidOf(options: string, only: readonly string[] = ofContainers) {
  const results = judged({ 'configuration.nix': `{ pkgs, lib, ... }: {\n${options}\n}` });
  return results
    .filter(({ check }) => only.includes(check))
    .map(({ check, status, reason }) => ({ check, status, reason }));
}

/** What the checks of containers say, all of them the same. */
const allSay = (status: string, reason: string) => ofContainers.map((check) => ({ check, status, reason }));

test('the checks of containers are those that need them', () => {
  expect(ofContainers).toEqual(
    expect.arrayContaining([
      ...['container-state', 'ml-oom', 'backup', 'immich-versions'],
      ...['redis-persistence', 'app-database', 'container-network'],
    ]),
  );
});

/** One thing each: with containers, and without. */
const CASES: readonly {
  readonly name: string;
  readonly options: string;
  readonly what: string;
  readonly near: string;
}[] = [
  {
    name: 'a specialisation',
    options: `specialisation.gpu.configuration.virtualisation.oci-containers.${ML}`,
    what: 'the container immich-ml of the specialisation gpu',
    near: 'specialisation.gpu.configuration.virtualisation.oci-containers.backend = "podman";',
  },
  {
    name: 'a specialisation without what the machine has',
    options: `specialisation.gpu = { inheritParentConfig = false; configuration = { pkgs, ... }: { virtualisation.oci-containers.${ML} }; };`,
    what: 'the container immich-ml of the specialisation gpu',
    near: 'specialisation.gpu = { inheritParentConfig = false; configuration = { pkgs, ... }: { services.nginx.enable = true; }; };',
  },
  {
    name: 'a container of NixOS',
    options: `containers.web.config = { ... }: { virtualisation.oci-containers.${ML} };`,
    what: 'the container immich-ml of the container of NixOS web',
    near: 'containers.web.config = { ... }: { services.nginx.enable = true; };',
  },
  {
    name: 'a container of NixOS of a specialisation',
    options: `specialisation.a.configuration.containers.web.config.virtualisation.oci-containers.${ML}`,
    what: 'the container immich-ml of the container of NixOS web of the specialisation a',
    near: 'specialisation.a.configuration.containers.web.config.services.nginx.enable = true;',
  },
  {
    name: 'the virtual machine that a configuration can be tried in',
    options: `virtualisation.vmVariant.virtualisation.oci-containers.${ML}`,
    what: 'the container immich-ml of the virtual machine of virtualisation.vmVariant',
    near: 'virtualisation.vmVariant.virtualisation.memorySize = 4096;',
  },
  {
    name: 'a microvm',
    options: `microvm.vms.guest.config = { ... }: { virtualisation.oci-containers.${ML} };`,
    what: 'the container immich-ml of the microvm guest',
    near: 'microvm.vms.guest.config = { ... }: { services.nginx.enable = true; };',
  },
  {
    name: 'a unit with docker compose',
    options: 'systemd.services.immich.script = "cd /srv/immich && docker compose up -d";',
    what: 'docker compose in immich.service',
    near: 'systemd.services.immich = { description = "docker compose up"; script = "cat /srv/docker-compose.yml"; };',
  },
  {
    name: 'a unit with podman-compose of a package',
    options: `systemd.services.immich.serviceConfig.ExecStart = "\${pkgs.podman-compose}/bin/podman-compose -f /srv/immich.yml up";`,
    what: 'podman-compose in immich.service',
    near: 'systemd.services.immich = { path = [ pkgs.podman-compose ]; script = "echo podman-compose up"; };',
  },
  {
    name: 'a unit with podman run',
    options: `systemd.services.immich.script = "\${lib.getExe pkgs.podman} --log-level warn run -d immich:v2";`,
    what: 'podman run in immich.service',
    near: `systemd.services.immich.script = "\${lib.getExe pkgs.podman} --log-level warn network create immich";`,
  },
  {
    name: 'a unit with a script of its own',
    options: `systemd.services.immich.serviceConfig.ExecStart = pkgs.writeShellScript "immich" ''
      # once
      docker run --rm immich:v2
    '';`,
    what: 'docker run in immich.service',
    near: `systemd.services.immich.serviceConfig.ExecStart = pkgs.writeShellScript "immich" ''
      # docker run --rm immich:v2
      docker image prune
    '';`,
  },
  {
    name: 'a unit that is on',
    options: 'systemd.services.immich = { enable = true; script = "podman run immich:v2"; };',
    what: 'podman run in immich.service',
    near: 'systemd.services.immich = { enable = false; script = "podman run immich:v2"; };',
  },
  {
    name: 'a unit that starts what was made by hand',
    options: 'systemd.services.immich.script = "podman start -a immich-server";',
    what: 'podman start in immich.service',
    near: 'systemd.services.immich.script = "podman stop immich-server";',
  },
  {
    name: 'a unit of a user',
    options: 'systemd.user.services.immich.script = "podman run immich:v2";',
    what: 'podman run in immich.service',
    near: 'systemd.user.services.immich.script = "podman ps";',
  },
  {
    name: 'a unit of a home',
    options: `home-manager.users.bob.systemd.user.services.immich.Service.ExecStart = "\${pkgs.podman}/bin/podman run immich:v2";`,
    what: 'podman run in immich.service',
    near: `home-manager.users.bob.systemd.user.services.immich.Service.ExecStart = "\${pkgs.podman}/bin/podman pull immich:v2";`,
  },
  {
    name: 'a quadlet of a home',
    options: 'home-manager.users.bob.xdg.configFile."containers/systemd/immich.container".text = "";',
    what: 'the file of bob containers/systemd/immich.container',
    near: 'home-manager.users.bob.xdg.configFile."containers/registries.conf".text = "";',
  },
  {
    name: 'a compose file',
    options: 'environment.etc."immich/docker-compose.yml".text = "services: {}";',
    what: 'the file of /etc immich/docker-compose.yml',
    near: 'environment.etc."immich/immich.yml".text = "services: {}";',
  },
  {
    name: 'an activation script',
    options: 'system.activationScripts.immich.text = "podman run -d immich:v2";',
    what: 'podman run in system.activationScripts.immich',
    near: 'system.activationScripts.immich.text = "podman network create immich";',
  },
  {
    name: 'the option that docker containers had before',
    options: 'docker-containers.immich.image = "immich:v2";',
    what: 'the docker container immich',
    near: 'virtualisation.docker.enable = true;',
  },
  {
    name: 'k3s',
    options: 'services.k3s.manifests.immich.content.kind = "Deployment";',
    what: 'services.k3s.manifests immich',
    near: 'services.k3s.enable = true;',
  },
  {
    name: 'nomad',
    options: 'services.nomad.enable = true;',
    what: 'whatever services.nomad runs',
    near: 'services.nomad.enable = false;',
  },
  {
    name: 'kubernetes',
    options: 'services.kubernetes.roles = [ "master" ];',
    what: 'whatever services.kubernetes runs',
    near: 'services.kubernetes.roles = [ ];',
  },
  {
    name: 'a link of systemd-tmpfiles to a quadlet',
    options:
      'systemd.tmpfiles.rules = [ "L+ /etc/containers/systemd/kuma.container - - - - /srv/kuma.container" ];',
    what: 'the file of systemd-tmpfiles /etc/containers/systemd/kuma.container',
    near: 'systemd.tmpfiles.rules = [ "d /etc/containers/systemd 0755 root root -" ];',
  },
  {
    name: 'a setting of systemd-tmpfiles that links to a quadlet',
    options:
      'systemd.tmpfiles.settings.q."/etc/containers/systemd/kuma.container"."L+".argument = "/srv/kuma.container";',
    what: 'the file of systemd-tmpfiles /etc/containers/systemd/kuma.container',
    near: 'systemd.tmpfiles.settings.q."/etc/containers/systemd/kuma.network"."L+".argument = "/srv/kuma.network";',
  },
];

describe.each(CASES)('containers of $name', ({ options, what, near }) => {
  test('make each check of containers unknown, with their place', () => {
    const reason = `there are containers that are not read: ${what} (configuration.nix:2)`;
    const said = saidOf(options);
    expect(
      said.map(({ status }) => status).every((status) => ['unknown', 'warn', 'fail'].includes(status)),
    ).toBe(true);
    for (const each of said) expect(each.reason).toContain(reason);
  });

  test('are not told of without them', () => {
    expect(saidOf(near)).toEqual(allSay('skipped', NONE));
  });
});

test.each([
  'environment.etc."containers/systemd"',
  'home-manager.users.bob.xdg.configFile."containers/systemd"',
])('a folder of quadlets is told of, one without them is not: %s', (option) => {
  const said = (file: string) =>
    judged({
      'configuration.nix': `{ ${option}.source = ./quadlets; }`,
      [`quadlets/${file}`]: '',
    }).find(({ check }) => check === 'ml-oom');
  const [what] = /bob/.exec(option) ?? ['/etc'];
  expect(said('kuma.container')).toMatchObject({
    status: 'unknown',
    reason: `there are containers that are not read: the folder of ${what} containers/systemd (configuration.nix:1)`,
  });
  expect(said('kuma.network')).toMatchObject({ status: 'skipped', reason: NONE });
});

test('containers that could not be read of another system are told of', () => {
  const said = saidOf(
    'containers.web.config.virtualisation.oci-containers.containers = lib.mkIf (builtins.getEnv "A" == "b") { a.image = "a:1"; };',
  );
  expect(said).toEqual(
    allSay(
      'unknown',
      'there are containers that are not read: whatever is in virtualisation.oci-containers.containers of the container of NixOS web (configuration.nix:2)',
    ),
  );
});

test('a machine that starts its declared containers again after a backup has no others', () => {
  const options = (name: string) => `
    system.stateVersion = "25.05";
    virtualisation.oci-containers.containers.kuma.image = "docker.io/louislam/uptime-kuma:1";
    systemd.services.save.script = "podman stop kuma; tar c /srv; podman start ${name}";`;
  expect(saidOf(options('kuma'), ['container-state'])).toMatchObject([{ status: 'ok' }]);
  expect(saidOf(options('"$1"'), ['container-state'])).toMatchObject([{ status: 'ok' }]);
  expect(saidOf(options('plex'), ['container-state'])).toMatchObject([{ status: 'unknown' }]);
});

test('a machine of which all is read is unknown for its specialisation alone', () => {
  const options = (more: string) => `
    system.stateVersion = "25.05";
    virtualisation.oci-containers.containers.kuma.image = "docker.io/louislam/uptime-kuma:1";
    specialisation.a.configuration${more}`;
  expect(saidOf(options('.services.nginx.enable = true;'), ['container-state'])).toMatchObject([
    { status: 'ok' },
  ]);
  expect(
    saidOf(options('.virtualisation.oci-containers.containers.kuma.image = "kuma:2";'), ['container-state']),
  ).toEqual([
    {
      check: 'container-state',
      status: 'unknown',
      reason:
        'there are containers that are not read: the container kuma of the specialisation a (configuration.nix:5)',
    },
  ]);
});

test('what was not read hides no container that is known to be elsewhere', () => {
  const results = judged({
    'configuration.nix': `{ imports = [ ./missing.nix ]; systemd.services.a.script = "docker compose up"; }`,
  });
  expect(results.find(({ check }) => check === 'ml-oom')).toMatchObject({
    status: 'unknown',
    reason: 'there are containers that are not read: docker compose in a.service (configuration.nix:1)',
  });
});

test('a specialisation has the arguments that the machine is given', () => {
  const results = judged({
    'flake.nix': `{
      outputs = { nixpkgs, ... }: {
        nixosConfigurations.a = nixpkgs.lib.nixosSystem {
          specialArgs.folder = ./modules;
          modules = [ { specialisation.b.configuration = { folder, ... }: { imports = [ (folder + "/immich.nix") ]; }; } ];
        };
      };
      inputs.nixpkgs.url = "github:NixOS/nixpkgs";
    }`,
    'modules/immich.nix': '{ virtualisation.oci-containers.containers.ml.image = "ml:1"; }',
  });
  expect(results.find(({ check }) => check === 'visibility')?.status).toBe('ok');
  expect(results.find(({ check }) => check === 'ml-oom')).toMatchObject({
    status: 'unknown',
    reason:
      'there are containers that are not read: the container ml of the specialisation b (modules/immich.nix:1)',
  });
});

test('the checks of tailnet addresses name the containers of a specialisation', () => {
  const reason =
    'nothing that was read listens on a Tailscale address; not read: the container immich-ml of the specialisation gpu (configuration.nix:2)';
  const said = saidOf(`specialisation.gpu.configuration.virtualisation.oci-containers.${ML}`, [
    'tailscale-bind',
    'tailscale-wait',
  ]);
  expect(said.map((each) => each.reason)).toEqual([reason, reason]);
});
