import { container, FILESYSTEMS, type Given, NOW, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

export const said = (name: string, text: string, at = NOW - 60_000) => `said ${at * 1000} ${name} ${text}\n`;

/** A server with Uptime Kuma, its data in a folder. */
export const kuma = (log: string, over: Readonly<Record<string, unknown>> = {}): Given => ({
  units: unit('uptime-kuma'),
  unitCommands: 'unit podman-uptime-kuma.service\npodman run \n docker.io/louislam/uptime-kuma:1 \n',
  containers: container('uptime-kuma', {
    image: 'docker.io/louislam/uptime-kuma:1',
    mounts: [{ type: 'bind', source: '/mnt/photos/kuma', destination: '/app/data', writable: true }],
    ...over,
  }),
  appDatabaseLog: log,
});

const locks = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    said('uptime-kuma', 'database is locked', NOW - index * 1000),
  ).join('');

export const cases: KindCases = {
  damaged: {
    host: kuma(said('uptime-kuma', 'SQLITE_CORRUPT')),
    near: { appDatabaseLog: said('uptime-kuma', 'SQLITE_BUSY') },
  },
  locked: { host: kuma(locks(10)), near: { appDatabaseLog: locks(9) } },
  'cannot-write': {
    host: kuma(said('uptime-kuma', 'database or disk is full')),
    near: { appDatabaseLog: said('other', 'database or disk is full') },
  },
  'on-network-share': {
    host: { ...kuma(''), filesystems: FILESYSTEMS.replace('no ext4 /dev/sda1', 'no nfs4 nas:/photos') },
    near: { filesystems: FILESYSTEMS },
  },
};
