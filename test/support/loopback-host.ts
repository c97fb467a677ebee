import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one host differs from a plain login. */
interface HostOptions {
  /** Stand-ins in front of the host's PATH, by name: their text in sh. */
  readonly programs?: Readonly<Record<string, string>>;
  /** sh text that runs before the command, as login files do, and after it. */
  readonly login?: string;
  readonly logout?: string;
  /** Lines of the client's ssh_config for this host. */
  readonly client?: string;
}

export interface LoopbackHosts {
  /** Goes away with the hosts. In it: `changed_hosts`, which knows another host key. */
  readonly folder: string;
  /** Environment of a client whose `ssh` knows the hosts, and counts its starts. */
  readonly env: Readonly<Record<string, string>>;
  add(name: string, options?: HostOptions): void;
  /** Process ids of sshd's own side of each session that a host had. */
  sessions(name: string): number[];
  /** A line of sh for a stand-in by which `starts` counts it; `ssh` has one. */
  counter(program: string): string;
  starts(program: string): number;
  /** Command lines of all processes that descend from a session of any host. */
  running(): string[];
  stop(): Promise<void>;
}

const sshd = pathOf('sshd');
const ssh = pathOf('ssh');

export const missing = [
  ...(sshd === undefined ? ['sshd'] : []),
  ...(ssh === undefined ? ['ssh'] : []),
  ...(existsSync('/proc/self/environ') ? [] : ['/proc']),
].join(' and ');

export function pathOf(program: string): string | undefined {
  try {
    const found = execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`], {
      encoding: 'utf8',
    });
    return found.trim();
  } catch {
    return undefined;
  }
}

/** A real sshd on the loopback interface, which serves any number of hosts, and a client's `ssh` that reaches them. */
export async function startLoopbackHosts(): Promise<LoopbackHosts> {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-hosts-'));
  const marker = `HSDOCTOR_TEST_HOSTS=${folder}`;
  for (const name of ['hosts', 'client', 'starts']) mkdirSync(join(folder, name));
  for (const key of ['host_key', 'user_key', 'other_host_key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const publicKey = (name: string) => readFileSync(join(folder, `${name}.pub`), 'utf8');
  writeFileSync(join(folder, 'authorized_keys'), publicKey('user_key'));
  writeFileSync(join(folder, 'known_hosts'), `loopback ${publicKey('host_key')}`);
  writeFileSync(join(folder, 'changed_hosts'), `loopback ${publicKey('other_host_key')}`);
  const counter = (program: string) => `echo "$$" >>'${join(folder, 'starts', program)}'`;
  writeProgram(
    join(folder, 'client', 'ssh'),
    `${counter('ssh')}\nexec ${ssh} -F '${folder}/ssh_config' "$@"`,
  );
  writeFileSync(
    join(folder, 'session'),
    `export ${marker}
host='${folder}/hosts/'$HSDOCTOR_TEST_HOST
echo "$PPID" >>"$host/sessions"
PATH=$host/bin:$PATH
. "$host/login"
/bin/sh -c "$SSH_ORIGINAL_COMMAND"
status=$?
. "$host/logout"
exit "$status"
`,
  );
  const port = await freePort();
  writeFileSync(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${folder}/host_key
AuthorizedKeysFile ${folder}/authorized_keys
AcceptEnv HSDOCTOR_TEST_HOST
ForceCommand exec /bin/sh ${folder}/session
MaxStartups 200
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
LogLevel QUIET
`,
  );
  // A setting that is made twice keeps its first value: a host's own lines come before those of all hosts.
  writeFileSync(
    join(folder, 'ssh_config'),
    `Include ${folder}/hosts/*/client
Host *
HostName 127.0.0.1
Port ${port}
User ${userInfo().username}
IdentityFile ${folder}/user_key
IdentitiesOnly yes
IdentityAgent none
HostKeyAlias loopback
UserKnownHostsFile ${folder}/known_hosts
GlobalKnownHostsFile /dev/null
`,
  );
  // Compiled into sshd, and made by the service's own start.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn(sshd as string, ['-D', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  await answers(port, server);
  return {
    folder,
    env: { PATH: `${join(folder, 'client')}:${process.env.PATH}` },
    add(name, { programs = {}, login = '', logout = '', client = '' } = {}) {
      const host = join(folder, 'hosts', name);
      mkdirSync(join(host, 'bin'), { recursive: true });
      for (const [program, text] of Object.entries(programs)) writeProgram(join(host, 'bin', program), text);
      writeFileSync(join(host, 'login'), login);
      writeFileSync(join(host, 'logout'), logout);
      writeFileSync(join(host, 'client'), `Host ${name}\nSetEnv HSDOCTOR_TEST_HOST=${name}\n${client}\n`);
    },
    sessions: (name) => numbers(join(folder, 'hosts', name, 'sessions')),
    counter,
    starts: (program) => numbers(join(folder, 'starts', program)).length,
    running: () => processesWith(marker),
    async stop() {
      server.kill();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

/** Command lines of the processes that have this in their environment: names would find those of others. */
export function processesWith(variable: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        return environment.includes(variable)
          ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
          : [];
      } catch {
        return [];
      }
    });
}

export function writeProgram(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function numbers(path: string): number[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : [];
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  return port;
}

async function answers(port: number, server: ReturnType<typeof spawn>): Promise<void> {
  while (server.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const greeted = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (greeted) return;
    await sleep(20);
  }
  throw new Error(`sshd ended with exit status ${server.exitCode}`);
}
