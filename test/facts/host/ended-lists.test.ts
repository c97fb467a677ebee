import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factOf } from '../../../src/engine/facts.ts';
import { units } from '../../../src/facts/host/units.ts';
import { wantedUnits } from '../../../src/facts/host/wanted-units.ts';
import type { Probe } from '../../../src/model/probe.ts';

const DEMO = join(import.meta.dirname, '../../../demo');
const ENDED: readonly Probe[] = [units, wantedUnits];

const recorded = ['healthy-server', 'sick-server'].flatMap((server) =>
  ENDED.map(
    (probe) => [server, probe, readFileSync(join(DEMO, server, probe.id, 'stdout'), 'utf8')] as const,
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

test.each(recorded)('on the %s a whole output of $id is whole, and none that was cut', (_, probe, stdout) => {
  expect(read(probe, stdout)).toBe('whole');
  const ends = [0, 1, ...[...stdout.matchAll(/\n/g)].flatMap(({ index }) => [index - 1, index, index + 1])];
  for (const end of ends.filter((each) => each < stdout.length))
    expect(['incomplete', 'failed', 'unparsable'], stdout.slice(0, end)).toContain(
      read(probe, stdout.slice(0, end)),
    );
});

test.each(recorded)(
  'on the %s an output of $id with the line ends of Windows is not whole',
  (_, probe, stdout) => {
    expect(read(probe, stdout.replaceAll('\n', '\r\n'))).not.toBe('whole');
  },
);
