import { expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

const configuration = (lines: string) => `{ pkgs, ... }: {
  system.stateVersion = "24.05";
  services.tailscale.enable = true;
  virtualisation.oci-containers.backend = "docker";
  virtualisation.oci-containers.containers.kuma = {
    image = "docker.io/louislam/uptime-kuma:1.23.16";
    ports = [ "100.64.0.5:3001:3001" ];
  };
  ${lines}
}
`;
const WAIT = 'preStart = "until tailscale ip -4; do sleep 1; done";';
const PODMAN_WAITS = `systemd.services.podman-kuma = { path = [ pkgs.tailscale ]; ${WAIT} };`;

const findingsOf = (lines: string) =>
  judged({ 'configuration.nix': configuration(lines) }).flatMap(({ findings }) => findings);
const backend = (lines: string) => {
  const all = judged({ 'configuration.nix': configuration(lines) });
  return all.find(({ check }) => check === 'oci-backend');
};

test.each([
  ['podman has settings for its unit', PODMAN_WAITS, 'fail'],
  ['podman is switched on', 'virtualisation.podman.enable = true;', 'fail'],
  ['nothing says which is meant', '', 'warn'],
  ['docker is switched on', 'virtualisation.docker.enable = true;', 'ok'],
  ['docker has settings for its unit', 'systemd.services.docker-kuma.wants = [ "x.service" ];', 'ok'],
  [
    'both are switched on and the unit is that of docker',
    'virtualisation.podman.enable = true; systemd.services.docker-kuma.wants = [ "x.service" ];',
    'ok',
  ],
  [
    'podman stands in for docker, which cannot be built',
    'virtualisation.podman = { enable = true; dockerCompat = true; }; virtualisation.docker.enable = true;',
    'fail',
  ],
])('where %s, docker as the backend is %s', (_, lines, status) => {
  expect(backend(lines)?.status).toBe(status);
});

test('docker on purpose is noted, with what shows it', () => {
  expect(backend('virtualisation.docker.enable = true;')?.reason).toBe(
    'docker runs the containers, and the configuration is written for it: virtualisation.docker.enable = true',
  );
});

test('no edit is offered that breaks what is written for docker', () => {
  const stepsOf = (lines: string) =>
    backend(lines)?.findings.flatMap(({ remedy }) => remedy?.lasting.map(({ kind }) => kind));
  expect(stepsOf(PODMAN_WAITS)).toContain('edit');
  expect(stepsOf(`${PODMAN_WAITS} virtualisation.docker.enable = true;`)).not.toContain('edit');
});

test('a missing wait follows from the backend where the unit of podman has one, and else is a fault of its own', () => {
  const causesOf = (lines: string) =>
    findingsOf(lines).map(({ check, causedBy }) => `${check} < ${causedBy ?? ''}`.trim());
  expect(causesOf(PODMAN_WAITS)).toEqual([
    'oci-backend <',
    'tailscale-bind < tailscale-wait',
    'tailscale-wait < oci-backend',
  ]);
  expect(causesOf('virtualisation.podman.enable = true;')).toContain('tailscale-wait <');
});
