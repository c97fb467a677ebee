import { expect, test } from 'vitest';
import { type Filesystems, filesystems } from '../../../src/facts/host/filesystems.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const MOUNTS = `22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
40 22 259:1 / /boot rw,relatime shared:2 - vfat /dev/nvme0n1p1 rw,errors=remount-ro
41 22 8:1 / /mnt/my\\040photos rw,relatime - ext4 /dev/sda1 ro
42 22 259:2 /nix/store /nix/store ro,relatime - ext4 /dev/nvme0n1p2 rw
43 22 0:40 / /mnt/nas rw,relatime - nfs4 nas:/photos rw,vers=4.2
44 22 0:41 / /mnt/later rw,relatime - autofs systemd-1 rw,fd=50
45 22 0:42 / /var/lib/containers/storage/overlay/ab/merged rw - overlay overlay rw
46 22 0:43 / /mnt/share rw - cifs //nas/share rw,username=me,password=planted
47 22 0:44 / /mnt/web rw - fuse.davfs https://me:planted@host/dav rw
`;
const ROOM = 'exec echo "4096 1000 500 100 50"';

async function read(mounts: string, fstab = '', stat = ROOM): Promise<Filesystems> {
  const sandbox = new Sandbox();
  sandbox.write('proc/self/mountinfo', mounts);
  sandbox.write('etc/fstab', fstab);
  sandbox.program('stat', stat);
  return expectValue(await sandbox.fact(filesystems, '/proc/self/mountinfo', '/etc/fstab'));
}
const points = ({ mounts }: Filesystems) => mounts.map(({ point }) => point);

test('mounts of disks and servers, with their room, and none of the kernel', async () => {
  const found = await read(MOUNTS);
  expect(points(found).sort()).toEqual(
    ['/', '/boot', '/mnt/my photos', '/nix/store', '/mnt/nas', '/mnt/share', '/mnt/web'].sort(),
  );
  expect(found.mounts[0]?.space).toEqual({ size: 4_096_000, free: 2_048_000, inodes: 100, freeInodes: 50 });
  expect(found.automounts).toEqual(['/mnt/later']);
});

test('a mount that is told in a way nobody knows is not left out in silence', () => {
  const stdout =
    'mount 22 1 8:1 / / no ext4 /dev/sda1 -\nmount 23 22 8:2 / /srv perhaps ext4 /dev/sda2 -\nend\n';
  const parsed = filesystems.parse({ exitCode: 0, stdout, stderr: '', capped: false });
  expect(parsed).toMatchObject({ incomplete: 'a line of the list of mounts is not understood' });
});

test('read-only: the whole filesystem, this mount, or neither', async () => {
  const { mounts } = await read(MOUNTS);
  const how = (point: string) => mounts.find((mount) => mount.point === point)?.readOnly;
  expect([how('/'), how('/mnt/my photos'), how('/nix/store')]).toEqual(['no', 'filesystem', 'mount']);
});

test('a password in a device or an option stays on the host', async () => {
  const found = await read(
    MOUNTS,
    '//nas/share /mnt/share cifs username=me,password=planted,nofail 0 0\nhttps://me:planted@host/dav /mnt/web davfs rw 0 0\n',
  );
  expect(JSON.stringify(found)).not.toContain('planted');
  expect(found.declared.map(({ device, options }) => [device, options])).toEqual([
    ['//nas/share', ['nofail']],
    ['-', ['rw']],
  ]);
});

test('what is mounted over is not told, and what is below it neither', async () => {
  const found = await read(`${MOUNTS}50 41 8:17 / /mnt/my\\040photos rw - ext4 /dev/sdb1 rw
51 22 8:33 / /mnt rw - ext4 /dev/sdc1 rw
`);
  expect(points(found)).toContain('/mnt');
  expect(points(found)).not.toContain('/mnt/nas');
});

test('a root that was moved over what was mounted before it hides nothing', async () => {
  const found = await read(`20 1 0:5 / / rw - rootfs rootfs rw
