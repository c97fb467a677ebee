import type { Literals } from '../../facts/config/literals.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, containerName } from '../../remedy/words.ts';
import { defineKind, type FindingDraft, type TellingKind } from '../define.ts';
import { rewriteList } from '../shared/rewrite.ts';
import { apart, withOptions } from '../shared/run-options.ts';
import { placeIn, rebuild, restart } from '../shared/steps.ts';

/** A unit in trouble: what it does, and why as far as that is known. */
export interface Down {
  readonly container: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly summary: string;
  readonly remedy: FindingDraft['remedy'];
}

function down(id: string, name: string, meaning: string): TellingKind<Down> {
  return defineKind<Down>({
    id,
    name,
    meaning,
    status: 'fail',
    title: ({ container, what, why }) => `${container} ${what}${why === undefined ? '' : `: ${why}`}`,
    summary: ({ summary }) => summary,
    remedy: ({ remedy }) => remedy,
  });
}

const NOT_UP = 'The container does not run until this is fixed.';

export const sourceMissing = down(
  'source-missing',
  'A host path that a container mounts does not exist',
  NOT_UP,
);
export const networkMissing = down(
  'network-missing',
  'The podman network of a container does not exist',
  NOT_UP,
);
export const envFileMissing = down(
  'env-file-missing',
  'The environment file of a container does not exist',
  NOT_UP,
);
export const imageMissing = down('image-missing', 'The image of a container does not exist here', NOT_UP);
export const nameNotResolved = down(
  'name-not-resolved',
  'A name that a container needs cannot be resolved',
  NOT_UP,
);
export const deviceMissing = down('device-missing', 'A device of a container does not exist', NOT_UP);
export const nameTaken = down('name-taken', 'The name of a container is used by another container', NOT_UP);
export const portTaken = down('port-taken', 'The port of a container was used by another program', NOT_UP);
export const addressMissing = down(
  'address-missing',
  'A container could not bind because its address did not exist',
  NOT_UP,
);
export const commandMissing = down(
  'command-missing',
  'The image of a container does not have the command to run',
  NOT_UP,
);
export const wrongProcessor = down(
  'wrong-processor',
  'The image of a container is for another processor architecture',
  NOT_UP,
);
export const rateLimited = down(
  'rate-limited',
  'The registry refuses to send an image: too many downloads',
  NOT_UP,
);
export const registryRefused = down(
  'registry-refused',
  'The registry refuses to send an image without a login',
  NOT_UP,
);
export const tagMissing = down('tag-missing', 'The registry does not have the image of a container', NOT_UP);
export const certificateRefused = down(
  'certificate-refused',
  'The certificate of the registry is not accepted',
  NOT_UP,
);
export const noSpace = down('no-space', 'A container cannot start: the disk is full', NOT_UP);
export const programMissing = down(
  'program-missing',
  'The program of a unit could not be executed',
  'systemd could not start the command of the unit (exit status 203/EXEC).',
);
export const unhandledReboot = down(
  'unhandled-reboot',
  'A container cannot start: podman refuses to work since the last reboot',
  NOT_UP,
);
export const conditionUnmet = down(
  'condition-unmet',
  "A condition of a container's unit is not met",
  'systemd did not start the container, and does not list it as failed either.',
);
export const dependencyFailed = down(
  'dependency-failed',
  'A unit that a container requires could not be started',
  'systemd does not start a container if a unit that it requires cannot be started.',
);

export const refused = down(
  'refused',
  'systemd refuses the unit of a container',
  'The unit has a wrong setting, so systemd does not load it and cannot start the container.',
);
export const failedAndGone = down(
  'failed-and-gone',
  'A unit has failed that is not in the current configuration',
  'The unit was removed from the configuration or masked, and systemd still lists its old failure.',
);
export const failed = down(
  'failed',
  'The unit of a container has failed',
  'The container is down, and systemd does not start it again by itself.',
);
export const restarting = down(
  'restarting',
  'A container keeps failing and restarting',
  'The container keeps failing after its start, and systemd keeps restarting it: it does not do its work.',
);
export const longStart = down(
  'long-start',
  'A container has been starting for too long',
  'It is waiting before its start, downloading its image, or never reports that it is ready.',
);
export const longStop = down(
  'long-stop',
  'A container has been stopping for too long',
  'A process of it does not end, or its stop command hangs. systemd starts it again only after that.',
);
export const runningWithoutUnit = down(
  'running-without-unit',
  'A container is running, although its unit is not',
  'systemd does not watch it: it does not start it again, and the next start of the unit replaces it.',
);
export const notStarted = down('not-started', 'A container was not started', NOT_UP);
export const stopped = down(
  'stopped',
  'A container that should start at boot is stopped',
  'Somebody stopped it, or it exited by itself.',
);
export const restarted = down(
  'restarted',
  'systemd restarted a container',
  'It is running again, but it failed before, and may fail again.',
);
export const containerGone = down(
  'container-gone',
  'The unit of a container is active, but the container is not running',
  'For systemd it is running, but podman has no running container for it: it does not do its work.',
);

