import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

const RUN = 'podman run -d -p 100.101.102.103:3003:3003 immich:v2';
const NONE = 'no container is declared (virtualisation.oci-containers)';

function saidOf(files: Readonly<Record<string, string>>, check = 'ml-oom') {
  const found = judged(files).find((each) => each.check === check);
  return `${found?.status}: ${found?.reason}`;
}

const machine = (options: string) => ({
  'configuration.nix': `{ config, pkgs, lib, ... }: {\n${options}\n}`,
});
const notRead = (what: string) => `unknown: there are containers that are not read: ${what}`;

/** Options that nobody lists, and what differs in one thing. */
const CASES: readonly { readonly name: string; readonly options: string; readonly near: string }[] = [
  {
    name: 'a job of cron',
    options: `services.cron.systemCronJobs = [ "@reboot root ${RUN}" ];`,
    near: 'services.cron.systemCronJobs = [ "@daily root podman image prune" ];',
  },
  {
    name: 'what the start of the network runs',
    options: `networking.localCommands = "${RUN}";`,
    near: `networking.localCommands = lib.mkIf false "${RUN}";`,
  },
  {
    name: 'what the boot runs',
    options: `boot.postBootCommands = "\${lib.getExe pkgs.podman} run -d immich:v2";`,
    near: `boot.postBootCommands = "\${lib.getExe pkgs.podman} pull immich:v2";`,
  },
  {
    name: 'the text of a unit',
    options: `systemd.units."ml.service".text = "[Service]\\nExecStart=${RUN}\\n";`,
    near: `systemd.units."ml.service".text = "[Service]\\nDescription=${RUN}\\n";`,
  },
  {
    name: 'a package of an overlay',
    options: `nixpkgs.overlays = [ (final: prev: { ml = final.writeShellScriptBin "ml" "exec \${prev.podman}/bin/podman run immich:v2"; }) ];`,
    near: `nixpkgs.overlays = [ (final: prev: { ml = final.writeShellScriptBin "ml" "exec \${prev.podman}/bin/podman ps"; }) ];`,
  },
  {
    name: 'a list of words that begins with a name of the program',
    options: `systemd.services.ml.script = let cmd = [ podman "run" "-d" "immich:v2" ]; podman = "\${pkgs.podman}/bin/podman"; in lib.own.escaped cmd;`,
    near: `systemd.services.ml.script = let cmd = [ podman "pull" "-q" "immich:v2" ]; podman = "\${pkgs.podman}/bin/podman"; in lib.own.escaped cmd;`,
  },
  {
    name: 'a text with a name of the program',
    options: `services.cron.systemCronJobs = let run = lib.getExe pkgs.podman; in [ "@reboot root \${run} run -d immich:v2" ];`,
    near: `services.cron.systemCronJobs = let run = lib.getExe pkgs.podman; in [ "@daily root \${run} image prune" ];`,
  },
  {
    name: 'a list of words',
    options: 'homelab.command = [ "podman" "run" "-d" "immich:v2" ];',
    near: 'homelab.command = [ "podman" "pull" "immich:v2" ];',
  },
  {
    name: 'a list of words that begins with a program of a package',
    options: 'homelab.command = [ (lib.getExe pkgs.podman) "--log-level" "error" "run" "-d" "immich:v2" ];',
    near: 'homelab.command = [ (lib.getExe pkgs.podman) "--log-level" "error" "ps" "-a" ];',
  },
  {
    name: 'a list of words that begins with the path of a program',
    options: `homelab.command = [ "\${pkgs.podman}/bin/podman" "run" "immich:v2" ];`,
    near: `homelab.command = [ "\${pkgs.podman}/bin/podman" "ps" "immich:v2" ];`,
  },
  {
    name: 'the start of a shell',
    options: `programs.bash.interactiveShellInit = "${RUN}";`,
    near: `programs.bash.shellAliases.ml = "${RUN}";`,
  },
];

describe.each(CASES)('a container of $name', ({ options, near }) => {
  test('is told of with its place', () => {
    expect(saidOf(machine(options))).toBe(notRead('the command podman run (configuration.nix:2)'));
  });
  test('is not told of without it', () => {
    expect(saidOf(machine(near))).toBe(`skipped: ${NONE}`);
  });
});

test('a command of a text with several lines is told of with its own', () => {
  const options =
    "boot.postBootCommands = ''\n  mkdir -p /srv\n  # docker run a\n  docker compose -f /srv/a.yml up -d\n'';";
  expect(saidOf(machine(options))).toBe(notRead('the command docker compose (configuration.nix:5)'));
});

