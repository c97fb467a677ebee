import { describe, expect, test } from 'vitest';
import { probes } from '../../../src/facts/host/index.ts';
import { FactUnavailable } from '../../../src/model/fact.ts';
import type { Probe } from '../../../src/model/probe.ts';

const all: readonly Probe[] = Object.values(probes);
const needSystemd = all.filter(({ tools }) => tools.includes('systemctl'));

/** systemd is executed again at a switch, and told of some units by then. */
describe('what systemd broke off telling is not known', () => {
  test.each(needSystemd.map((probe) => [probe.id, probe] as const))('%s', (_, probe) => {
    expect(() =>
      probe.parse({
        exitCode: 0,
        stdout: 'Id=podman-a.service\nActiveState=active\n',
        stderr: 'Failed to get properties: Connection reset by peer\n',
        capped: false,
      }),
    ).toThrow(
      new FactUnavailable('failed', 'systemctl said: Failed to get properties: Connection reset by peer'),
    );
  });
});
