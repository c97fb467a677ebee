import { expect, test } from 'vitest';
import { NOW } from '../home-server.ts';
import { judgeMac } from '../kind-cases.ts';
import { lock, owner } from '../sick-macs.ts';

const HOUR = 3_600_000;
const held = owner(true, NOW - 3 * HOUR);
const locks = (over: Parameters<typeof lock>[0]) =>
  judgeMac(lock(over)).find(({ check }) => check === 'upload-lock');

test.each<[string, Parameters<typeof lock>[0]]>([
  ['belongs to another user', { ...held, isOurs: false }],
  [
    'names a process that is not proven to be an upload',
    { ...held, owner: { ...held.owner, isProven: false } },
  ],
])('nobody is told to end the process that a lock names which %s', (_, over) => {
  expect(locks(over)).toMatchObject({
    status: 'unknown',
    findings: [],
    reason: expect.stringContaining('is an upload of this user'),
  });
});
