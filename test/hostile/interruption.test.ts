/** @module-tag hosts */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { HOME_SERVER } from '../support/home-server.ts';
import { ROOT } from '../support/hsdoctor.ts';
import { type LoopbackHosts, missing, processesWith, startLoopbackHosts } from '../support/loopback-host.ts';

describe.skipIf(missing)(
  `a check that is ended from outside${missing && ` (not run: no ${missing})`}`,
  () => {
    let hosts: LoopbackHosts;
    /** No program below the working directory is run. */
    let elsewhere: string;
    beforeAll(async () => {
      hosts = await startLoopbackHosts();
      elsewhere = join(hosts.folder, 'elsewhere');
      mkdirSync(elsewhere);
      hosts.add('hangs', {
        programs: { ...HOME_SERVER, podman: "trap '' INT TERM HUP; sleep 1000 & sleep 1000" },
      });
      return () => hosts.stop();
    });

    test.each([
      ['SIGINT', ['check', '--host', 'hangs'], 130, null],
      ['SIGTERM', ['check', '--host', 'hangs'], null, 'SIGTERM'],
      ['SIGKILL', ['check', '--host', 'hangs'], null, 'SIGKILL'],
      ['SIGINT', ['check'], 130, null],
      ['SIGKILL', ['check'], null, 'SIGKILL'],
      ['SIGINT', ['collect', '--host', 'hangs', '--output', 'no-bundle'], 130, null],
    ] as const)(
      '%s during %j: exit status %s (%s), and no process is left here or there',
      async (signal, args, code, by) => {
        const mark = String(Math.random());
        const client = spawn(process.execPath, [join(ROOT, 'bin', 'run.js'), ...args], {
          // The stand-ins for a check of this machine; a host finds its own.
          env: {
            ...process.env,
            PATH: `${join(hosts.folder, 'hosts/hangs/bin')}:${hosts.env.PATH}`,
            HSDOCTOR_TEST_CLIENT: mark,
          },
          cwd: elsewhere,
          stdio: 'ignore',
        });
        const running = () => [...processesWith(`HSDOCTOR_TEST_CLIENT=${mark}`), ...hosts.running()];
        await vi.waitFor(
          () => expect(running().some((line) => line.startsWith('sleep 1000'))).toBe(true),
          20_000,
        );
        client.kill(signal);
        expect(await once(client, 'close')).toEqual([code, by]);
        await vi.waitFor(() => expect(running()).toEqual([]), 10_000);
      },
    );

    test('Ctrl-C with several hosts tells of those that are done, and says which were not', async () => {
      hosts.add('answers', { programs: HOME_SERVER });
      const client = spawn(
        process.execPath,
        [join(ROOT, 'bin', 'run.js'), 'check', '--host', 'hangs', '--host', 'answers'],
        { env: { ...process.env, PATH: hosts.env.PATH }, cwd: elsewhere },
      );
      const printed = { stdout: '', stderr: '' };
      client.stdout.on('data', (chunk) => {
        printed.stdout += chunk;
      });
      client.stderr.on('data', (chunk) => {
        printed.stderr += chunk;
      });
      await vi.waitFor(() => expect(printed.stderr).toContain('answers:'), 30_000);
      client.kill('SIGINT');
      expect(await once(client, 'close')).toEqual([130, null]);
      expect(printed.stdout).toContain('hangs: nothing could be read: interrupted before it was read');
      expect(printed.stdout).toMatch(/answers +.*/);
      expect(printed.stdout).toContain('Exit status 130: interrupted');
      await vi.waitFor(() => expect(hosts.running()).toEqual([]), 10_000);
    });
  },
);
