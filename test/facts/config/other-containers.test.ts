import { expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

test('no edit of virtualisation.oci-containers is offered for what another module makes', () => {
  const results = judged({
    'configuration.nix': `{
      virtualisation.quadlet.containers.plex.containerConfig = {
        image = "docker.io/plexinc/pms-docker:1.41.3";
        healthCmd = "curl -f http://localhost:32400";
      };
    }`,
  });
  const steps = results.flatMap(({ findings }) => findings.flatMap(({ remedy }) => remedy?.lasting ?? []));
  expect(steps.map(({ kind }) => kind)).toEqual(['byHand', 'run']);
  expect(steps[0]).toMatchObject({
    text: 'Add "--health-start-period=60s" to the podmanArgs of plex, or as long as it needs to start.',
  });
});

test.each([
  ['true', 'Immich is a service of NixOS here (services.immich), and no container is declared'],
  ['false', 'no container is declared (virtualisation.oci-containers)'],
])('where services.immich.enable is %s, a check of containers says: %s', (enable, reason) => {
  const results = judged({ 'configuration.nix': `{ services.immich.enable = ${enable}; }` });
  expect(results.find(({ check }) => check === 'immich-versions')).toMatchObject({
    status: 'skipped',
    reason,
  });
});
