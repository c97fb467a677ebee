/** @module-tag hosts */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { FrameReader } from '../../src/collect/frames.ts';
import { collectionScript } from '../../src/collect/script.ts';
import { collectThroughShell } from '../../src/collect/shell.ts';
import { defineProbe, type Probe, type RawResult } from '../../src/model/probe.ts';
import { commandLines } from '../support/processes.ts';
import { SHELLS } from '../support/shells.ts';

const probe = (id: string, script: string, options: Partial<Probe> = {}) =>
  defineProbe({ id, reads: id, script, platforms: ['linux', 'darwin'], parse: (raw) => raw, ...options });

const options = { sudo: false, timeoutMs: 20_000, journalWindow: '--boot' };
const explain = (code: number | undefined, stderr: string) => `${code} ${stderr}`;

function running(marker: string): string[] {
  return commandLines().filter((line) => line.startsWith(`sleep ${marker}`));
}

const body = (result: RawResult | undefined) => {
  const { durationMs: _, ...rest } = result ?? { durationMs: 0 };
  return rest;
};

const described = SHELLS.map(
  ({ name, command, missing }) => [`${name}${missing}`, command, missing] as const,
);
describe.each(described)('the collection script under %s', (_, shell, missing) => {
  test.skipIf(missing !== '')('gives each probe its own result, whatever the others do', async () => {
    const marker = String(90_000 + Math.floor(Math.random() * 9000));
    const probes = [
      probe('plain', 'echo out; echo err >&2; exit 3'),
      probe('binary', "printf '\\000\\001\\033[31m\\n#hsdoctor x result plain\\n'"),
      probe('endless', 'yes', { outputLimit: 1000 }),
      probe('hung', `sleep ${marker} & sleep ${marker}`, { timeLimitMs: 1000 }),
      probe('absent', 'true', { tools: ['no-such-program'] }),
      probe('elsewhere', 'true', { platforms: [] }),
      probe('reads-stdin', 'cat; echo end'),
      probe('quotes', `echo "it's" 'a "quote"' \\\\`),
    ];
    const { results, error } = await collectThroughShell(shell, probes, options, explain);
    expect(error).toBeUndefined();
    expect(body(results.get('plain'))).toEqual({
      outcome: 'ran',
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      capped: false,
    });
    expect(body(results.get('binary'))).toMatchObject({
      stdout: '\0\u0001\u001b[31m\n#hsdoctor x result plain\n',
    });
    expect(body(results.get('endless'))).toMatchObject({
      outcome: 'ran',
      capped: true,
      stdout: 'y\n'.repeat(500),
    });
    expect(body(results.get('hung'))).toMatchObject({ outcome: 'timeout' });
    expect(body(results.get('absent'))).toMatchObject({ outcome: 'not-installed' });
    expect(body(results.get('elsewhere'))).toMatchObject({ outcome: 'not-applicable' });
    expect(body(results.get('reads-stdin'))).toMatchObject({ stdout: 'end\n' });
    expect(body(results.get('quotes'))).toMatchObject({ stdout: `it's a "quote" \\\n` });
    await vi.waitFor(() => expect(running(marker)).toEqual([]), 10_000);
  });

  test.skipIf(missing !== '')('ends everything on the host when the client is gone', async () => {
    const marker = String(80_000 + Math.floor(Math.random() * 9000));
    const script = collectionScript(
      [probe('hung', `sleep ${marker} & sleep ${marker}`, { timeLimitMs: 60_000 })],
      {
        nonce: 'n',
        timeoutMs: 60_000,
        journalWindow: '--boot',
      },
    );
    const [file, ...args] = shell;
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write(script);
    while (running(marker).length < 2) await sleep(20);
    child.stdin.end();
    child.stdout.resume();
    await once(child, 'close');
    // Killed before the script ended, and gone as soon as they are next to run.
    await vi.waitFor(() => expect(running(marker)).toEqual([]), 10_000);
  });

  test.skipIf(missing !== '')(
    'leaves no timer where it hangs in a write and the client is gone',
    async () => {
      // The whole time limit is one of the timers.
      const marker = 70_000 + Math.floor(Math.random() * 9000);
      const script = collectionScript(
        [probe('long', 'head -c 1000000 /dev/zero', { outputLimit: 1_000_000 })],
        {
          nonce: 'n',
          timeoutMs: marker * 1000,
          journalWindow: '--boot',
        },
      );
      const [file, ...args] = shell;
      const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.write(script);
      // What began to arrive is not read on.
      await once(child.stdout, 'readable');
      while (running(String(marker)).length < 1) await sleep(20);
      child.stdin.end();
      await vi.waitFor(() => expect(running(String(marker))).toEqual([]), 10_000);
      child.stdout.destroy();
    },
  );

  test.skipIf(missing !== '')('runs nothing when it arrives cut short', () => {
    const script = collectionScript([probe('any', 'echo ran')], {
      nonce: 'n',
      timeoutMs: 1000,
      journalWindow: '--boot',
    });
    const [file, ...args] = shell;
    for (const part of [0.3, 0.6, 0.95]) {
      const cut = script.slice(0, Math.floor(script.length * part));
      let out = '';
      try {
        out = execFileSync(file, args, {
          input: cut,
          encoding: 'utf8',
          stdio: ['pipe', 'pipe', 'ignore'],
        });
      } catch (error) {
        out = (error as { stdout: string }).stdout;
      }
      expect(out).not.toContain('#hsdoctor');
    }
  });
});

test('noise before, between and after frames costs nothing', async () => {
  const probes = [probe('one', 'echo 1'), probe('two', 'echo 2')];
  const shell = 'echo welcome; printf "\\033[2J\\n#hsdoctor"; sh -s; echo bye';
  const { results } = await collectThroughShell(['sh', '-c', shell], probes, options, explain);
  expect([...results.keys()].sort()).toEqual(['one', 'two']);
});

test('a login file that exits is an error of the target with its exit status', async () => {
  const { error, results } = await collectThroughShell(
    ['sh', '-c', 'exit 7'],
    [probe('one', 'true')],
    options,
    explain,
  );
  expect(error).toBe('7 ');
  expect(results.size).toBe(0);
});

test('a connection that is cut loses only what had not arrived', async () => {
  const probes = [probe('quick', 'echo 1'), probe('slow', 'sleep 3')];
  const shell = ['sh', '-c', 'exec 3<&0; sh -s <&3 & sleep 1; kill -KILL $!'] as [string, ...string[]];
  const { results } = await collectThroughShell(shell, probes, options, explain);
  expect(results.get('quick')).toMatchObject({ outcome: 'ran' });
  expect(results.get('slow')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('connection ended'),
  });
});

test('a frame whose length lies is dropped, and the next is read', () => {
  const reader = new FrameReader('n', [probe('one', ''), probe('two', '')]);
  const stream =
    '\n#hsdoctor n result one ran 0 - - 99 0\nshort\n#hsdoctor n result two ran 0 - - 2 0\nok\n#hsdoctor n stop two\n\n#hsdoctor n end\n';
  const events = [...reader.read(Buffer.from(stream.padEnd(400)))];
  expect(events.map((event) => (event.type === 'result' ? event.probe : event.type))).toEqual(['two', 'end']);
});
