import { expect, test } from 'vitest';
import { factOf } from '../../../src/engine/facts.ts';
import { containers } from '../../../src/facts/host/containers.ts';
import { failedUnits } from '../../../src/facts/host/failed-units.ts';
import { passedDevices } from '../../../src/facts/host/passed-devices.ts';
import { unitCommands } from '../../../src/facts/host/unit-commands.ts';
import { units } from '../../../src/facts/host/units.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { container, unit } from '../../checks/home-server.ts';

const read = <T>(probe: Probe<T>, stdout: string) =>
  factOf(probe, { outcome: 'ran', stdout, stderr: '', exitCode: 0, capped: false, durationMs: 1 });

test.each<[string, Probe<unknown>, string]>([
  ['failed units', failedUnits, 'Id=x.service\n\n'],
  ['units', units, `${unit('x')}\n`],
  ['commands of units', unitCommands, 'unit x.service\n'],
  ['containers', containers, container('x')],
])('more %s than any host has are not believed: each would be a finding', (_, probe, entry) => {
  expect(read(probe, entry.repeat(3))).toMatchObject({ outcome: 'ok' });
  expect(read(probe, entry.repeat(20_001))).toEqual({
    outcome: 'unparsable',
    reason: 'it lists more than 20000 entries',
  });
});

test('a command with a hundred thousand options takes no longer than its length', () => {
  const began = performance.now();
  const fact = read(passedDevices, `unit x.service\n${'group 44\ndevice /dev/a\n'.repeat(100_000)}end\n`);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(fact).toMatchObject({ outcome: 'ok', value: { holders: [{ devices: ['/dev/a'] }] } });
});
