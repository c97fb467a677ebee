import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { immichServers } from '../../../src/facts/host/immich-server.ts';
import { startFakeImmich } from '../../upload/fake-server/server.ts';
import { expectValue, Sandbox } from './sandbox.ts';

/** A host on which podman tells of one container, by the lines of the probe's own template. */
function hostWith(template: string): Sandbox {
  const sandbox = new Sandbox();
  sandbox.program(
    'podman',
    `case "$1" in
ps) echo 'abc ghcr.io/immich-app/immich-server:v2 immich-server'; echo 'def docker.io/plex:1 plex' ;;
*) cat <<'END'
${template}
END
esac`,
  );
  sandbox.write('/var/lib/containers/storage/x', '');
  return sandbox;
}

const asked = async (template: string) =>
  expectValue(await hostWith(template).fact(immichServers, '/var/lib/containers'));

test('a server is asked where its container publishes it, and tells what it is', async () => {
  const server = await startFakeImmich({ version: '2.5.6' });
  const { port } = new URL(server.url);
  expect(await asked(`#port 9000/tcp 127.0.0.1 1\n#port 2283/tcp 0.0.0.0 ${port}\n#network bridge`)).toEqual([
    {
      container: 'immich-server',
      url: `http://127.0.0.1:${port}`,
      exitCode: 0,
      httpStatus: 200,
      pong: true,
      version: '2.5.6',
      configStatus: 200,
      isInitialized: true,
      isInMaintenance: false,
      marked: [],
      unmarked: [],
    },
  ]);
  server.maintenance = true;
  expect(await asked(`#port 2283/tcp  ${port}`)).toMatchObject([{ pong: false, isInMaintenance: true }]);
  await server.close();
  expect(await asked(`#port 2283/tcp 127.0.0.1 ${port}`)).toMatchObject([{ pong: false, exitCode: 7 }]);
});

test('one that publishes nothing is asked in its network, at the port that it was given', async () => {
  expect(await asked('#address 127.0.0.1\n#network bridge\n#IMMICH_PORT=1')).toMatchObject([
    { url: 'http://127.0.0.1:1' },
  ]);
  expect(await asked('#network host')).toMatchObject([{ url: 'http://127.0.0.1:2283' }]);
  expect((await asked('#network none'))[0]).not.toHaveProperty('url');
});

test.each([
  ['100.101.102.103', 'http://100.101.102.103:1'],
  ['0.0.0.0', 'http://127.0.0.1:1'],
  ['::', 'http://[::1]:1'],
])('one in the network of the host that listens on %s is asked there', async (listens, url) => {
  expect(await asked(`#network host\n#IMMICH_HOST=${listens}\n#IMMICH_PORT=1`)).toMatchObject([{ url }]);
});

test('only the folders that the server uses are looked into', async () => {
  const sandbox = hostWith('');
  for (const path of ['photos/upload/.immich', 'external/library/x']) sandbox.write(path, '');
  const [photos, external] = [join(sandbox.folder, 'photos'), join(sandbox.folder, 'external')];
  const mounts = (own: string, other: string) =>
    `#network none\n#mount ${own} ${photos}\n#mount ${other} ${external}`;
  for (const told of [
    `${mounts('/photos', '/data')}\n#IMMICH_MEDIA_LOCATION=/photos`,
    mounts('/usr/src/app/upload', '/data'),
    mounts('/data', '/usr/src/app/upload'),
  ])
    expect(await asked(told)).toMatchObject([{ marked: [join(photos, 'upload')], unmarked: [] }]);
});

test('podman is not asked where it has no store: it would make one', async () => {
  const sandbox = new Sandbox();
  sandbox.program('podman', `mkdir -p ${sandbox.folder}/var/lib/containers/storage`);
  sandbox.write('/run/containers/networks/x', '');
  const fact = await sandbox.fact(immichServers, '/var/lib/containers', '/run/containers');
  expect(expectValue(fact)).toEqual([]);
  expect(existsSync(join(sandbox.folder, 'var/lib/containers'))).toBe(false);
});

test('the marks are looked for where the folders are on the host', async () => {
  const sandbox = hostWith('');
  for (const path of [
    'my photos/upload/.immich',
    'my photos/thumbs/.immich',
    'my photos/library/x',
    'thumbs/x',
  ])
    sandbox.write(path, '');
  const [photos, thumbs] = [join(sandbox.folder, 'my photos'), join(sandbox.folder, 'thumbs')];
  const [found] = await asked(
    `#network none\n#mount /data ${photos}\n#mount /data/thumbs ${thumbs}\n#mount /etc/localtime /etc/localtime`,
  );
  expect(found?.marked).toEqual([join(photos, 'upload')]);
  expect(found?.unmarked.toSorted()).toEqual([join(photos, 'library'), thumbs].toSorted());
});

test('a container that went meanwhile is left out, and one that podman cannot tell of is unknown', async () => {
  const refusing = (words: string) => {
    const sandbox = hostWith('');
    const list = 'abc ghcr.io/immich-app/immich-server:v2 immich-server';
    sandbox.program('podman', `case "$1" in ps) echo '${list}' ;; *) echo '${words}' >&2; exit 125 ;; esac`);
    return sandbox.fact(immichServers, '/var/lib/containers');
  };
  expect(await refusing('Error: no such container abc')).toMatchObject({ outcome: 'ok', value: [] });
  expect(await refusing('Error: template: inspect:1')).toMatchObject({
    outcome: 'failed',
    reason: 'podman inspect failed: Error: template: inspect:1',
  });
});
