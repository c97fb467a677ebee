import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `These are reported for each container with an image of Redis or Valkey:

- It is not running, or does not answer PING on its port within three seconds.
- Its last save failed (\`INFO persistence\`), or it refuses writes (\`MISCONF\`).
- Its data folder belongs to another user, so that its next save will fail.

hsdoctor asks it from the network of its container, without \`podman exec\`. If it requires a password, its log is read
instead. If Immich's Redis is not in such a container, only the log of Immich's server is read.`,
  configuration: `The Redis (or Valkey) of Immich has a host folder as its \`/data\`, and \`systemd.tmpfiles\` gives that folder to
root, or to another user than the one Redis runs as. The start script of the image changes the owner; the next
boot or rebuild changes it back, and from then on Redis refuses every write (\`MISCONF\`).`,
  fix: `If the data folder of Immich's Redis belongs to another user, remove the line for \`/data\` from its \`volumes\`: Immich only
keeps its queue and a cache there. Keep that line for the Redis of another app, which may have data there: correct what sets the owner of
the folder. If the disk is full, make room on it.`,
  unknownIf: `it requires a password and its log is not in the journal, or it could not be asked; in a configuration, if the
owner of the folder is not known.`,
  notReported: `These are not problems:

- An error from before its last successful save.
- A Redis that is loading its data.
- In a configuration: a podman volume; a Redis that does not save (\`--save ""\`); a folder that all users may write to, or
  whose rule sets no owner; the Redis of another service.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
