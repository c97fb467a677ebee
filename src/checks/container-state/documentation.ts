import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A container's unit has failed, restarts again and again, has been starting for more than ten minutes, or
was not started because a condition was not met or because something that it requires failed; the unit is
active and podman has no running container of it; the container is unhealthy, or podman never runs its
health check; a container without a unit that is meant to run has ended. The reason is taken from what
podman and systemd told the journal: a missing volume or secret, network, environment file, image or
device, a name or port that is taken, a name that cannot be resolved; else the exit status is put in
words. NixOS runs containers with \`--rm\`, so the units say which should run, not \`podman ps\`.`,
  configuration: `An environment file below \`/run/<name>/\`, which is the runtime folder of the container's own unit and goes
with everything in it when the unit stops; a health command (\`--health-cmd\`) without a
\`--health-start-period\`, so that failures count while the container still starts.`,
  fix: `The reason first, where one is named, then \`sudo systemctl restart podman-<name>.service\`.`,
  notReported: `A failure from before the unit's present run, which is history; a container whose health check has only
begun; what a unit ran once, and waited for; some tries at boot that are over; in a configuration a file that the unit's own ExecStartPre or
preStart writes, \`RuntimeDirectoryPreserve\`, a health check that is switched off. Containers of another
user, the health checks of docker and containers that compose or \`podman kube\` start for a unit are not
seen, and not called healthy; nor is what starts, stops or reloads at the time.`,
};
