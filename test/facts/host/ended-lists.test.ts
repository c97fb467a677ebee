import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factOf } from '../../../src/engine/facts.ts';
import { probes } from '../../../src/facts/host/index.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { Sandbox } from './sandbox.ts';

const DEMO = join(import.meta.dirname, '../../../demo');
/** Those of which less would be taken for less to see. */
const ENDED: readonly Probe[] = [
  probes.units,
  probes.wantedUnits,
  probes.unitCommands,
  probes.unitJournal,
  probes.kernelOom,
  probes.memoryGroups,
  probes.memory,
  probes.clock,
  probes.generations,
  probes.switches,
  probes.backupJobs,
  probes.filesystems,
  probes.dataPaths,
  probes.immichServers,
  probes.webAnswers,
  probes.certificates,
  probes.listeners,
  probes.engines,
  probes.databasePasswords,
  probes.diskErrors,
  probes.containerLookups,
  probes.secrets,
  probes.containerLog,
  probes.appDatabaseLog,
  probes.portForwarding,
  probes.resolvConf,
];

const recorded = ['healthy-server', 'sick-server'].flatMap((server) =>
  ENDED.map(
    (probe) =>
      [server, probe.id, probe, readFileSync(join(DEMO, server, probe.id, 'stdout'), 'utf8')] as const,
  ),
);

const read = (probe: Probe, stdout: string) => {
  const fact = factOf(probe, {
    outcome: 'ran',
    durationMs: 1,
    exitCode: 0,
    stdout,
    stderr: '',
    capped: false,
  });
  if (fact.outcome !== 'ok') return fact.outcome;
  return fact.incomplete === undefined ? 'whole' : 'incomplete';
};

test.each(recorded)(
  'on the %s a whole output of %s is whole, and none that was cut',
  (_, __, probe, stdout) => {
    expect(read(probe, stdout)).toBe('whole');
    const ends = [0, 1, ...[...stdout.matchAll(/\n/g)].flatMap(({ index }) => [index - 1, index, index + 1])];
    for (const end of ends.filter((each) => each < stdout.length - 1))
      expect(['incomplete', 'failed', 'unparsable'], stdout.slice(0, end)).toContain(
        read(probe, stdout.slice(0, end)),
      );
  },
);

test.each(recorded)(
  'on the %s an output of %s with the line ends of Windows is not whole',
  (_, __, probe, stdout) => {
    expect(read(probe, stdout.replaceAll('\n', '\r\n'))).not.toBe('whole');
  },
);

test.each([
  [probes.kernelOom.id, 'awk', probes.kernelOom],
  [probes.diskErrors.id, 'awk', probes.diskErrors],
  [probes.engines.id, 'awk', probes.engines],
  [probes.memoryGroups.id, 'awk', probes.memoryGroups],
  [probes.memoryGroups.id, 'find', probes.memoryGroups],
  [probes.listeners.id, 'ss', probes.listeners],
  [probes.wantedUnits.id, 'systemctl', probes.wantedUnits],
] as const)('what %s prints is not whole where its program %s is killed', async (_, program, probe) => {
  const sandbox = new Sandbox();
  sandbox.write(`sys/fs/cgroup/libpod-${'a'.repeat(64)}.scope/memory.events`, 'oom 0\noom_kill 1\n');
  sandbox.program('journalctl', "echo '1000.5 minipc kernel: Linux version 6.12'");
  sandbox.program('ps', "echo 'root conmon'");
  sandbox.program(program, 'kill -s KILL "$$"');
  const fact = await sandbox.fact<unknown>(probe, '/sys/fs/cgroup', '/etc/systemd/system');
  expect(fact.outcome !== 'ok' || fact.incomplete !== undefined).toBe(true);
});
