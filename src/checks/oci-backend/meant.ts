import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { DeclaredBackend } from '../../facts/config/oci-backend.ts';
import type { DeclaredService } from '../../facts/config/services.ts';
import { ifKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';

interface Mark {
  readonly observed: string;
  readonly at: SourceLocation | undefined;
}

/** Which engine the rest of a configuration is written for, and by what that shows. */
export interface Meant {
  readonly engine: 'podman' | 'docker' | undefined;
  readonly marks: readonly Mark[];
  /** Something in it is written for docker. */
  readonly alsoDocker: boolean;
}

const MOST_MARKS = 3;

export function meantBy(
  { podman, docker, dockerCompat }: DeclaredBackend,
  containers: readonly DeclaredContainer[],
  services: readonly DeclaredService[],
): Meant {
  const units = services.filter(({ enable }) => ifKnown(enable) !== false);
  const own = new Set(containers.map(({ name }) => name));
  const ofEngine = (engine: string) =>
    units
      .filter(({ name }) => name.startsWith(`${engine}-`))
      .map(({ name, at }) => ({ name: name.slice(engine.length + 1), observed: `${name} has settings`, at }))
      .filter(isWritten);
  const ofPodman = ofEngine('podman').filter(({ name }) => own.has(name));
  const ofDocker: readonly Mark[] = [
    ...ofEngine('docker'),
    ...containers.flatMap(({ name, volumes }) =>
      volumes.items.flatMap(({ text, at }) =>
        text.includes('/docker.sock') ? [{ observed: `${name} mounts docker.sock`, at }] : [],
      ),
    ),
    ...on(docker, 'virtualisation.docker.enable = true'),
  ];
  const isConflict = ifKnown(podman) === true && ifKnown(dockerCompat) === true;
  const hints = [...on(podman, 'virtualisation.podman.enable = true'), ...ofEngine('podman')];
  const alsoDocker = ofDocker.length > 0;
  if (ofPodman.length > 0 || isConflict) return { engine: 'podman', marks: few(ofPodman), alsoDocker };
  if (alsoDocker) return { engine: 'docker', marks: few(ofDocker), alsoDocker };
  return { engine: hints.length > 0 ? 'podman' : undefined, marks: few(hints), alsoDocker };
}

/** What nix tells and no file says follows from the backend: its units, and that its engine is on. */
const isWritten = ({ at }: Mark) => at !== undefined;

const few = (marks: readonly Mark[]) => marks.slice(0, MOST_MARKS);

const on = (option: DeclaredBackend['docker'], observed: string): Mark[] =>
  option.state === 'known' && option.value ? [{ observed, at: option.at }].filter(isWritten) : [];
