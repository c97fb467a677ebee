import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  configuration: `The Redis (or Valkey) of Immich has a folder of the host as its \`/data\`, and \`systemd.tmpfiles\` gives that
folder to root, or to another user than Redis runs as. The start script of the image takes the folder
over; the next boot or rebuild gives it back, and from then on Redis refuses every write (\`MISCONF\`).`,
  fix: `Take the volume out: Immich keeps only its queue and a cache there.`,
  notReported: `A volume of podman's own; a Redis that saves nothing (\`--save ""\`); a folder that everybody may write to,
or whose rule names no owner; the Redis of something else. Where nothing tells whose folder it is, that is
\`unknown\`.`,
};
