import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { BIN, ROOT } from '../test/support/hsdoctor.ts';
import { asRatio, spread } from './measure.ts';

/**
 * `npm run bench:upload`: hsdoctor and the official CLI in turn, with the same files and servers alike; `--runs N` for
 * fewer pairs, `--only WORDS` for one case.
 */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '7' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const CLI = join(ROOT, 'node_modules', '@immich', 'cli', 'bin', 'immich');
const SERVER = join(ROOT, 'test', 'upload', 'fake-server', 'main.ts');
const CONCURRENCY = '4';
const MEBIBYTE = 1024 ** 2;
const HOUR_S = 3600;
const BUDGET = 0.8;
const MEMORY_BUDGET = 0.5;

interface Case {
  readonly name: string;
  /** Of the server. */
  readonly server?: readonly string[];
  readonly fill: (folder: string) => Promise<void>;
  /** Each run begins as soon as the files are written. */
  readonly justWritten?: true;
  /** All files are on the server before the measured runs. */
  readonly known?: true;
  /** This program alone runs, and knows the files; what it may take. */
  readonly unchanged?: { readonly wallMs: number; readonly peak: number };
  readonly budget?: number;
  readonly memoryBudget?: number;
}

const DELAYED = ['--delay', '5'];

const CASES: readonly Case[] = [
  {
    name: '500 files of 200 KB, just written, answers at once',
    fill: (folder) => many(folder, 500, 200_000),
    justWritten: true,
    // They are waited for until they rest, which the official program does not do.
    budget: 1.05,
  },
  {
    name: '500 files of 200 KB, just written, 5 ms an answer',
    server: DELAYED,
    fill: (folder) => many(folder, 500, 200_000),
    justWritten: true,
    budget: 0.95,
  },
  {
    name: '500 files of 200 KB, an hour old, answers at once',
    fill: (folder) => many(folder, 500, 200_000),
  },
  {
    name: '500 files of 200 KB, an hour old, 5 ms an answer',
    server: DELAYED,
    fill: (folder) => many(folder, 500, 200_000),
  },
  {
    name: '2,000 files of 100 KB, 5 ms an answer',
    server: DELAYED,
    fill: (folder) => many(folder, 2000, 100_000),
  },
  { name: 'a file of 500 MB', fill: (folder) => one(folder, 500 * MEBIBYTE), memoryBudget: 0.2 },
  {
    name: '20,000 files of 20 KB, all of them there already',
    fill: (folder) => many(folder, 20_000, 20_000),
    known: true,
  },
  {
    name: '100,000 files of 1 KB, unchanged since the last run',
    fill: (folder) => many(folder, 100_000, 1000),
    unchanged: { wallMs: 3000, peak: 150_000_000 },
  },
];

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peak: number;
}

interface Place {
  readonly root: string;
  /** Below the root, with what earlier runs remember there. */
  readonly home: string;
  readonly folder: string;
  readonly url: string;
  readonly key: string;
}

async function many(folder: string, count: number, bytes: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const content = Buffer.alloc(bytes, 'photo ');
    content.writeUInt32BE(n);
    writeFileSync(join(folder, nameOf(n)), content);
  }
}

const nameOf = (n: number): string => `IMG_${String(n).padStart(5, '0')}.jpg`;

function age(folder: string): void {
  const then = Date.now() / 1000 - HOUR_S;
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), then, then);
}

