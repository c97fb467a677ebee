import process from 'node:process';
import { BIN } from '../test/support/hsdoctor.ts';
import { asRatio, inMilliseconds, pairs, type Row, run, spread } from './measure.ts';

const BUDGET = 2.2;

/** What a command costs before it does anything, against node itself. */
export async function startUp(runs: number): Promise<Row[]> {
  const rows = [];
  for (const flag of ['--version', '--help']) {
    const measured = await pairs(
      runs,
      () => run([process.execPath, BIN, flag]),
      () => run([process.execPath, '-e', '0']),
    );
    const ratio = spread(measured.map(({ ours, theirs }) => ours / theirs));
    rows.push({
      what: `hsdoctor ${flag}`,
      measured: inMilliseconds(spread(measured.map(({ ours }) => ours))),
      against: `node -e 0: ${inMilliseconds(spread(measured.map(({ theirs }) => theirs)))}`,
      result: asRatio(ratio),
      budget: `${BUDGET.toFixed(1)}x`,
      holds: ratio.median <= BUDGET,
    });
  }
  return rows;
}
