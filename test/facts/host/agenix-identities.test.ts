import { expect, test } from 'vitest';
import { identities } from '../../../src/facts/host/agenix-identities.ts';
import { expectValue, Sandbox } from './sandbox.ts';

test('the keys are those that the activation of the running system looks for', async () => {
  const sandbox = new Sandbox();
  const message = JSON.stringify({
    __REALTIME_TIMESTAMP: '5000',
    MESSAGE: 'stage-2-init: [agenix] WARNING: config.age.identityPaths entry /zone/rsa not present!',
  });
  sandbox.program('journalctl', `case "$*" in *json*) echo '${message}' ;; esac`);
  const [there, empty] = [sandbox.write('keys/ed25519', 'x'), sandbox.write('keys/of ann', '')];
  const complain = (path: string) =>
    `test -f ${path} || echo '[agenix] WARNING: config.age.identityPaths entry ${path} not present!'\n`;
  sandbox.write('run/current-system/activate', [there, empty, '/zone/rsa'].map(complain).join(''));
  expect(expectValue(await sandbox.fact(identities, '/run/current-system/activate'))).toEqual([
    { path: '/keys/ed25519', isThere: true },
    { path: '/keys/of ann', isThere: false },
    { path: '/zone/rsa', isThere: false, missedAt: 5 },
  ]);
});

test('without agenix there is none', async () => {
  const sandbox = new Sandbox();
  sandbox.program('journalctl', ':');
  sandbox.write('run/current-system/activate', 'echo hello\n');
  expect(expectValue(await sandbox.fact(identities, '/run/current-system/activate'))).toEqual([]);
});
