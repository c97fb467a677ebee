import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `A container is down or in trouble, in one of these ways:

- Its unit has failed, keeps restarting, or has been starting for more than ten minutes.
- Its unit was not started because of a condition, or because a required unit failed.
- Its unit is active, but podman has no running container for it.
- The container is unhealthy, its startup health check fails, or podman never runs its health check.
- A container without a unit that should run has exited, was never started, or has not been started since the last boot.
- podman refuses every command since a reboot (\`boot ID differs from cached boot ID\`).

The cause comes from what podman and systemd wrote to the journal: a missing volume, secret, network, environment file,
image, device or program, a name or port that is in use, a name that cannot be resolved, a full disk, or a registry that
refuses (too many downloads, no login, a tag that is gone, its certificate). Otherwise the exit status or the signal is
explained, and the last error line is shown.
NixOS runs containers with \`--rm\`, so the units say which containers should run, not \`podman ps\`.`,
  configuration: `These mistakes are found:

- An environment file is below \`/run/<name>/\`, the runtime directory of the container's own unit. systemd removes that
  directory when the unit stops.
- A health check (\`--health-cmd\`) has no \`--health-start-period\`. Failures then count while the container is still starting.
- \`dependsOn\` names a container that is not declared.
- Two containers publish the same port of one address.
- The name of an option is misspelled.
- An option and its value are one element of \`extraOptions\` (\`"--memory 2g"\`), which podman reads as one word;
  or an element is not an option.`,
  fix: `Fix the cause that the finding names, then run \`sudo systemctl restart podman-<name>.service\`.`,
  unknownIf: `there are containers of other users, health checks of docker, containers that compose or \`podman kube\` starts for a
unit, or a unit that is just starting, stopping or reloading: these are not checked.`,
  notReported: `These are not problems:

- A failure before the unit's current run: that is history.
- A container that somebody stopped, where podman says so (version 5 and newer).
- A container whose health check has only just started.
- A command that a unit ran once.
- A few failed starts at boot that have since succeeded.
- In a configuration: a file that the unit's own ExecStartPre or preStart writes, a unit with
  \`RuntimeDirectoryPreserve\`, and a health check that is switched off.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
