import type { ContainerUnit } from '../../facts/host/units.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { containerName, databaseRole, isRefused } from '../../remedy/words.ts';
import { defineKind, type TellingKind } from '../define.ts';
import { rebuild, restart } from '../shared/steps.ts';
import { resume, type StoppedProcess } from '../shared/stopped-process.ts';

/** The two of which something is told, and what was said. */
export interface Case {
  readonly server: string;
  readonly database: string;
  /** The role that Immich logs in as, and the one that owns the database. */
  readonly role: string;
  readonly owner: string;
  /** The database that Immich uses. */
  readonly name: string;
  /** What the texts have in brackets: a host, a file, a version. */
  readonly found: string;
  readonly secrets: { readonly server: string; readonly database: string };
  readonly isCompared: boolean;
  /** The host folder that the database keeps its data in. */
  readonly folder: string | undefined;
  readonly units: readonly ContainerUnit[];
  readonly serverUnit: ContainerUnit | undefined;
  readonly databaseUnit: ContainerUnit | undefined;
  readonly now: number;
  readonly isNixos: boolean;
  readonly pid: number;
  readonly stopped: StoppedProcess | undefined;
}

const kind = (telling: Parameters<typeof defineKind<Case>>[0]): TellingKind<Case> =>
  defineKind<Case>(telling);

const DOWN = 'Immich does not work: photos do not upload, and none are shown.';

const restartServer = ({ serverUnit, units, now }: Case, why: string) =>
  serverUnit === undefined ? [byHand(why)] : restart([serverUnit.id], { units, now, why });

const restartDatabase = ({ databaseUnit, units, now }: Case, why: string) =>
  databaseUnit === undefined ? [byHand(why)] : restart([databaseUnit.id], { units, now, why });

const rebuilt = ({ isNixos }: Case) => (isNixos ? [rebuild()] : []);

/** psql asks for a password itself: it stands in no command, no log and no history. */
const psql = ({ database, owner }: Case, why: string) =>
  run(
    [
      ...(['podman', 'exec', '--interactive', '--tty', '--'] as const),
      containerName(database),
      ...(['psql', '--username'] as const),
      databaseRole(owner),
      ...(['--dbname', 'postgres'] as const),
    ],
    { root: true, risk: 'interactive', why },
  );

/** psql runs what follows a backslash, also within the line of another of its commands. */
const roleToType = ({ role }: Case) => (isRefused(databaseRole(role)) ? 'and the role (DB_USERNAME)' : role);

const listDatabases = ({ database, owner }: Case) =>
  run(
    [
      ...(['podman', 'exec', '--'] as const),
      containerName(database),
      ...(['psql', '--username'] as const),
      databaseRole(owner),
      ...(['--dbname', 'postgres', '--list'] as const),
    ],
    { root: true, why: 'List the existing databases.' },
  );

const backUp = ({ folder = 'its data folder' }: Case) =>
  byHand(
    `Before anything else, stop the database and copy ${folder} to another disk. Immich also keeps dumps of its database, in the folder backups of its upload location.`,
  );

const NO_REMOVAL = 'Do not delete the data folder: without it the albums, people and descriptions are gone.';

export const differentPasswords = kind({
  id: 'different-passwords',
  name: "Immich's server and its database are given different passwords",
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database }) => `${server} cannot log in to ${database}: their passwords differ`,
  summary: ({ secrets }) =>
    `${placed('The server reads its password from', secrets.server)}, the database from ${place(secrets.database)}, and the two passwords differ. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Give ${about.server} the secret that ${about.database} has (${place(about.secrets.database)}): mount it as the file that DB_PASSWORD_FILE names.`,
      ),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server: it reads the password when it starts.'),
    ],
  }),
});

