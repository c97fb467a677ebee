import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  configuration: `The Redis (or Valkey) of Immich has a host folder as its \`/data\`, and \`systemd.tmpfiles\` gives that folder to
root, or to another user than the one Redis runs as. The start script of the image changes the owner; the next
boot or rebuild changes it back, and from then on Redis refuses every write (\`MISCONF\`).`,
  fix: `Remove the volume: Immich only keeps its queue and a cache there.`,
  unknownIf: `nothing says who owns the folder.`,
  notReported: `A volume of podman; a Redis that does not save (\`--save ""\`); a folder that all users may write to, or whose
rule has no owner; the Redis of another service.`,
};
