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
