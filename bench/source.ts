import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { writeConfiguration } from './configuration.ts';
import { asRatio, run, spread } from './measure.ts';

const COUNTS = [250, 500, 1000] as const;
const BUDGET_MS = 3000;
const BUDGET_BYTES = 300_000_000;
/** What each file more may cost among many, to what it costs among few: in step with their number, but for noise. */
const GROWTH_BUDGET = 1.3;
/** What is asked, and how many containers are in each module of 10 KB: as many as there is room for nobody has. */
const CASES = [
  {
    what: 'containers only (check oci-backend)',
    checks: ['oci-backend'],
    containers: 1,
    runs: 7,
  },
  { what: 'all checks', checks: [], containers: 1, runs: 7 },
  { what: 'all checks, nothing but containers', checks: [], containers: Number.POSITIVE_INFINITY, runs: 3 },
] as const;

const BIN = fileURLToPath(new URL('../bin/run.js', import.meta.url));

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

/** The whole program, from its start to its end. */
async function check(checks: readonly string[], source: string, told: string): Promise<Run> {
  const preload = join(folder, 'tell.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.resourceUsage())));`,
  );
  const started = performance.now();
  const report = await run(
    [process.execPath, '--require', preload, BIN, 'check', ...checks, '--source', source, '--json'],
    { allowed: [1] },
  );
  const wallMs = performance.now() - started;
  if (!report.includes('"file": "last.nix"')) throw new Error('the fault was not found');
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(told, 'utf8'));
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, bytes: maxRSS * 1024 };
}

/** How long nix takes to read the same files, and no more than that, in milliseconds; undefined where there is no nix. */
async function parseWithNix(source: string): Promise<number | undefined> {
  const started = performance.now();
  const { exitCode } = await execa('sh', ['-c', 'exec nix-instantiate --parse *.nix */*.nix >/dev/null'], {
    cwd: source,
    reject: false,
    env: { NIX_STATE_DIR: join(source, 'state'), NIX_STORE_DIR: join(source, 'store') },
  });
  return exitCode === 0 ? performance.now() - started : undefined;
}

const text = (values: readonly number[], unit: string, divisor = 1) => {
  const { median, least, most } = spread(values.map((value) => value / divisor));
  return `${Math.round(median)} ${unit} (${Math.round(least)}-${Math.round(most)})`;
};

function growthOf([few = 0, more = 0, most = 0]: readonly number[]): number {
  return (most - more) / (COUNTS[2] - COUNTS[1]) / ((more - few) / (COUNTS[1] - COUNTS[0]));
}

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
try {
  for (const { what, checks, containers, runs: times } of CASES) {
    console.log(`\n${what}`);
    const least: number[] = [];
    for (const count of COUNTS) {
      const source = join(folder, `${containers}-${count}`);
      writeConfiguration(source, count, containers);
      const isBudgeted = containers === 1 && count === COUNTS.at(-1);
      const runs: Run[] = [];
      const ratios: number[] = [];
      for (let each = 0; each < times; each++) {
        const own = await check(checks, source, join(folder, 'told'));
        const reference = isBudgeted ? await parseWithNix(source) : undefined;
        runs.push(own);
        if (reference !== undefined) ratios.push(own.wallMs / reference);
      }
      const wall = runs.map(({ wallMs }) => wallMs);
      const memory = runs.map(({ bytes }) => bytes);
      console.log(
        `${count} files of 10 KB: wall ${text(wall, 'ms')}, processor ${text(
          runs.map(({ cpuMs }) => cpuMs),
          'ms',
        )}, peak memory ${text(memory, 'MB', 1e6)}, ${(spread(wall).median / count).toFixed(2)} ms a file`,
      );
      if (ratios.length > 0)
        console.log(`  ${asRatio(spread(ratios))} of what nix-instantiate --parse takes for the same files`);
      // Only the least time is that of a program that has both processors, where others share them.
      const missed = spread(wall).least > BUDGET_MS || spread(memory).most > BUDGET_BYTES;
      if (isBudgeted && missed) process.exitCode = 1;
      least.push(spread(wall).least);
    }
    const growth = growthOf(least);
    console.log(
      `  each file more costs ${growth.toFixed(2)}x among ${COUNTS[2]} of what it costs among ${COUNTS[0]}`,
    );
    if (growth > GROWTH_BUDGET) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
