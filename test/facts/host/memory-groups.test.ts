import { expect, test } from 'vitest';
import { memoryGroups } from '../../../src/facts/host/memory-groups.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const ID = 'ab'.repeat(32);
const read = async (sandbox: Sandbox) => expectValue(await sandbox.fact(memoryGroups, '/sys/fs/cgroup'));

test('cgroup v2: both counts are in one file', async () => {
  const sandbox = new Sandbox();
  const events = 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n';
  sandbox.write(`sys/fs/cgroup/machine.slice/libpod-${ID}.scope/memory.events`, events);
  sandbox.write(`sys/fs/cgroup/machine.slice/libpod-${ID}.scope/container/memory.events`, events);
  sandbox.write('sys/fs/cgroup/system.slice/ssh.service/memory.events', events);
  expect(await read(sandbox)).toEqual([{ containerId: ID, kills: 2, limitHits: 3 }]);
});

test('cgroup v1: one file for the kills, and one for each limit', async () => {
  const sandbox = new Sandbox();
  const group = `sys/fs/cgroup/memory/libpod_parent/libpod-${ID}`;
  sandbox.write(`${group}/memory.oom_control`, 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
  sandbox.write(`${group}/memory.failcnt`, '0\n');
  sandbox.write(`${group}/memory.memsw.failcnt`, '41\n');
  expect(await read(sandbox)).toEqual([{ containerId: ID, kills: 1, limitHits: 41 }]);
});

test('without containers there is nothing', async () => {
  expect(await read(new Sandbox())).toEqual([]);
});
