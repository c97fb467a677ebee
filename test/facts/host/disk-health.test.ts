import { expect, test } from 'vitest';
import { type DiskHealth, diskHealth } from '../../../src/facts/host/disk-health.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const read = async (sandbox: Sandbox): Promise<DiskHealth> =>
  expectValue(await sandbox.fact(diskHealth, '/proc/mdstat', '/sys/'));

async function arrays(text: string) {
  const sandbox = new Sandbox();
  sandbox.write('proc/mdstat', `Personalities : [raid1] [raid6]\n${text}\nunused devices: <none>\n`);
  return (await read(sandbox)).arrays;
}

test('an array that is whole, that lacks a device, that is rebuilt, and that is inactive', async () => {
  expect(
    await arrays(`md0 : active raid1 sdb1[1] sda1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk

md1 : active raid5 sdd1[3](F) sdc1[1] sdb1[0]
      1953258496 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]
      [==>..................]  recovery = 12.6% (123456/976562176) finish=99.0min speed=100000K/sec

md127 : inactive sda2[0](S)
      976630464 blocks super 1.2
`),
  ).toEqual([
    { name: 'md0', active: true, level: 'raid1', failed: [], wanted: 2, working: 2 },
    {
      name: 'md1',
      active: true,
      level: 'raid5',
      failed: ['sdd1'],
      wanted: 3,
      working: 2,
      rebuilding: 'recovery = 12.6%',
    },
    { name: 'md127', active: false, level: '', failed: [] },
  ]);
});

test('an array without redundancy, one that is read-only until it is used, and one that is checked', async () => {
  expect(
    await arrays(`md0 : active (auto-read-only) raid1 sdb1[1] sda1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      	resync=PENDING
md1 : active raid0 sdc1[0] sdd1[1]
      1953258496 blocks super 1.2 512k chunks
md2 : active raid1 sdf1[1] sde1[0] sdg1[2](S)
      976630464 blocks super 1.2 [2/2] [UU]
      [==>..................]  check = 12.6% (123456/976562176) finish=99.0min
`),
  ).toMatchObject([
    { name: 'md0', level: 'raid1', wanted: 2, working: 2 },
    { name: 'md1', level: 'raid0', failed: [] },
    { name: 'md2', wanted: 2, working: 2, failed: [] },
  ]);
});

test('what firmware keeps of its arrays is always inactive', async () => {
  expect(
    await arrays(`md126 : active raid1 sda[1] sdb[0]
      976748544 blocks super external:/md127/0 [2/2] [UU]

md127 : inactive sdb[1](S) sda[0](S)
      5288 blocks super external:imsm
`),
  ).toMatchObject([
    { name: 'md126', wanted: 2, working: 2 },
    { name: 'md127', ofFirmware: true },
  ]);
});

test('btrfs: what the kernel counted on each device, and one that is missing', async () => {
  const sandbox = new Sandbox();
  const folder = 'sys/fs/btrfs/0b2c3d4e-1111-2222-3333-444455556666';
  const stats = (errors: number) =>
    `write_errs 0\nread_errs ${errors}\nflush_errs 0\ncorruption_errs 0\ngeneration_errs 0\n`;
  sandbox.write(`${folder}/devices/sda2`, '');
  sandbox.write(`${folder}/devinfo/1/error_stats`, stats(0));
  sandbox.write(`${folder}/devinfo/1/missing`, '0\n');
  sandbox.write(`${folder}/devinfo/2/error_stats`, stats(7));
  sandbox.write(`${folder}/devinfo/2/missing`, '1\n');
  expect((await read(sandbox)).btrfs).toMatchObject([
    { id: '1', devices: ['sda2'], missing: false, errors: { read_errs: 0 } },
    { id: '2', missing: true, errors: { read_errs: 7 } },
  ]);
});

const zfs = (zpool: string, list = '') => {
  const sandbox = new Sandbox();
  sandbox.write('sys/module/zfs/version', '2.2');
  sandbox.program('zpool', zpool);
  sandbox.program('zfs', list);
  return sandbox;
};

test('ZFS: the pools that are not healthy, and what is not mounted', async () => {
  const sandbox = zfs(
    `cat <<'END'
  pool: tank
 state: DEGRADED
status: One or more devices could not be used because the label is missing or
	invalid.  Sufficient replicas exist for the pool to continue
	functioning in a degraded state.
action: Replace the device using 'zpool replace'.
  scan: scrub repaired 0B in 01:02:03 with 0 errors on Sun Nov  1 02:24:01 2026
config:

	NAME        STATE     READ WRITE CKSUM
	tank        DEGRADED     0     0     0

errors: No known data errors
END`,
    "printf 'no\\ton\\t/mnt/tank\\ttank/photos\\nyes\\ton\\t/tank\\ttank\\nno\\tnoauto\\t/x\\ttank/x\\nno\\ton\\tlegacy\\ttank/l\\n'",
  );
  const { pools, unmounted } = await read(sandbox);
  expect(pools).toMatchObject([{ name: 'tank', state: 'DEGRADED', errors: 'No known data errors' }]);
  expect(pools[0]?.status).toContain('degraded state');
  expect(unmounted).toEqual([{ dataset: 'tank/photos', point: '/mnt/tank' }]);
});

test.each(['all pools are healthy', 'no pools available'])('ZFS: %s', async (text) => {
  expect(await read(zfs(`echo '${text}'`))).toMatchObject({ zfs: 'read', pools: [], hung: [] });
});

test('what is neither a pool nor in order is no healthy ZFS', async () => {
  expect((await read(zfs("echo 'internal error: failed to initialize ZFS library'"))).zfs).toBe('unread');
});

test('a pool that does not answer is told, and nothing waits for it', { tags: 'hosts' }, async () => {
  expect((await read(zfs('exec sleep 300'))).hung).toEqual(['pools']);
});

test.each([
  ['passed', 0, 'SMART overall-health self-assessment test result: PASSED'],
  ['failing', 24, 'SMART overall-health self-assessment test result: FAILED!'],
  ['passed', 0, 'SMART Health Status: OK'],
  ['failing', 0, 'SMART Health Status: FAILURE PREDICTION THRESHOLD EXCEEDED [asc=5d, ascq=0]'],
  ['asleep', 2, 'Device is in STANDBY mode, exit(2)'],
  ['unknown', 1, '/dev/sda: Unknown USB bridge [0x152d:0x0578 (0x6905)]'],
  ['unknown', 2, 'Smartctl open device: /dev/sda failed: No such device'],
  ['passed', 32, 'SMART overall-health self-assessment test result: PASSED'],
])('SMART: %s, with exit status %d: %s', (state, status, says) => {
  const stdout = `disk sda\nsmartctl\nsmart sda ${status} ${says}; \nzfs none\nend\n`;
  const value = diskHealth.parse({ exitCode: 0, stdout, stderr: '', capped: false });
  expect((value as DiskHealth).disks).toMatchObject([{ disk: 'sda', state }]);
});

test('no disk is woken to be asked', () => {
  expect(diskHealth.script).toMatch(/smartctl -H -n standby /);
});