/**
 * The folders that podman itself keeps its state of running containers in, of root and of a user. A message can name
 * others, and programs in containers can write such a message.
 */
const STATE_FOLDER =
  /^\/(?:(?:var\/)?run\/(?:containers\/storage|libpod|user\/\d+\/(?:containers|libpod\/tmp))|tmp\/(?:storage|podman)-run-\d+\/(?:containers|libpod\/tmp))$/;

export const podmanRefuses = defineKind<{
  /** That podman names. */
  readonly folders: readonly string[];
  /** How many containers have a memory group; undefined where that was not read. */
  readonly running: number | undefined;
}>({
  id: 'podman-refuses',
  name: 'podman refuses to work since the last reboot',
  meaning:
    'Its run directory is not on a tmpfs: files from before the reboot are still there, so every podman command fails and no container can start.',
  status: 'fail',
  title: () => 'podman refuses to work since the last reboot',
  remedy: ({ folders, running }) => ({
    lasting: [
      ...(folders.length > 0 && (running ?? 0) === 0 && folders.every((folder) => STATE_FOLDER.test(folder))
        ? [
            run(['pgrep', '-a', 'conmon'], {
              root: true,
              why: `Check that no container is running${running === 0 ? ' (none was found)' : ''}: this must print nothing.`,
            }),
            run(['rm', '-r', '--', ...folders.map(absolutePath)], {
              root: true,
              risk: 'destructive',
              why: 'Only if that printed nothing, delete the directories that podman names. They hold the state of running containers, but no volumes or images.',
            }),
          ]
        : [
            byHand(
              `Read which directories podman names (sudo podman ps). Delete them only if no container is running (pgrep conmon), and only if they are podman's own state directories below /run or /tmp.${(running ?? 0) > 0 ? ' Containers are running: stop their units first.' : ''}`,
            ),
          ]),
      byHand(
        'Let each reboot delete them: keep them on a tmpfs, or let systemd-tmpfiles remove them at boot (on NixOS: boot.tmp.useTmpfs for /tmp, or systemd.tmpfiles.rules with R!).',
      ),
    ],
  }),
});

/** What podman itself says of a container. */
interface Sick {
  readonly container: string;
  readonly unit: ContainerUnit | undefined;
  readonly units: readonly ContainerUnit[];
  readonly now: number;
}

const readLog = (container: string) =>
  run(['podman', 'logs', '--tail', '50', '--', containerName(container)], {
    root: true,
    why: 'Read its log.',
  });

const askHealth = (container: string) => [
  run(['podman', 'inspect', '--format', '{{json .State.Health}}', '--', containerName(container)], {
    root: true,
    why: 'Read the output of its health check.',
  }),
];

export const unhealthy = defineKind<Sick>({
  id: 'unhealthy',
  name: 'The health check of a container fails',
  meaning: 'The container is running, but its own health check fails.',
  status: 'fail',
  title: ({ container }) => `${container} is unhealthy`,
  remedy: ({ container, unit, units, now }) => ({
    lasting: [
      ...askHealth(container),
      readLog(container),
      ...(unit === undefined
        ? [byHand('Fix what they name. If they name nothing, restart the container.')]
        : [
            byHand('Fix what they name.'),
            ...restart([unit.id], { units, now, why: 'If they name nothing, restart the container.' }),
          ]),
    ],
  }),
});

export const healthNeverChecked = defineKind<Sick>({
  id: 'health-never-checked',
  name: 'podman never runs the health check of a container',
  meaning: 'It has a health check, but podman has not run it once: its timer was not created.',
  status: 'warn',
  title: ({ container }) => `podman never ran the health check of ${container}`,
  remedy: ({ container, unit, units, now }) => ({
    lasting: [
      run(['podman', 'healthcheck', 'run', '--', containerName(container)], {
        root: true,
        why: 'Run the health check once.',
      }),
      ...(unit === undefined
        ? []
        : restart([unit.id], { units, now, why: 'Restart it, which creates the timer.' })),
    ],
  }),
});

export const paused = defineKind<Sick>({
  id: 'paused',
  name: 'A container is paused',
  meaning: 'Its processes are frozen: the container is up but does not answer.',
  status: 'fail',
  title: ({ container }) => `${container} is paused`,
  remedy: ({ container }) => ({
    now: [run(['podman', 'unpause', '--', containerName(container)], { root: true, why: 'Resume it.' })],
  }),
});

