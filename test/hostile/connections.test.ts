/** @module-tag hosts */
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { reportSchema } from '../../src/model/report.ts';
import { HOME_SERVER } from '../support/home-server.ts';
import { hsdoctor } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, pathOf, startLoopbackHosts } from '../support/loopback-host.ts';

const read = (stdout: string) => reportSchema.parse(JSON.parse(stdout));
const probesOf = (stdout: string) =>
  read(stdout).targets[0]?.probes.map(({ id, outcome, reason }) => ({ id, outcome, reason })) ?? [];

describe.skipIf(missing)(`a connection that goes wrong${missing && ` (not run: no ${missing})`}`, () => {
  let hosts: LoopbackHosts;
  let healthy: ReturnType<typeof probesOf>;
  const json = (...args: string[]) => hsdoctor(hosts.env, 'check', '--json', ...args);
  const nothingRuns = () => vi.waitFor(() => expect(hosts.running()).toEqual([]), 10_000);
  beforeAll(async () => {
    hosts = await startLoopbackHosts();
    hosts.add('healthy', { programs: HOME_SERVER });
    healthy = probesOf((await json('--host', 'healthy')).stdout);
    return () => hosts.stop();
  });

  test('noise of login files, before and after, costs nothing', async () => {
    const noise = String.raw`echo 'Welcome to minipc'; printf '\033[2J\n#hsdoctor x end\n\n#hsdoctor '; echo 'login files talk here too' >&2`;
    hosts.add('noisy', { programs: HOME_SERVER, login: noise, logout: noise });
    const { stdout, stderr } = await json('--host', 'noisy');
    expect(probesOf(stdout)).toEqual(healthy);
    expect(stderr).toBe('');
  });

  test('ssh is started once for a host, and sudo once', async () => {
    const sudo = pathOf('sudo');
    // Where sudo would ask for a password, what it is called with is run without it.
    const call = process.getuid?.() === 0 && sudo !== undefined ? `exec ${sudo} "$@"` : 'shift; exec "$@"';
    hosts.add('counted', { programs: { ...HOME_SERVER, sudo: `${hosts.counter('sudo')}\n${call}` } });
    const before = hosts.starts('ssh');
    const { stdout } = await json('--host', 'counted', '--sudo');
    expect(read(stdout).targets[0]?.error).toBeUndefined();
    expect(hosts.starts('ssh') - before).toBe(1);
    expect(hosts.starts('sudo')).toBe(1);
    expect(hosts.sessions('counted')).toHaveLength(1);
  });

  test('a session that is cut in the middle loses only what had not arrived, and ends on the host', async () => {
    const tailscale = 'case $1 in status) exec sleep 1000 ;; esac';
    hosts.add('cut', { programs: { ...HOME_SERVER, tailscale } });
    const running = json('--host', 'cut', '--timeout', '30s');
    await vi.waitFor(
      () => expect(hosts.running().some((line) => line.startsWith('sleep 1000'))).toBe(true),
      20_000,
    );
    // The command line of a probe's worker ends with its id, its limit and its text.
    const others = () =>
      hosts
        .running()
        .filter((line) => / hsdoctor [a-z-]+ \d+ /.test(line) && !/ hsdoctor tailscale /.test(line));
    await vi.waitFor(() => expect(others()).toEqual([]), 20_000);
    // All others have ended; what they printed is still to cross the connection.
    await sleep(2000);
    for (const pid of hosts.sessions('cut')) process.kill(pid, 'SIGKILL');
    const { stdout } = await running;
    const probes = probesOf(stdout);
    expect(probes.find(({ id }) => id === 'tailscale')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('connection ended'),
    });
    expect(probes.find(({ id }) => id === 'system')).toMatchObject({ outcome: 'ok' });
    await nothingRuns();
  });

  describe('is told in a sentence that says why and what to do', () => {
    const silent = createServer();
    beforeAll(async () => {
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      hosts.add('silent', { client: `Port ${port}` });
      hosts.add('refusing', { client: 'Port 1' });
      hosts.add('nowhere', { client: 'HostName no-such-host.invalid' });
      hosts.add('stranger', { client: 'PubkeyAuthentication no' });
      hosts.add('changed', { client: `UserKnownHostsFile ${join(hosts.folder, 'changed_hosts')}` });
      hosts.add('unknown', { client: 'UserKnownHostsFile /dev/null' });
      hosts.add('leaving', { login: 'echo bye; exit 7' });
      hosts.add('waiting', {
        login: 'echo "open https://login.tailscale.com/a/canary0123 first" >&2; cat >/dev/null',
      });
      hosts.add('locked', { programs: { sudo: 'echo "sudo: a password is required" >&2; exit 1' } });
      // What ssh says where no packet leaves this machine, or a jump host cannot go on.
      const proxy = (line: string) => ({ client: `ProxyCommand sh -c 'echo "${line}" >&2; exit 255'` });
      hosts.add('unreachable', proxy('ssh: connect to host 100.64.0.9 port 22: No route to host'));
      hosts.add('not-permitted', proxy('tailscale: tailnet policy does not permit you to SSH to this node'));
      hosts.add('ciphers', { client: 'Ciphers aes256-cbc' });
      hosts.add('unreadable', { login: 'echo "sh: /etc/profile: Permission denied" >&2; exit 1' });
      hosts.add('without-sudo', { programs: { sudo: 'echo "sh: sudo: not found" >&2; exit 127' } });
      return () => silent.close();
    });

    test('a name that ssh does not accept', async () => {
      const { stdout } = await json('--host', 'ssh://[::1]:22');
      expect(read(stdout).targets[0]?.error).toMatch(/^ssh does not accept this name: write `USER@NAME` /);
    });

    test.each([
      ['silent', '--timeout=1s'],
      ['refusing'],
      ['nowhere'],
      ['stranger'],
      ['changed'],
      ['unknown'],
      ['unreachable'],
      ['not-permitted'],
      ['ciphers'],
      ['unreadable'],
      ['leaving'],
      ['waiting', '--timeout=1s'],
      ['locked', '--sudo'],
      ['without-sudo', '--sudo'],
    ])('%s', async (host, ...flags) => {
      const { stdout, exitCode } = await json('--host', host, ...flags);
      const error = read(stdout).targets[0]?.error ?? '';
      const steady = error
        .replace(/[\w.-]+@127\.0\.0\.1/, 'user@127.0.0.1')
        .replace(/(port|:) ?\d{4,5}\b/, '$1 N')
        .replace(/(no-such-host\.invalid: )[A-Z][^)]*/, '$1...');
      await expect(`${steady}\n`).toMatchFileSnapshot(`../golden/ssh-${host}.exit-${exitCode}.txt`);
      expect(exitCode).toBe(3);
      expect(stdout).not.toContain('canary');
      await nothingRuns();
    });
  });
});
