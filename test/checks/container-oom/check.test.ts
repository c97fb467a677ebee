import { describe, expect, test } from 'vitest';
import { probes } from '../../../src/facts/host/index.ts';
import {
  ABSENT,
  BOOT,
  CONTAINERS,
  container,
  created,
  DENIED,
  idOf,
  judge,
  KERNEL,
  killed,
  lastingOf,
  MINUTE,
  ML,
  NOW,
  STARTED,
  scopeOf,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';

const oom = (given: Parameters<typeof judge>[1], windowStart = BOOT) =>
  judge('container-oom', given, { windowStart });
const SERVER = 'podman-immich-server.service';
const LATER = STARTED + 60 * MINUTE;
const GONE = 'ab'.repeat(32);
const limited = CONTAINERS.replace(
  container('immich-server'),
  container('immich-server', { memory: 2 ** 31 }),
);

test.each([
  ['the scope of the systemd manager', scopeOf(idOf('immich-server'))],
  ['the inner group of a scope', `${scopeOf(idOf('immich-server'))}/container`],
  ['the group of the cgroupfs manager', `/libpod_parent/libpod-${idOf('immich-server')}`],
  ['the payload of a split group', `/system.slice/x.service/libpod-payload-${idOf('immich-server')}`],
  ["its unit's own group", `/system.slice/${SERVER}`],
])('a kill in %s is of that container', (_, cgroup) => {
  const { status, findings } = oom({ kernelOom: KERNEL + killed(cgroup, LATER) });
  expect(status).toBe('fail');
  expect(findings).toMatchObject([
    { subject: 'immich-server', title: 'immich-server ran out of memory (killed once)' },
  ]);
  expect(findings[0]?.evidence[0]?.observed).toContain('limit 2048 MiB');
});

test('a container that was removed is known from the events of podman', () => {
  const { findings } = oom({
    kernelOom: KERNEL + killed(scopeOf(GONE), LATER),
    containerNames: created('immich-redis', GONE),
  });
  expect(findings.map(({ subject }) => subject)).toEqual(['immich-redis']);
});

test('a kill in the second of a start belongs to the container whose id it has', () => {
  const justAfter = STARTED + 400;
  const before = oom({
    kernelOom: KERNEL + killed(scopeOf(GONE), justAfter),
    containerNames: created('immich-redis', GONE),
  });
  expect(before.findings).toEqual([]);
  const present = oom({ kernelOom: KERNEL + killed(scopeOf(idOf('immich-redis')), justAfter) });
  expect(present.findings.map(({ subject }) => subject)).toEqual(['immich-redis']);
});

test('the name of the process blames nobody', () => {
  const { findings } = oom({
    kernelOom: KERNEL + killed(scopeOf(idOf('immich-redis')), LATER, { process: 'immich-api' }),
  });
  expect(findings.map(({ subject }) => subject)).toEqual(['immich-redis']);
});

test('a kill from before the present run is history', () => {
  const units = UNITS.replace(
    unit('immich-server'),
    unit('immich-server', { ActiveEnterTimestamp: stamp(LATER + MINUTE) }),
  );
  const kernelOom = KERNEL + killed(scopeOf(idOf('immich-server')), LATER);
  expect(oom({ units, kernelOom }).status).toBe('ok');
  const twice = oom({
    units,
    kernelOom: kernelOom + killed(scopeOf(idOf('immich-server')), LATER + 2 * MINUTE, { pid: 2 }),
  });
  expect(twice.findings[0]?.title).toContain('once');
  expect(twice.findings[0]?.evidence.at(-1)).toMatchObject({ history: true });
});

test('a restart by systemd does not turn the kill that made it into history', () => {
  const units = UNITS.replace(
    unit('immich-server'),
    unit('immich-server', { NRestarts: 1, ActiveEnterTimestamp: stamp(LATER + 1000) }),
  );
  const unitJournal =
    told(SERVER, 'systemd', `Started ${SERVER}.`, STARTED) +
    told(SERVER, 'systemd', `${SERVER}: Scheduled restart job, restart counter is at 1.`, LATER + 500);
  const kernelOom = KERNEL + killed(scopeOf(idOf('immich-server')), LATER);
  expect(oom({ units, unitJournal, kernelOom }).status).toBe('fail');
});

test.each([
  ["podman's events are not in the journal", { containerNames: '' }],
  ['only a part of the containers is named there', { containerNames: created('immich-server') }],
  ['there is no container to prove it by', { containers: '' }],
  ['all others are named there', {}],
])('where %s, a kill without a name leaves no ok', (_, given) => {
  expect(oom({ kernelOom: KERNEL + killed(scopeOf(GONE), LATER), ...given })).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('of an unknown container'),
  });
});