test('a command of a module that is not switched on makes nothing', () => {
  const files = (more: string) => ({
    'configuration.nix': `{ imports = [ ./ml.nix ]; ${more} }`,
    'ml.nix': `{ config, lib, ... }: {
      options.ml.enable = lib.mkEnableOption "ml";
      config = lib.mkIf config.ml.enable { networking.localCommands = "${RUN}"; };
    }`,
  });
  expect(saidOf(files('ml.enable = true;'))).toBe(notRead('the command podman run (ml.nix:3)'));
  expect(saidOf(files(''))).toBe(`skipped: ${NONE}`);
});

test('only the files that the machine reads have commands of it', () => {
  const files = (by: string) => ({
    ...machine(`environment.systemPackages = [ ${by} ];`),
    'ml.nix': `{ writeShellScriptBin }: writeShellScriptBin "ml" "${RUN}"`,
  });
  expect(saidOf(files('(pkgs.callPackage ./ml.nix { })'))).toBe(notRead('the command podman run (ml.nix:1)'));
  expect(saidOf(files('pkgs.hello'))).toBe(`skipped: ${NONE}`);
});

test('a script that is a file has commands, a text for people has none', () => {
  const files = (name: string) => ({
    ...machine(`services.cron.systemCronJobs = [ "@reboot root \${./${name}}" ];`),
    [name]: `#\n${RUN}\n`,
  });
  expect(saidOf(files('ml.sh'))).toBe(notRead('the command podman run (ml.sh:2)'));
  expect(saidOf(files('ml.md'))).toBe(`skipped: ${NONE}`);
});

test('a command that a unit runs is told of once', () => {
  const unit = (on: string) =>
    machine(
      `systemd.services.ml = { enable = ${on}; serviceConfig.ExecStart = let run = pkgs.writeShellScript "ml" "${RUN}"; in "\${run}"; };`,
    );
  expect(saidOf(unit('true'))).toBe(notRead('podman run in ml.service (configuration.nix:2)'));
  expect(saidOf(unit('false'))).toBe(`skipped: ${NONE}`);
});

test.each([
  '"git" "docker-compose"',
  '"git" "docker-compose" "podman" "run"',
  '"docker compose -p a ps"',
  '"docker compose -p a exec db sh"',
])('the name of a plugin, and a command in a container, make none: %s', (words) => {
  expect(saidOf(machine(`programs.zsh.ohMyZsh.plugins = [ ${words} ];`))).toBe(`skipped: ${NONE}`);
  expect(saidOf(machine('programs.zsh.ohMyZsh.plugins = [ "docker compose -p a up" ];'))).toBe(
    notRead('the command docker compose (configuration.nix:2)'),
  );
});

test('a command whose words are quoted makes containers too', () => {
  const unit = (words: string) =>
    machine(`systemd.services.ml.serviceConfig.ExecStart = lib.escapeShellArgs [ ${words} ];`);
  expect(saidOf(unit(`"\${pkgs.docker}/bin/docker" "compose" "up" "-d"`))).toBe(
    notRead('the command docker compose (configuration.nix:2)'),
  );
  expect(saidOf(unit('"docker" "compose" "up"'))).toBe(
    notRead('docker compose in ml.service (configuration.nix:2)'),
  );
  expect(saidOf(unit(`"\${pkgs.docker}/bin/docker" "system" "prune"`))).toBe(`skipped: ${NONE}`);
});

test('an address on such a command may be listened on', () => {
  const options = (port: string) => machine(`boot.postBootCommands = "podman run -p ${port}:80:80 a:1";`);
  expect(saidOf(options('100.101.102.103'), 'tailscale-bind')).toBe(
    'unknown: whether the command podman run listens on 100.101.102.103, and waits for it, is not known: it is not read',
  );
  expect(saidOf(options('127.0.0.1'), 'tailscale-bind')).toBe(
    'skipped: nothing that was read listens on a Tailscale address; not read: the command podman run (configuration.nix:2)',
  );
});

test.each([
  [
    'virtualisation.docker.daemon.settings.hosts = [ "tcp://ADDRESS:2375" ];',
    'virtualisation.docker.daemon.settings.dns = [ "ADDRESS" ]; networking.hosts."ADDRESS" = [ "nas" ];',
  ],
  ['boot.initrd.network.ssh.extraConfig = "ListenAddress ADDRESS";', 'boot.kernelParams = [ "ip=ADDRESS" ];'],
])('an address that may be listened on is told of: %s', (options, near) => {
  const said = (text: string) =>
    saidOf(machine(text.replaceAll('ADDRESS', '100.101.102.103')), 'tailscale-bind');
  expect(said(options)).toMatch(/^unknown: configuration\.nix:2: \S+ has 100\.101\.102\.103, and hsdoctor/);
  expect(said(near)).toBe(
    'skipped: no container, service or socket that hsdoctor knows listens on a Tailscale address',
  );
});
