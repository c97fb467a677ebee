import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A container's unit has failed, keeps restarting, has been starting for more than ten minutes, or was not
started because of a condition or because a required unit failed; the unit is active but podman has no running
container for it; the container is unhealthy, or podman never runs its health check; a container without a
unit that should run has exited. The cause comes from what podman and systemd wrote to the journal: a
missing volume, secret, network, environment file, image or device, a name or port that is in use, a name
that cannot be resolved; otherwise the exit status is explained. NixOS runs containers with \`--rm\`, so the
units say which containers should run, not \`podman ps\`.`,
  configuration: `An environment file below \`/run/<name>/\`, the runtime directory of the container's own unit, which systemd
removes when the unit stops; a health check (\`--health-cmd\`) without \`--health-start-period\`, so that
failures count while the container is still starting.`,
  fix: `Fix the cause that the finding names, then run \`sudo systemctl restart podman-<name>.service\`.`,
  notReported: `A failure before the unit's current run (that is history); a container whose health check has only just started;
a command that a unit ran once; a few failed starts at boot that have since succeeded; in a configuration, a file
that the unit's own ExecStartPre or preStart writes, \`RuntimeDirectoryPreserve\`, and a health check that is
switched off. Containers of other users, health checks of docker, and containers that compose or \`podman kube\`
starts for a unit are not checked, and not called healthy; nor is a unit that is just starting, stopping or reloading.`,
};
