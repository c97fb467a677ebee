import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';
import {
  container,
  FILESYSTEMS,
  type Given,
  judge,
  judgeAll,
  lastingOf,
  MINUTE,
  NOW,
  STARTED,
  unit,
} from '../home-server.ts';
import { kuma, said } from './kind-cases.ts';

const of = (given: Given) => judge('app-database', given);
const kindsOf = (given: Given) => of(given).findings.map(({ kind }) => kind.split('/')[1]);
const NAME = 'uptime-kuma';

test('an app whose database says nothing is in order', () => {
  expect(of(kuma(''))).toMatchObject({ status: 'ok', lookedAt: { appDatabases: 1 } });
});

test('containers of docker were not looked at', () => {
  expect(of({ ...kuma(''), engines: 'docker 3\n' })).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('docker containers (3)'),
  });
});

test.each([
  ['database disk image is malformed', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_READONLY', 'cannot-write'],
  ['attempt to write a readonly database', 'cannot-write'],
  ['disk I/O error', 'cannot-write'],
])('%s is %s', (text, kind) => {
  expect(kindsOf(kuma(said(NAME, text)))).toEqual([kind]);
});

test('the first step of a damaged database is to stop and to copy, and no step deletes', () => {
  const [finding] = of(kuma(said(NAME, 'SQLITE_CORRUPT'))).findings;
  expect(finding?.remedy?.now).toEqual([]);
  const steps = lastingOf(finding);
  expect(steps[0]).toBe('$ sudo systemctl stop -- podman-uptime-kuma.service');
  expect(steps[1]).toContain(
    'Copy its whole data folder /mnt/photos/kuma to another disk before anything else',
  );
  expect(steps.join('\n')).not.toMatch(/\brm\b|mkfs|REINDEX/);
});

describe('history', () => {
  test('what was logged before the present start is not a fault', () => {
    expect(of(kuma(said(NAME, 'SQLITE_CORRUPT', STARTED - MINUTE))).status).toBe('ok');
  });
  test('locks of long ago are not of the last hour', () => {
    const old = Array.from({ length: 20 }, (_, index) =>
      said(NAME, 'SQLITE_BUSY', NOW - 2 * 3_600_000 - index),
    );
    expect(of(kuma(old.join(''))).status).toBe('ok');
  });
});

test('a full disk explains what it causes', () => {
  const full = FILESYSTEMS.replace(
    'space 41 /mnt/photos 4096 976000000 400000000',
    'space 41 /mnt/photos 4096 976000000 0',
  );
  const given = {
    ...kuma(said(NAME, 'SQLITE_FULL')),
    filesystems: full,
    dataPaths: 'present\t/mnt/photos/kuma\t/mnt/photos/kuma\t0 0 755 folder - .\nend\n',
  };
  const finding = judgeAll(given).flatMap(({ check, findings }) =>
    check === 'app-database' ? findings : [],
  )[0];
  expect(finding?.causedBy).toBe('storage');
});

describe('a network share', () => {
  const nfs = (type: string) => FILESYSTEMS.replace('no ext4 /dev/sda1', `no ${type} nas:/photos`);
  test.each(['nfs', 'nfs4', 'cifs', 'smb3', 'fuse.sshfs', 'fuse.rclone'])('%s is one', (type) => {
    expect(kindsOf({ ...kuma(''), filesystems: nfs(type) })).toEqual(['on-network-share']);
  });
  test.each(['ext4', 'zfs', 'btrfs', 'fuse.mergerfs', 'virtiofs', 'tmpfs'])('%s is a local disk', (type) => {
    expect(kindsOf({ ...kuma(''), filesystems: nfs(type) })).toEqual([]);
  });
  test('with only the media on it is none of the database', () => {
    const mounts = [
      { type: 'bind', source: '/var/lib/kuma', destination: '/app/data', writable: true },
      { type: 'bind', source: '/mnt/photos/media', destination: '/media', writable: false },
    ];
    expect(kindsOf({ ...kuma('', { mounts }), filesystems: nfs('nfs4') })).toEqual([]);
  });
  test('that is not mounted yet is not said to be a local disk', () => {
    const waiting = nfs('nfs4').replace(
      'mount 41 27 8:1 / /mnt/photos no nfs4 nas:/photos',
      'mount 41 27 8:1 / /mnt/photos no autofs systemd-1',
    );
    expect(of({ ...kuma(''), filesystems: waiting })).toMatchObject({ status: 'unknown', findings: [] });
  });
  test('behind a link is found', () => {
    const mounts = [{ type: 'bind', source: '/srv/kuma', destination: '/app/data', writable: true }];
    const dataPaths = 'present\t/srv/kuma\t/mnt/photos/kuma\t0 0 755 folder - .\nend\n';
    expect(kindsOf({ ...kuma('', { mounts }), dataPaths, filesystems: nfs('nfs4') })).toEqual([
      'on-network-share',
    ]);
  });
});

test('an app that is down is judged by its log', () => {
  const given = kuma(said(NAME, 'SQLITE_CORRUPT', NOW - 1000));
  expect(
    kindsOf({
      ...given,
      containers: '',
      units: unit(NAME, { ActiveState: 'failed', SubState: 'failed', NRestarts: 5 }),
    }),
  ).toEqual(['damaged']);
});

test('a log that is not in the journal is not in order', () => {
  expect(of(kuma('', { logDriver: 'k8s-file' }))).toMatchObject({ status: 'unknown' });
});

test('other containers are none of its business', () => {
  expect(
    of({
      units: unit('web'),
      containers: container('web', { image: 'docker.io/nginx:1' }),
      appDatabaseLog: '',
    }),
  ).toMatchObject({ status: 'skipped' });
});

describe('a configuration', () => {
  const file = (type: string, volume = '/mnt/nas/kuma:/app/data') => `{
  fileSystems."/mnt/nas" = { device = "nas:/apps"; fsType = "${type}"; };
  virtualisation.oci-containers.containers.uptime-kuma = {
    image = "louislam/uptime-kuma:1";
    volumes = [ "${volume}" ];
  };
}`;
  const found = (text: string) =>
    judged({ 'configuration.nix': text }).flatMap(({ check, findings }) =>
      check === 'app-database' ? findings.map(({ kind }) => kind) : [],
    );
  test('with the data on a share is a finding, wherever else its media are', () => {
    expect(found(file('nfs'))).toEqual(['app-database/on-network-share']);
    expect(found(file('cifs'))).toEqual(['app-database/on-network-share']);
  });
  test('with the data elsewhere is none', () => {
    expect(found(file('ext4'))).toEqual([]);
    expect(found(file('nfs', '/mnt/nas2/kuma:/app/data'))).toEqual([]);
    expect(found(file('nfs', 'kuma:/app/data'))).toEqual([]);
    expect(found(file('nfs', '/mnt/nas/kuma:/media'))).toEqual([]);
  });
});

test.each([
  'docker.io/vaultwarden/server:1.33',
  'lscr.io/linuxserver/plex',
  'ghcr.io/home-assistant/home-assistant:2026.3',
  'jellyfin/jellyfin@sha256:abc',
])('%s is an app with SQLite', (image) => {
  expect(kindsOf(kuma(said(NAME, 'SQLITE_CORRUPT'), { image }))).toEqual(['damaged']);
});
