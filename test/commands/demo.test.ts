import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { demoConfiguration } from '../lab/scenarios.ts';
import { healthy } from '../support/bundles.ts';
import { hsdoctor, ROOT } from '../support/hsdoctor.ts';
import { installGlobally } from '../support/installed.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('--healthy shows the recording of the healthy server, with its own exit status in words', async () => {
  const { node, hsdoctor: program } = installGlobally(folder);
  const demo = join(folder, 'lib', 'node_modules', 'hsdoctor', 'demo');
  mkdirSync(demo);
  await healthy(demo, 'healthy-server');
  const { stdout, exitCode } = await execa(node, [program, 'demo', '--healthy'], { reject: false });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Checks: 0 fail');
  expect(stdout).toMatch(/This was a recording of a test server[\s\S]*would have exit status 0/);
});

const recorded = join(ROOT, 'demo', 'healthy-server');
test.skipIf(!existsSync(recorded))(
  'the recording has no problem, and nothing that could not be checked (not run: npm run demo:record -- healthy-server)',
  async () => {
    const { stdout } = await hsdoctor({}, 'demo', '--healthy', '--json');
    const { summary } = JSON.parse(stdout) as { summary: Record<string, number> };
    expect(summary).toMatchObject({ fail: 0, warn: 0, unknown: 0 });
    expect(summary.ok).toBeGreaterThan(10);
  },
);

test('its configuration, which the recorded server was built from, shows two of the three causes', async () => {
  const source = join(ROOT, 'demo', 'configuration');
  expect(readFileSync(join(source, 'configuration.nix'), 'utf8')).toBe(await demoConfiguration());
  const { stdout, exitCode } = await hsdoctor({}, 'check', '--source', source, '--json');
  expect(exitCode).toBe(1);
  const { summary, targets } = JSON.parse(stdout) as {
    summary: Record<string, number>;
    targets: { results: { check: string; status: string }[] }[];
  };
  expect(summary).toMatchObject({ warn: 0, unknown: 0 });
  const failed = targets.flatMap(({ results }) =>
    results.filter(({ status }) => status === 'fail').map(({ check }) => check),
  );
  expect(failed).toEqual(['ml-oom', 'tailscale-bind', 'tailscale-wait']);
});
