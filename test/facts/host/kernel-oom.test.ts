import { expect, test } from 'vitest';
import { kernelOom } from '../../../src/facts/host/kernel-oom.ts';
import { FactUnavailable } from '../../../src/model/fact.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const ID = 'ab'.repeat(32);

function parse(stdout: string, stderr = '') {
  const parsed = kernelOom.parse({ exitCode: 0, stdout: `${stdout}end\n`, stderr, capped: false });
  if (!('kills' in parsed)) throw new Error('partial');
  return parsed.kills;
}

test('takes the container and the limit from the lines of the killing cgroup', () => {
  const kills = parse(`1000.5 host kernel: Linux version 6.1
1001.5 host kernel: memory: usage 32768kB, limit 32768kB, failcnt 4
1001.6 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/machine.slice/libpod-${ID}.scope,task_memcg=/machine.slice/libpod-${ID}.scope/container,task=python,pid=77,uid=0
1001.7 host kernel: Memory cgroup out of memory: Killed process 77 (python) total-vm:1kB
`);
  expect(kills).toMatchObject([
    { at: 1_001_700, scope: 'cgroup', containerId: ID, limitBytes: 33_554_432, pid: 77, process: 'python' },
  ]);
});

test('a host that is out of memory names the container of the process that it kills', () => {
  const kills =
    parse(`1001.6 host kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/machine.slice/libpod-${ID}.scope,task=java,pid=9,uid=0
1001.7 host kernel: Out of memory: Killed process 9 (java) total-vm:1kB
`);
  expect(kills).toMatchObject([{ scope: 'host', process: 'java', containerId: ID, killer: 'kernel' }]);
  expect(kills[0]).not.toHaveProperty('cgroup');
});

test('reads the two lines of kernels before 4.19 as one kill', () => {
  const kills =
    parse(`1.0 host kernel: Task in /libpod_parent/libpod-${ID} killed as a result of limit of /libpod_parent/libpod-${ID}
1.1 host kernel: Memory cgroup out of memory: Kill process 5 (node) score 900 or sacrifice child
1.2 host kernel: Killed process 5 (node) total-vm:1kB
`);
  expect(kills).toMatchObject([{ containerId: ID, pid: 5 }]);
});

test('a journal that this user cannot read is denied, although journalctl ends with 0', () => {
  const hint = 'Hint: You are currently not seeing messages from other users and the system.\n';
  expect(() => parse('', hint)).toThrow(FactUnavailable);
});

test('all that dies with a group is of that group', () => {
  const cgroup = `/machine.slice/libpod-${ID}.scope`;
  const kills =
    parse(`1.0 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${cgroup},task_memcg=${cgroup},task=a,pid=1,uid=0
1.1 host kernel: Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB
1.2 host kernel: Tasks in ${cgroup} are going to be killed due to memory.oom.group set
1.3 host kernel: Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB
1.4 host kernel: Memory cgroup out of memory: Killed process 2 (b) total-vm:1kB
2.0 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/other,task_memcg=/other,task=c,pid=3,uid=0
2.1 host kernel: Memory cgroup out of memory: Killed process 3 (c) total-vm:1kB
`);
  expect(kills.map(({ pid, cgroup: of }) => [pid, of])).toEqual([
    [1, cgroup],
    [2, cgroup],
    [3, '/other'],
  ]);
});

test('the limit of a slice is hit by the container whose process dies; no limit is none', () => {
  const kills = parse(`1.0 host kernel: memory: usage 900kB, limit 9007199254740988kB, failcnt 0
1.1 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/machine.slice,task_memcg=/machine.slice/libpod-${ID}.scope,task=a,pid=1,uid=0
1.2 host kernel: Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB
`);
  expect(kills).toMatchObject([{ cgroup: '/machine.slice', containerId: ID }]);
  expect(kills[0]).not.toHaveProperty('limitBytes');
});

test('a kill whose end the log has lost is one, before another and as the last', () => {
  const announcing = (pid: number) =>
    `${pid}.0 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/machine.slice/libpod-${ID}.scope,task_memcg=/machine.slice/libpod-${ID}.scope,task=a,pid=${pid},uid=0\n`;
  const ended = '2.1 host kernel: Memory cgroup out of memory: Killed process 2 (a) total-vm:1kB\n';
  const kills = parse(announcing(1) + announcing(2) + ended + announcing(3));
  expect(kills.map(({ pid, containerId }) => [pid, containerId])).toEqual([
    [1, ID],
    [2, ID],
    [3, ID],
  ]);
});

test('what systemd-oomd kills is killed for the memory of the host', () => {
  const kills = parse(
    `1.0 host systemd-oomd[712]: Killed /machine.slice/libpod-${ID}.scope due to memory used (8181592064) / total (8300290048) and swap used (1) / total (2) being more than 90.00%\n`,
  );
  expect(kills).toMatchObject([{ at: 1000, scope: 'host', process: `libpod-${ID}.scope` }]);
});

test('what earlyoom kills has the name of the process, no group, and no words of its command', async () => {
  const sandbox = new Sandbox();
  const journal = `2.0 host earlyoom[9]: low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%
2.1 host earlyoom[9]: sending SIGTERM to process 42 uid 1000 "python3": oom_score 900, VmRSS 900 MiB, cmdline "python3 --token hunter2"
4.1 host earlyoom[9]: sending SIGKILL to process 42 uid 1000 "python3": badness 900, VmRSS 900 MiB
`;
  const file = sandbox.write('journal', `${journal.trim().split('\n').toReversed().join('\n')}\n`);
  sandbox.program(
    'journalctl',
    `case "$*" in *--reverse*) cat ${file} ;; *--quiet*) echo '1.0 host kernel: x' ;; esac`,
  );
  const { kills, since } = expectValue(await sandbox.fact(kernelOom));
  expect(since).toBe(1000);
  expect(kills).toMatchObject([{ killer: 'earlyoom', process: 'python3', pid: 42, scope: 'host', at: 2100 }]);
  expect(JSON.stringify(kills)).not.toContain('hunter2');
});

test('the newest first, as the host prints them, are the same kills', () => {
  const block = `1001.5 host kernel: memory: usage 32768kB, limit 32768kB, failcnt 4
1001.5 host kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/a/libpod-${ID},task_memcg=/a/libpod-${ID},task=python,pid=77,uid=0
1001.5 host kernel: Memory cgroup out of memory: Killed process 77 (python) total-vm:1kB`;
  const first = '1000.0 host kernel: Linux version 6.1';
  const reversed = `${first}\nnewest first\n${block.split('\n').toReversed().join('\n')}\n`;
  expect(parse(reversed)).toEqual(parse(`${first}\n${block}\n`));
  expect(parse(reversed)).toMatchObject([{ containerId: ID, limitBytes: 33_554_432 }]);
});
