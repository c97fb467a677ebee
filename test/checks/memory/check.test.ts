import { describe, expect, test } from 'vitest';
import { memory } from '../../../src/facts/host/memory.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import { container, idOf, judge, judgeAll, KERNEL, MEMORY, MINUTE, ML, NOW } from '../home-server.ts';
import { memoryOf } from './kind-cases.ts';

const found = (text: string) => judge('memory', { memory: text }).findings.map(({ kind }) => kind);

test('one shortage is told once', () => {
  expect(found(memoryOf(300, { free: 0, stalled: '60.00' }))).toEqual(['memory/little-available']);
  expect(found(memoryOf(1000, { free: 0, stalled: '60.00' }))).toEqual(['memory/waiting']);
});

const GIGABYTES = (total: number, available: number) =>
  MEMORY.replace(/(?<=MemTotal: +)\d+/, String(total * 1e6)).replace(
    /(?<=MemAvailable: +)\d+/,
    String(Math.round(available * 1e6)),
  );

describe('what looks like a shortage and is none', () => {
  test.each([
    ['3 GB of 64 GB', GIGABYTES(64, 3)],
    [
      'a full cache of ZFS',
      `${GIGABYTES(32, 1).replace('end\n', '')}zfs c_min 1000000000\nzfs size 17000000000\nend\n`,
    ],
    ['no swap at all', MEMORY.replace(/(?<=Swap\w+: +)\d+/g, '0')],
    ['a wait of ten seconds', MEMORY.replace('full avg10=0.00', 'full avg10=80.00')],
    ['some processes that wait', MEMORY.replace('avg300=0.01', 'avg300=80.00')],
  ])('%s', (_, text) => {
    expect(judge('memory', { memory: text })).toMatchObject({ status: 'ok', findings: [] });
  });

  test('a full swap beside memory that is available is a note', () => {
    expect(judge('memory', { memory: memoryOf(6000, { free: 0 }) })).toMatchObject({
      status: 'ok',
      reason: 'the swap (3906 MiB) is full, but enough memory is available',
    });
  });

  test('a container that is near its own limit', () => {
    const file = `/sys/fs/cgroup/machine.slice/libpod-${idOf(ML)}.scope/memory`;
    const memoryGroups = `current 2140000000 ${file}.current\nlimit 2147483648 ${file}.max\ninactive_file 0 ${file}.stat\nactive_file 0 ${file}.stat\n`;
    const given = { memoryGroups, containers: container(ML, { memory: 2_147_483_648 }) };
    expect(judge('memory', given)).toMatchObject({ status: 'ok', findings: [] });
  });

  test('what the kernel does not measure is said', () => {
    expect(judge('memory', { memory: MEMORY.replace(/pressure .*\n/g, '') })).toMatchObject({
      status: 'ok',
      reason: 'the kernel does not measure how long processes wait for memory',
    });
  });
});

test('the cache of ZFS that has shrunk to its least does not help', () => {
  const text = `${GIGABYTES(32, 1).replace('end\n', '')}zfs c_min 1000000000\nzfs size 1000000000\nend\n`;
  expect(found(text)).toEqual(['memory/little-available']);
});

test('the largest containers are named, with their limits', () => {
  const group = (name: string, mebibytes: number) =>
    ['current', 'inactive_file', 'active_file']
      .map(
        (counter) =>
          `${counter} ${counter === 'current' ? mebibytes * 1_048_576 : 0} /sys/fs/cgroup/machine.slice/libpod-${idOf(name)}.scope/memory.x\n`,
      )
      .join('');
  const [finding] = judge('memory', {
    memory: memoryOf(300),
    containers:
      container('plex', { memory: 2 ** 31 }) + container(ML) + container('gone', { state: 'exited' }),
    memoryGroups: group('plex', 1900) + group(ML, 6000) + group('gone', 9000),
  }).findings;
  expect(finding?.evidence.at(-1)?.observed).toBe(
    'largest containers: immich-machine-learning 6000 MiB (no limit), plex 1900 MiB (limit 2048 MiB)',
  );
});

test('a kill of a moment ago has the same cause; one of yesterday may have another', () => {
  const kill = (at: number) =>
    `${KERNEL}${at / 1000} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/x.service,task=stress,pid=99,uid=0\n${at / 1000} minipc kernel: Out of memory: Killed process 99 (stress) total-vm:1kB\n`;
  const causeOf = (at: number) =>
    judgeAll({ memory: memoryOf(300), kernelOom: kill(at) })
      .flatMap(({ findings }) => findings)
      .find(({ kind }) => kind === 'container-oom/host-out-of-memory')?.causedBy;
  expect(causeOf(NOW - 5 * MINUTE)).toBe('memory');
  expect(causeOf(NOW - 1440 * MINUTE)).toBeUndefined();
});

describe('the probe', () => {
  const MEMINFO =
    'MemTotal:        4026531 kB\nMemFree:          123 kB\nMemAvailable:    2026531 kB\nSwapCached:   0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n';

  test('reads the kernel, with and without pressure and ZFS', async () => {
    const sandbox = new Sandbox();
    sandbox.write('proc/meminfo', MEMINFO);
    const folders = ['/proc/meminfo', '/proc/pressure', '/proc/spl'];
    expect(expectValue(await sandbox.fact(memory, ...folders))).toEqual({
      total: 4026531 * 1024,
      available: 2026531 * 1024,
      zfsCache: 0,
      swapTotal: 0,
      swapFree: 0,
    });
    sandbox.write(
      'proc/pressure/memory',
      'some avg10=0.00 avg60=0.00 avg300=1.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.50 total=0\n',
    );
    sandbox.write(
      'proc/spl/kstat/zfs/arcstats',
      '13 1 0x01 147 39984 5 9\nname type data\nsize 4 900\nc_min 4 400\nc_max 4 9999\n',
    );
    expect(expectValue(await sandbox.fact(memory, ...folders))).toMatchObject({
      stalled: 0.5,
      zfsCache: 500,
    });
  });

  test.each([
    ['an old kernel', MEMINFO.replace(/MemAvailable.*\n/, ''), 'failed'],
    ['numbers that contradict each other', MEMINFO.replace('2026531', '9026531'), 'unparsable'],
    ['another unit', MEMINFO.replace('4026531 kB', '4026531 MB'), 'unparsable'],
    ['nothing', '', 'failed'],
  ])('of %s it says so', async (_, text, outcome) => {
    const sandbox = new Sandbox();
    sandbox.write('proc/meminfo', text);
    expect((await sandbox.fact(memory, '/proc/meminfo')).outcome).toBe(outcome);
  });
});