export const exited = defineKind<Sick & { /** How, in words. */ readonly end: string }>({
  id: 'exited',
  name: 'A container without a unit has exited but should run',
  meaning: 'Its restart policy says that it should run, and only podman starts it again.',
  status: 'warn',
  title: ({ container, end }) => `${container} ${end}, and no unit starts it again`,
  remedy: ({ container }) => ({
    lasting: [
      readLog(container),
      run(['podman', 'start', '--', containerName(container)], {
        root: true,
        risk: 'restart',
        why: 'Fix what the log says, then start it.',
      }),
    ],
  }),
});

export const notStartedAgain = defineKind<
  Sick & {
    readonly nixos: boolean;
    /** Its restart policy. */
    readonly isAlways: boolean;
    /** `podman-restart.service` is enabled, and did not start it. */
    readonly isStarterOn: boolean;
  }
>({
  id: 'not-started-again',
  name: 'A container without a unit has not been started since the last boot',
  meaning:
    'podman starts no container at boot by itself. podman-restart.service does, if it is enabled, for containers with the restart policy "always".',
  status: 'warn',
  title: ({ container }) => `${container} has not been started since the last boot`,
  remedy: ({ container, nixos, isAlways, isStarterOn }) => ({
    lasting: [
      run(['podman', 'start', '--', containerName(container)], {
        root: true,
        risk: 'restart',
        why: 'If it should run, start it. Its output says what keeps it from starting.',
      }),
      ...(nixos
        ? [
            byHand(
              `Declare ${container} in virtualisation.oci-containers.containers: then it has a unit, which starts it at every boot.`,
            ),
          ]
        : isAlways && !isStarterOn
          ? [
              run(['systemctl', 'enable', 'podman-restart.service'], {
                root: true,
                why: 'Let systemd start all containers with the restart policy "always" at every boot.',
              }),
            ]
          : [byHand(`Give ${container} a unit of its own (a quadlet), which starts it at every boot.`)]),
    ],
  }),
});

export const neverStarted = defineKind<Sick>({
  id: 'never-started',
  name: 'A container without a unit was created and never started',
  meaning: 'Its restart policy says that it should run, and no unit starts it.',
  status: 'warn',
  title: ({ container }) => `${container} was never started, and no unit starts it`,
  remedy: ({ container }) => ({
    lasting: [
      run(['podman', 'start', '--', containerName(container)], {
        root: true,
        risk: 'restart',
        why: 'If it should run, start it. Its output says what keeps it from starting.',
      }),
    ],
  }),
});

export const startupCheckFails = defineKind<Sick>({
  id: 'startup-check-fails',
  name: 'A container is still starting: its startup health check fails',
  meaning:
    'Until this check succeeds, podman does not treat the container as ready, and does not run its other health check.',
  status: 'warn',
  title: ({ container }) => `${container} is still starting: its startup health check fails`,
  remedy: ({ container }) => ({ lasting: [...askHealth(container), readLog(container)] }),
});

export const requiredMissing = defineKind<Sick>({
  id: 'required-missing',
  name: 'A container named in the settings is not running',
  meaning: 'The settings say that it must run.',
  status: 'fail',
  title: ({ container }) => `${container} is not running, and the settings say that it must run`,
  summary: ({ unit }) => (unit === undefined ? 'It has no systemd unit.' : 'Its unit is not active.'),
  remedy: ({ container, unit, units, now }) => ({
    lasting:
      unit === undefined
        ? [
            byHand(
              `Create ${container} (on NixOS: virtualisation.oci-containers.containers), or remove it from containers in the settings.`,
            ),
            rebuild(),
          ]
        : restart([unit.id], { units, now, why: 'Start it.' }),
  }),
});

/** Where a configuration says it. */
interface Declared {
  readonly container: string;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}

export const dependsOnNothing = defineKind<Declared & { readonly missing: string }>({
  id: 'depends-on-nothing',
  name: 'A container depends on one that is not declared',
  meaning: 'Its unit requires a unit that does not exist: the container cannot start.',
  status: 'fail',
  title: ({ container, missing }) => `${container} depends on ${missing}, which is not declared`,
  remedy: ({ missing, folder, at }) => ({
    lasting: [
      byHand(`Declare the container ${missing}, or remove it from dependsOn.`, placeIn(folder, at)),
      rebuild(),
    ],
  }),
});