30 20 259:2 / / rw - ext4 /dev/nvme0n1p2 rw
25 30 8:1 / /mnt/photos rw - ext4 /dev/sda1 rw
`);
  expect(points(found)).toEqual(['/', '/mnt/photos']);
  expect(found.mounts[0]?.type).toBe('ext4');
});

test('of what does not answer only that is told, and nothing waits for it', { tags: 'hosts' }, async () => {
  const began = Date.now();
  const found = await read(MOUNTS, '', `case "$*" in *nas*) exec sleep 300 ;; esac\n${ROOM}`);
  expect(found.mounts.filter(({ hung }) => hung).map(({ point }) => point)).toEqual(['/mnt/nas']);
  expect(found.mounts.find(({ point }) => point === '/')?.space).toBeDefined();
  expect(Date.now() - began).toBeLessThan(60_000);
});

test('entries of fstab: the device, the options that matter, and what lies in the folder of one that is not mounted', async () => {
  const sandbox = new Sandbox();
  sandbox.write('proc/self/mountinfo', MOUNTS);
  const disk = sandbox.write('disk', '');
  for (const folder of ['used', 'empty/below']) sandbox.write(`${folder}/file`, 'x');
  const of = (name: string) => `${sandbox.folder}/${name}`;
  sandbox.write(
    'etc/fstab',
    `# a comment
${disk}	${of('used')}/	ext4	defaults,nofail,x-systemd.device-timeout=5	0	2
UUID=11111111-no-such-disk ${of('empty/none')} ext4 noauto
${of('gone')} ${of('bin')} none bind,ro
/dev/nvme0n1p2 / ext4
swap none swap sw
`,
  );
  sandbox.program('stat', ROOM);
  const { declared } = expectValue(await sandbox.fact(filesystems, '/proc/self/mountinfo', '/etc/fstab'));
  expect(declared).toMatchObject([
    { point: '/used', options: ['nofail'], isThere: true, folder: 'used' },
    { point: '/empty/none', options: ['noauto'], isThere: false, folder: 'missing' },
    { point: '/bin', options: ['bind', 'ro'], isThere: false },
    { point: '/', type: 'ext4' },
  ]);
  expect(declared[3]).not.toHaveProperty('folder');
});

test('a root that is an overlay is one, and those of containers are not', async () => {
  const found = await read(`22 1 0:30 / / rw - overlay overlay rw
45 22 0:42 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw
46 22 0:43 / /home/me/.local/share/containers/storage/overlay/ab/merged rw - fuse.fuse-overlayfs x rw
`);
  expect(points(found)).toEqual(['/']);
});

test('a label in quotes, and one with a blank: of that no file tells whether it is there', async () => {
  const { declared } = await read(
    MOUNTS,
    'UUID="no-such" /mnt/no-such-a ext4 nofail 0 2\nLABEL=my\\040disk /mnt/no-such-b ext4 nofail 0 2\n',
  );
  expect(declared.map(({ device, isThere }) => [device, isThere])).toEqual([
    ['UUID=no-such', false],
    ['LABEL=my disk', undefined],
  ]);
});

test('an fstab that cannot be read is not one without entries', async () => {
  const sandbox = new Sandbox();
  sandbox.write('proc/self/mountinfo', MOUNTS);
  sandbox.write('etc/fstab', 'UUID=cc /mnt/photos ext4\n');
  sandbox.program('awk', 'case "$*" in *etc/fstab) exit 2 ;; esac\nPATH=/usr/bin:/bin exec awk "$@"');
  sandbox.program('stat', ROOM);
  expect(await sandbox.fact(filesystems, '/proc/self/mountinfo', '/etc/fstab')).toMatchObject({
    incomplete: '/etc/fstab could not be read',
  });
});

test('a table of mounts that cannot be understood is no host without disks', async () => {
  const sandbox = new Sandbox();
  sandbox.write('proc/self/mountinfo', 'Segmentation fault\n');
  expect((await sandbox.fact(filesystems, '/proc/self/mountinfo')).outcome).toBe('unparsable');
});
