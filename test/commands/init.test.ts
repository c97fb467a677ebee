import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';
import { missingTerminal, onTerminal } from '../support/terminal.ts';

let home: string;
let folder: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hsdoctor-init-'));
  folder = join(home, 'settings', 'hsdoctor');
  file = join(folder, 'config.toml');
});
afterEach(() => rmSync(home, { recursive: true }));

const env = () => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'settings'),
  PATH: process.env.PATH,
  NO_COLOR: '1',
});
const init = (...args: string[]) =>
  execa(process.execPath, [BIN, 'init', ...args], { reject: false, extendEnv: false, env: env() });
const written = () => readFileSync(file, 'utf8');

function put(text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
}

const MINIPC = `# Settings of hsdoctor: its page docs/settings.md has every key.

configuration = "/home/me/nixos"

[check]
hosts = [ "minipc", "nas" ]
sudo = true

[immich]
url = "http://minipc:2283"
`;

test('flags answer everything: printed, or written whole, and hsdoctor takes the file as its settings', async () => {
  const flags = [
    ...['--host', 'minipc,nas', '--sudo', '--configuration', '/home/me/nixos'],
    ...['--url', 'http://minipc:2283', '--photos', '~/my photos'],
  ];
  expect(await init(...flags, '--print')).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: MINIPC.trimEnd(),
  });
  expect(existsSync(join(home, 'settings'))).toBe(false);
  const { exitCode, stdout } = await init(...flags, '--yes');
  expect(exitCode).toBe(0);
  expect(written()).toBe(MINIPC);
  expect(readdirSync(folder)).toEqual(['config.toml']);
  expect(stdout).toContain(
    'put the API key of Immich (Account Settings > API Keys) in ~/.config/immich/api-key',
  );
  expect(stdout).toContain("~/'my photos'");
  const { stdout: checked } = await execa(process.execPath, [BIN, 'self-check'], {
    reject: false,
    extendEnv: false,
    env: env(),
  });
  expect(checked).toContain('settings: valid; `hsdoctor check` checks minipc, nas, as root');
});

test('without a terminal it says so in one sentence, and writes nothing', async () => {
  expect(await init('--host', 'minipc')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      'hsdoctor: init asks its questions on a terminal: run it on one, or answer by flags and add --yes or --print',
  });
  expect(existsSync(join(home, 'settings'))).toBe(false);
});

test('--yes replaces no file, and a link is never replaced', async () => {
  put('[check]\nsudo = true\n');
  expect(await init('--host', 'minipc', '--yes')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/config\.toml exists, and --yes does not replace it/),
  });
  expect(written()).toBe('[check]\nsudo = true\n');
  rmSync(file);
  symlinkSync('/nix/store/none/config.toml', file);
  expect(await init('--host', 'minipc', '--yes')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is a symbolic link to /nix/store/none/config.toml'),
  });
  expect(readdirSync(folder)).toEqual(['config.toml']);
});

test.each([
  ['a host that is none', ['--host', '-oProxyCommand=x'], '--host: "-oProxyCommand=x" is not a host'],
  ['a relative configuration', ['--configuration', 'nixos'], '--configuration: "nixos" is not an absolute'],
  ['a URL of something else', ['--url', 'ftp://minipc'], '--url: "ftp://minipc" is not the URL'],
  ['a password in the URL', ['--url', 'http://me:canary@minipc'], '--url: the URL has a user or a password'],
  ['a key in the URL', ['--url', 'http://minipc?apiKey=canary'], '--url: the URL has a ? or #'],
  ['a key for a file', ['--key-file', 'canary'], '--key-file: this is not an absolute path'],
  ['a key', ['--key', 'canary'], 'the API key cannot be given as a flag'],
])('%s is refused, never shown, and nothing is written', async (_, flags, sentence) => {
  for (const how of ['--print', '--yes']) {
    const { exitCode, stdout, stderr } = await init(...flags, how);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('canary');
  }
  expect(existsSync(join(home, 'settings'))).toBe(false);
});

describe.skipIf(missingTerminal)(
  `on a terminal${missingTerminal && ` (not run: no ${missingTerminal})`}`,
  () => {
    const started = (...args: string[]) => onTerminal([process.execPath, BIN, 'init', ...args], env());

    test('it asks, asks again for what is no answer, shows the file, and writes it after a yes', async () => {
      const terminal = started();
      await terminal.until('Hosts to check over SSH');
      terminal.type('min ipc\n');
      await terminal.until('"min ipc" is not a host');
      terminal.type('minipc, nas\n');
      await terminal.until('through sudo?');
      terminal.type('\n');
      await terminal.until('[/etc/nixos]');
      terminal.type('/home/me/nixos\n');
      await terminal.until('URL of Immich');
      terminal.type('http://minipc:2283\n');
      await terminal.until('photos to upload');
      terminal.type('\n');
      await terminal.until('  hosts = [ "minipc", "nas" ]');
      await terminal.until('Write this to');
      expect(existsSync(join(home, 'settings'))).toBe(false);
      terminal.type('y\n');
      expect(await terminal.ended()).toBe(0);
      expect(written()).toBe(MINIPC);
    });

    test('what a flag says is not asked, and Enter everywhere gives a file that changes nothing', async () => {
      const terminal = started('--host', '', '--no-sudo', '--configuration', '', '--url', '');
      await terminal.until('Write this to');
      expect(terminal.shown()).not.toMatch(/Hosts|sudo\?|Immich|photos/);
      terminal.type('\n');
      expect(await terminal.ended()).toBe(0);
      expect(written()).toBe('# Settings of hsdoctor: its page docs/settings.md has every key.\n');
    });

    test('a file that exists stays after Enter; after a yes it is replaced, and each one before is kept', async () => {
      put('# mine\n');
      const answers = ['--host', 'minipc', '--sudo', '--configuration', '', '--url', ''];
      const refused = started(...answers);
      await refused.until('It exists already');
      await refused.until('Replace');
      refused.type('\n');
      await refused.until('Nothing was written.');
      expect(await refused.ended()).toBe(0);
      expect(written()).toBe('# mine\n');
      for (const copy of ['config.toml.old', 'config.toml.old2']) {
        const agreed = started(...answers);
        await agreed.until('Replace');
        agreed.type('yes\n');
        await agreed.until(`is kept as`);
        await agreed.until(copy);
        expect(await agreed.ended()).toBe(0);
      }
      expect(readdirSync(folder).sort()).toEqual(['config.toml', 'config.toml.old', 'config.toml.old2']);
      expect(readFileSync(join(folder, 'config.toml.old'), 'utf8')).toBe('# mine\n');
      expect(written()).toContain('hosts = [ "minipc" ]');
    });

    test.each([
      ['Ctrl-C', '\u0003'],
      ['Ctrl-D', '\u0004'],
    ])('%s ends it with 130, and nothing is written', async (_, key) => {
      const terminal = started();
      await terminal.until('Hosts to check over SSH');
      terminal.type('minipc\n');
      await terminal.until('through sudo?');
      terminal.type(key);
      await terminal.until('Nothing was written.');
      expect(await terminal.ended()).toBe(130);
      expect(existsSync(join(home, 'settings'))).toBe(false);
    });
  },
);
