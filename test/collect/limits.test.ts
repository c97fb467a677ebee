/** @module-tag hosts */
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, expect, test } from 'vitest';
import { largeHost } from '../../bench/large-host.ts';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { runChecks, timeWindow } from '../../src/engine/check.ts';
import { probes } from '../../src/facts/host/index.ts';
import type { Probe } from '../../src/model/probe.ts';
import { reportSchema } from '../../src/model/report.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import { SICK_SERVER } from '../support/bundles.ts';
import { hsdoctorMeasured } from '../support/hsdoctor.ts';

const MEBIBYTE = 1024 * 1024;
/** What a check takes at least is half of it. */
const MEMORY_LIMIT = 300 * MEBIBYTE;
const MANIFEST = 'hsdoctor-bundle.json';
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (path: string, ...flags: string[]) => hsdoctorMeasured({}, 'check', '--bundle', path, ...flags);

let count = 0;
const fresh = (ending = '') => join(folder, `${++count}${ending}`);

/** Of a bundle whose sources have all printed so much. */
function manifestOf(ids: readonly string[], bytes: number): string {
  const ran = {
    outcome: 'ran',
    durationMs: 1,
    exitCode: 0,
    capped: false,
    stdoutBytes: bytes,
    stderrBytes: 0,
  };
  const system = { outcome: 'failed', durationMs: 1, reason: 'x' };
  const results = { system, ...Object.fromEntries(ids.map((id) => [id, ran])) };
  return JSON.stringify({ format: 'hsdoctor-bundle', version: 1, target: 'x', durationMs: 1, results });
}

/** A bundle of parts that are as large as they say, and take no room on the disk. */
function sparse(ids: readonly string[], bytes: number): string {
  const path = fresh();
  mkdirSync(path);
  for (const id of ids) {
    mkdirSync(join(path, id));
    for (const stream of ['stdout', 'stderr']) writeFileSync(join(path, id, stream), '');
    truncateSync(join(path, id, 'stdout'), bytes);
  }
  writeFileSync(join(path, MANIFEST), manifestOf(ids, bytes));
  return path;
}

const known = (Object.values(probes) as Probe[]).map(({ id }) => id);

async function archiveOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = fresh('.tar.gz');
  const entries = Object.entries(files).map(([name, content]) => {
    const body = Buffer.from(content);
    return { header: { name, size: body.length, type: 'file' as const }, body };
  });
  writeFileSync(path, gzipSync(await packTar(entries), { level: 1 }));
  return path;
}

test.each<[string, () => string | Promise<string>, RegExp]>([
  [
    'whose every part has 128 MiB',
    () => sparse(known, 128 * MEBIBYTE),
    /is refused: [a-z-]+\/stdout has 134217728 bytes, and the limit is \d+$/m,
  ],
  [
    'with a manifest of 120 MB',
    () => {
      const path = fresh();
      cpSync(SICK_SERVER, path, { recursive: true });
      truncateSync(join(path, MANIFEST), 120_000_000);
      return path;
    },
    /is refused: hsdoctor-bundle\.json has 120000000 bytes/,
  ],
  [
    'that is an archive with a manifest of 120 MB',
    () => archiveOf({ [MANIFEST]: Buffer.alloc(120_000_000) }),
    /is refused: hsdoctor-bundle\.json has 120000000 bytes/,
  ],
  [
    'that is an archive with a part of 120 MB',
    () =>
      archiveOf({
        [MANIFEST]: manifestOf(['tailscale'], 120_000_000),
        'tailscale/stdout': Buffer.alloc(120_000_000),
      }),
    /tailscale\/stdout has 120000000 bytes/,
  ],
])('a bundle %s is refused in one sentence, and costs little', async (_, make, reason) => {
  const { exitCode, stdout, stderr, peakMemory } = await check(await make());
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(reason);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(peakMemory).toBeLessThan(MEMORY_LIMIT);
});