export const wrongPassword = kind({
  id: 'wrong-password',
  name: "The database has another password than Immich's secret",
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database }) => `${server} cannot log in to ${database}: wrong password`,
  summary: ({ isCompared }) =>
    `${isCompared ? 'Both are given the same password, but' : 'Whether both are given the same password could not be compared;'} a database keeps the password that it was created with. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      ...(about.isCompared
        ? []
        : [
            byHand(
              `First compare what ${about.server} and ${about.database} mount as their password: it has to be the same secret.`,
            ),
          ]),
      psql(
        about,
        `Open the database, enter \\password ${roleToType(about)}, and type the password from the secret; \\q leaves.`,
      ),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const noRole = kind({
  id: 'no-role',
  name: 'The database does not have the role that Immich logs in as',
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database, role }) => `${server} cannot log in to ${database}: it has no role "${role}"`,
  summary: () =>
    `A database keeps the role that it was created with: POSTGRES_USER has no effect once its data folder exists. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      psql(about, 'List the existing roles: enter \\du; \\q leaves.'),
      byHand(`Set DB_USERNAME of ${about.server} to the role that owns the database of Immich.`),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const noDatabase = kind({
  id: 'no-database',
  name: 'The database that Immich asks for does not exist',
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database, name }) => `${server} cannot use ${database}: it has no database "${name}"`,
  summary: ({ folder }) =>
    `Either DB_DATABASE_NAME is wrong, or the data folder${folder === undefined ? '' : ` (${folder})`} is not the one that it had before. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      listDatabases(about),
      byHand(
        `Set DB_DATABASE_NAME of ${about.server} to the one that holds Immich. Create an empty one only for a new installation: if Immich worked before, check that the disk of the data folder is mounted.`,
      ),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const nameNotResolved = kind({
  id: 'name-not-resolved',
  name: 'Immich cannot resolve the name of its database',
  meaning: DOWN,
  status: 'fail',
  title: ({ server, found }) => `${server} cannot resolve ${found}, the name of its database`,
  summary: () =>
    `A container can resolve the name of another one only if both are on the same network and the firewall does not block DNS there (UDP port 53). ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Put ${about.server} and ${about.database} on the same podman network (not the default one, which has no DNS), and set DB_HOSTNAME to the name of the database's container.`,
      ),
      byHand(
        'If they already are, open UDP port 53 of the firewall for them (on NixOS: networking.firewall.interfaces."podman+".allowedUDPPorts = [ 53 ]; with networking.nftables.enable, "podman*" instead of "podman+").',
      ),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const unreachable = kind({
  id: 'unreachable',
  name: 'Immich cannot connect to its database',
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database, found }) => `${server} cannot connect to ${database} (${found})`,
  summary: () =>
    `The database is running, but not at the address that Immich uses, or a firewall blocks the connection. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Check DB_HOSTNAME and DB_PORT of ${about.server}, the networks of both containers, and the rules of the firewall between them.`,
      ),
      ...restartServer(about, 'Then restart the server.'),
    ],
  }),
});

export const refused = kind({
  id: 'login-refused',
  name: "The database refuses Immich's connections",
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database, found }) => `${database} refuses ${server}: ${found}`,
  remedy: (about) => ({
    lasting: [
      run(['podman', 'logs', '--tail', '50', '--', containerName(about.database)], {
        root: true,
        why: 'Read why the database refuses the connection.',
      }),
      ...restartServer(about, 'When the cause is fixed, restart the server.'),
    ],
  }),
});

export const databaseDown = kind({
  id: 'database-down',
  name: "Immich's database is not running",
  meaning: DOWN,
  status: 'fail',
  title: ({ server, database }) => `${server} has no database: ${database} is not running`,
  remedy: (about) => ({
    lasting:
      about.databaseUnit === undefined
        ? [
            run(['podman', 'start', '--', containerName(about.database)], {
              root: true,
              risk: 'restart',
              why: 'Start the database.',
            }),
          ]
        : restartDatabase(about, 'Start the database.'),
  }),
});

export const noAnswer = kind({
  id: 'no-answer',
  name: "Immich's database does not answer",
  meaning: DOWN,
  status: 'fail',
  title: ({ database, stopped }) =>
    stopped ? `${database} does not answer: its process was stopped` : `${database} does not answer`,
  summary: ({ stopped }) =>
    `${stopped ? 'It was sent SIGSTOP.' : 'It accepts connections but does not answer.'} ${DOWN}`,
  remedy: (about) =>
    about.stopped
      ? resume(about.database, about.stopped)
      : {
          lasting: [
            run(['podman', 'logs', '--tail', '50', '--', containerName(about.database)], {
              root: true,
              why: 'Read its log, and check the disk that it writes to.',
            }),
            ...restartDatabase(about, 'Then restart it.'),
          ],
        },
});

export const wrongOwner = kind({
  id: 'wrong-owner',
  name: "The data folder of Immich's database belongs to another user",
  meaning: `The database cannot start. ${DOWN}`,
  status: 'fail',
  title: ({ database, found }) => `${database} cannot start: permission denied for ${found}`,
  summary: ({ folder }) =>
    `The folder${folder === undefined ? '' : ` ${folder}`} has to belong to the user that the database runs as, with mode 0700. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Check the owner of ${about.folder ?? 'the data folder'} (ls -ldn). Give the folder, with everything in it, to the user that the database runs as (999 in the images of Postgres and of Immich, or the one of --user), and set its mode to 0700. ${NO_REMOVAL}`,
      ),
      byHand(
        'If a rule of systemd.tmpfiles sets another owner for it, correct that rule: otherwise the next boot changes the owner again.',
      ),
      ...restartDatabase(about, 'Start the database.'),
    ],
  }),
});

