import { BOOT, NOW, UNITS } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import {
  DISKS,
  filesystems,
  health,
  logged,
  PHOTOS,
  paths,
  present,
  ROOM,
  unmounted,
  using,
} from './outputs.ts';

const containers = using('immich-server');
const room = (numbers: string) => filesystems({ [ROOM]: `space 41 /mnt/photos 4096 ${numbers}\n` });
const ARRAY = 'mdstat md0 : active raid1 sdb1[1] sda1[0]';
const blocks = (working: string) => `mdstat       976630464 blocks super 1.2 ${working}`;
const stats = (corruption: number) =>
  `btrfs 0b2c-11-22-33-44 1 sda2, 0 write_errs=0,read_errs=0,flush_errs=0,corruption_errs=${corruption},generation_errs=0,`;
const pool = (text: string) => health(...text.split('\n').map((line) => `zpool ${line}`));

export const cases: KindCases = {
  full: {
    host: { containers, filesystems: room('976000000 1000 244000000 240000000') },
    near: { containers: using('immich-server', '/mnt/photos/library', '/data', {}, false) },
  },
  'nearly-full': {
    host: { containers, filesystems: room('976000000 2000000 244000000 240000000') },
    near: { filesystems: room('976000000 3000000 244000000 240000000') },
  },
  'no-inodes': {
    host: { containers, filesystems: room('976000000 400000000 244000000 12') },
    near: { filesystems: room('976000000 400000000 0 0') },
  },
  'few-inodes': {
    host: { containers, filesystems: room('976000000 400000000 244000000 20000') },
    near: { filesystems: room('976000000 400000000 244000000 200000') },
  },
  'not-mounted': {
    host: { containers, units: UNITS, filesystems: unmounted() },
    near: {
      filesystems: unmounted('there', 'empty', { '-,nofail': '-,nofail,noauto' }),
    },
  },
  'read-only': {
    host: { containers, filesystems: filesystems({ [PHOTOS]: PHOTOS.replace(' no ', ' filesystem ') }) },
    near: {
      filesystems: filesystems({
        [PHOTOS]: PHOTOS.replace(' no ', ' filesystem '),
        '-,nofail': '-,nofail,ro',
      }),
    },
  },
  hung: {
    host: {
      containers,
      filesystems: filesystems({
        [PHOTOS]: 'mount 41 27 0:50 / /mnt/photos no nfs4 nas:/photos -\n',
        [ROOM]: 'hung mount 41 /mnt/photos\n',
      }),
    },
    near: {
      filesystems: filesystems({ [PHOTOS]: 'mount 41 27 0:50 / /mnt/photos no nfs4 nas:/photos -\n' }),
    },
  },
  'wrong-owner': {
    host: {
      containers: using('immich-postgres', '/srv/db', '/var/lib/postgresql/data', { user: '999:999' }),
      dataPaths: paths(present('/srv/db', { owner: '1000 1000', mode: '700', postgres: '1000 .' })),
    },
    near: { dataPaths: paths(present('/srv/db', { owner: '999 999', mode: '700', postgres: '999 .' })) },
  },
  'folder-gone': {
    host: {
      containers: using('immich-server'),
      dataPaths: paths('missing\t/mnt/photos/library\t/mnt/photos/library\n'),
    },
    near: { dataPaths: paths(present('/mnt/photos/library')) },
  },
  'in-memory': {
    host: {
      containers: using('immich-server', '/var/lib/immich'),
      dataPaths: paths(present('/var/lib/immich')),
      filesystems: filesystems({ ' / no ext4 /dev/nvme0n1p2 -': ' / no tmpfs tmpfs -' }),
    },
    near: {
      filesystems: filesystems({
        ' / no ext4 /dev/nvme0n1p2 -': ' / no tmpfs tmpfs -',
        [PHOTOS]: `${PHOTOS}mount 50 27 259:2 /persist/immich /var/lib/immich no ext4 /dev/nvme0n1p2 -\nspace 50 /var/lib/immich 4096 61000000 30000000 15000000 14000000\n`,
      }),
    },
  },
  'array-degraded': {
    host: { diskHealth: health(ARRAY, blocks('[2/1] [U_]')) },
    near: {
      diskHealth: health(
        ARRAY,
        blocks('[2/2] [UU]'),
        'mdstat       [==>..]  check = 12.6% (1/2) finish=1min',
      ),
    },
  },
  'btrfs-errors': { host: { diskHealth: health(stats(4)) }, near: { diskHealth: health(stats(0)) } },
  'pool-unhealthy': {
    host: {
      diskHealth: pool(
        '  pool: tank\n state: DEGRADED\nstatus: One or more devices could not be used.\n  scan: none requested\nerrors: No known data errors',
      ),
    },
    near: { diskHealth: pool('all pools are healthy') },
  },
  'smart-failing': {
    host: {
      diskHealth: health(
        'disk sda',
        'smart sda 8 SMART overall-health self-assessment test result: FAILED!; ',
      ),
    },
    near: {
      diskHealth: health(
        'disk sda',
        'smart sda 0 SMART overall-health self-assessment test result: PASSED; ',
      ),
    },
  },
  'filesystem-errors': {
    host: { diskErrors: DISKS + logged('filesystem', 'sda1', NOW - 3_600_000) },
    near: { diskErrors: DISKS + logged('reset', 'ata3', NOW - 3_600_000) },
  },
  'disk-errors': {
    host: { diskErrors: DISKS + logged('input-output', 'sda', BOOT + 3_600_000) },
    near: { diskErrors: DISKS },
  },
};