export const noSuchOption = defineKind<Declared & { readonly option: string; readonly meant: string }>({
  id: 'no-such-option',
  name: 'A container has an option that does not exist',
  meaning: 'The configuration cannot be built with it.',
  status: 'fail',
  title: ({ container, option }) => `${container} has the option ${option}, which does not exist`,
  remedy: ({ option, meant, folder, at }) => ({
    lasting: [byHand(`Replace ${option} with ${meant}.`, placeIn(folder, at)), rebuild()],
  }),
});

export const optionInOneWord = defineKind<
  Declared & {
    readonly option: string;
    readonly list: 'extraOptions' | 'preRunExtraOptions';
    readonly literals: Literals | undefined;
  }
>({
  id: 'option-in-one-word',
  name: 'An option of a container and its value are one element of the list',
  meaning: 'podman reads each element of extraOptions as one word, and does not know such an option.',
  status: 'fail',
  title: ({ container, option }) => `${container} has ${option} and its value in one element of the list`,
  remedy: ({ container, list, option, at, literals, folder }) => ({
    lasting: [
      rewriteList(
        {
          path: ['virtualisation', 'oci-containers', 'containers', container, list],
          to: (now = []) => apart(now),
          why: 'Make the option and its value two elements of the list.',
          otherwise: `Write ${option} and its value as two elements of the list.`,
          at,
        },
        literals,
        folder,
      ),
      rebuild(),
    ],
  }),
});

export const noOption = defineKind<Declared & { readonly list: string }>({
  id: 'no-option',
  name: 'A word among the options of a container is not an option',
  meaning: 'podman takes it for the image, and the image for the command: the container does not start.',
  status: 'fail',
  title: ({ container, list }) => `${container} has a word in ${list} that is not an option`,
  remedy: ({ list, folder, at }) => ({
    lasting: [
      byHand(`Write it as an option in ${list} (--name=value), or remove it.`, placeIn(folder, at)),
      rebuild(),
    ],
  }),
});

export const portTwice = defineKind<Declared & { readonly other: string; readonly port: string }>({
  id: 'port-twice',
  name: 'Two containers publish the same port',
  meaning: 'Only the first of them to start gets the port: the other one fails.',
  status: 'fail',
  title: ({ container, other, port }) => `${container} and ${other} publish the same port: ${port}`,
  remedy: ({ container, folder, at }) => ({
    lasting: [byHand(`Give ${container} another port.`, placeIn(folder, at)), rebuild()],
  }),
});

export const environmentFileVanishes = defineKind<
  Declared & {
    readonly file: string;
    /** Below /run. */
    readonly directory: string;
  }
>({
  id: 'environment-file-vanishes',
  name: 'The environment file of a container is removed before its next start',
  meaning: 'systemd removes the runtime directory of a unit, with everything in it, when the unit stops.',
  status: 'fail',
  title: ({ container, file }) => `${container} reads ${file}, which is removed before its next start`,
  summary: ({ directory }) =>
    `systemd creates /run/${directory} for the unit, and removes it with everything in it when the unit stops: then podman fails with "no such file or directory" (exit status 125).`,
  remedy: ({ directory, folder, at }) => ({
    lasting: [
      byHand(
        `Write the file to a folder of its own, such as /run/${directory}-env/, and use that path here; or write it in the preStart of the unit itself.`,
        placeIn(folder, at),
      ),
      rebuild(),
    ],
  }),
});

const PERIODS = ['health-start-period', 'healthcheck-start-period'] as const;

export const noStartPeriod = defineKind<
  Declared & {
    /** What podman does with an unhealthy container, where it does something. */
    readonly action: string | undefined;
    /** What its options stand in. */
    readonly list: string;
    readonly literals: Literals | undefined;
  }
>({
  id: 'no-start-period',
  name: 'A container has a health check but no start period',
  meaning: 'Failures count even while it is starting, so the container becomes unhealthy before it is ready.',
  status: 'warn',
  title: ({ container }) => `${container} has a health check but no start period`,
  summary: ({ action }) =>
    `Failures count even while it is starting, so the container becomes unhealthy before it is ready${action === undefined ? '' : `, and podman applies "${action}" to it`}.`,
  remedy: ({ container, at, list, literals, folder }) => ({
    lasting: [
      rewriteList(
        {
          path: ['virtualisation', 'oci-containers', 'containers', container, 'extraOptions'],
          to: (now = []) => withOptions(now, PERIODS, [`--${PERIODS[0]}=60s`]),
          why: 'Give it a minute to start, or as long as it needs.',
          otherwise: `Add "--${PERIODS[0]}=60s" to the ${list} of ${container}, or as long as it needs to start.`,
          at,
        },
        literals,
        folder,
      ),
      rebuild(),
    ],
  }),
});
