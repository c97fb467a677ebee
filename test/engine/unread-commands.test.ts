import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { largeHost } from '../../bench/large-host.ts';
import { writeBundle } from '../../src/collect/bundle.ts';
import { hsdoctor } from '../support/hsdoctor.ts';

test('a unit that runs, and whose start command was not read, leaves nothing ok that depends on it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-unread-'));
  try {
    const { results, ...host } = largeHost(3, false);
    const commands = results.get('unit-commands');
    if (commands?.outcome !== 'ran') throw new Error('the host has no commands');
    const cut = { ...commands, stdout: commands.stdout.slice(0, commands.stdout.lastIndexOf('unit ')) };
    await writeBundle(join(folder, 'b'), 'b', {
      ...host,
      results: new Map([...results, ['unit-commands', cut]]),
    });
    const { stdout, exitCode } = await hsdoctor({}, 'check', '--json', '--bundle', join(folder, 'b'));
    const statuses = new Map(
      JSON.parse(stdout).targets[0].results.map((result: { check: string; status: string }) => [
        result.check,
        result.status,
      ]),
    );
    expect(exitCode).toBe(3);
    for (const check of ['container-state', 'tailscale-bind', 'tailscale-wait', 'agenix-secrets'])
      expect(statuses.get(check), check).toBe('unknown');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
