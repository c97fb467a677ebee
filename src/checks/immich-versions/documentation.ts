import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  configuration: `The images of the Immich server and of its machine learning have different versions, or one follows a tag
that moves (\`release\`, \`v2\`) while the other does not; or a server of version 3 or newer uses a database
with the image of pgvecto.rs, with which it does not start.`,
  fix: `One variable for both tags. For the database a backup first, then a server of version 2 with an image of
\`ghcr.io/immich-app/postgres\` that has both extensions, and only then version 3.`,
  notReported: `A suffix such as \`-openvino\`; tags that are written in different ways and come to the same; digests, of
which no file tells the version: where there is nothing else, that is \`unknown\`; a pgvecto.rs database of
something else; two installations, each in itself of one version.`,
};