test('a container that podman knows to have run out of memory leaves no ok, with no line of it', () => {
  const containers = CONTAINERS + container('plex', { unit: '', oomKilled: true });
  expect(oom({ containers })).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('memory ran out in plex'),
  });
});

test('a kill of a unit that is no container needs no name', () => {
  expect(
    oom({ kernelOom: KERNEL + killed('/system.slice/backup.service', LATER), containerNames: '' }).status,
  ).toBe('ok');
});

const OF_ALICE = '/user.slice/user-1000.slice/user@1000.service';

test.each([
  ['docker', `/docker/${GONE}`],
  ["docker's scopes", `/system.slice/docker-${GONE}.scope`],
  ['a rootless podman', `${OF_ALICE}/user.slice/libpod-${GONE}.scope/container`],
  ['a rootless docker', `${OF_ALICE}/user.slice/docker-${GONE}.scope`],
  ['a unit of a user', `${OF_ALICE}/app.slice/podman-immich-server.service/libpod-payload-${GONE}`],
  ['another engine', `/kubepods.slice/kubepods-pod1.slice/cri-containerd-${GONE}.scope`],
])('a kill in a group of %s is of a container that is not known, and no ok', (_, group) => {
  for (const cgroup of [group, '/limited.slice'])
    for (const check of ['container-oom', 'ml-oom'])
      expect(judge(check, { kernelOom: KERNEL + killed(cgroup, LATER, { victim: group }) })).toMatchObject({
        status: 'unknown',
        findings: [],
        reason: expect.stringContaining(group),
      });
});

test('it is told whatever began since, for no unit tells when their present run began', () => {
  const units = UNITS.replaceAll(stamp(STARTED), stamp(LATER + MINUTE));
  expect(oom({ units, kernelOom: KERNEL + killed(`/docker/${GONE}`, LATER) }).status).toBe('unknown');
});

test.each(['docker.service', 'docker-prune.service', 'podman-auto-update.service'])(
  'a kill in the group of %s, which runs no container, is of none',
  (id) => {
    expect(oom({ kernelOom: KERNEL + killed(`/system.slice/${id}`, LATER) })).toMatchObject({
      status: 'ok',
      findings: [],
    });
  },
);

const POD = `/machine.slice/machine-libpod_pod_${GONE}.slice`;

test.each([
  ['a slice', '/machine.slice', scopeOf(idOf(ML)), 'Raise MemoryMax of machine.slice above 2048 MiB'],
  [
    'the unit',
    `/system.slice/podman-${ML}.service`,
    `/system.slice/podman-${ML}.service/libpod-payload-${idOf(ML)}`,
    `Raise MemoryMax of podman-${ML}.service above 2048 MiB`,
  ],
  ['a pod', POD, `${POD}/libpod-${idOf(ML)}.scope`, 'Raise the memory limit of its pod'],
  ['a group without a name', '/jail/box', `/jail/box/libpod-${idOf(ML)}`, 'Find what sets the limit of'],
])(
  'where the limit is that of %s, nobody is told to raise that of the container',
  (_, cgroup, victim, says) => {
    for (const check of ['container-oom', 'ml-oom']) {
      const { status, findings } = judge(check, { kernelOom: KERNEL + killed(cgroup, LATER, { victim }) });
      expect([status, findings[0]?.subject, findings[0]?.kind]).toEqual([
        'fail',
        ML,
        expect.stringContaining('outer-limit'),
      ]);
      expect(lastingOf(findings[0]).join('\n')).toContain(says);
      expect(lastingOf(findings[0]).join('\n')).not.toMatch(/extraOptions|--memory-swap/);
    }
  },
);

