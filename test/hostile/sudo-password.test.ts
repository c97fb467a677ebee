import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, pathOf, startLoopbackHosts } from '../support/loopback-host.ts';
import { commandLines } from '../support/processes.ts';
import { missingTerminal, onTerminal } from '../support/terminal.ts';

const absent = [
  missing,
  missingTerminal,
  ...['sudo', 'useradd', 'userdel', 'chpasswd', 'runuser'].filter((name) => pathOf(name) === undefined),
  process.getuid?.() === 0 ? '' : 'root',
].filter((each) => each !== '');
const notRun = absent.length === 0 ? '' : ` (not run: no ${absent.join(', ')})`;

const USERS = { asked: `hsdp${process.pid}`, free: `hsdf${process.pid}`, cached: `hsdc${process.pid}` };
const question = (host: string) => `Password for sudo on ${host} (not shown): `;

describe.skipIf(notRun)(`a sudo of a real host that asks for a password${notRun}`, { tags: 'hosts' }, () => {
  let hosts: LoopbackHosts;
  /** Files of the test, open to all users. */
  let folder: string;
  let home: string;
  let trace: string;
  /** Where any shell reads it, it leaves a trace. */
  let password: string;
  const canary = `canary${process.pid}`;
  const sudoers = `/etc/sudoers.d/hsdoctor-test-${process.pid}`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hsdoctor-sudo-'));
    chmodSync(folder, 0o777);
    trace = join(folder, 'trace');
    password = `touch ${trace}; echo ${canary}`;
    for (const name of Object.values(USERS)) {
      execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', name]);
      execFileSync('chpasswd', { input: `${name}:${password}\n` });
    }
    writeFileSync(
      sudoers,
      `Defaults:${USERS.asked} logfile=${folder}/sudo.log
Defaults:${USERS.cached} timestamp_type=global
${USERS.asked} ALL=(ALL) ALL
${USERS.free} ALL=(ALL) NOPASSWD: ALL
${USERS.cached} ALL=(ALL) ALL
`,
      { mode: 0o440 },
    );
    hosts = await startLoopbackHosts();
    // Its users go through it.
    chmodSync(hosts.folder, 0o711);
    const noise = `echo "$SSH_ORIGINAL_COMMAND"; printf 'Password: '; echo "$SSH_ORIGINAL_COMMAND" >&2; set -x`;
    add('asked', USERS.asked);
    add('also-asked', USERS.asked);
    add('talking', USERS.asked, noise, noise);
    add('free', USERS.free, noise);
    add('cached', USERS.cached);
    return async () => {
      await hosts.stop();
      rmSync(sudoers);
      for (const name of Object.values(USERS))
        execFileSync('userdel', ['--remove', '--force', name], { stdio: 'ignore' });
      rmSync(folder, { recursive: true });
    };
  });

  function add(host: string, user: string, login = '', logout = ''): void {
    hosts.add(host, { client: `User ${user}`, login, logout });
    chmodSync(join(hosts.folder, 'hosts', host), 0o777);
  }

  const seen = new Set<string>();
  let watch: NodeJS.Timeout;
  beforeEach(() => {
    home = mkdtempSync(join(folder, 'home-'));
    seen.clear();
    watch = setInterval(() => {
      for (const line of commandLines()) seen.add(line);
    }, 20);
  });
  afterEach(() => clearInterval(watch));

  const env = () => ({ ...hosts.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), NO_COLOR: '1' });
  const run = (...args: string[]) => onTerminal([process.execPath, BIN, ...args], env());
  const check = (...args: string[]) => run('check', 'memory', '--sudo', '--json', ...args);
  interface Told {
    readonly targets: readonly {
      readonly name: string;
      readonly error?: string;
      readonly system: { readonly user?: string };
    }[];
  }
  const told = (shown: string) =>
    (JSON.parse(shown.slice(shown.indexOf('{'))) as Told).targets.map(
      ({ name, error, system: { user } }) => ({
        name,
        ...(error === undefined ? { user } : { error }),
      }),
    );

  /** No shell took it for a command, and nobody wrote it down or showed it. */
  function expectSecret(shown: string): void {
    expect(existsSync(trace)).toBe(false);
    expect(shown).not.toContain(canary);
    expect([...seen].filter((line) => line.includes(canary))).toEqual([]);
    const homes = Object.values(USERS).map((name) => `/home/${name}`);
    const files = [folder, hosts.folder, ...homes].filter((each) => existsSync(each));
    const found = execFileSync('sh', ['-c', 'grep -rl -e "$0" "$@" || true', canary, ...files], {
      encoding: 'utf8',
    });
    expect(found).toBe('');
  }

  test('it is asked for once, given to sudo alone, and the host is read as root', async () => {
    const terminal = check('--host', 'asked');
    await terminal.until(question('asked'));
    terminal.type(`${password}\n`);
    await terminal.ended();
    expect(told(terminal.shown())).toEqual([{ name: 'asked', user: 'root' }]);
    expect(terminal.shown().split('Password for sudo')).toHaveLength(2);
    expectSecret(terminal.shown());
    expect(readFileSync(join(folder, 'sudo.log'), 'utf8')).toContain('COMMAND=');
  });

  test('a bundle of everything does not hold it', async () => {
    const bundle = join(home, 'bundle');
    const terminal = run('collect', '--sudo', '--host', 'asked', '--output', bundle);
    await terminal.until(question('asked'));
    terminal.type(`${password}\n`);
    expect(await terminal.ended()).toBe(0);
    expect(existsSync(bundle)).toBe(true);
    expectSecret(terminal.shown());
  });

  test('login files that print the command line and more, before and after, are not believed', async () => {
    const terminal = check('--host', 'talking');
    await terminal.until(question('talking'));
    terminal.type(`${password}\n`);
    await terminal.ended();
    expect(told(terminal.shown())).toEqual([{ name: 'talking', user: 'root' }]);
    expect(terminal.shown().split('Password for sudo')).toHaveLength(2);
    expectSecret(terminal.shown());
  });

  test('a host without a password, and one where sudo remembers it, ask for none', async () => {
    execFileSync('runuser', ['-u', USERS.cached, '--', 'sudo', '-S', '-v'], {
      input: `${password}\n`,
      stdio: 'pipe',
    });
    const terminal = check('--host', 'free,cached');
    await terminal.ended();
    expect(told(terminal.shown())).toEqual([
      { name: 'free', user: 'root' },
      { name: 'cached', user: 'root' },
    ]);
    expect(terminal.shown()).not.toContain('Password for sudo');
    expectSecret(terminal.shown());
  });

  test('a wrong one is asked for again; the third ends it with a sentence', async () => {
    const corrected = check('--host', 'asked');
    await corrected.until(question('asked'));
    corrected.type(`not-the-${canary}\n`);
    await corrected.until('sudo did not accept it. ');
    await corrected.until(question('asked'));
    corrected.type(`${password}\n`);
    await corrected.ended();
    expect(told(corrected.shown())).toEqual([{ name: 'asked', user: 'root' }]);
    expectSecret(corrected.shown());
    const wrong = check('--host', 'asked');
    for (const _ of [1, 2, 3]) {
      await wrong.until(question('asked'));
      wrong.type(`touch ${trace}; ${canary}\n`);
    }
    expect(await wrong.ended()).toBe(3);
    expect(told(wrong.shown())).toEqual([
      {
        name: 'asked',
        error:
          'the password was not accepted by sudo: check it there with `sudo -v`, and run this again (sudo: 3 incorrect password attempts)',
      },
    ]);
    expectSecret(wrong.shown());
  });

  test('of two hosts each is asked for its own, one after the other', async () => {
    const terminal = check('--host', 'asked,also-asked');
    for (const _ of [1, 2]) {
      await terminal.until('(not shown): ');
      terminal.type(`${password}\n`);
    }
    await terminal.ended();
    expect(told(terminal.shown())).toEqual([
      { name: 'asked', user: 'root' },
      { name: 'also-asked', user: 'root' },
    ]);
    for (const host of ['asked', 'also-asked'])
      expect(terminal.shown().split(question(host))).toHaveLength(2);
    expectSecret(terminal.shown());
  });

  test('the same of this machine, as one of its users', async () => {
    const copy = join(folder, 'hsdoctor');
    mkdirSync(copy);
    execFileSync('cp', [
      '-r',
      join(BIN, '../../bin'),
      join(BIN, '../../dist'),
      join(BIN, '../../package.json'),
      copy,
    ]);
    execFileSync('cp', [process.execPath, join(folder, 'node')]);
    execFileSync('chown', ['-R', USERS.asked, home]);
    const words = [join(folder, 'node'), join(copy, 'bin', 'run.js'), 'check', 'memory', '--sudo', '--json'];
    const terminal = onTerminal(['runuser', '-u', USERS.asked, '--', ...words], {
      ...env(),
      PATH: process.env.PATH,
    });
    await terminal.until(question('this machine'));
    terminal.type(`${password}\n`);
    await terminal.ended();
    expect(told(terminal.shown())).toMatchObject([{ user: 'root' }]);
    rmSync(copy, { recursive: true });
    rmSync(join(folder, 'node'));
    expectSecret(terminal.shown());
  });
});
