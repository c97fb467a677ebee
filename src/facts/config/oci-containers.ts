import { PartialValue } from '../../model/probe.ts';
import { containers, type DeclaredContainer, declaredContainers } from './containers.ts';
import { defineSourceFact, requireNixos } from './define.ts';

export const ociContainers = defineSourceFact<readonly DeclaredContainer[]>({
  id: 'oci-containers',
  reads: 'virtualisation.oci-containers.containers',
  options: containers.options,
  read(configuration) {
    requireNixos(configuration.host);
    const { items, rest } = declaredContainers(configuration);
    return rest === undefined ? items : new PartialValue(items, rest.reason);
  },
});
