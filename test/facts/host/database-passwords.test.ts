import { expect, test } from 'vitest';
import { databasePasswords } from '../../../src/facts/host/database-passwords.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const STORE = '/var/lib/containers/storage';
const SERVER = 'immich-server';
const DATABASE = 'immich-postgres';

interface Given {
  /** Variables of a container, and what is mounted where in it. */
  readonly [container: string]: {
    readonly env?: readonly string[];
    readonly mounts?: Readonly<Record<string, string>>;
  };
}

async function compared(given: Given, files: Readonly<Record<string, string>> = {}) {
  const sandbox = new Sandbox();
  sandbox.write(`${STORE}/x`, '');
  for (const [path, text] of Object.entries(files)) sandbox.write(path, text);
  const lines = Object.entries(given).flatMap(([name, { env = [], mounts = {} }]) => [
    ...Object.entries(mounts).map(([to, from]) => `mount\t${name}\t${sandbox.folder}/${from}\t${to}`),
    ...env.map((each) => `env\t${name}\t${each}`),
  ]);
  const inspected = sandbox.write('inspected', `${lines.join('\n')}\n`);
  const listed = sandbox.write(
    'listed',
    `${SERVER} ghcr.io/immich-app/immich-server:v2\n${DATABASE} ghcr.io/immich-app/postgres:14\nplex docker.io/plexinc/pms-docker\n`,
  );
  sandbox.program('podman', `case "$*" in *inspect*) cat ${inspected} ;; *) cat ${listed} ;; esac`);
  return sandbox.fact(databasePasswords, STORE);
}

const byFile = (server: string, database: string, files: Readonly<Record<string, string>>) =>
  compared(
    {
      [SERVER]: { env: ['DB_PASSWORD_FILE=/run/db'], mounts: { '/run/db': server } },
      [DATABASE]: { env: ['POSTGRES_PASSWORD_FILE=/run/secrets/db'], mounts: { '/run/secrets': database } },
    },
    files,
  );

test.each([
  ['the same', 'planted-1', 'planted-1', 'same'],
  ['the same but for the end of its last line', 'planted-1\n', 'planted-1', 'same'],
  ['the same in two lines', 'planted-1\nplanted-2', 'planted-1\nplanted-2\n', 'same'],
  ['another', 'planted-1', 'planted-2', 'different'],
  ['another by a blank', 'planted-1 ', 'planted-1', 'different'],
  ['a number that is equal', '1e1', '10', 'different'],
])('of two files one is told to hold %s, and no password', async (_, server, database, result) => {
  const fact = await byFile('secrets/server', 'folder', { 'secrets/server': server, 'folder/db': database });
  expect(expectValue(fact)).toEqual([
    { server: SERVER, database: DATABASE, result, serverFrom: '/secrets/server', databaseFrom: '/folder/db' },
  ]);
  expect(JSON.stringify(fact)).not.toContain('planted');
});

test('a file is compared with a variable', async () => {
  const fact = await compared(
    {
      [SERVER]: { env: ['DB_PASSWORD=planted=1'] },
      [DATABASE]: { env: ['POSTGRES_PASSWORD_FILE=/run/db'], mounts: { '/run/db': 'db' } },
    },
    { db: 'planted=1\n' },
  );
  expect(expectValue(fact)).toMatchObject([
    { result: 'same', serverFrom: 'environment', databaseFrom: '/db' },
  ]);
  expect(JSON.stringify(fact)).not.toContain('planted');
});

test.each([
  ['the server has a URL', { env: ['DB_URL=postgres://x:planted@y', 'DB_PASSWORD=planted'] }],
  ['the server is given none', { env: [] }],
  ['its file is not there', { env: ['DB_PASSWORD_FILE=/run/db'], mounts: { '/run/db': 'gone' } }],
  ['its file is of the image', { env: ['DB_PASSWORD_FILE=/etc/db'] }],
])('where %s, whether they are the same is not known', async (_, server) => {
  const fact = await compared({ [SERVER]: server, [DATABASE]: { env: ['POSTGRES_PASSWORD=planted'] } });
  expect(expectValue(fact)).toMatchObject([{ result: 'unknown' }]);
  expect(JSON.stringify(fact)).not.toContain('planted');
});

test('a host without a store, or without both, has nothing to compare', async () => {
  const sandbox = new Sandbox();
  expect(expectValue(await sandbox.fact(databasePasswords, STORE))).toEqual([]);
  sandbox.write(`${STORE}/x`, '');
  sandbox.program('podman', `echo '${DATABASE} docker.io/postgres:16'`);
  expect(expectValue(await sandbox.fact(databasePasswords, STORE))).toEqual([]);
});