test.each(['containerNames', 'kernelOom', 'journal'] as const)(
  'a reading (%s) that failed is not one that found nothing',
  (fact) => {
    const { status, reason } = oom({ [fact]: { stdout: KERNEL, exitCode: 1 } });
    expect([status, reason]).toEqual(['unknown', expect.stringContaining('exit status 1')]);
  },
);

test('a container whose process dies at the limit of the slice around it is named', () => {
  const kernelOom = KERNEL + killed('/machine.slice', LATER, { victim: scopeOf(idOf('immich-server')) });
  expect(oom({ kernelOom }).findings[0]).toMatchObject({ subject: 'immich-server' });
});

const globally = (group: string, process = 'java') =>
  `${LATER / 1000} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${group},task=${process},pid=9,uid=0
${LATER / 1000} minipc kernel: Out of memory: Killed process 9 (${process}) total-vm:1kB\n`;

test('a host that is out of memory is another fault with another fix', () => {
  const kernelOom = KERNEL + globally('/system.slice/backup.service');
  expect(oom({ kernelOom }).findings).toMatchObject([{ subject: 'host', status: 'fail' }]);
});

test('a host that is out of memory names the container of what it killed, by its group', () => {
  for (const check of ['container-oom', 'ml-oom']) {
    const { findings } = judge(check, { kernelOom: KERNEL + globally(scopeOf(idOf(ML)), 'python') });
    const own = findings.find(({ subject }) => subject === ML);
    expect(own).toMatchObject({ causedBy: 'container-oom', count: 1, since: new Date(LATER).toISOString() });
    expect(lastingOf(own).join('\n')).not.toMatch(/above|Raise its limit/);
  }
});

test('a kill that systemd-oomd made is of the container whose group it was', () => {
  const line = (group: string) =>
    `${LATER / 1000} minipc systemd-oomd[712]: Killed ${group} due to memory pressure for /machine.slice being 65.37% > 60.00% for > 30s with reclaim activity\n`;
  for (const group of [scopeOf(idOf(ML)), `/system.slice/podman-${ML}.service`]) {
    const { findings } = oom({ kernelOom: KERNEL + line(group) });
    expect(findings.map(({ subject }) => subject)).toEqual(['host', ML]);
    expect(findings[0]?.title).toBe(`systemd-oomd killed ${ML} because memory ran short`);
    expect(judge('ml-oom', { kernelOom: KERNEL + line(group) }).findings).toMatchObject([{ subject: ML }]);
  }
});

test('a kill that earlyoom made is told of the host: it names a process, and no group', () => {
  const line = `${LATER / 1000} minipc earlyoom[9]: sending SIGTERM to process 42 uid 0 "python": badness 812, VmRSS 6000 MiB\n`;
  expect(oom({ kernelOom: KERNEL + line }).findings).toMatchObject([
    { subject: 'host', title: 'earlyoom killed python because memory ran short' },
  ]);
});

const OF_ML = `podman-${ML}.service`;
const oomKilled = UNITS.replace(
  unit(ML),
  unit(ML, {
    ActiveState: 'failed',
    SubState: 'failed',
    Result: 'oom-kill',
    ExecMainStatus: 9,
    ActiveEnterTimestamp: '',
  }),
);

