import type { CheckDocumentation } from '../../model/check.ts';
import { ONLY_OF_THE_MACHINE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `A \`docker-<name>.service\` unit runs docker, or a \`podman-<name>.service\` unit has settings but no command.`,
  configuration: `One of these is the case:

- \`virtualisation.oci-containers.backend\` is not \`"podman"\`.
- It is not set, and \`system.stateVersion\` is older than 22.05, for which the default is docker. With a newer
  \`stateVersion\` it is fine not to set it, and the result says so.
- A container is declared below the old option \`docker-containers\`, which forces docker.

It is \`fail\` where something is written for podman (\`podman-*\` units of containers, \`virtualisation.podman.enable\`), and
\`warn\` where nothing tells which is meant.`,
  fix: `Set \`virtualisation.oci-containers.backend = "podman";\`, then run \`sudo nixos-rebuild switch\`. The units are named
\`podman-*\` afterwards, and so must be the settings for them. To keep docker
instead, rename the settings for \`podman-*\` units to \`docker-*\`.

Named volumes of docker are not moved. Do this before that rebuild:

- If podman is not installed yet, set \`virtualisation.podman.enable = true;\` and rebuild once.
- Stop the containers.
- For each volume that \`sudo docker volume ls\` shows: \`sudo podman volume create NAME\`, then copy the content of its folder
  (\`Mountpoint\` in \`sudo docker volume inspect NAME\`) into the folder that \`sudo podman volume inspect NAME\` shows
  (\`sudo cp -a\`).`,
  notReported: `Docker as the backend of a configuration that is written for it: \`docker-*\` units have settings,
\`docker.sock\` is mounted, or \`virtualisation.docker.enable\` is set; and no \`podman-*\` unit of its containers has
settings. The result says so.

A docker that runs beside podman. NixOS cannot have made it, because it has one backend for all
containers: somebody wrote it by hand.

In a configuration, containers that are not below \`virtualisation.oci-containers\`: the backend does not change what runs
a quadlet, or a unit that calls \`docker compose\`.`,
  notJudged: ONLY_OF_THE_MACHINE,
};
