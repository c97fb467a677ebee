import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hsdoctor-self-'));
  mkdirSync(join(home, 'bin'));
  symlinkSync('/bin/sh', join(home, 'bin', 'sh'));
});
afterEach(() => rmSync(home, { recursive: true }));

function program(name: string, script: string): void {
  const file = join(home, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const selfCheck = (...args: string[]) =>
  execa(process.execPath, [BIN, 'self-check', ...args], {
    reject: false,
    cwd: '/',
    extendEnv: false,
    env: { HOME: home, PATH: join(home, 'bin'), XDG_CONFIG_HOME: join(home, '.config') },
  });

test('what is there is named, and what is missing says how to get it', async () => {
  program('ssh', 'echo OpenSSH_9.9 >&2');
  const { stdout, exitCode } = await selfCheck();
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Node ${process.versions.node}`);
  expect(stdout).toContain(`✔ ssh: OpenSSH_9.9 (${home}/bin/ssh)`);
  expect(stdout).toContain('✔ settings: valid; `hsdoctor check` checks this machine');
  expect(stdout).toContain('✔ nix: not installed; only --source DIR --eval needs it');
  rmSync(join(home, 'bin', 'ssh'));
  expect((await selfCheck()).stdout).toContain(
    '! ssh: not installed: --host cannot be used; install openssh',
  );
});

test('no shell, and settings that are not valid, are missing: exit status 1', async () => {
  const file = join(home, 'mine.toml');
  writeFileSync(file, '[check]\nsudo = true\nhosts = ["minipc"]\n');
  expect((await selfCheck('--config', file)).stdout).toContain(
    '✔ settings: valid; `hsdoctor check` checks minipc, as root',
  );
  writeFileSync(file, '[check]\nsuod = true\n');
  expect(await selfCheck('--config', file)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^✖ settings: .*mine\.toml:2: suod/m),
  });
  rmSync(join(home, 'bin', 'sh'));
  expect(await selfCheck()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^✖ sh: not found/m),
  });
});

test.skipIf(process.platform !== 'linux')(
  'the journal is readable only if it shows a line (Linux only)',
  async () => {
    expect((await selfCheck()).stdout).toMatch(
      /^! journal: journalctl is not installed, .*: name your server/m,
    );
    program('journalctl', 'echo "a line"');
    expect((await selfCheck()).stdout).toContain('✔ journal: the journal of the system can be read');
    program('journalctl', 'echo "No journal files were opened due to insufficient permissions." >&2; exit 1');
    expect((await selfCheck()).stdout).toMatch(
      /^! journal: .*(?:run `systemctl status|use --sudo|no systemd here)/m,
    );
  },
);

test('where the settings name hosts, what only checks of this machine read is left out', async () => {
  program('journalctl', 'exit 1');
  const file = join(home, 'mine.toml');
  writeFileSync(file, '[check]\nhosts = ["minipc"]\n');
  expect((await selfCheck('--config', file)).stdout).not.toMatch(/journal|sudo|root|containers/);
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'sudo with a password says where it is asked for (Linux, not as root)',
  async () => {
    program('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    expect((await selfCheck()).stdout).toContain(
      '! sudo: asks for a password: --sudo asks for it on a terminal',
    );
  },
);