test.each([
  ['that it failed for memory', { units: oomKilled }, "kernel's OOM killer"],
  [
    'that its process was killed',
    {
      unitJournal: told(
        OF_ML,
        'systemd',
        `${OF_ML}: A process of this unit has been killed by the OOM killer.`,
        LATER,
      ),
    },
    "kernel's OOM killer",
  ],
  [
    'that systemd-oomd killed its processes',
    {
      unitJournal: told(
        OF_ML,
        'systemd',
        `${OF_ML}: systemd-oomd killed 12 process(es) in this unit.`,
        LATER,
      ),
    },
    'systemd-oomd',
  ],
])('where systemd says of a unit %s, that is a kill for memory', (_, given, killer) => {
  for (const check of ['container-oom', 'ml-oom']) {
    const { status, findings } = judge(check, given);
    expect([status, findings.map(({ subject }) => subject)]).toEqual(['fail', [ML]]);
    expect(findings[0]?.summary).toContain(killer);
  }
  const both = oom({ ...given, kernelOom: KERNEL + killed(scopeOf(idOf(ML)), LATER) });
  expect(both.findings.map(({ kind }) => kind)).toEqual(['container-oom/killed-at-limit']);
});

test('what systemd said in a run of before is history', () => {
  const unitJournal = told(
    OF_ML,
    'systemd',
    `${OF_ML}: systemd-oomd killed 12 process(es) in this unit.`,
    STARTED - 20_000,
  );
  expect(oom({ unitJournal }).status).toBe('ok');
});

test("a kill in podman's own groups (cgroupfs) is another store's only where podman names all that it made", () => {
  for (const group of [`/libpod_parent/libpod-${GONE}`, `/libpod_parent/${GONE}/libpod-${GONE}`]) {
    const kernelOom = KERNEL + killed(group, LATER);
    expect(oom({ kernelOom, containerNames: '' })).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('of an unknown container'),
    });
    expect(oom({ kernelOom })).toMatchObject({ status: 'ok', reason: expect.stringContaining(group) });
  }
});

test('a kill of a container that is gone and that nothing starts is no failure of today', () => {
  const [finding] = oom({
    kernelOom: KERNEL + killed(scopeOf(GONE), LATER),
    containerNames: created('experiment', GONE),
  }).findings;
  expect(finding).toMatchObject({ subject: 'experiment', status: 'warn' });
  expect(finding).not.toHaveProperty('affects');
  expect(lastingOf(finding).join('\n')).not.toContain('podman');
});

describe('how much of its limit a container uses', () => {
  const group = `/sys/fs/cgroup${scopeOf(idOf('immich-server'))}`;
  const using = (used: number, cached = 0) =>
    `limit ${512 * MIB} ${group}/memory.max\ncurrent ${(used + cached) * MIB} ${group}/memory.current\ninactive_file ${cached * MIB} ${group}/memory.stat\nactive_file 0 ${group}/memory.stat\nreclaims 9 ${group}/memory.events\n`;

  test('is a warning above 90 %', () => {
    expect(oom({ memoryGroups: using(480) })).toMatchObject({
      status: 'warn',
      findings: [
        { subject: 'immich-server', title: 'immich-server uses 94 % of its memory limit of 512 MiB' },
      ],
    });
  });

  test('is not what the files take that it has read, whose memory the kernel takes back', () => {
    expect(oom({ memoryGroups: using(300, 211) }).status).toBe('ok');
  });

  test('is not ok where nothing told it of one with a limit', () => {
    const unmeasured = { status: 'unknown', findings: [], reason: expect.stringContaining('immich-server') };
    expect(oom({ containers: limited })).toMatchObject(unmeasured);
    const other = using(100).replaceAll(idOf('immich-server'), idOf('immich-redis'));
    const withoutCaches = using(100).replace(/^(?:in)?active_file .*\n/gm, '');
    expect(oom({ containers: limited, memoryGroups: other + withoutCaches })).toMatchObject(unmeasured);
    // An older hsdoctor read only the counts.
    expect(oom({ containers: limited, memoryGroups: withoutCaches }).status).toBe('ok');
    expect(oom({ containers: limited, memoryGroups: using(100) }).status).toBe('ok');
  });

  test('is not told beside a kill for it', () => {
    const given = {
      memoryGroups: using(480),
      kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER),
    };
    expect(oom(given).findings.map(({ kind }) => kind)).toEqual(['container-oom/killed-at-limit']);
  });
});

test('a stop with 137 is not called a kill for memory', () => {
  const unitJournal = told(
    SERVER,
    'systemd',
    `${SERVER}: Main process exited, code=exited, status=137/n/a`,
    LATER,
  );
  expect(oom({ unitJournal }).status).toBe('ok');
});

