import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The logs of Immich's server and of its database are read (with the log driver journald, which NixOS uses), and the
database is asked on its own port whether it answers. Found are:

- A login that fails: a wrong password, a role or a database that does not exist, a database that refuses connections.
  The passwords of both containers are compared on the host; only whether they are the same leaves it.
- No way to the database: its name cannot be resolved, no connection, the container is down, its process hangs or was stopped.
- A database that cannot start or work: its data folder belongs to another user or to another major version of Postgres,
  an extension is missing or not loaded, its disk is full or read-only, parts of it are damaged.
- A failed upgrade: a skipped version, a failed migration, an extension of another version, outdated vector indexes.

The database is the container that \`DB_HOSTNAME\` names, or the only one with an image of Postgres on the same network.`,
  fix: `The finding names the fix. The password of a database is the one that it was created with: \`POSTGRES_PASSWORD_FILE\` has
no effect after that, and \`\\password\` in psql changes it. Never delete the data folder. Back up a damaged database before
anything else.`,
  unknownIf: `a log is not in the journal, the database is not in a container of root's podman, or it is not clear which
container it is.`,
  notReported: `These are not problems:

- What was said before the server last listened, before the database was last ready, or before the present run.
- A few failures while both restart.
- Failures of a server that has a connection to its database now.
- Passwords that differ, as long as the login works.
- Logins of other programs that the database refuses.`,
};
