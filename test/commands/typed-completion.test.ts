import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';
import { pathOf } from '../support/loopback-host.ts';

const home = mkdtempSync(join(tmpdir(), 'hsdoctor-typed-'));
afterAll(() => rmSync(home, { recursive: true }));
for (const name of ['.ssh', 'bin', 'my nixos']) mkdirSync(join(home, name));
writeFileSync(join(home, '.ssh', 'config'), 'Host minipc nas\n');
writeFileSync(join(home, 'mine.toml'), '');
symlinkSync(BIN, join(home, 'bin', 'hsdoctor'));

const env = {
  HOME: home,
  PATH: [join(home, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
  TERM: 'xterm',
};

const SHELLS = [
  { shell: 'bash', start: 'bash --norc --noprofile -i', prompt: "PS1='> '" },
  {
    shell: 'zsh',
    start: 'zsh -f -i',
    prompt: "PROMPT='> '; unsetopt beep; autoload -U compinit; compinit -u -D",
  },
];

/** What is typed before the key, and the line behind it. */
const LINES: readonly (readonly [string, string])[] = [
  ['hsdoctor comp', 'hsdoctor completion'],
  ['hsdoctor agent st', 'hsdoctor agent status'],
  ['hsdoctor check ml', 'hsdoctor check ml-oom'],
  ['hsdoctor check --quie', 'hsdoctor check --quiet'],
  ['hsdoctor check --host=mi', 'hsdoctor check --host=minipc'],
  ['hsdoctor check --host minipc,n', 'hsdoctor check --host minipc,nas'],
  ['hsdoctor check --skip=dns,ml', 'hsdoctor check --skip=dns,ml-oom'],
  ['hsdoctor check --fail-on u', 'hsdoctor check --fail-on unknown'],
  ['hsdoctor check --source my', 'hsdoctor check --source my\\ nixos/'],
  ['hsdoctor check --source=~/my', 'hsdoctor check --source=~/my\\ nixos/'],
  ['hsdoctor check --format json=mi', 'hsdoctor check --format json=mine.toml'],
  ['hsdoctor check --config "mi', 'hsdoctor check --config "mine.toml"'],
  ['hsdoctor explain ml-oom/li', 'hsdoctor explain ml-oom/limit-too-low'],
];

describe.each(SHELLS)('typed on a terminal into $shell', ({ shell, start, prompt }) => {
  const absent = ['tmux', shell].filter((program) => pathOf(program) === undefined).join(' and ');
  describe.skipIf(absent)(
    `(${absent === '' ? 'by tmux' : `not run: no ${absent}`})`,
    { tags: 'hosts' },
    () => {
      const tmux = async (...args: string[]) =>
        (await execa('tmux', ['-S', join(home, shell), '-f', '/dev/null', ...args], { env, cwd: home }))
          .stdout;
      const screen = async () => (await tmux('capture-pane', '-p')).trim();

      /** Types, and waits for what has to be the whole screen. */
      async function shows(wanted: string): Promise<void> {
        const end = Date.now() + 20_000;
        while ((await screen()) !== wanted && Date.now() < end) await sleep(50);
        expect(await screen()).toBe(wanted);
      }

      beforeAll(async () => {
        await tmux('new-session', '-d', '-x', '110', '-y', '20', start);
        const setUp = `${prompt}; source <(hsdoctor completion ${shell}); clear`;
        await tmux('send-keys', '-l', setUp);
        await tmux('send-keys', 'Enter');
        await shows('>');
        return () => tmux('kill-server');
      });

      test.each(LINES)('%s', async (typed, completed) => {
        await tmux('send-keys', '-l', typed);
        await tmux('send-keys', 'Tab');
        await shows(`> ${completed}`);
        await tmux('send-keys', 'C-u');
        await shows('>');
      });
    },
  );
});
