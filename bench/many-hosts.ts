import { reportSchema } from '../src/model/report.ts';
import { HOME_SERVER } from '../test/support/home-server.ts';
import { hsdoctorMeasured } from '../test/support/hsdoctor.ts';
import type { LoopbackHosts } from '../test/support/loopback-host.ts';
import { asRatio, type Row, type Spread, spread } from './measure.ts';

const FACTOR = 1.5;
const MEMORY_FACTOR = 1.5;
const COUNTS = [1, 10, 50] as const;

/** Many hosts in one run: its wall time against its slowest host, and its memory against that of one host. */
export async function manyHosts(runs: number, hosts: LoopbackHosts): Promise<Row[]> {
  for (let index = 1; index <= Math.max(...COUNTS); index++)
    hosts.add(`many-${index}`, { programs: HOME_SERVER });
  const measured: Awaited<ReturnType<typeof checkOf>>[][] = [];
  for (let run = 0; run < runs; run++) {
    const round = [];
    for (const count of COUNTS) round.push(await checkOf(count, hosts));
    measured.push(round);
  }
  const ofCount = (index: number) => measured.flatMap((round) => round[index] ?? []);
  const last = COUNTS.length - 1;
  const seconds = (value: Spread) => `${(value.median / 1000).toFixed(1)} s`;
  const megabytes = (value: Spread) => `${Math.round(value.median / 1024 / 1024)} MiB`;
  const wall = spread(ofCount(last).map(({ wallMs, slowestMs }) => wallMs / slowestMs));
  const peaks = COUNTS.map((_, index) => spread(ofCount(index).map(({ peakMemory }) => peakMemory)));
  const growth = spread(
    measured.map((round) => (round[last]?.peakMemory ?? Number.NaN) / (round[0]?.peakMemory ?? Number.NaN)),
  );
  return [
    {
      what: '50 hosts, wall time',
      measured: seconds(spread(ofCount(last).map(({ wallMs }) => wallMs))),
      against: `the slowest host of the run: ${seconds(spread(ofCount(last).map(({ slowestMs }) => slowestMs)))}`,
      result: asRatio(wall),
      budget: `${FACTOR.toFixed(1)}x`,
      holds: wall.median <= FACTOR,
    },
    {
      what: '50 hosts, peak memory',
      measured: megabytes(peaks[last] as Spread),
      against: `1 host: ${megabytes(peaks[0] as Spread)}, 10 hosts: ${megabytes(peaks[1] as Spread)}`,
      result: asRatio(growth),
      budget: `${MEMORY_FACTOR.toFixed(1)}x`,
      holds: growth.median <= MEMORY_FACTOR,
    },
  ];
}

async function checkOf(count: number, hosts: LoopbackHosts) {
  const flags = Array.from({ length: count }, (_, index) => ['--host', `many-${index + 1}`]).flat();
  const started = performance.now();
  const { stdout, peakMemory } = await hsdoctorMeasured(
    hosts.env,
    'check',
    '--json',
    '--timeout',
    '5m',
    ...flags,
  );
  const wallMs = performance.now() - started;
  const { targets } = reportSchema.parse(JSON.parse(stdout));
  const failed = targets.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.error}`);
  return { wallMs, peakMemory, slowestMs: Math.max(...targets.map(({ durationMs }) => durationMs)) };
}
