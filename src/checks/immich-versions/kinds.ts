import type { Literals } from '../../facts/config/literals.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { rewriteText } from '../shared/rewrite.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

interface Parts {
  readonly name: string;
  readonly server: string;
  /** The tags of both. */
  readonly own: string | undefined;
  readonly expected: string | undefined;
  readonly repository: string;
  /** The tag that it should have. */
  readonly wanted: string;
  readonly literals: Literals | undefined;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}

const sameTag = ({ name, server, repository, wanted, literals, at, folder }: Parts) => ({
  lasting: [
    rewriteText(
      {
        path: ['virtualisation', 'oci-containers', 'containers', name, 'image'],
        to: () => `${repository}:${wanted}`,
        why: `Give it the same tag as ${server}, preferably from one variable for both.`,
        otherwise: `Give it the same tag as ${server} (${wanted}), preferably from one variable for both.`,
        at,
      },
      literals,
      folder,
    ),
    rebuild(),
  ],
});

export const differentVersions = defineKind<Parts>({
  id: 'different-versions',
  name: 'The Immich server and its machine learning have different versions',
  meaning: 'Immich supports machine learning only in the same version as the server.',
  status: 'fail',
  title: ({ name, own, server, expected }) => `${name} runs ${own}, but ${server} runs ${expected}`,
  remedy: sameTag,
});

export const movingTag = defineKind<Parts>({
  id: 'moving-tag',
  name: 'The Immich server and its machine learning follow different tags',
  meaning: 'They have the same version only by chance: the next pull may change one of them.',
  status: 'warn',
  title: ({ name, own, server, expected }) => `${name} follows ${own}, but ${server} follows ${expected}`,
  remedy: sameTag,
});

export const otherPort = defineKind<{
  readonly name: string;
  readonly port: string;
  readonly inside: string;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}>({
  id: 'other-port',
  name: 'The Immich server is published with a port of another version',
  meaning:
    'Nothing listens on that port in the container: Immich cannot be reached. Its port is 2283 from version 1.118 on, and was 3001 before.',
  status: 'fail',
  title: ({ name, port, inside }) => `${name} publishes port ${inside}, but listens on ${port}`,
  remedy: ({ port, inside, at, folder }) => ({
    lasting: [
      byHand(`Replace ${inside} with ${port} after the last colon of the port.`, placeIn(folder, at)),
      rebuild(),
    ],
  }),
});

interface WithDatabase {
  readonly server: string;
  readonly tag: string | undefined;
  readonly database: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}

const REFUSED = 'The image of the database is pgvecto.rs, which the Immich server refuses from version 3 on.';

const moveData = ({ folder, at }: WithDatabase) => ({
  lasting: [
    byHand('Make a backup of the database first (docs.immich.app, Backup and Restore).'),
    byHand(
      'Give the database an image of ghcr.io/immich-app/postgres that has both extensions (such as ghcr.io/immich-app/postgres:14-vectorchord0.4.3-pgvectors0.2.0), and start a server of version 2 once: it migrates the data.',
      placeIn(folder, at),
    ),
    byHand('Only then update the server to version 3.'),
  ],
});

export const withoutPgvecto = defineKind<WithDatabase>({
  id: 'without-pgvecto',
  name: 'The Immich server does not start with its database',
  meaning: REFUSED,
  status: 'fail',
  title: ({ server, tag, database }) => `${server} ${tag} does not start with the database ${database}`,
  remedy: moveData,
});

export const soonWithoutPgvecto = defineKind<WithDatabase>({
  id: 'soon-without-pgvecto',
  name: 'The Immich server follows a tag that will not start with its database',
  meaning: REFUSED,
  status: 'warn',
  title: ({ server, tag, database }) => `${server} follows ${tag}, but v3 will not start with ${database}`,
  remedy: moveData,
});
