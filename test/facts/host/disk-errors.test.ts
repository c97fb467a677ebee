import process from 'node:process';
import { expect, test } from 'vitest';
import { type DiskErrors, diskErrors } from '../../../src/facts/host/disk-errors.ts';
import { expectValue, Sandbox } from './sandbox.ts';

async function read(...messages: readonly string[]) {
  const sandbox = new Sandbox();
  const log = sandbox.write(
    'log',
    messages.map((text, index) => `${1000 + index}.500000 minipc kernel: ${text}\n`).join(''),
  );
  sandbox.program('journalctl', `case "$*" in *--lines=0*) ;; *) cat '${log}' ;; esac`);
  sandbox.write('sys/block/none', '');
  return expectValue(await sandbox.fact(diskErrors, '/sys/block'));
}
const told = async (text: string) => (await read(text)).map((each) => [each.class, each.device]);

test.each([
  [
    'EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0',
    'filesystem',
    'sda1',
  ],
  ['EXT4-fs (sda1): Remounting filesystem read-only', 'filesystem', 'sda1'],
  ['EXT4-fs (sda1): error count since last fsck: 4', 'recorded', 'sda1'],
  ['EXT4-fs (dm-0): warning: mounting fs with errors, running e2fsck is recommended', 'recorded', 'dm-0'],
  ['Aborting journal on device dm-0-8.', 'filesystem', 'dm-0'],
  ['JBD2: Detected IO errors while flushing file data on sda1-8', 'filesystem', 'sda1'],
  [
    'XFS (sdb2): Metadata corruption detected at xfs_agf_read_verify+0x70, xfs_agf block 0x1',
    'filesystem',
    'sdb2',
  ],
  [
    'XFS (sda1): Metadata CRC error detected at xfs_agi_read_verify+0xa2/0xe0 [xfs], xfs_agi block 0x2',
    'filesystem',
    'sda1',
  ],
  ['JBD2: Error -5 detected when updating journal superblock for sda1-8.', 'filesystem', 'sda1'],
  ['XFS (dm-1): Filesystem has been shut down due to log error (0x2).', 'filesystem', 'dm-1'],
  ['BTRFS error (device sda2: state EA): parent transid verify failed on 123', 'filesystem', 'sda2'],
  [
    'BTRFS warning (device nvme0n1p2): csum failed root 5 ino 257 off 0 csum 0x1 expected csum 0x2 mirror 1',
    'filesystem',
    'nvme0n1p2',
  ],
  ['BTRFS info (device sda2 (state E)): forced readonly', 'filesystem', 'sda2'],
  ['FAT-fs (sda1): Filesystem has been set read-only', 'filesystem', 'sda1'],
  [
    'I/O error, dev sda, sector 12345 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2',
    'input-output',
    'sda',
  ],
  ['blk_update_request: I/O error, dev nvme0n1, sector 12345 op 0x0:(READ)', 'input-output', 'nvme0n1'],
  ['blk_update_request: critical medium error, dev sda, sector 9', 'input-output', 'sda'],
  ['Buffer I/O error on dev sdb1, logical block 0, async page read', 'input-output', 'sdb1'],
  ['md/raid1:md0: Disk failure on sdb1, disabling device.', 'input-output', 'sdb1'],
  ['nvme nvme0: I/O 12 QID 3 timeout, aborting', 'reset', 'nvme0'],
  ['nvme nvme1: I/O tag 3 (1003) opcode 0x2 (I/O Cmd) QID 7 timeout, reset controller', 'reset', 'nvme1'],
  ['nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10', 'reset', 'nvme0'],
  ['ata3.00: exception Emask 0x10 SAct 0x0 SErr 0x400000 action 0x6 frozen', 'reset', 'ata3'],
  ['ata1: hard resetting link', 'reset', 'ata1'],
])('%s', async (text, kind, device) => {
  expect(await told(text)).toEqual([[kind, device]]);
});

test.each([
  'EXT4-fs (sda1): mounted filesystem 11-22 r/w with ordered data mode. Quota mode: none.',
  'EXT4-fs (sda1): re-mounted 11-22 ro.',
  'XFS (sda1): Ending clean mount',
  'xfs filesystem being mounted at /mnt supports timestamps until 2038-01-19',
  'XFS (sda1): Unmounting Filesystem 11-22',
  'BTRFS info (device sda2): bdev /dev/sda2 errs: wr 0, rd 0, flush 0, corrupt 3, gen 0',
  'BTRFS error (device sdc): open_ctree failed',
  'FAT-fs (sda1): Volume was not properly unmounted. Some data may be corrupt. Please run fsck.',
  'I/O error, dev sr0, sector 0 op 0x0:(READ)',
  'I/O error, dev loop3, sector 0 op 0x0:(READ)',
  'blk_update_request: I/O error, dev fd0, sector 0',
  'I/O error, dev sda, sector 99 op 0x3:(DISCARD) flags 0x800',
  'nvme nvme0: 8/0/0 default/read/poll queues',
  'nvme nvme0: Shutdown timeout set to 10 seconds',
  'ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)',
  'ata2: SATA link down (SStatus 0 SControl 300)',
  'sd 2:0:0:0: [sdb] Assuming drive cache: write through',
  'usb 2-1: reset SuperSpeed USB device number 2 using xhci_hcd',
])('nothing is wrong: %s', async (text) => {
  expect(await told(text)).toEqual([]);
});

test('how often, since when, and the last of them', async () => {
  const line = (sector: number) => `I/O error, dev sda, sector ${sector} op 0x0:(READ)`;
  expect(await read(line(1), 'something else', line(2), line(3))).toMatchObject([
    { count: 3, firstAt: 1_000_500, lastAt: 1_003_500, last: line(3), readOnly: false },
  ]);
});

test('a line that tells that the kernel made it read-only', async () => {
  expect(await read('EXT4-fs (sda1): Remounting filesystem read-only')).toMatchObject([{ readOnly: true }]);
  expect(await read('EXT4-fs error (device sda1): x')).toMatchObject([{ readOnly: false }]);
});

test('a port, a controller and a partition are of their disk', () => {
  const stdout = `reset ata3 1 1 1 0 1.0 minipc kernel: x
reset nvme0 1 1 1 0 1.0 minipc kernel: x
filesystem sda1 1 1 1 0 1.0 minipc kernel: x
input-output nvme0n1p2 1 1 1 0 1.0 minipc kernel: x
input-output sdaa1 1 1 1 0 1.0 minipc kernel: x
disk sda ../devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block/sda
disk nvme0n1 ../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1
end
`;
  const found = diskErrors.parse({ exitCode: 0, stdout, stderr: '', capped: false });
  expect((found as readonly DiskErrors[]).map(({ disks }) => disks)).toEqual([
    ['sda'],
    ['nvme0n1'],
    ['sda'],
    ['nvme0n1'],
    [],
  ]);
});

test('as many devices as disks are told in time that grows with their number', { tags: 'hosts' }, () => {
  const count = 30_000;
  const stdout = Array.from({ length: count }, (_, at) => `reset x${at} 1 1 1 0 x\ndisk y${at} ../z/${at}\n`);
  const began = process.cpuUsage().user;
  diskErrors.parse({ exitCode: 0, stdout: stdout.join(''), stderr: '', capped: false });
  expect(process.cpuUsage().user - began).toBeLessThan(5_000_000);
});