test('a journal from which the start of the containers was deleted leaves no ok', () => {
  const journal = `${NOW / 1000 - 60} minipc systemd[1]: Started x.\n`;
  expect(oom({ journal, kernelOom: journal })).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('does not reach back'),
  });
});

test('a quiet kernel in a journal that goes back far enough is a whole log', () => {
  const kernelOom = `${NOW / 1000 - 60} minipc kernel: something\n`;
  expect(oom({ kernelOom, journal: KERNEL }).status).toBe('ok');
});

test('without the log of the kernel nothing is ok, whatever the reason', () => {
  expect(oom({ kernelOom: DENIED }).status).toBe('unknown');
  expect(oom({ kernelOom: ABSENT }).status).toBe('unknown');
});

const IN_USE = ['limit 512', 'current 100', 'inactive_file 0', 'active_file 0']
  .map((each) => `${each} /sys/fs/cgroup${scopeOf(idOf('immich-server'))}/memory.x\n`)
  .join('');
const counts = (kills: number, hits: number) =>
  `${IN_USE}oom ${hits} /sys/fs/cgroup${scopeOf(idOf('immich-server'))}/memory.events\noom_kill ${kills} /sys/fs/cgroup${scopeOf(idOf('immich-server'))}/memory.events\n`;

test("the memory group's own count proves a kill that the log does not show", () => {
  const { status, findings } = oom({ kernelOom: DENIED, containers: limited, memoryGroups: counts(2, 5) });
  expect(status).toBe('fail');
  expect(findings).toMatchObject([{ title: 'immich-server ran out of memory (killed 2 times)' }]);
});

test('cgroup v1 has its counts in two files, of the outer group or of the inner one', () => {
  const group = `/sys/fs/cgroup/memory/libpod_parent/libpod-${idOf('immich-server')}`;
  const memoryGroups = `oom 7 ${group}/memory.memsw.failcnt\noom 0 ${group}/memory.failcnt\noom_kill 0 ${group}/memory.oom_control\noom_kill 1 ${group}/container/memory.oom_control\n`;
  expect(oom({ kernelOom: DENIED, containers: limited, memoryGroups }).status).toBe('fail');
});

test('to reach the limit without a kill is no fault', () => {
  expect(oom({ containers: limited, memoryGroups: counts(0, 9) }).status).toBe('ok');
});

test.each([
  ['for the memory of the whole host', counts(1, 0), limited],
  ['of a container without a limit', counts(1, 1), CONTAINERS],
])(
  'a kill %s that only the count shows is not told against the container, nor passed over',
  (_, memoryGroups, containers) => {
    expect(oom({ containers, memoryGroups })).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringMatching(/counts 1 process killed for memory, and the kernel log has no line/),
    });
  },
);

test('counts have no time: those of a container from before the window say nothing of it', () => {
  expect(oom({ containers: limited, memoryGroups: counts(1, 1) }, NOW - 60 * MINUTE).status).toBe('ok');
});

test('a kill that is in the log is not told twice', () => {
  const given = {
    kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER),
    containers: limited,
    memoryGroups: counts(1, 1),
  };
  expect(oom(given).findings).toHaveLength(1);
});

test('a kill of which the kernel does not tell the group may be of any container', () => {
  const bare = killed(scopeOf(idOf(ML)), STARTED + MINUTE)
    .split('\n')
    .slice(2)
    .join('\n');
  expect(judge('container-oom', { kernelOom: KERNEL + bare }).status).toBe('unknown');
  expect(judge('ml-oom', { kernelOom: KERNEL + bare }).status).toBe('unknown');
});

test('a kill is another one where the number of its process was used long before', () => {
  const before = killed(`/system.slice/libpod-${'f'.repeat(64)}`, STARTED - 20 * MINUTE);
  const kernelOom = KERNEL + before + killed(scopeOf(idOf(ML)), STARTED + 60 * MINUTE);
  expect(judge('container-oom', { kernelOom }).findings).toMatchObject([{ subject: ML }]);
});

