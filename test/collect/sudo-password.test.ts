import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SudoPassword } from '../../src/collect/sudo-password.ts';
import { BIN, hsdoctor } from '../support/hsdoctor.ts';
import { pathOf, writeProgram } from '../support/loopback-host.ts';
import { missingTerminal, onTerminal } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-sudo-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** A password that leaves a trace where a shell takes it for a command. */
const trace = join(folder, 'trace');
const PASSWORD = `touch ${trace}`;
beforeEach(() => rmSync(trace, { force: true }));

test('what is sent to sudo is not in its command line, which may be printed before it asks', () => {
  const [, , , prompt = '', ...rest] = new SudoPassword('minipc', async () => undefined).command;
  expect(prompt).toMatch(/^[0-9a-f]{24}%%[0-9a-f]{24}$/);
  expect(rest.join(' ')).not.toContain(`${rest.at(-1)} ready`);
  expect(new SudoPassword('minipc', async () => undefined).command).not.toContain(prompt);
});

describe.each(['dash', 'bash', 'busybox'])('what admits the script, in %s', (name) => {
  const shell = pathOf(name);
  test.skipIf(shell === undefined)('takes no line before the word for a command (skipped without it)', () => {
    const bin = join(folder, name);
    mkdirSync(bin);
    symlinkSync(shell as string, join(bin, 'sh'));
    const login = new SudoPassword('minipc', async () => undefined);
    const [, , , , ...admit] = login.command;
    const input = (...lines: string[]) =>
      spawnSync(admit[0] as string, admit.slice(1), {
        input: lines.join(''),
        encoding: 'utf8',
        env: { PATH: `${bin}${delimiter}${process.env.PATH}` },
      });
    const before = [
      `${PASSWORD}\n`,
      `\n`,
      ` ${login.admission}`,
      `x${login.admission}`,
      `$(${PASSWORD})\n`,
      '\\\n',
    ];
    const { stdout, stderr, status } = input(...before, login.admission, 'echo here\n');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^\n#hsdoctor [0-9a-f]{24} ready\nhere\n$/);
    expect(input(...before)).toMatchObject({ stderr: '', stdout: expect.stringMatching(/ ready\n$/) });
    expect(existsSync(trace)).toBe(false);
  });
});

const REFUSES = `if [ "$1" = -n ]; then echo 'sudo: a password is required' >&2; exit 1; fi`;
const withFirst = (bin: string) => ({
  HOME: folder,
  XDG_CONFIG_HOME: '/nowhere',
  PATH: `${bin}${delimiter}${process.env.PATH}`,
});

/** Stands for a sudo that refuses to go without a password, and asks by `asks`. */
function sudo(asks: string): Record<string, string> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeProgram(
    join(bin, 'sudo'),
    `${REFUSES}
prompt=$(printf %s "$3" | sed 's/%%/%/')
begin() { shift 3; exec "$@"; }
${asks}`,
  );
  return withFirst(bin);
}

const READS = 'IFS= read -r given';
const QUESTION = 'Password for sudo on this machine (not shown): ';

