/** @module-tag hosts */
import { beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/model/report.ts';
import { HOME_SERVER } from '../support/home-server.ts';
import { hsdoctor } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, startLoopbackHosts } from '../support/loopback-host.ts';

const NAMES = Array.from({ length: 50 }, (_, index) => `host-${index + 1}`);
const DEAD = 'host-17';

describe.skipIf(missing)(`fifty hosts${missing && ` (not run: no ${missing})`}`, () => {
  let hosts: LoopbackHosts;
  beforeAll(async () => {
    hosts = await startLoopbackHosts();
    for (const name of NAMES) {
      const programs = { ...HOME_SERVER, uname: `[ "$1" = -n ] && echo ${name} || exec /bin/uname "$@"` };
      hosts.add(name, { programs, client: name === DEAD ? 'Port 1' : '' });
    }
    return () => hosts.stop();
  });

  test('each is told apart and in the order asked for; a dead one is unknown alone', async () => {
    const args = NAMES.flatMap((name) => ['--host', name]);
    const { stdout, exitCode } = await hsdoctor(
      hosts.env,
      'check',
      'container-state',
      '--json',
      ...args,
      '--timeout=2m',
    );
    const { targets, summary } = reportSchema.parse(JSON.parse(stdout));
    expect(targets.map(({ name }) => name)).toEqual(NAMES);
    for (const { name, system, error, results } of targets) {
      if (name === DEAD) {
        expect(error).toContain('connection refused');
        expect(results[0]).toMatchObject({ status: 'unknown' });
      } else {
        expect({ error, hostname: system.hostname }).toEqual({ hostname: name });
        expect(results[0], results[0]?.reason).toMatchObject({ status: 'ok' });
      }
    }
    expect(summary).toMatchObject({ ok: NAMES.length - 1, unknown: 1, fail: 0 });
    expect(exitCode).toBe(3);
    expect(hosts.starts('ssh')).toBe(NAMES.length);
  });
});
