import { container, FILESYSTEMS } from '../home-server.ts';

/** The filesystems of a healthy server, with some of the text replaced. */
export function filesystems(changes: Readonly<Record<string, string>> = {}): string {
  let text = FILESYSTEMS;
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`the filesystems do not say: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** The mount of the photos, and what is told of it. */
export const PHOTOS = 'mount 41 27 8:1 / /mnt/photos no ext4 /dev/sda1 -\n';
export const ROOM = 'space 41 /mnt/photos 4096 976000000 400000000 244000000 240000000\n';
const THERE = 'device /mnt/photos there -\n';

/** As it is where the disk of the photos is not mounted. */
export const unmounted = (device = 'there', folder = 'empty', more: Readonly<Record<string, string>> = {}) =>
  filesystems({ [PHOTOS]: '', [ROOM]: '', [THERE]: `device /mnt/photos ${device} ${folder}\n`, ...more });

/** A container that mounts a folder of the host. */
export const using = (
  name: string,
  source = '/mnt/photos/library',
  destination = '/data',
  over: Readonly<Record<string, unknown>> = {},
  writable = true,
) => container(name, { mounts: [{ type: 'bind', source, destination, writable }], ...over });

/** What is told of a folder that containers mount. */
export const present = (path: string, { owner = '0 0', mode = '755', postgres = '- .' } = {}) =>
  `present\t${path}\t${path}\t${owner} ${mode} folder ${postgres}\n`;

export const paths = (...all: readonly string[]) => `${all.join('')}end\n`;

export const health = (...all: readonly string[]) =>
  `${all.map((line) => `${line}\n`).join('')}zfs none\nend\n`;

const LINES = {
  filesystem:
    'EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: deleted inode referenced: 12',
  recorded: 'EXT4-fs (sda1): error count since last fsck: 3',
  'input-output': 'blk_update_request: I/O error, dev sda1, sector 1953525168 op 0x0:(READ)',
  reset: 'sda1: hard resetting link',
} as const;

/** What the kernel said of a device, as the probe sums it up. */
export const logged = (
  kind: 'filesystem' | 'recorded' | 'input-output' | 'reset',
  device: string,
  at: number,
  { count = 3, readOnly = false, text = LINES[kind].replaceAll('sda1', device) } = {},
) =>
  `${kind} ${device} ${count} ${at / 1000} ${at / 1000} ${readOnly ? 1 : 0} ${at / 1000} minipc kernel: ${text}\n`;

/** The disks of this host, as the kernel has them. */
export const DISKS = `disk nvme0n1 ../devices/pci0000:00/0000:00:06.0/0000:01:00.0/nvme/nvme0/nvme0n1
disk sda ../devices/pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0/block/sda
`;
