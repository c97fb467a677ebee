import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Each container with an image of Redis or Valkey has to be running, to answer PING on its port within three seconds, and
to be able to save: its last save succeeded (\`INFO persistence\`), it does not say \`MISCONF\`, and its data folder can be
written to. It is asked within the network of its container, without \`podman exec\`. Where it wants a password, its log
tells. A Redis that is not in such a container is only judged by what Immich's server says of it.`,
  configuration: `The Redis (or Valkey) of Immich has a host folder as its \`/data\`, and \`systemd.tmpfiles\` gives that folder to
root, or to another user than the one Redis runs as. The start script of the image changes the owner; the next
boot or rebuild changes it back, and from then on Redis refuses every write (\`MISCONF\`).`,
  fix: `Remove the volume: Immich only keeps its queue and a cache there. A full disk needs room first.`,
  unknownIf: `it wants a password and its log is not in the journal, or it could not be asked; in a configuration, nothing says who owns the folder.`,
  notReported: `An error of before its last successful save; a Redis that is loading its data. In a configuration: a volume of podman; a Redis that does not save (\`--save ""\`); a folder that all users may write to, or whose
rule has no owner; the Redis of another service.`,
};
