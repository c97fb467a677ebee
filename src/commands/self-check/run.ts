import { existsSync } from 'node:fs';
import process from 'node:process';
import { execa } from 'execa';
import { waivable } from '../../engine/catalogue.ts';
import { loadSettings } from '../../settings/settings.ts';
import { findProgram, programEnvironment } from '../../system/programs.ts';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { UsageError } from '../../text/usage-error.ts';
import { visible } from '../../text/visible.ts';

/** `less`: a part of what hsdoctor can do is not possible. */
interface Item {
  readonly state: 'ok' | 'less' | 'missing';
  readonly text: string;
}

const ok = (text: string): Item => ({ state: 'ok', text });
const less = (text: string): Item => ({ state: 'less', text });
const missing = (text: string): Item => ({ state: 'missing', text });

const SIGNS = { ok: '✔', less: '!', missing: '✖' } as const;
const TIME_LIMIT_MS = 5000;
/** It is there only where systemd has booted the machine. */
const SYSTEMD = '/run/systemd/system';

/** @returns the exit status */
export async function selfCheck(config: string | undefined, version: string): Promise<number> {
  const { item, isOfOthers } = await settings(config);
  const items = await Promise.all([
    ok(`hsdoctor ${version}, Node ${process.versions.node} (${process.execPath})`),
    shell(),
    item,
    ssh(),
    ...(process.platform === 'linux' && !isOfOthers ? [root(), journal(), containers()] : []),
    nix(),
  ]);
  for (const { state, text } of items) process.stdout.write(`${SIGNS[state]} ${visible(text)}\n`);
  return items.some(({ state }) => state === 'missing') ? 1 : 0;
}

/** What a program prints, without a terminal and within a time limit. */
async function run(program: string, ...args: string[]) {
  const { exitCode, stdout, stderr, timedOut } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: TIME_LIMIT_MS,
    maxBuffer: 10_000,
    env: { ...programEnvironment(), LC_ALL: 'C' },
  });
  return { succeeded: exitCode === 0, stdout: String(stdout), stderr: String(stderr), timedOut };
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

async function shell(): Promise<Item> {
  const sh = findProgram('sh');
  return sh === undefined
    ? missing('sh: not found on the PATH, and every check of this machine needs it: add /bin to the PATH')
    : ok(`sh: ${sh}`);
}

/** And whether `hsdoctor check` is about other machines only: then nothing of this one is read. */
async function settings(config: string | undefined): Promise<{ item: Item; isOfOthers: boolean }> {
  try {
    const { hosts, sudo } = await loadSettings({ config }, waivable);
    const target = hosts.length === 0 ? 'this machine' : hosts.join(', ');
    return {
      item: ok(`settings: valid; \`hsdoctor check\` checks ${target}${sudo ? ', as root' : ''}`),
      isOfOthers: hosts.length > 0,
    };
  } catch (error) {
    if (error instanceof UsageError)
      return { item: missing(`settings: ${error.message}`), isOfOthers: false };
    if (ioCode(error) !== undefined)
      return { item: missing(`settings: ${ioReason(error)}`), isOfOthers: false };
    throw error;
  }
}

async function ssh(): Promise<Item> {
  const path = findProgram('ssh');
  if (path === undefined)
    return less('ssh: not installed: --host cannot be used; install openssh (Debian: openssh-client)');
  const { succeeded, stderr, stdout } = await run(path, '-V');
  return succeeded
    ? ok(`ssh: ${lastLine(stderr || stdout)} (${path})`)
    : less(`ssh: ${path} does not run (${lastLine(stderr)}): --host cannot be used; install openssh again`);
}

const isRoot = () => process.getuid?.() === 0;

async function root(): Promise<Item> {
  if (isRoot()) return ok('root: hsdoctor runs as root; --sudo is not needed');
  const sudo = findProgram('sudo');
  if (sudo === undefined)
    return less('sudo: not installed: log in as root to read containers and secrets of this machine');
  const { succeeded, stderr } = await run(sudo, '-n', 'true');
  if (succeeded) return ok('sudo: works without a password; use --sudo to read containers and secrets');
  return less(
    /password|terminal/i.test(stderr)
      ? 'sudo: asks for a password: --sudo asks for it on a terminal; elsewhere allow sudo without a password, or log in as root'
      : `sudo: ${lastLine(stderr) || 'does not answer'}: log in as root to read containers and secrets`,
  );
}

async function journal(): Promise<Item> {
  const journalctl = findProgram('journalctl');
  if (journalctl === undefined)
    return less(
      'journal: journalctl is not installed, so checks that read the journal are unknown here: name your server with --host',
    );
  const { stdout, stderr, timedOut } = await run(
    journalctl,
    '--system',
    '--quiet',
    '--lines=1',
    '--output=cat',
    '--no-pager',
  );
  if (stdout.trim() !== '') return ok('journal: the journal of the system can be read');
  if (!existsSync(SYSTEMD))
    return less(
      'journal: no systemd here, so checks that read the journal are unknown: name your server with --host',
    );
  if (timedOut)
    return less(
      `journal: journalctl did not answer within ${TIME_LIMIT_MS / 1000} s: run \`systemctl status systemd-journald\` to see why`,
    );
  return less(
    isRoot()
      ? `journal: it is empty, or cannot be read${stderr === '' ? '' : ` (${lastLine(stderr)})`}: run \`systemctl status systemd-journald\` to see why`
      : 'journal: this user may not read it: use --sudo, or add the user to the group systemd-journal',
  );
}

async function containers(): Promise<Item> {
  const found = ['podman', 'docker'].filter((name) => findProgram(name) !== undefined);
  if (found.length === 0) return ok('containers: neither podman nor docker is installed here');
  return isRoot()
    ? ok(`containers: ${found.join(', ')}`)
    : less(`containers: ${found.join(', ')}: those of root can only be read as root: use --sudo`);
}

async function nix(): Promise<Item> {
  const path = findProgram('nix');
  return path === undefined
    ? ok('nix: not installed; only --source DIR --eval needs it')
    : ok(`nix: ${path}`);
}