export const otherMajor = kind({
  id: 'other-major-version',
  name: 'The data folder was created by another major version of Postgres',
  meaning: `The database cannot start. ${DOWN}`,
  status: 'fail',
  title: ({ database, found }) =>
    `${database} cannot start: its data folder is of another Postgres (${found})`,
  summary: () =>
    `A major version of Postgres cannot read the data folder of another one; the data is not lost. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Set the image of ${about.database} back to the major version of the data folder. To move to a newer one, dump the database with the old version and restore the dump with the new one. ${NO_REMOVAL}`,
      ),
      ...rebuilt(about),
    ],
  }),
});

export const extensionMissing = kind({
  id: 'extension-missing',
  name: 'The database lacks an extension that Immich needs',
  meaning: DOWN,
  status: 'fail',
  title: ({ database, found }) => `${database} lacks what Immich needs: ${found}`,
  summary: () =>
    `The image does not have the extension, or Postgres does not load it when it starts (shared_preload_libraries). ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Use Immich's own image for ${about.database} (ghcr.io/immich-app/postgres), with the major version of Postgres that the data folder has, and without a command (cmd). The tag also has to name the version of pgvecto.rs that was used before.`,
      ),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const extensionVersion = kind({
  id: 'extension-version',
  name: 'Immich does not support the version of the vector extension',
  meaning: DOWN,
  status: 'fail',
  title: ({ server, found }) => `${server} does not start: ${found}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Set the images of ${about.server} and ${about.database} to those that the same release of Immich names in its docker-compose.yml, with the major version of Postgres that the data folder has.`,
      ),
      ...rebuilt(about),
      ...restartServer(about, 'Restart the server.'),
    ],
  }),
});

export const indexesOutdated = kind({
  id: 'indexes-outdated',
  name: 'The vector indexes are from an older version of pgvecto.rs',
  meaning: 'Smart search and face recognition do not work; the photos themselves are not affected.',
  status: 'fail',
  title: ({ database }) => `${database} has vector indexes from an older pgvecto.rs`,
  remedy: (about) => ({
    lasting: [
      backUp(about),
      byHand(
        `Set the image of ${about.database} back to the version of pgvecto.rs that it had, or follow "Migrating to VectorChord" in Immich's manual: https://docs.immich.app/install/upgrading/`,
      ),
      ...rebuilt(about),
    ],
  }),
});

export const upgradePath = kind({
  id: 'upgrade-path',
  name: 'An upgrade of Immich skipped a version that has to run once',
  meaning: DOWN,
  status: 'fail',
  title: ({ server }) => `${server} does not start: its upgrade skipped v1.132 to v1.136`,
  summary: () =>
    `Only the versions 1.132.0 to 1.136.0 can upgrade a database of an older version; nothing is lost. ${DOWN}`,
  remedy: (about) => ({
    lasting: [
      backUp(about),
      byHand(
        'Set the images of Immich to v1.132.3, and start them. When the website of Immich works again, set the images to the version that you want.',
      ),
      ...rebuilt(about),
    ],
  }),
});

export const migrationFailed = kind({
  id: 'migration-failed',
  name: "A migration of Immich's database failed",
  meaning: DOWN,
  status: 'fail',
  title: ({ server, found }) => `${server} cannot upgrade its database: ${found}`,
  remedy: (about) => ({
    lasting: [
      backUp(about),
      run(['podman', 'logs', '--tail', '100', '--', containerName(about.server)], {
        root: true,
        why: 'Read the error that follows the name of the migration.',
      }),
      byHand(
        'Search the issues of Immich (https://github.com/immich-app/immich/issues) for that error. If there is no answer, restore the dump that Immich made before the upgrade, and run the version that made it.',
      ),
    ],
  }),
});

export const damaged = kind({
  id: 'damaged',
  name: "Immich's database is damaged",
  meaning:
    'A part of the database cannot be read: albums, people or descriptions may be lost. The photos are separate files.',
  status: 'fail',
  title: ({ database, found }) => `${database} is damaged: ${found}`,
  remedy: (about) => ({
    lasting: [
      backUp(about),
      byHand(
        'Then check the disk and the memory (the result of the check storage for this host, the kernel log, a memory test). The usual cause is a failing disk, a power cut or a full disk.',
      ),
      byHand(
        'Restore the last good dump into a new database. Without a good dump, ask for help before you rebuild or reset anything, and keep the copy.',
      ),
    ],
  }),
});

export const cannotWrite = kind({
  id: 'cannot-write',
  name: "Immich's database cannot write to its disk",
  meaning: `The database stops, or refuses every change. ${DOWN}`,
  status: 'fail',
  title: ({ database, found }) => `${database} cannot write: ${found}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Check the disk of ${about.folder ?? 'its data folder'} (df -h, df -i, findmnt): make room on it, or find out why it is read-only. ${NO_REMOVAL}`,
      ),
      ...restartDatabase(about, 'Then restart the database.'),
    ],
  }),
});

function place(from: string): string {
  return from === 'environment' ? 'its environment' : from === '-' ? 'nowhere' : from;
}

const placed = (words: string, from: string) => `${words} ${place(from)}`;
