import type { Literals } from '../../facts/config/literals.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { rewriteText } from '../shared/rewrite.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

const PATH = ['virtualisation', 'oci-containers', 'backend'] as const;
const OPTION = PATH.join('.');

export const docker = defineKind<{ readonly containers: readonly string[] }>({
  id: 'docker',
  name: 'Containers run under docker instead of podman',
  meaning:
    'virtualisation.oci-containers.backend is "docker", or it is not set and system.stateVersion is older than 22.05.',
  status: 'fail',
  title: ({ containers }) =>
    `${containers.length} ${containers.length === 1 ? 'container runs' : 'containers run'} under docker instead of podman: ${containers.join(', ')}`,
  remedy: () => ({
    lasting: [
      edit({
        option: optionPath(...PATH),
        before: nixString('docker'),
        after: nixString('podman'),
        why: 'Use podman. If the option is not set, add it: its default before NixOS 22.05 is docker.',
      }),
      byHand(
        "Before you rebuild, copy the content of docker's named volumes, as hsdoctor explain oci-backend shows: podman cannot use them. The units are named podman-* afterwards.",
      ),
      rebuild(),
    ],
  }),
});

export const noContainer = defineKind<{ readonly id: string; readonly container: string }>({
  id: 'no-container',
  name: 'A unit has settings but no container',
  meaning:
    'The configuration has settings for this unit, but no container of that name is declared, so the unit has no command to run.',
  status: 'fail',
  title: ({ id }) => `${id} has settings but no container`,
  remedy: ({ container }) => ({
    lasting: [
      byHand(
        `Find what sets systemd.services."podman-${container}" in the configuration: remove it, or correct the name of the container.`,
      ),
      rebuild(),
    ],
  }),
});

const DECLARED =
  'NixOS then creates docker-*.service units; settings for podman-*.service have no effect, or create a unit without a command.';

const MOVED: readonly Step[] = [
  byHand(
    "On the server, before you rebuild: copy the content of docker's named volumes, as hsdoctor explain oci-backend shows. podman cannot use them.",
  ),
  byHand('Rename settings of docker-*.service to podman-*.service.'),
];

/** Where a configuration says it. */
interface Declared {
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}

interface Rewritable extends Declared {
  readonly literals: Literals | undefined;
}

const toPodman = ({ at, literals, folder }: Rewritable): Step[] => [
  rewriteText(
    {
      path: PATH,
      to: () => 'podman',
      why: 'Run the containers under podman.',
      otherwise: `Set ${OPTION} to "podman" here, or where its value comes from.`,
      at,
    },
    literals,
    folder,
  ),
  ...MOVED,
  rebuild(),
];

export const oldOption = defineKind<Declared & { readonly container: string }>({
  id: 'old-option',
  name: 'A container is declared with the old option docker-containers',
  meaning: DECLARED,
  status: 'fail',
  title: ({ container }) => `${container} is declared with docker-containers, which makes docker the backend`,
  remedy: ({ at, folder }) => ({
    lasting: [
      byHand(
        `Move it to virtualisation.oci-containers.containers, and set ${OPTION} = "podman" beside it.`,
        placeIn(folder, at),
      ),
      ...MOVED,
      rebuild(),
    ],
  }),
});

export const otherBackend = defineKind<Rewritable & { readonly backend: string }>({
  id: 'other-backend',
  name: 'The configuration sets another backend than podman',
  meaning: DECLARED,
  status: 'fail',
  title: ({ backend }) => `The containers run under ${backend}, not podman`,
  remedy: (about) => ({ lasting: toPodman(about) }),
});

export const dockerByDefault = defineKind<Rewritable>({
  id: 'docker-by-default',
  name: 'The backend is not set, and its default is docker',
  meaning: DECLARED,
  status: 'fail',
  title: () => 'The backend is not set, and its default here is docker',
  remedy: (about) => ({ lasting: toPodman(about) }),
});