test('a kill after the clock was set back is not of before the container was started', () => {
  const HOUR = 60 * MINUTE;
  const ahead = stamp(NOW + 6 * HOUR);
  const clock = `Now=${NOW / 1000}\nUptime=${(3 * HOUR) / 1000}.00\n`;
  const system = `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${NOW / 1000}\nUserspaceTimestamp=${ahead}\nUserspaceTimestampMonotonic=5000000\n${clock}`;
  const read = probes.system.parse({ exitCode: 0, stdout: system, stderr: '', capped: false });
  expect(read).toMatchObject({ bootedAt: NOW - 3 * HOUR + 5000 });
  const units = `${UNITS.replaceAll(
    `ActiveEnterTimestamp=${stamp(STARTED)}`,
    `ActiveEnterTimestamp=${ahead}\nActiveEnterTimestampMonotonic=20000000`,
  )}${clock}`;
  const kernelOom = KERNEL + killed(scopeOf(idOf(ML)), NOW - HOUR);
  expect(oom({ system, units, kernelOom }, NOW - 3 * HOUR + 5000).findings).toMatchObject([{ subject: ML }]);
});

test('a limit that the kernel did not tell is not given one', () => {
  for (const cgroup of [scopeOf(idOf(ML)), '/machine.slice']) {
    const lines = killed(cgroup, LATER, { victim: scopeOf(idOf(ML)) })
      .split('\n')
      .slice(1)
      .join('\n');
    for (const check of ['container-oom', 'ml-oom']) {
      const [finding] = judge(check, { kernelOom: KERNEL + lines }).findings;
      expect(finding?.subject).toBe(ML);
      expect([finding?.summary, ...lastingOf(finding)].join()).not.toMatch(/unknown|undefined/);
    }
  }
});

test.each(['CONSTRAINT_CPUSET', 'CONSTRAINT_MEMORY_POLICY'])(
  'a kill for a part of the memory of the host (%s) is at no limit of a container',
  (constraint) => {
    const line = killed(scopeOf(idOf('immich-redis')), LATER)
      .replace('CONSTRAINT_MEMCG', constraint)
      .replace(/oom_memcg=[^,]*,/, '')
      .replace('Memory cgroup out of memory', 'Out of memory');
    expect(oom({ kernelOom: KERNEL + line }).findings.map(({ kind }) => kind)).toEqual([
      'container-oom/host-out-of-memory',
      'container-oom/killed-for-host',
    ]);
  },
);

const MIB = 1_048_576;
const groupOf = (group: string, used: number) =>
  [
    `limit ${512 * MIB} /sys/fs/cgroup${group}/memory.max`,
    `current ${used * MIB} /sys/fs/cgroup${group}/memory.current`,
    `inactive_file 0 /sys/fs/cgroup${group}/memory.stat`,
    `active_file 0 /sys/fs/cgroup${group}/memory.stat`,
  ]
    .map((line) => `${line}\n`)
    .join('');
const OTHER = 'cd'.repeat(32);

test.each([
  [
    `/system.slice/docker-${OTHER}.scope`,
    'The docker container',
    ['$ sudo docker stats --no-stream -- cdcdcdcdcdcd'],
  ],
  [`/docker/${OTHER}`, 'The docker container', ['$ sudo docker stats --no-stream -- cdcdcdcdcdcd']],
  [
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${OTHER}.scope/container`,
    'The rootless container',
    [expect.stringContaining('As the user whose container it is')],
  ],
])('a container of another engine or user that is near its limit is told too: %s', (group, whose, steps) => {
  const { findings } = judge('container-oom', { memoryGroups: groupOf(group, 500) });
  expect(findings.map(({ title }) => title)).toEqual([
    `${whose} cdcdcdcdcdcd uses 98 % of its memory limit of 512 MiB`,
  ]);
  expect(lastingOf(findings[0]).slice(0, 1)).toEqual(steps);
  expect(judge('container-oom', { memoryGroups: groupOf(group, 400) }).status).toBe('ok');
});