async function one(folder: string, bytes: number): Promise<void> {
  const file = createWriteStream(join(folder, 'VID_00001.mp4'));
  const block = randomBytes(MEBIBYTE);
  for (let written = 0; written < bytes; written += block.length) {
    block.writeDoubleBE(written);
    if (!file.write(Buffer.from(block))) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

async function withServer<T>(
  { server = [] }: Case,
  holds: readonly string[],
  work: (address: { url: string; key: string }) => Promise<T>,
): Promise<T> {
  const child = execa(process.execPath, [SERVER, ...server, ...holds], { stderr: 'inherit', reject: false });
  try {
    const [line] = await once(child.stdout, 'data');
    return await work(JSON.parse(String(line)));
  } finally {
    child.kill();
    await child;
  }
}

/** Runs a program of Node's to its end, and sees what it took. */
async function cost(
  args: readonly string[],
  { root }: Place,
  env: Readonly<Record<string, string>>,
): Promise<Cost> {
  const file = join(root, 'usage');
  const watch = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.resourceUsage())));`;
  const begun = performance.now();
  const { exitCode, stderr, stdout } = await execa(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(watch)}`, ...args],
    { env, extendEnv: false, reject: false, stdin: 'ignore' },
  );
  const wallMs = performance.now() - begun;
  if (exitCode !== 0) throw new Error(`${args[0]} ended with ${exitCode}: ${stdout.slice(-500)}${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(file, 'utf8'));
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS * 1024 };
}

const environment = ({ root, home, url, key }: Place) => ({
  PATH: process.env.PATH ?? '',
  HOME: join(root, home),
  IMMICH_INSTANCE_URL: url,
  IMMICH_API_KEY: key,
});

const ours = (place: Place) =>
  cost(
    [BIN, 'immich', 'upload', place.folder, '--concurrency', CONCURRENCY, '--timeout', '60m'],
    place,
    environment(place),
  );

const theirs = (place: Place) =>
  cost(
    [CLI, 'upload', '--concurrency', CONCURRENCY, '--no-progress', '--recursive', place.folder],
    place,
    environment(place),
  );

type Run = typeof ours;

interface Pair {
  readonly ours: Cost;
  readonly theirs?: Cost;
}

async function measure(each: Case): Promise<Pair[]> {
  const root = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
  const folder = join(root, 'photos');
  let homes = 0;
  const at = (address: { url: string; key: string }): Place => {
    const home = `home-${homes++}`;
    mkdirSync(join(root, home));
    return { root, folder, home, ...address };
  };
  try {
    mkdirSync(folder);
    await each.fill(folder);
    if (each.justWritten !== true) age(folder);
    // Whoever set a time has changed the file just now.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const holds = ['--holds', folder];
    if (each.unchanged !== undefined) return await withServer(each, holds, (address) => again(at(address)));
    const alone = (work: Run) => () =>
      withServer(each, [], async (address) => {
        if (each.justWritten) await each.fill(folder);
        return work(at(address));
      });
    if (each.known !== true) return await inTurn(alone(ours), alone(theirs));
    return await withServer(each, holds, (address) =>
      inTurn(
        () => ours(at(address)),
        () => theirs(at(address)),
      ),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function again(place: Place): Promise<Pair[]> {
  await ours(place);
  const measured = [];
  for (let run = 0; run < runs; run++) measured.push({ ours: await ours(place) });
  return measured;
}

/** The first pair only warms up. */
async function inTurn(first: () => Promise<Cost>, second: () => Promise<Cost>): Promise<Pair[]> {
  const measured = [];
  for (let run = 0; run <= runs; run++) {
    const forwards = run % 2 === 0;
    const a = await (forwards ? first : second)();
    const b = await (forwards ? second : first)();
    if (run > 0) measured.push(forwards ? { ours: a, theirs: b } : { ours: b, theirs: a });
  }
  return measured;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

let kept = true;
process.stdout.write(
  `Medians of ${runs} pairs, concurrency ${CONCURRENCY}, Node ${process.versions.node}, ${cpus().length} processors\n\n`,
);
process.stdout.write(
  '| what | | hsdoctor | @immich/cli | ratio | budget | holds |\n|---|---|---|---|---|---|---|\n',
);
for (const each of CASES.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
  const pairs = await measure(each);
  const { unchanged, budget = BUDGET, memoryBudget = MEMORY_BUDGET } = each;
  const row = (
    what: keyof Cost,
    label: string,
    shown: (value: number) => string,
    { ratio, most }: { readonly ratio?: number; readonly most?: number | undefined } = {},
  ) => {
    const mine = spread(pairs.map((pair) => pair.ours[what])).median;
    const compared = pairs.flatMap(({ ours, theirs }) => (theirs === undefined ? [] : [{ ours, theirs }]));
    const ratios = spread(compared.map(({ ours, theirs }) => ours[what] / theirs[what]));
    const isCompared = compared.length > 0;
    const budget = isCompared ? ratio : most;
    const holds = budget === undefined || (isCompared ? ratios.median : mine) <= budget;
    kept &&= holds;
    const against = isCompared
      ? [shown(spread(compared.map(({ theirs }) => theirs[what])).median), asRatio(ratios)]
      : ['', ''];
    const limit = budget === undefined ? '' : isCompared ? `${budget.toFixed(2)}x` : shown(budget);
    const cells = [each.name, label, shown(mine), ...against, limit];
    process.stdout.write(`| ${cells.join(' | ')} | ${budget === undefined ? '' : holds ? 'yes' : 'NO'} |\n`);
  };
  row('wallMs', 'wall time', seconds, { ratio: budget, most: unchanged?.wallMs });
  row('cpuMs', 'processor time', seconds);
  row('peak', 'peak memory', megabytes, { ratio: memoryBudget, most: unchanged?.peak });
}
process.exitCode = kept ? 0 : 1;
