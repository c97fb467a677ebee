import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { furnishedRoot, type Suite } from './root.ts';

/** Who logs in over ssh: root, an ordinary user with sudo, one without. */
const USERS = { minipc: 'root', 'minipc-sudo': 'admin', 'minipc-user': 'greenhead' } as const;
export type Login = keyof typeof USERS;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home server in a box: real systemd, podman and sshd, in a container of this machine. */
export class Box {
  readonly suite: Suite;
  readonly folder: string;
  readonly sshConfig: string;
  readonly #root: string;
  readonly #subnet: string;
  readonly #machine: string;
  readonly #foreignGroups: ReadonlySet<string>;
  #nspawn: ReturnType<typeof spawn> | undefined;

  private constructor(suite: Suite, folder: string, root: string, number: number) {
    this.suite = suite;
    this.folder = folder;
    this.sshConfig = join(folder, 'ssh_config');
    this.#root = root;
    this.#foreignGroups = new Set(containerGroups());
    this.#subnet = `10.213.${number}`;
    // The name of an interface takes 15 characters, three of which are systemd-nspawn's own.
    this.#machine = `hsd${suite.slice(0, 4)}${number}`;
  }

  static async create(suite: Suite): Promise<Box> {
    const folder = await mkdtemp(join(tmpdir(), 'hsdoctor-lab-'));
    const key = join(folder, 'key');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const root = await furnishedRoot(suite, folder, await readFile(`${key}.pub`, 'utf8'));
    const box = new Box(suite, folder, root, await freeSubnet());
    const hostKey = await readFile(join(root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
    await writeFile(join(folder, 'known_hosts'), `minipc ${hostKey}`);
    const hosts = Object.entries(USERS).map(([alias, user]) => `Host ${alias}\n  User ${user}\n`);
    await writeFile(
      box.sshConfig,
      `${hosts.join('')}Host minipc*
  HostName ${box.#subnet}.2
  HostKeyAlias minipc
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${join(folder, 'known_hosts')}
  StrictHostKeyChecking yes
`,
    );
    return box;
  }

  /** Boots it, until ssh answers. */
  async boot(): Promise<void> {
    const log = openSync(join(this.folder, 'console.log'), 'a');
    const args = [
      ...['--pdeathsig', 'KILL', 'unshare', '--fork', '--pid', '--mount-proc', '--kill-child=KILL'],
      ...['systemd-nspawn', '--quiet', `--directory=${this.#root}`, '--boot'],
      ...[
        `--machine=${this.#machine}`,
        '--hostname=minipc',
        '--register=no',
        '--keep-unit',
        '--network-veth',
      ],
      ...['--capability=all', '--system-call-filter=@keyring bpf', '--bind=/dev/kmsg'],
      ...['--resolv-conf=off', '--timezone=off', '--link-journal=no', '--console=read-only'],
    ];
    // A test run that is killed must not leave a server behind: whatever is in the process namespace goes with it.
    this.#nspawn = spawn('setpriv', args, { stdio: ['ignore', log, log] });
    await eventually('the box has its own systemd', () => this.#leader() !== undefined);
    await execa('ip', ['address', 'replace', `${this.#subnet}.1/30`, 'dev', `ve-${this.#machine}`]);
    await execa('ip', ['link', 'set', `ve-${this.#machine}`, 'up']);
    await eventually('the box has its address', async () => {
      const set = `ip address replace ${this.#subnet}.2/30 dev host0 && ip link set host0 up`;
      return (await this.inside(set)).exitCode === 0;
    });
    await eventually('ssh answers', async () => (await this.ssh('minipc', 'true')).exitCode === 0);
  }

  /** The address of this machine that the box can reach. */
  get gateway(): string {
    return `${this.#subnet}.1`;
  }

  /** Until the boot is over and no unit is about to start or stop. */
  async settle(): Promise<void> {
    await eventually('the boot is over', async () =>
      /running|degraded/.test((await this.inside('systemctl is-system-running')).stdout),
    );
    await eventually(
      'no job is left',
      async () => (await this.inside('systemctl list-jobs --no-legend')).stdout.trim() === '',
    );
  }

  async shutDown(): Promise<void> {
    const nspawn = this.#nspawn;
    if (nspawn === undefined) return;
    const ended = once(nspawn, 'exit');
    await this.inside('systemctl poweroff --no-block');
    const hurry = setTimeout(() => nspawn.kill('SIGKILL'), 60_000);
    await ended;
    clearTimeout(hurry);
    this.#nspawn = undefined;
    // The next boot takes the same name, and the kernel may still be at the removal of the old one.
    await eventually('the interface is gone', async () => {
      const shown = await execa('ip', ['link', 'show', `ve-${this.#machine}`], { reject: false });
      return shown.exitCode !== 0;
    });
  }

  async remove(): Promise<void> {
    if (this.#nspawn !== undefined) {
      const ended = once(this.#nspawn, 'exit');
      this.#nspawn.kill('SIGKILL');
      await ended;
    }
    for (const group of containerGroups()) {
      if (!this.#foreignGroups.has(group)) await execa('rmdir', [group], { reject: false });
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a command as root inside, without the network; the way to look while the box boots. */
  async inside(command: string): Promise<Outcome> {
    const leader = this.#leader();
    if (leader === undefined) return { exitCode: 255, stdout: '', stderr: 'the box is down' };
    return run('nsenter', ['-t', String(leader), '-a', '/bin/sh', '-c', command]);
  }

  /** Runs a command over ssh in a login's own shell. */
  ssh(login: Login, command: string, input = ''): Promise<Outcome> {
    return run(
      'ssh',
      ['-F', this.sshConfig, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', login, command],
      input,
    );
  }

  /** Runs a command as root over ssh that has to succeed. */
  async must(command: string, input = ''): Promise<string> {
    const { exitCode, stdout, stderr } = await this.ssh('minipc', command, input);
    if (exitCode !== 0) throw new Error(`\`${command}\` ended with ${exitCode}: ${stderr}${stdout}`);
    return stdout;
  }

  console(): string {
    return readFileSync(join(this.folder, 'console.log'), 'utf8').slice(-4000);
  }

  /** The process that is systemd inside. */
  #leader(): number | undefined {
    const pid = this.#nspawn?.pid;
    if (pid === undefined) return undefined;
    if (this.#nspawn?.exitCode !== null) throw new Error(`the box went down:\n${this.console()}`);
    try {
      const child = childOf(childOf(pid));
      return readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'systemd' ? child : undefined;
    } catch {
      return undefined;
    }
  }
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

async function run(program: string, args: readonly string[], input = ''): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await execa(program, args, { reject: false, input, timeout: 180_000 });
  return { exitCode: exitCode ?? 255, stdout, stderr };
}

/** Control groups of containers; those of a box outlive it, because it shares the machine's hierarchies. */
function containerGroups(): string[] {
  return globSync('/sys/fs/cgroup/**/libpod-*');
}

async function freeSubnet(): Promise<number> {
  const { stdout } = await execa('ip', ['-4', 'address', 'show']);
  for (let number = process.pid % 250; ; number = (number + 1) % 250) {
    if (!stdout.includes(`10.213.${number}.`)) return number;
  }
}

/** Waits for something that has to become true, within two minutes if nothing else is said. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 120,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} seconds in vain: ${what}`);
    await sleep(200);
  }
}
