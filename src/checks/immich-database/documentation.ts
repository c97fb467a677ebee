import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `hsdoctor reads the logs of Immich's server and of its database (with the log driver journald, which NixOS uses), and tests
whether the database answers on its port. These are reported:

- The login fails: a wrong password, a role or a database that does not exist, or a database that refuses connections.
  The passwords of both containers are compared on the host; only the result of the comparison leaves it.
- The server cannot connect: the name of the database cannot be resolved, nothing answers, the container is down, or its
  process hangs or was stopped.
- The database cannot start or work: its data folder belongs to another user or was created by another major version of
  Postgres, an extension is missing or not loaded, its disk is full or read-only, or its data is damaged.
- An upgrade failed: a version was skipped, a migration failed, Immich does not support the version of an extension, or the
  vector indexes are outdated.

The database is the container that \`DB_HOSTNAME\` names, or the only one with an image of Postgres on the same network.`,
  fix: `The finding names the fix. A database keeps the password that it was created with: after that,
\`POSTGRES_PASSWORD_FILE\` has no effect, and \`\\password\` in psql changes the password. Never delete the data folder. If the
database is damaged, back it up before anything else.`,
  unknownIf: `a log is not in the journal, the database is not in a container of root's podman, or it is not clear which
container it is.`,
  notReported: `These are not problems:

- Log lines from before the last start of the server or of the database.
- A few failures while both restart.
- Failures of a server that is connected to its database now.
- Passwords that differ, as long as the login works.
- Logins of other programs that the database refuses.`,
};
