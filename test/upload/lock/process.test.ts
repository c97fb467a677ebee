import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identify, processStateOf, startFromProc, startFromPs } from '../../../src/upload/lock/process.ts';
import { pathOf } from '../../support/loopback-host.ts';
import { LockPlace } from './support.ts';

let place: LockPlace;
beforeEach(() => {
  place = new LockPlace();
});
afterEach(() => place.remove());

test('this process is running, whoever asks', async () => {
  const self = await identify(process.pid);
  expect(self.start).not.toBe('');
  expect(await processStateOf(self)).toBe('running');
});

// On a Mac ps is asked, on Linux /proc. Here both can be.
describe.each([
  ['/proc', startFromProc, false],
  ['ps (skipped without it)', startFromPs, pathOf('ps') === undefined],
] as const)('by %s', (_, read, isMissing) => {
  test.skipIf(isMissing)('a process is known by its start', async () => {
    const { pid } = await place.idle();
    const start = String(await read(pid));
    expect(await read(pid)).toBe(start);
    expect(await processStateOf({ pid, start }, read)).toBe('running');
    expect(await processStateOf({ pid, start: `${start}0` }, read)).toBe('recycled');
    expect(await processStateOf({ pid, start: '' }, read)).toBe('running');
  });

  test.skipIf(isMissing)('a name with parentheses and spaces hides nothing', async () => {
    const { pid } = await place.idle('a) Z 1 (b');
    expect(await processStateOf({ pid, start: String(await read(pid)) }, read)).toBe('running');
  });

  test.skipIf(isMissing)('a process that is gone is gone, and so is one that has only ended', async () => {
    expect(await processStateOf({ pid: await place.gonePid(), start: '' }, read)).toBe('gone');
    expect(await processStateOf({ pid: await place.zombiePid(), start: '' }, read)).toBe('gone');
  });

  test.skipIf(isMissing)('the first process runs, though it is of another user', async () => {
    expect(await processStateOf({ pid: 1, start: '' }, read)).toBe('running');
  });
});

test('a process whose start cannot be read counts as the same, until it is gone', async () => {
  const blind = async () => undefined;
  const { pid } = await place.idle();
  expect(await processStateOf({ pid, start: 'some time' }, blind)).toBe('running');
  expect(await processStateOf({ pid: await place.gonePid(), start: 'some time' }, blind)).toBe('gone');
});

test('two processes of one number have different starts: the boot counts too', async () => {
  const [boot, ticks] = (await identify(process.pid)).start.split(' ');
  expect(boot).toMatch(/^[0-9a-f-]{36}$/);
  expect(ticks).toMatch(/^\d+$/);
  const after = `00000000-0000-0000-0000-000000000000 ${ticks}`;
  expect(await processStateOf({ pid: process.pid, start: after })).toBe('recycled');
});
