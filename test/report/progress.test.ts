import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import { SICK_SERVER } from '../support/bundles.ts';
import { pathOf } from '../support/loopback-host.ts';
import { commandLines } from '../support/processes.ts';

const run = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tool(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

// A probe that waits until it is let go, so that there is something to see meanwhile.
const gate = join(folder, 'gate');
tool('tailscale', `while [ ! -e '${gate}' ]; do sleep 0.1; done; echo '{}'`);
tool('ssh', 'echo "ssh: connect to host: Connection refused" >&2; exit 255');

const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, TERM: 'xterm' };
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

// The `script` of other systems takes other arguments.
const terminalTest = test.skipIf(process.platform !== 'linux' || pathOf('script') === undefined);

/** Runs hsdoctor in a terminal of its own; `-e` hands its exit status on. */
function inTerminal(args: string) {
  const command = `stty rows 24 cols 80; exec '${process.execPath}' '${run}' ${args}`;
  const child = execa('script', ['-qec', command, '/dev/null'], { env, reject: false });
  let seen = '';
  child.stdout.on('data', (chunk) => {
    seen += chunk;
  });
  const shows = async (text: string) => {
    while (!seen.includes(text)) await new Promise((resolve) => child.stdout.once('data', resolve));
  };
  return { child, shows };
}

terminalTest(
  'a terminal shows what is waited for, and then only the report (skipped without the script of Linux)',
  async () => {
    rmSync(gate, { force: true });
    const report = join(folder, 'report');
    const { child, shows } = inTerminal(`check tailscale-up --no-color >'${report}'`);
    await shows(' sources read (waiting for tailscale, ');
    writeFileSync(gate, '');
    const { stdout } = await child;
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR));
    const { stdout: printed } = await execa('cat', [report]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/\u001b\[\d+m/);
    expect(printed).toContain('Exit status');
    expect(printed).not.toContain('sources read');
  },
);

terminalTest(
  'Ctrl-C ends with 130, gives the cursor back and leaves no process behind (skipped without the script of Linux)',
  async () => {
    rmSync(gate, { force: true });
    const { child, shows } = inTerminal('check tailscale-up');
    await shows('waiting for tailscale');
    child.stdin.write('\u0003');
    const { stdout, exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR));
    await expect
      .poll(() => commandLines().some((line) => line.includes(join(folder, 'tailscale'))), {
        timeout: 10_000,
      })
      .toBe(false);
  },
);

test('without a terminal one host is read in silence', async () => {
  writeFileSync(gate, '');
  expect((await execa(run, ['check', 'tailscale-up'], { node: true, env, reject: false })).stderr).toBe('');
});

test.each([
  [[], ['a: nothing could be read', 'b: nothing could be read']],
  [['--json'], []],
])('without a terminal several hosts are told as they are done: %j', async (flags, lines) => {
  const args = ['check', '--host', 'a', '--host', 'b', ...flags];
  const { stderr } = await execa(run, args, { node: true, env, reject: false });
  expect(stderr.split('\n').filter(Boolean).sort()).toEqual(lines);
});

test('without a terminal no host of several has a name that is a line of its own, or one that a CI obeys', async () => {
  const options = { sudo: false, timeoutMs: 0, journalWindow: '' };
  const collection = await (await bundleTarget(SICK_SERVER)).collect([], options);
  const paths = ['x\n::error::y', 'x ##vso[task.complete]'].map((name) => ({
    name,
    path: join(folder, `bundle-${name.length}`),
  }));
  for (const { name, path } of paths) await writeBundle(path, name, collection);
  const args = ['check', 'tailscale-up', ...paths.flatMap(({ path }) => ['--bundle', path])];
  const { stdout, stderr } = await execa(run, args, { node: true, env, reject: false });
  expect(stderr.split('\n').filter(Boolean)).toHaveLength(2);
  expect(`${stdout}\n${stderr}`).not.toMatch(/^\s*::|##(?:\[|vso)/m);
});