test('what no source here is called is not read: a bundle of a newer hsdoctor, and 15 GiB of nothing', async () => {
  const path = sparse(
    Array.from({ length: 120 }, (_, index) => `new-${index}`),
    128 * MEBIBYTE,
  );
  const { exitCode, stdout, peakMemory } = await check(path, '--json');
  const [target] = reportSchema.parse(JSON.parse(stdout)).targets;
  expect(exitCode).toBe(3);
  expect(new Set(target?.results.map(({ status }) => status))).toEqual(new Set(['unknown', 'skipped']));
  expect(peakMemory).toBeLessThan(MEMORY_LIMIT);
});

test('what is beside the parts of an archive is not kept', async () => {
  const path = await archiveOf({
    [MANIFEST]: manifestOf([], 0),
    'photos/all.zip': Buffer.alloc(60_000_000),
    'tailscale/more/stdout': Buffer.alloc(60_000_000),
  });
  const { exitCode, peakMemory } = await check(path);
  expect(exitCode).toBe(3);
  expect(peakMemory).toBeLessThan(MEMORY_LIMIT);
});

const LONG = 'x '.repeat(1_400_000);

test.each<[string, string, (text: string) => string]>([
  [
    'health text',
    'tailscale',
    (text) => JSON.stringify({ ...JSON.parse(text), Health: [`unable to ${LONG}`] }),
  ],
  [
    'name',
    'containers',
    (text) =>
      text
        .replace('"immich-redis"', JSON.stringify(LONG.repeat(5)))
        .replaceAll('"health":""', '"health":"unhealthy"'),
  ],
  [
    'line',
    'kernel-oom',
    (text) => `${text}1795426699.000000 minipc kernel: Out of memory: Killed process 9 (node) ${LONG}\n`,
  ],
  ['message', 'failed-units', (text) => text.replaceAll('podman-immich-postgres', `backup-${LONG}`)],
])('one %s of megabytes is cut where it enters, and is not told over and over', async (_, id, edit) => {
  const path = fresh();
  const recorded = await (await bundleTarget(SICK_SERVER)).collect([], {
    sudo: false,
    timeoutMs: 0,
    journalWindow: '',
  });
  const raw = recorded.results.get(id);
  if (raw?.outcome !== 'ran') throw new Error(`${id} did not run`);
  const stdout = edit(raw.stdout);
  expect(stdout.length).toBeGreaterThan(LONG.length);
  await writeBundle(path, 'x', {
    ...recorded,
    results: new Map([...recorded.results, [id, { ...raw, stdout }]]),
  });
  for (const flags of [[], ['--json']]) {
    const { exitCode, stdout: told, peakMemory } = await check(path, ...flags);
    expect(exitCode).toBe(1);
    expect(told.length).toBeLessThan(250_000);
    expect(peakMemory).toBeLessThan(MEMORY_LIMIT);
  }
});

test.each([false, true])(
  'a thousand units are judged one by one, all of them failing: %s',
  async (isSick) => {
    const path = fresh();
    await writeBundle(path, 'large', largeHost(1000, isSick));
    const { stdout, peakMemory } = await check(path, '--json');
    const findings = reportSchema
      .parse(JSON.parse(stdout))
      .targets.flatMap(({ results }) => results.flatMap((result) => result.findings));
    const about = new Set(findings.map(({ subject }) => subject?.replace(/^podman-|\.service$/g, '')));
    for (let number = 0; number < 1000; number++)
      expect(about.has(`app-${number}`), `${number}`).toBe(isSick);
    expect(peakMemory).toBeLessThan(MEMORY_LIMIT);
  },
);

/** Of the processor, in milliseconds: of the clock, others on the machine have their share. */
async function costOf(units: number, isSick: boolean): Promise<number> {
  const collection = largeHost(units, isSick);
  const target = { name: 'large', kind: 'bundle' as const, collect: async () => collection };
  const before = process.cpuUsage();
  await runChecks([target], checks, { ...DEFAULTS, ...timeWindow(undefined), version: '0' });
  return process.cpuUsage(before).user / 1000;
}

test.each([false, true])(
  'four times the units and containers cost about four times as much, all of them failing: %s',
  async (isSick) => {
    const least = async (units: number) =>
      Math.min(await costOf(units, isSick), await costOf(units, isSick), await costOf(units, isSick));
    const few = await least(1500);
    // What compares each with each costs sixteen times as much.
    expect(await least(6000)).toBeLessThan(8 * few);
  },
);
