import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `\`docker-<name>.service\` units that run docker, or \`podman-<name>.service\` units that have settings but no
command.`,
  configuration: `\`virtualisation.oci-containers.backend\` is not \`"podman"\`; it is not set and \`system.stateVersion\` is older than
22.05, for which the default is docker; or a container is declared below the old option \`docker-containers\`,
which forces docker. With a newer \`stateVersion\` it is fine not to set it, and the result says so.`,
  fix: `Set \`virtualisation.oci-containers.backend = "podman";\`, then run \`sudo nixos-rebuild switch\`. Named volumes of
docker are not moved: copy their content before the rebuild. The units are named \`podman-*\` afterwards, and so
must be the settings for them.`,
  notReported: `A docker that runs beside podman: NixOS has one backend for all containers, so a docker unit beside containers
under podman was written by hand.`,
};
