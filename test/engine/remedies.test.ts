import { expect, test } from 'vitest';
import type { Step } from '../../src/model/remedy.ts';
import { container, idOf, judgeAll, KERNEL, killed, STARTED, scopeOf, unit } from '../checks/home-server.ts';
import { judged } from '../nix/corpus.ts';

const ML = 'ghcr.io/immich-app/immich-machine-learning';

const stepsOf = (results: ReturnType<typeof judged>): readonly Step[] =>
  results.flatMap(({ findings }) => findings.flatMap(({ remedy }) => remedy?.lasting ?? []));

test('of two findings that change one option, the second does not undo the first', () => {
  const steps = stepsOf(
    judged({
      'configuration.nix': `{
  virtualisation.oci-containers.backend = "podman";
  virtualisation.oci-containers.containers.server.image = "ghcr.io/immich-app/immich-server:v2.1.0";
  virtualisation.oci-containers.containers.ml.image = "${ML}:v2.0.0-openvino";
}
`,
    }),
  );
  const images = steps.filter((step) =>
    /containers\.ml\.image|immich-machine-learning:/.test(JSON.stringify(step)),
  );
  expect(images).toMatchObject([
    { kind: 'edit', after: `"${ML}:v2.0.0"` },
    {
      kind: 'byHand',
      text: expect.stringMatching(`With the fix of ml-oom, write "${ML}:v2.1.0"\\.$`),
      file: 'configuration.nix',
    },
  ]);
});

test.each([
  ['docker', 'podman-plex'],
  ['docker"; # hsdoctor: ignore oci-backend: it stays\n  users.motd = "', 'docker-plex'],
])(
  'what is added to a unit has the name that the unit has after the fix of the backend: %s',
  (backend, unit) => {
    const steps = stepsOf(
      judged({
        'configuration.nix': `{
  virtualisation.oci-containers.backend = "${backend}";
  virtualisation.podman.enable = true;
  services.tailscale.enable = true;
  virtualisation.oci-containers.containers.plex = { image = "plex:1"; ports = [ "100.64.0.5:32400:32400" ]; };
}
`,
      }),
    );
    expect(steps).toContainEqual(
      expect.objectContaining({ option: `systemd.services.${unit}.serviceConfig.RestartSec` }),
    );
  },
);

test('a host that is not NixOS is told what to change, and no option that it does not have', () => {
  const sick = {
    units: unit('podman-immich-machine-learning.service'),
    containers: container('immich-machine-learning', { image: `${ML}:v2-openvino` }),
    kernelOom: KERNEL + killed(scopeOf(idOf('immich-machine-learning')), STARTED + 60_000),
  };
  const kinds = (nixos: boolean) => stepsOf(judgeAll(sick, { nixos })).map(({ kind }) => kind);
  expect(kinds(true)).toContain('edit');
  expect(kinds(false)).not.toContain('edit');
  expect(JSON.stringify(stepsOf(judgeAll(sick, { nixos: false })))).not.toMatch(
    /virtualisation|systemd\.services/,
  );
});
