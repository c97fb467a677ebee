import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle } from '../src/collect/bundle.ts';
import { hsdoctorMeasured } from '../test/support/hsdoctor.ts';
import { largeHost } from './large-host.ts';
import { inMilliseconds, type Row, spread } from './measure.ts';

const COUNT = 10_000;
const BUDGET_MS = 5000;
const BUDGET_BYTES = 300_000_000;

/** A host of ten thousand units and containers, all of them well or all of them failing, against one of a tenth of that. */
export async function largeHosts(runs: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
  try {
    const rows = [];
    for (const isSick of [false, true]) {
      const few = join(folder, 'few');
      const many = join(folder, 'many');
      await writeBundle(few, 'few', largeHost(COUNT / 10, isSick));
      await writeBundle(many, 'many', largeHost(COUNT, isSick));
      const measured = [];
      for (let run = 0; run < runs; run++) measured.push({ few: await check(few), many: await check(many) });
      const wall = spread(measured.map((each) => each.many.wallMs));
      const memory = spread(measured.map((each) => each.many.peakMemory));
      const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
      rows.push({
        what: `${COUNT.toLocaleString('en')} units and containers, ${isSick ? 'all failing' : 'all healthy'}`,
        measured: inMilliseconds(wall),
        against: `${(COUNT / 10).toLocaleString('en')} of them: ${inMilliseconds(spread(measured.map((each) => each.few.wallMs)))}`,
        result: `${megabytes(memory.median)} (${megabytes(memory.least)}-${megabytes(memory.most)})`,
        budget: `${BUDGET_MS / 1000} s, ${megabytes(BUDGET_BYTES)}`,
        holds: wall.median <= BUDGET_MS && memory.median <= BUDGET_BYTES,
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function check(bundle: string) {
  const { exitCode, stderr, durationMs, peakMemory } = await hsdoctorMeasured(
    {},
    'check',
    '--json',
    '--bundle',
    bundle,
  );
  if (exitCode !== 0 && exitCode !== 1 && exitCode !== 3) throw new Error(stderr);
  return { wallMs: durationMs, peakMemory };
}
