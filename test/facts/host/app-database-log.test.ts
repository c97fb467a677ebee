import { expect, test } from 'vitest';
import { appDatabaseLog } from '../../../src/facts/host/app-database-log.ts';
import { messageBytes } from '../../checks/home-server.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const line = (container: string, message: string | number[]) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1000000', CONTAINER_NAME: container, MESSAGE: message });

/** A host on which podman lists these containers, and whose journal has these lines of them. */
function hostWith(images: Readonly<Record<string, string>>, log: readonly string[]): Sandbox {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', 'exit 0');
  const list = Object.entries(images).map(([name, image]) => `${name} ${image}`);
  sandbox.program('podman', `cat <<'END'\n${list.join('\n')}\nEND`);
  sandbox.program(
    'journalctl',
    `case $* in *CONTAINER_NAME=kuma*) cat <<'END'\n${log.join('\n')}\nEND\n;; esac`,
  );
  return sandbox;
}

const KUMA = { kuma: 'docker.io/louislam/uptime-kuma:1' };

test('of what an app logged only the words of SQLite leave the host', async () => {
  const sandbox = hostWith(KUMA, [
    line('kuma', 'SQLITE_CORRUPT: database disk image is malformed in INSERT INTO user VALUES (secret)'),
    line('kuma', messageBytes('\u001b[31mError: SQLITE_BUSY: database is locked\u001b[0m')),
    line('kuma', 'a monitor is down'),
  ]);
  expect(expectValue(await sandbox.fact(appDatabaseLog))).toEqual([
    { at: 1000, container: 'kuma', fault: 'damaged', text: 'SQLITE_CORRUPT' },
    { at: 1000, container: 'kuma', fault: 'locked', text: 'SQLITE_BUSY' },
  ]);
});

test.each([
  ['SQLite Error 11: "database disk image is malformed".', 'damaged'],
  ['sqlite3.DatabaseError: file is not a database', 'damaged'],
  ['SqliteError: database or disk is full', 'full'],
  ['attempt to write a readonly database', 'read-only'],
  ['sqlite3.OperationalError: disk I/O error', 'input-output'],
])('%s', async (message, fault) => {
  const sandbox = hostWith(KUMA, [line('kuma', message)]);
  expect(expectValue(await sandbox.fact(appDatabaseLog))).toMatchObject([{ fault }]);
});

test('of containers with other images nothing is read', async () => {
  const sandbox = hostWith({ web: 'docker.io/nginx:1' }, []);
  sandbox.program('journalctl', 'echo "no log is to be read" >&2; exit 1');
  expect(expectValue(await sandbox.fact(appDatabaseLog))).toEqual([]);
});
