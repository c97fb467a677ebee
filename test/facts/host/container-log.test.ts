import { expect, test } from 'vitest';
import { containerLog } from '../../../src/facts/host/container-log.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const IMMICH_SERVER = 'exec podman run --name=immich-server ghcr.io/immich-app/immich-server:v2';

/** Units of these names, each with a start script of that text. */
function hostWith(scripts: Readonly<Record<string, string>>): Sandbox {
  const sandbox = new Sandbox();
  const blocks = Object.entries(scripts).map(([unit, script]) => {
    const start = sandbox.write(`start-${unit}`, `#!/bin/sh\n${script}\n`);
    return `ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no }\nId=${unit}.service\n`;
  });
  sandbox.program(
    'systemctl',
    `case "$1" in
list-*) printf '%s\\n' ${Object.keys(scripts)
      .map((unit) => `${unit}.service`)
      .join(' ')} ;;
show) cat <<'END'
${blocks.join('\n')}
END
esac`,
  );
  return sandbox;
}

const line = (container: string, message: string | number[]) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: '1000000', CONTAINER_NAME: container, MESSAGE: message });

/** Prints the lines of those containers only that it is asked for; the newest first where that is asked for. */
const journalOf = (lines: readonly string[]) => `for word; do
case $word in CONTAINER_NAME=*) grep -F "\\"CONTAINER_NAME\\":\\"\${word#*=}\\"" <<'END'
${lines.join('\n')}
END
;; esac
done
:`;

test('faults in the logs of the containers are told, and nothing else of them', async () => {
  const sandbox = hostWith({
    'podman-immich-ml': 'exec podman run ghcr.io/immich-app/immich-machine-learning:v2',
    'podman-plex': 'exec podman run docker.io/plexinc/pms-docker:latest',
  });
  sandbox.program(
    'journalctl',
    journalOf([
      line('immich-ml', 'Worker (pid:47) was sent SIGKILL! Perhaps out of    '),
      line('immich-ml', 'a photo of somebody'),
      line('plex', 'FATAL: nobody asked'),
    ]),
  );
  expect(expectValue(await sandbox.fact(containerLog))).toEqual([
    { at: 1000, container: 'immich-ml', text: 'Worker (pid:47) was sent SIGKILL! Perhaps out of' },
  ]);
});

test('that a database logs in another language is told, and not what', async () => {
  const sandbox = hostWith({ 'podman-db': 'exec podman run docker.io/library/postgres:16' });
  // cspell:disable
  const ready = '2026-03-10 LOG:  Datenbanksystem ist bereit, um Verbindungen anzunehmen';
  const other = 'FEHLER:  ungültige Eingabesyntax für Typ uuid: »von jemandem«';
  // cspell:enable
  sandbox.program('journalctl', journalOf([line('db', ready), line('db', other)]));
  expect(expectValue(await sandbox.fact(containerLog))).toEqual([{ at: 1000, container: 'db', text: ready }]);
});

test('without a container whose log is read, no log is read', async () => {
  const sandbox = hostWith({ 'podman-plex': 'exec podman run docker.io/plexinc/pms-docker:latest' });
  sandbox.program('journalctl', 'echo "no log is to be read" >&2; exit 1');
  expect(expectValue(await sandbox.fact(containerLog))).toEqual([]);
});

test('a message in colors, which journald prints as a list of bytes, is found', async () => {
  const sandbox = hostWith({ 'podman-immich-server': IMMICH_SERVER });
  const bytes = [...Buffer.from('\u001b[31mERROR\u001b[39m [Api:"größe"\\] ECONNREFUSED\n\u001b[0m')];
  sandbox.program('journalctl', journalOf([line('immich-server', bytes)]));
  expect(expectValue(await sandbox.fact(containerLog))).toEqual([
    { at: 1000, container: 'immich-server', text: 'ERROR [Api:"größe"\\] ECONNREFUSED' },
  ]);
});

test('a quadlet, and a container without a unit, are read by the names that they have', async () => {
  const sandbox = hostWith({ redis: 'exec podman run docker.io/library/redis:7' });
  sandbox.program('podman', 'echo "by-hand docker.io/library/postgres:16"; echo "web nginx:1"');
  sandbox.program(
    'journalctl',
    journalOf([
      line('systemd-redis', 'MISCONF Redis is configured'),
      line('by-hand', 'FATAL:  role "x" does not exist'),
      line('web', 'FATAL: of a web server'),
    ]),
  );
  const found = expectValue(await sandbox.fact(containerLog));
  expect(found.map(({ container }) => container).sort()).toEqual(['by-hand', 'systemd-redis']);
});

test('of too many lines the newest are kept', async () => {
  const sandbox = hostWith({ 'podman-immich-server': IMMICH_SERVER });
  sandbox.program(
    'journalctl',
    `case "$*" in *--reverse*CONTAINER_NAME=immich-server*) seq 5000 -1 1 | sed 's/.*/{"__REALTIME_TIMESTAMP":"&000","CONTAINER_NAME":"immich-server","MESSAGE":"ECONNREFUSED &"}/' ;; esac`,
  );
  const found = expectValue(await sandbox.fact(containerLog));
  expect(found.at(-1)?.text).toBe('ECONNREFUSED 5000');
});

test.each([
  '2026-03-10 12:00:00.000 UTC [93] DETAIL:  Role "immich" does not exist.',
  '2026-03-10 12:00:00.000 UTC [93] FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership',
  '2026-03-10 12:00:00.000 UTC [1] LOG:  could not open configuration file "/var/lib/postgresql/data/postgresql.conf": Permission denied',
  '2026-03-10 12:00:00.000 UTC [93] DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 15.18.',
  '2026-03-10 12:00:00.000 UTC [93] ERROR:  could not open file "base/5/1": No such file or directory',
  '2026-03-10 12:00:00.000 UTC [93] ERROR:  extension "vchord" is not available',
  'PostgresError: database "immich" does not exist',
  'Migration "1744910873969-InitialMigration" failed',
  'Error: No vector extension found. Available extensions: vchord, vector',
  "1:M 10 Mar 2026 12:00:00.000 # Can't open or create append-only dir appendonlydir: Permission denied",
  '56:C 10 Mar 2026 12:00:00.000 # Failed opening the temp RDB file temp-56.rdb (in server root dir /data) for saving: Permission denied',
  '1:M 10 Mar 2026 12:00:00.000 * Background saving terminated with success',
])('what a real program says is found as journald prints it: %s', async (text) => {
  const sandbox = hostWith({ 'podman-immich-server': IMMICH_SERVER });
  sandbox.program('journalctl', journalOf([line('immich-server', `${text}\n`)]));
  // podman 4 hands over a line with what ends it.
  expect(expectValue(await sandbox.fact(containerLog)).map((found) => found.text)).toEqual([text]);
});
