import type { Known } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineSourceFact, mayBeMore } from './define.ts';
import { statedText, statedTruth } from './stated.ts';
import type { Text } from './text.ts';

const BACKEND = ['virtualisation', 'oci-containers', 'backend'];
const PODMAN = ['virtualisation', 'podman', 'enable'];
const DOCKER = ['virtualisation', 'docker', 'enable'];
const COMPATIBLE = ['virtualisation', 'podman', 'dockerCompat'];
/** The name of the option before NixOS 20.09: containers below it run under docker. */
const OLD = 'docker-containers';

/** From this version of NixOS on the default is podman. */
export const PODMAN_SINCE = 22.05;

export interface DeclaredBackend {
  readonly backend: Known<Text>;
  /** Without podman itself it asks for nothing, and conflicts with nothing. */
  readonly podman: Known<boolean>;
  readonly dockerCompat: Known<boolean>;
  /** Docker itself, which the backend also switches on where nobody does. */
  readonly docker: Known<boolean>;
  /** Containers below the old option, which forces docker. */
  readonly old: readonly { readonly name: string; readonly at: SourceLocation | undefined }[];
}

export const ociBackend = defineSourceFact<DeclaredBackend>({
  id: 'oci-backend',
  reads: 'virtualisation.oci-containers.backend, docker-containers, virtualisation.podman',
  options: [BACKEND, PODMAN, DOCKER, COMPATIBLE].map((path) => path.join('.')),
  read({ host }) {
    const { items: names, rest } = host.attributes(OLD);
    const found: DeclaredBackend = {
      backend: statedText(host.reading(BACKEND)),
      podman: statedTruth(host.reading(PODMAN)),
      docker: statedTruth(host.reading(DOCKER)),
      dockerCompat: statedTruth(host.reading(COMPATIBLE)),
      old: names.map((name) => ({ name, at: host.definitions([OLD, name])[0]?.at })),
    };
    return rest === undefined ? found : new PartialValue(found, mayBeMore(`containers below ${OLD}`, rest));
  },
});
