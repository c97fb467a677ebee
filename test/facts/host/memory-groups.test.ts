import { expect, test } from 'vitest';
import { memoryGroups } from '../../../src/facts/host/memory-groups.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const ID = 'ab'.repeat(32);
const groups = async (sandbox: Sandbox) => expectValue(await sandbox.fact(memoryGroups, '/sys/fs/cgroup'));
const read = async (sandbox: Sandbox) => (await groups(sandbox)).map(({ path: _, ...group }) => group);

test('cgroup v2: both counts are in one file', async () => {
  const sandbox = new Sandbox();
  const events = 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n';
  sandbox.write(`sys/fs/cgroup/machine.slice/libpod-${ID}.scope/memory.events`, events);
  sandbox.write(`sys/fs/cgroup/machine.slice/libpod-${ID}.scope/container/memory.events`, events);
  sandbox.write('sys/fs/cgroup/system.slice/ssh.service/memory.events', events);
  expect(await read(sandbox)).toEqual([{ containerId: ID, kills: 2, limitHits: 3, reclaims: 12 }]);
});

test('cgroup v1: one file for the kills, and one for each limit', async () => {
  const sandbox = new Sandbox();
  const group = `sys/fs/cgroup/memory/libpod_parent/libpod-${ID}`;
  sandbox.write(`${group}/memory.oom_control`, 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
  sandbox.write(`${group}/memory.failcnt`, '0\n');
  sandbox.write(`${group}/memory.memsw.failcnt`, '41\n');
  expect(await read(sandbox)).toEqual([{ containerId: ID, kills: 1, limitHits: 41 }]);
});

test.each([
  ['docker under systemd', `system.slice/docker-${ID}.scope`, `/system.slice/docker-${ID}`],
  ['docker without', `docker/${ID}`, `/docker/${ID}`],
  [
    'the podman of a user',
    `user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}`,
  ],
])('a container of %s is known by its group', async (_, folder, path) => {
  const sandbox = new Sandbox();
  sandbox.write(`sys/fs/cgroup/${folder}/memory.events`, 'max 1\noom 0\noom_kill 0\n');
  sandbox.write(`sys/fs/cgroup/${folder}/init.scope/memory.events`, 'max 1\noom 0\noom_kill 0\n');
  sandbox.write('sys/fs/cgroup/system.slice/docker-plex.service/memory.events', 'max 1\noom 0\n');
  expect(await groups(sandbox)).toEqual([{ containerId: ID, path, kills: 0, limitHits: 0, reclaims: 1 }]);
});

test('without containers there is nothing', async () => {
  expect(await read(new Sandbox())).toEqual([]);
});

const MIB = 1_048_576;

test('cgroup v2: what the kernel can give up is not in use, and the limit may be that of the group around', async () => {
  const sandbox = new Sandbox();
  const scope = `sys/fs/cgroup/machine.slice/libpod-${ID}.scope`;
  const stat = `anon 1\nfile ${300 * MIB}\ninactive_file ${200 * MIB}\nactive_file ${90 * MIB}\nslab_reclaimable ${10 * MIB}\n`;
  sandbox.write(`${scope}/memory.current`, `${500 * MIB}\n`);
  sandbox.write(`${scope}/memory.max`, `${512 * MIB}\n`);
  sandbox.write(`${scope}/memory.stat`, stat);
  sandbox.write(`${scope}/container/memory.current`, `${490 * MIB}\n`);
  sandbox.write(`${scope}/container/memory.max`, 'max\n');
  sandbox.write(`${scope}/container/memory.stat`, stat);
  expect(await read(sandbox)).toEqual([
    {
      containerId: ID,
      kills: 0,
      limitHits: 0,
      limitBytes: 512 * MIB,
      usedBytes: 200 * MIB,
      heldBytes: 200 * MIB,
    },
  ]);
});

test('cgroup v1: the same, in files of other names', async () => {
  const sandbox = new Sandbox();
  const group = `sys/fs/cgroup/memory/libpod_parent/libpod-${ID}`;
  sandbox.write(`${group}/memory.usage_in_bytes`, `${500 * MIB}\n`);
  sandbox.write(`${group}/memory.limit_in_bytes`, `${512 * MIB}\n`);
  const own = `inactive_file 1\nactive_file 1\n`;
  sandbox.write(
    `${group}/memory.stat`,
    `${own}total_inactive_file ${20 * MIB}\ntotal_active_file ${30 * MIB}\n`,
  );
  expect(await read(sandbox)).toMatchObject([{ limitBytes: 512 * MIB, usedBytes: 450 * MIB }]);
});

test.each([
  ['a limit', { 'memory.max': 'max\n' }],
  ['a limit that v1 calls none', { 'memory.max': '9223372036854771712\n' }],
  ['its parts', { 'memory.stat': 'anon 5\n' }],
])('without %s nothing is said of how much is left', async (_, files) => {
  const sandbox = new Sandbox();
  const all = {
    'memory.current': `${500 * MIB}\n`,
    'memory.max': `${512 * MIB}\n`,
    'memory.stat': 'inactive_file 0\nactive_file 0\n',
  };
  for (const [name, text] of Object.entries({ ...all, ...files }))
    sandbox.write(`sys/fs/cgroup/machine.slice/libpod-${ID}.scope/${name}`, text);
  const [group] = await read(sandbox);
  expect(group).not.toHaveProperty('usedBytes');
});
