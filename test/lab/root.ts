import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, chmod, copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

export const suites = ['bookworm', 'trixie'] as const;
export type Suite = (typeof suites)[number];

const CACHE = '/var/cache/hsdoctor-lab';

const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'procps', 'ca-certificates'],
  ...['podman', 'runc', 'conmon', 'netavark', 'aardvark-dns', 'iptables', 'nftables', 'iproute2'],
  ...['age', 'jq', 'busybox-static'],
];
// debootstrap's own resolver cannot order what nix depends on.
// Of the database and of Redis only the programs are wanted: images of containers are made of them.
const LATER_PACKAGES = [
  ...['nix-bin', 'postgresql', 'redis-server', 'sqlite3'],
  ...['docker.io', 'faketime', 'systemd-journal-remote', 'uidmap'],
];
/** Of Docker, Debian 12 has the engine and the program in one package. */
const ONLY_IN: Readonly<Record<Suite, readonly string[]>> = { bookworm: [], trixie: ['docker-cli'] };

const UNUSED_UNITS = [
  ...['systemd-modules-load.service', 'systemd-timesyncd.service', 'systemd-networkd-wait-online.service'],
  ...['postgresql.service', 'redis-server.service'],
  ...['systemd-journal-remote.socket'],
  ...[
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'dpkg-db-backup.timer',
    'e2scrub_all.timer',
    'fstrim.timer',
  ],
];

/**
 * A Debian of that suite with what a home server needs, made once a machine (a minute or two) and copied from then on.
 * @returns its folder, which nobody may change
 */
export async function preparedRoot(suite: Suite): Promise<string> {
  const recipe = createHash('sha256')
    .update(JSON.stringify([PACKAGES, LATER_PACKAGES, ONLY_IN[suite], UNUSED_UNITS]))
    .digest('hex');
  const root = join(CACHE, `${suite}-${recipe.slice(0, 12)}`);
  if (existsSync(root)) return root;
  await mkdir(CACHE, { recursive: true });
  const unfinished = `${root}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await execa('debootstrap', [
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
    suite,
    unfinished,
    await mirror(),
  ]);
  const inside = (command: string) =>
    execa('chroot', [unfinished, 'sh', '-ec', command], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  await inside(`mkdir -p /etc/postgresql-common; echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
apt-get install -y -qq --no-install-recommends ${[...LATER_PACKAGES, ...ONLY_IN[suite]].join(' ')}
rm -f /etc/cni/net.d/*; apt-get clean; rm -rf /var/lib/apt/lists/*
systemctl mask ${UNUSED_UNITS.join(' ')}
systemctl disable docker.service docker.socket containerd.service
mkdir -p /nix/var/nix/profiles /nix/store /var/lib/lab-tailscale
useradd -m -s /bin/bash admin; useradd -m -s /bin/bash greenhead
usermod -p '*' root; usermod -p '*' admin; usermod -p '*' greenhead`);
  await rename(unfinished, root);
  return root;
}

/** Of the archive that this machine installs its own packages from. */
async function mirror(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(SITE)', 'Origin: Debian']);
  const site = stdout.split('\n').find((line) => line.endsWith('/debian') || line.endsWith('/debian/'));
  if (site === undefined) throw new Error('apt-get knows no Debian archive; run apt-get update');
  return site;
}

/** A copy of the prepared root as a box of its own, with the lab's files and the home server's configuration in it. */
export async function furnishedRoot(suite: Suite, folder: string, publicKey: string): Promise<string> {
  const root = join(folder, 'root');
  await execa('cp', ['-a', '--reflink=auto', await preparedRoot(suite), root]);
  await cp(join(import.meta.dirname, 'box'), root, { recursive: true });
  await cp(join(import.meta.dirname, 'home-server'), join(root, 'etc/nixos'), { recursive: true });
  await chmod(join(root, 'etc/sudoers.d/lab'), 0o440);
  await writeFile(join(root, 'etc/hostname'), 'minipc\n');
  await rm(join(root, 'etc/os-release'), { force: true });
  await writeFile(
    join(root, 'etc/os-release'),
    'NAME=NixOS\nID=nixos\nVERSION_ID="25.11"\nPRETTY_NAME="NixOS 25.11 (Xantusia)"\n',
  );
  await appendFile(join(root, 'etc/hosts'), '127.0.0.1 minipc\n');
  await copyFile(
    join(root, 'usr/local/share/lab/tailscale-status.json'),
    join(root, 'var/lib/lab-tailscale/status.json'),
  );
  await writeFile(join(root, 'var/lib/lab-tailscale/delay'), '0\n');
  await rm(join(root, 'etc/machine-id'), { force: true });
  for (const home of ['root', 'home/admin', 'home/greenhead']) {
    await mkdir(join(root, home, '.ssh'), { recursive: true, mode: 0o700 });
    await writeFile(join(root, home, '.ssh/authorized_keys'), publicKey);
  }
  await execa('chroot', [
    root,
    'sh',
    '-ec',
    `systemd-machine-id-setup 2>/dev/null
systemctl enable lab-cgroups.service lab-activate.service tailscaled.service ssh.service 2>/dev/null
chown -R admin: /home/admin/.ssh; chown -R greenhead: /home/greenhead/.ssh`,
  ]);
  return root;
}
