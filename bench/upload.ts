import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { BIN, ROOT } from '../test/support/hsdoctor.ts';
import { spread } from './measure.ts';

/** `npm run bench:upload`: hsdoctor and the official CLI in turn, with the same files and servers alike. */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const CLI = join(ROOT, 'node_modules', '@immich', 'cli', 'bin', 'immich');
const SERVER = join(ROOT, 'test', 'immich', 'server', 'main.ts');
const CONCURRENCY = '4';
const GIB = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
/** Files that were just written are waited for until they rest, which the official program does not do. */
const BUDGET_JUST_WRITTEN = 0.95;
const BUDGET = 0.8;
const MEMORY_BUDGET = 0.5;

interface Case {
  readonly name: string;
  /** Of the server. */
  readonly server: readonly string[];
  readonly fill: (folder: string) => Promise<void>;
  /** Each run begins as soon as the files are written. */
  readonly justWritten?: true;
  /** All files are on the server, and this program has seen them, before the measured runs. */
  readonly rerun?: true;
}

const CASES: readonly Case[] = [
  {
    name: '500 files of 100 KB, just written',
    server: [],
    fill: (folder) => many(folder, 500, 100_000),
    justWritten: true,
  },
  { name: '2,000 files of 100 KB', server: ['--delay', '5'], fill: (folder) => many(folder, 2000, 100_000) },
  { name: 'a file of 1 GiB', server: [], fill: (folder) => one(folder, GIB) },
  {
    name: 'a file of 1 GiB, to a server that takes 100 MB/s',
    server: ['--bytes-per-second', '100000000'],
    fill: (folder) => one(folder, GIB),
  },
  {
    name: '50,000 files of 10 KB, all of them there already',
    server: [],
    fill: (folder) => many(folder, 50_000, 10_000),
    rerun: true,
  },
];

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peak: number;
}

interface Place {
  readonly root: string;
  readonly folder: string;
  readonly url: string;
  readonly key: string;
}

async function many(folder: string, count: number, bytes: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const content = Buffer.alloc(bytes, 'photo ');
    content.writeUInt32BE(n);
    writeFileSync(join(folder, `IMG_${String(n).padStart(5, '0')}.jpg`), content);
  }
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
  { server }: Case,
  work: (address: { url: string; key: string }) => Promise<T>,
): Promise<T> {
  const child = execa(process.execPath, [SERVER, ...server], { stderr: 'inherit', reject: false });
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

const environment = ({ root, url, key }: Place) => ({
  PATH: process.env.PATH ?? '',
  HOME: join(root, 'home'),
  IMMICH_INSTANCE_URL: url,
  IMMICH_API_KEY: key,
});

const ours = (place: Place) =>
  cost([BIN, 'immich', 'upload', place.folder, '--concurrency', CONCURRENCY], place, environment(place));

const theirs = (place: Place) =>
  cost(
    [CLI, 'upload', '--concurrency', CONCURRENCY, '--no-progress', '--recursive', place.folder],
    place,
    environment(place),
  );

async function measure(each: Case): Promise<{ readonly ours: Cost; readonly theirs: Cost }[]> {
  const root = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
  const folder = join(root, 'photos');
  try {
    for (const made of [folder, join(root, 'home')]) mkdirSync(made);
    await each.fill(folder);
    // What was just written does not count as at rest.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const alone = (work: typeof ours) =>
      withServer(each, async (address) => {
        if (each.justWritten) await each.fill(folder);
        return work({ root, folder, ...address });
      });
    if (each.rerun !== true)
      return await inTurn(
        () => alone(ours),
        () => alone(theirs),
      );
    return await withServer(each, async (address) => {
      const place = { root, folder, ...address };
      await ours(place);
      return inTurn(
        () => ours(place),
        () => theirs(place),
      );
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The first pair only warms up. */
async function inTurn(first: () => Promise<Cost>, second: () => Promise<Cost>) {
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
const mebibytes = (bytes: number) => `${Math.round(bytes / MEBIBYTE)} MiB`;

let kept = true;
process.stdout.write(
  `Medians of ${runs} pairs, concurrency ${CONCURRENCY}, Node ${process.versions.node}, ${cpus().length} processors\n\n`,
);
process.stdout.write(
  '| what | | hsdoctor | @immich/cli | ratio | budget | holds |\n|---|---|---|---|---|---|---|\n',
);
for (const each of CASES.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
  const pairs = await measure(each);
  const row = (what: keyof Cost, label: string, shown: (value: number) => string, budget?: number) => {
    const ratio = spread(pairs.map((pair) => pair.ours[what] / pair.theirs[what]));
    const of = (side: 'ours' | 'theirs') => shown(spread(pairs.map((pair) => pair[side][what])).median);
    const holds = budget === undefined || ratio.median <= budget;
    kept &&= holds;
    const told = `${ratio.median.toFixed(2)}x (${ratio.least.toFixed(2)}-${ratio.most.toFixed(2)})`;
    const cells = [each.name, label, of('ours'), of('theirs'), told];
    const verdict = budget === undefined ? ['', ''] : [`${budget.toFixed(2)}x`, holds ? 'yes' : 'NO'];
    process.stdout.write(`| ${[...cells, ...verdict].join(' | ')} |\n`);
  };
  row('wallMs', 'wall time', seconds, each.justWritten ? BUDGET_JUST_WRITTEN : BUDGET);
  row('cpuMs', 'processor time', seconds);
  row('peak', 'peak memory', mebibytes, MEMORY_BUDGET);
}
process.exitCode = kept ? 0 : 1;
