import { execa } from 'execa';

/** Medians and ranges, because one slow run says nothing and a mean hides it. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly against: string;
  readonly result: string;
  readonly budget: string;
  readonly holds: boolean;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return {
    median: middle.reduce((sum, value) => sum + value, 0) / middle.length,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  };
}

/** Times `ours` and `theirs` in turn, so that what else the machine does falls on both; the first pair only warms up. */
export async function pairs(
  runs: number,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<{ readonly ours: number; readonly theirs: number }[]> {
  const measured = [];
  for (let run = 0; run <= runs; run++) {
    const forwards = run % 2 === 0;
    const first = await milliseconds(forwards ? ours : theirs);
    const second = await milliseconds(forwards ? theirs : ours);
    if (run > 0) measured.push(forwards ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  return measured;
}

async function milliseconds(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** Runs a program to its end; `allowed` are exit statuses that are no failure of the benchmark. */
export async function run(
  command: readonly [string, ...string[]],
  {
    env = {},
    input = '',
    allowed = [0],
  }: { env?: Readonly<Record<string, string>>; input?: string; allowed?: readonly number[] } = {},
): Promise<string> {
  const [file, ...args] = command;
  const { exitCode, stdout, stderr } = await execa(file, args, { env, input, reject: false });
  if (!allowed.includes(exitCode ?? -1))
    throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout;
}

export const inMilliseconds = ({ median, least, most }: Spread) =>
  `${Math.round(median)} ms (${Math.round(least)}-${Math.round(most)})`;

export const asRatio = ({ median, least, most }: Spread) =>
  `${median.toFixed(2)}x (${least.toFixed(2)}-${most.toFixed(2)})`;
