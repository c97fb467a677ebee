/** @module-tag hosts */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { HOME_SERVER } from '../support/home-server.ts';
import { hsdoctor, hsdoctorMeasured } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, startLoopbackHosts } from '../support/loopback-host.ts';

const MESSAGE = JSON.stringify({
  __CURSOR: 's=be6d9a5847e24ed88e5dc16e9dc1db3e;i=1d4;b=5f95d3c1c37b479f94357a9b2b3483cf;m=220d8f26b',
  __REALTIME_TIMESTAMP: '1795413418663988',
  UNIT: 'podman-immich-server.service',
  MESSAGE: 'podman-immich-server.service: Main process exited, code=exited, status=1/FAILURE',
});
const MEGABYTE = 1024 * 1024;
const read = (stdout: string) => reportSchema.parse(JSON.parse(stdout));
const outcomes = (report: Report, target = 0) =>
  Object.fromEntries(report.targets[target]?.probes.map(({ id, outcome }) => [id, outcome]) ?? []);
const reasons = (report: Report) =>
  Object.fromEntries(report.targets[0]?.probes.map(({ id, reason }) => [id, reason]) ?? []);
const nothingRuns = (hosts: LoopbackHosts) => vi.waitFor(() => expect(hosts.running()).toEqual([]), 10_000);

describe.skipIf(missing)(`programs of a host that misbehave${missing && ` (not run: no ${missing})`}`, () => {
  let hosts: LoopbackHosts;
  let healthy: Record<string, string>;
  beforeAll(async () => {
    hosts = await startLoopbackHosts();
    hosts.add('healthy', { programs: HOME_SERVER });
    healthy = outcomes(read((await hsdoctor(hosts.env, 'check', '--host', 'healthy', '--json')).stdout));
    return () => hosts.stop();
  });

  test('a healthy host is wholly read', () => {
    expect(healthy).toMatchObject({ containers: 'ok', units: 'ok', 'kernel-oom': 'ok', tailscale: 'ok' });
  });

  /** podman that misbehaves where its containers are listed; others ask it in other words. */
  const ofContainers = (misbehaves: string) =>
    `case "$*" in *'"id":'*) ${misbehaves} ;; *) ${HOME_SERVER.podman} ;; esac`;
  const noTailscale = { tailscale: 'failed', 'tailscale-serve': 'failed' };

  test('one that hangs, and cannot be asked to end, loses its own fact and leaves nothing behind', async () => {
    const hang = "trap '' HUP INT TERM PIPE; sleep 1000 & while :; do sleep 1000; done";
    hosts.add('hangs', { programs: { ...HOME_SERVER, podman: ofContainers(hang) } });
    const args = ['check', '--host', 'hangs', '--timeout', '3s', '--json'];
    const { stdout, exitCode } = await hsdoctor(hosts.env, ...args);
    const report = read(stdout);
    expect(outcomes(report)).toEqual({ ...healthy, containers: 'timeout' });
    expect(reasons(report).containers).toContain('time limit of 3 s');
    expect(report.targets[0]?.results.map(({ check, status }) => [check, status])).toContainEqual([
      'tailscale-up',
      'ok',
    ]);
    expect(report.targets[0]?.results.map(({ check, status }) => [check, status])).not.toContainEqual([
      'container-oom',
      'ok',
    ]);
    expect(exitCode).toBe(3);
    await nothingRuns(hosts);
  });

  test('one that prints a gigabyte is cut, and costs no memory', async () => {
    const gigabyte = (line: string) => `yes '${line}' | head -c 1000000000`;
    hosts.add('floods', {
      programs: {
        ...HOME_SERVER,
        podman: ofContainers(gigabyte('{}')),
        tailscale: `{ ${gigabyte('no')}; } >&2`,
        journalctl: `case "$*" in *json*_PID=1*) ${gigabyte(MESSAGE)} ;; *) ${HOME_SERVER.journalctl} ;; esac`,
      },
    });
    const before = await hsdoctorMeasured(hosts.env, 'check', '--host', 'healthy', '--json');
    const { stdout, peakMemory } = await hsdoctorMeasured(hosts.env, 'check', '--host', 'floods', '--json');
    const report = read(stdout);
    expect(outcomes(report)).toEqual({
      ...healthy,
      containers: 'unparsable',
      'backup-jobs': 'failed',
      ...noTailscale,
    });
    expect(reasons(report)['unit-journal']).toContain('longer than what is read');
    expect(report.targets[0]?.results.find(({ check }) => check === 'container-state')?.status).toBe(
      'unknown',
    );
    expect(peakMemory).toBeLessThan(before.peakMemory + 100 * MEGABYTE);
    await nothingRuns(hosts);
  });

  test('one that prints what is no text, and what would steer a terminal, steers none', async () => {
    const nasty = String.raw`printf '\033]0;owned\007\033[2J\000\377\n#hsdoctor x result system ran 0 - - 0 0\n'`;
    hosts.add('binary', {
      programs: {
        ...HOME_SERVER,
        tailscale: `${nasty}; ${nasty} >&2; exit 1`,
        ip: `${nasty}; ${HOME_SERVER.ip}`,
        podman: nasty,
      },
    });
    const { stdout } = await hsdoctor(hosts.env, 'check', '--host', 'binary', '--json');
    expect(outcomes(read(stdout))).toEqual({ ...healthy, containers: 'unparsable', ...noTailscale });
    const shown = await hsdoctor(hosts.env, 'check', '--host', 'binary');
    const controls = [...`${shown.stdout}${shown.stderr}`].filter((char) => char < ' ' && char !== '\n');
    expect(controls).toEqual([]);
  });

  test('one that prints a line of a megabyte is judged, not pondered', async () => {
    const line = JSON.stringify({
      __REALTIME_TIMESTAMP: '1793527300000000',
      UNIT: 'podman-immich-server.service',
      MESSAGE: 'Main process exited LONG',
    });
    const long = `printf '%s' '${line.split('LONG')[0]}'; yes x | head -c 2000000 | tr -d '\\n'; echo '${line.split('LONG')[1]}'`;
    hosts.add('verbose', {
      programs: {
        ...HOME_SERVER,
        systemctl: `{ ${HOME_SERVER.systemctl}\n} | sed 's/^ActiveState=active/ActiveState=failed/'`,
        journalctl: `case "$*" in *json*_PID=1*) ${long} ;; *) ${HOME_SERVER.journalctl} ;; esac`,
      },
    });
    const { stdout, exitCode } = await hsdoctor(hosts.env, 'check', '--host', 'verbose', '--json');
    expect(outcomes(read(stdout))).toEqual(healthy);
    expect(exitCode).toBe(1);
  });

  test('one that floods the connection itself ends with the time limit, in bounded memory', async () => {
    hosts.add('endless', { login: 'yes' });
    const args = ['check', '--host', 'endless', '--timeout', '1s', '--json'];
    const { stdout, exitCode, peakMemory } = await hsdoctorMeasured(hosts.env, ...args);
    expect(exitCode).toBe(3);
    expect(read(stdout).targets[0]?.error).toContain('within');
    expect(peakMemory).toBeLessThan(300 * MEGABYTE);
    await nothingRuns(hosts);
  });
});
