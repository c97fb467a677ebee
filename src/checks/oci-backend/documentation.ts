import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `\`docker-<name>.service\` units that run docker, or \`podman-<name>.service\` units that have settings and no
command.`,
  configuration: `\`virtualisation.oci-containers.backend\` is something else than \`"podman"\`; nothing sets it while
\`system.stateVersion\` is older than 22.05, with which the default is docker; or a container stands below
the old option \`docker-containers\`, which forces docker. With a newer \`stateVersion\` an absent line is
right, and the result says so.`,
  fix: `\`virtualisation.oci-containers.backend = "podman";\`, then \`sudo nixos-rebuild switch\`. Named volumes of
docker do not move along: copy what is in them before the rebuild. Units are called \`podman-*\` then, and
so must be what is set for them.`,
  notReported: `A docker that runs beside podman: NixOS has one backend for all containers, so a unit of docker beside
containers that run under podman is somebody's own.`,
};
