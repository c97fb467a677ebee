import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DataPath, dataPaths } from '../../../src/facts/host/data-paths.ts';
import { expectValue, Sandbox } from './sandbox.ts';

function host(podman: string, unit = '') {
  const sandbox = new Sandbox();
  sandbox.program('podman', `case "$*" in ps*) echo 11 ;; *) cat <<'END'\n${podman}\nEND\n;; esac`);
  const start = sandbox.write('start', `#!/bin/sh\n${unit}\n`);
  sandbox.program(
    'systemctl',
    unit === ''
      ? ''
      : `case "$1" in list-*) echo podman-x.service ;; show) echo "ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no ; }" ;; esac`,
  );
  sandbox.write('proc/self/mountinfo', '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n');
  return sandbox;
}
const read = async (sandbox: Sandbox): Promise<readonly DataPath[]> =>
  expectValue(await sandbox.fact(dataPaths, '/proc/self/mountinfo'));

test('of each folder that a container mounts its owner, and where its links lead', async () => {
  const sandbox = host('');
  mkdirSync(`${sandbox.folder}/real`, { mode: 0o750 });
  symlinkSync(`${sandbox.folder}/real`, `${sandbox.folder}/link`);
  sandbox.program(
    'podman',
    `case "$*" in ps*) echo 11 ;; *) echo '/data:${sandbox.folder}/link'; echo '/x:${sandbox.folder}/gone' ;; esac`,
  );
  const found = (await read(sandbox)).toSorted((a, b) => a.path.localeCompare(b.path));
  expect(found).toMatchObject([
    { path: '/gone', state: 'missing' },
    { path: '/link', real: '/real', state: 'present', mode: '750', isFolder: true },
  ]);
});

test('that an access list may allow more than the mode tells', async () => {
  const sandbox = host('/data:/');
  sandbox.program('ls', 'echo "drwxr-xr-x+ 2 root root 4096 Mar 10 12:00 /"');
  expect(await read(sandbox)).toMatchObject([{ path: '/', hasAcl: true }]);
});

test('whose Postgres it is; no other folder is looked into', async () => {
  const sandbox = host('');
  for (const path of ['db/PG_VERSION', 'new/18/docker/PG_VERSION', 'photos/PG_VERSION'])
    sandbox.write(path, '14\n');
  sandbox.program(
    'podman',
    `case "$*" in ps*) echo 11 ;; *) echo '/var/lib/postgresql/data:${sandbox.folder}/db'
echo '/var/lib/postgresql:${sandbox.folder}/new'; echo '/data:${sandbox.folder}/photos' ;; esac`,
  );
  const found = await read(sandbox);
  const of = (path: string) => found.find((each) => each.path === path);
  expect(of('/db')?.postgres).toEqual({ uid: process.getuid?.(), folder: '/db' });
  expect(of('/new')?.postgres?.folder).toBe('/new/18/docker');
  expect(of('/photos')).not.toHaveProperty('postgres');
});

test('what a unit would mount whose container is gone', async () => {
  const sandbox = host('', '');
  mkdirSync(`${sandbox.folder}/a b`, { recursive: true });
  const start = sandbox.write(
    'start',
    `#!/bin/sh
# podman run -v /commented:/x
exec podman run --name=x \\
  -v '${sandbox.folder}/start:/data' \\
  --mount type=bind,source=${sandbox.folder}/bin,target=/y \\
  -v named:/z -e PASSWORD=planted image
`,
  );
  sandbox.program('podman', '');
  sandbox.program(
    'systemctl',
    `case "$1" in list-*) echo podman-x.service ;; show) echo "ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no ; }" ;; esac`,
  );
  const found = await read(sandbox);
  expect(found.map(({ path }) => path).sort()).toEqual(['/bin', '/start']);
  expect(JSON.stringify(found)).not.toContain('planted');
});

test('what systemd mounts at its first use is not mounted by the look', async () => {
  const sandbox = host('/data:/mnt/nas/photos\n/y:/mnt/nasty');
  sandbox.write(
    'proc/self/mountinfo',
    '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:50 / /mnt/nas rw - autofs systemd-1 rw\n',
  );
  sandbox.program('stat', 'echo "$*" >&2; exit 1');
  const found = (await read(sandbox)).toSorted((a, b) => a.path.localeCompare(b.path));
  expect(found).toMatchObject([
    { path: '/mnt/nas/photos', state: 'unread' },
    { path: '/mnt/nasty', state: 'missing' },
  ]);
});

test('a folder on a server that does not answer', { tags: 'hosts' }, async () => {
  const sandbox = host('/data:/mnt/nas/photos');
  sandbox.program('readlink', 'exec sleep 300');
  expect(await read(sandbox)).toMatchObject([{ path: '/mnt/nas/photos', state: 'hung' }]);
});