describe.skipIf(missingTerminal)(
  `a sudo that asks, on a terminal${missingTerminal && ` (not run: no ${missingTerminal})`}`,
  () => {
    const check = (env: Record<string, string>, ...flags: string[]) =>
      onTerminal([process.execPath, BIN, 'check', 'memory', '--sudo', '--json', ...flags], env);
    const error = (shown: string): string | undefined =>
      (JSON.parse(shown.slice(shown.indexOf('{'))) as { targets: { error?: string }[] }).targets[0]?.error;

    test('it is given the password, which is not shown, and then the script', async () => {
      const terminal = check(
        sudo(`printf %s "$prompt" >&2; ${READS}; [ "$given" = '${PASSWORD}' ] || exit 1; begin "$@"`),
      );
      await terminal.until(QUESTION);
      terminal.type(`${PASSWORD}\n`);
      expect(await terminal.ended()).not.toBe(2);
      expect(error(terminal.shown())).toBeUndefined();
      expect(terminal.shown()).not.toContain(PASSWORD);
      expect(existsSync(trace)).toBe(false);
    });

    test.each([
      ['needs none', 'if [ "$1" = -n ]; then shift; else exit 1; fi'],
      ['has it by now', `${REFUSES}; shift 3`],
    ])('one that %s is not given any', async (_, lets) => {
      const bin = mkdtempSync(join(folder, 'bin-'));
      writeProgram(join(bin, 'sudo'), `${lets}; exec "$@"`);
      const terminal = check(withFirst(bin));
      await terminal.ended();
      expect(terminal.shown()).not.toContain('Password');
      expect(error(terminal.shown())).toBeUndefined();
    });

    test('a prompt that comes in pieces is one, with noise around it', { tags: 'hosts' }, async () => {
      const terminal = check(
        sudo(
          `echo noise >&2; printf %.30s "$prompt" >&2; sleep 0.3; printf %s "$prompt" | tail -c +31 >&2; ${READS}; echo noise; begin "$@"`,
        ),
      );
      await terminal.until(QUESTION);
      terminal.type(`${PASSWORD}\n`);
      await terminal.ended();
      expect(error(terminal.shown())).toBeUndefined();
      expect(terminal.shown().split(QUESTION)).toHaveLength(2);
    });

    test('a login file that prints the command line asks for nothing', async () => {
      const terminal = check(sudo('echo "$*"; echo "$*" >&2; echo "sudo: no" >&2; exit 1'));
      expect(await terminal.ended()).toBe(3);
      expect(terminal.shown()).not.toContain('Password');
      expect(error(terminal.shown())).toContain('sudo: no');
    });

    test('one that asks and goes on without reading: no shell takes the password for a command', {
      tags: 'hosts',
    }, async () => {
      const terminal = check(sudo('printf %s "$prompt" >&2; sleep 2; begin "$@"'));
      await terminal.until(QUESTION);
      terminal.type(`${PASSWORD}\n`);
      await terminal.ended();
      expect(error(terminal.shown())).toBeUndefined();
      expect(existsSync(trace)).toBe(false);
    });

    test('one that asks and lets in before the answer: the question ends, and nothing is sent', async () => {
      const terminal = check(sudo('printf %s "$prompt" >&2; begin "$@"'));
      await terminal.until(QUESTION);
      await terminal.ended();
      expect(error(terminal.shown())).toBeUndefined();
    });

    test('one that ends while it is answered: the question ends', { tags: 'hosts' }, async () => {
      const terminal = check(sudo('printf %s "$prompt" >&2; sleep 0.5; echo "sudo: timed out" >&2; exit 1'));
      await terminal.until(QUESTION);
      expect(await terminal.ended()).toBe(3);
      expect(error(terminal.shown())).toContain('sudo: timed out');
    });

    test('one that asks for something else is given nothing, and the time limit ends it', {
      tags: 'hosts',
    }, async () => {
      const terminal = check(
        sudo(`printf 'Verification code: ' >&2; ${READS}; begin "$@"`),
        '--timeout',
        '1s',
      );
      expect(await terminal.ended()).toBe(3);
      expect(error(terminal.shown())).toBe(
        'sudo asks for more than a password, or did not answer within 4 s: check as root, without --sudo (Verification code:)',
      );
    });

    test('one that takes none is asked no more than three times', async () => {
      const terminal = check(
        sudo(`while :; do printf %s "$prompt" >&2; ${READS} || exit 1; echo 'Sorry, try again.' >&2; done`),
      );
      for (const _ of [1, 2, 3]) {
        await terminal.until(QUESTION);
        terminal.type(`${PASSWORD}\n`);
      }
      expect(await terminal.ended()).toBe(3);
      expect(terminal.shown().split(QUESTION)).toHaveLength(4);
      expect(error(terminal.shown())).toBe(
        'the password was not accepted by sudo: check it there with `sudo -v`, and run this again (Sorry, try again.)',
      );
    });

    test('Ctrl-D gives none; Ctrl-C ends with 130, and the terminal shows again what is typed', {
      tags: 'hosts',
    }, async () => {
      const asking = sudo(`printf %s "$prompt" >&2; ${READS} || exit 1; begin "$@"`);
      const given = check(asking);
      await given.until(QUESTION);
      given.type('\u0004');
      expect(await given.ended()).toBe(3);
      expect(error(given.shown())).toBe(
        'sudo needs a password, and none was given: run this again, and type it, or check as root, without --sudo',
      );
      const command = `'${process.execPath}' '${BIN}' check memory --sudo; echo "status $?"; stty -a`;
      const interrupted = onTerminal(['sh', '-c', `trap : INT; ${command}`], asking);
      await interrupted.until(QUESTION);
      interrupted.type('\u0003');
      await interrupted.until('status 130');
      await interrupted.ended();
      expect(interrupted.shown()).toMatch(/ echo /);
    });
  },
);

test('without a terminal nobody is asked, and sudo is tried once', async () => {
  const log = join(folder, 'log');
  const env = sudo(`echo "$*" >>'${log}'; exit 1`);
  const { stdout, stderr, exitCode } = await hsdoctor(env, 'check', 'memory', '--sudo', '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
  expect(stdout).toContain(
    'sudo needs a password here: run this on a terminal, or run `sudo -v` first (sudo: a password is required)',
  );
  expect(existsSync(log)).toBe(false);
});
