import { expect, test } from 'vitest';
import { listeners } from '../../../src/facts/host/listeners.ts';
import { DAEMON_DOWN, tailscale } from '../../../src/facts/host/tailscale.ts';
import { expectValue, Sandbox } from './sandbox.ts';

test('every way in which ss writes an address', () => {
  const parsed = listeners.parse({
    exitCode: 0,
    stderr: '',
    capped: false,
    stdout: `LISTEN 0      4096   100.101.102.103:2283       0.0.0.0:*
LISTEN 0      128            0.0.0.0:22         0.0.0.0:*
LISTEN 0      128               [::]:22            [::]:*
LISTEN 0      4096                 *:9090             *:*
LISTEN 0      4096     127.0.0.53%lo:53         0.0.0.0:*
end
`,
  });
  expect(parsed).toEqual([
    { address: '100.101.102.103', port: 2283 },
    { address: '0.0.0.0', port: 22 },
    { address: '::', port: 22 },
    { address: '*', port: 9090 },
    { address: '127.0.0.53', port: 53 },
  ]);
});

test('where the daemon of Tailscale does not answer, its unit is asked for', async () => {
  const sandbox = new Sandbox();
  sandbox.program(
    'tailscale',
    `echo "failed to connect to local tailscaled; it doesn't appear to be running" >&2; exit 1`,
  );
  sandbox.program('systemctl', 'echo LoadState=not-found; echo ActiveState=inactive');
  expect(expectValue(await sandbox.fact(tailscale))).toMatchObject({
    state: DAEMON_DOWN,
    daemon: { loadState: 'not-found', activeState: 'inactive' },
  });
});
