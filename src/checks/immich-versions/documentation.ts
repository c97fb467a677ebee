import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  configuration: `These are reported:

- The images of the Immich server and of its machine learning have different versions.
- One of them follows a tag that moves to newer versions (\`release\`, \`v2\`), and the other does not.
- A server of version 3 or later uses a database with the image of pgvecto.rs: it does not start.
- The server is published with port 3001 of the container, which is 2283 from version 1.118 on.`,
  fix: `Use one variable for both tags. For the database: make a backup first, then run a server of version 2 with an
image of \`ghcr.io/immich-app/postgres\` that has both extensions, and only then version 3.`,
  unknownIf: `the images are given by digest only.`,
  notReported: `A suffix such as \`-openvino\`; tags that are written differently but mean the same; digests, because no file says
which version they are; a pgvecto.rs database of another service;
two installations that are each consistent.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
