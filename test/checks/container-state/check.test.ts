import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  BOOT,
  COMMANDS,
  CONTAINERS,
  container,
  DENIED,
  FAILED,
  type Given,
  idOf,
  judge,
  judgeAll,
  KERNEL,
  killed,
  lastingOf,
  MINUTE,
  NOW,
  STARTED,
  scopeOf,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';

const SERVER = 'podman-immich-server.service';
const others = UNITS.replace(unit('immich-server'), '');
const withServer = (over: Record<string, string | number>, messages = ''): Given => ({
  units: unit('immich-server', over) + others,
  unitJournal: messages,
});
const state = (given: Given) => judge('container-state', given);
const title = (given: Given) => state(given).findings[0]?.title;

describe('a failed unit, and why', () => {
  test.each([
    [
      'Error: statfs /mnt/photos: no such file or directory',
      'is down: /mnt/photos did not exist when it started',
    ],
    [
      'Error: unable to find network with name or ID immich-network: network not found',
      'is down: the podman network immich-network does not exist',
    ],
    [
      'Error: parsing env file "/run/vaultwarden/env": open /run/vaultwarden/env: no such file or directory',
      'is down: its environment file /run/vaultwarden/env does not exist',
    ],
    [
      'Error: parsing file "/run/vaultwarden/env": open /run/vaultwarden/env: no such file or directory',
      'is down: its environment file /run/vaultwarden/env does not exist',
    ],
    [
      'Error: ghcr.io/immich-app/immich-server:v9: image not known',
      'is down: the image ghcr.io/immich-app/immich-server:v9 does not exist here',
    ],
    [
      'Error: initializing source docker://ghcr.io/x: pinging container registry ghcr.io: Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 127.0.0.53:53: no such host',
      'is down: the name ghcr.io cannot be resolved',
    ],
    ['Error: stat /dev/dri: no such file or directory', 'is down: the device /dev/dri does not exist'],
    [
      'Error: creating container storage: the container name "immich-server" is already in use by 9534. You have to remove it: that name is already in use',
      'is down: the name immich-server is used by another container',
    ],
    [
      'Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:2283: bind: address already in use',
      'is down: 127.0.0.1:2283 was used by another program',
    ],
    [
      'Error: runc: exec: "serve": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found',
      'is down: the image does not have the command to run',
    ],
  ])('%s', (text, what) => {
    const { status, findings } = state(withServer(FAILED, told(SERVER, 'command', text)));
    expect(status).toBe('fail');
    expect(findings[0]).toMatchObject({ subject: SERVER, title: `immich-server ${what}` });
    expect(findings[0]?.evidence.map(({ observed }) => observed)).toContain(text);
  });

  test.each([
    [125, 'podman failed (exit status 125)'],
    [126, 'its command could not be run, or its port could not be bound (exit status 126)'],
    [127, 'its command does not exist (exit status 127)'],
    [134, 'its process was killed by SIGABRT (exit status 134)'],
    [137, 'its process was killed (SIGKILL, exit status 137)'],
    [203, 'the program of its unit could not be executed (exit status 203/EXEC)'],
    [42, 'exit status 42'],
  ])('without a reason in the journal its exit status %i is put in words', (ExecMainStatus, words) => {
    expect(title(withServer({ ...FAILED, ExecMainStatus }))).toBe(`immich-server is down: ${words}`);
  });

  test('the reason is the last one that was given', () => {
    const messages =
      told(SERVER, 'command', 'Error: statfs /mnt/photos: no such file or directory', STARTED) +
      told(SERVER, 'command', 'Error: stat /dev/dri: no such file or directory', STARTED + 1000);
    expect(title(withServer(FAILED, messages))).toContain('/dev/dri');
  });

  test('what was said before the present run is no reason', () => {
    const messages =
      told(SERVER, 'command', 'Error: statfs /mnt/photos: no such file or directory', STARTED) +
      told(SERVER, 'systemd', `Starting ${SERVER}...`, STARTED + MINUTE);
    expect(title(withServer({ ...FAILED, NRestarts: 0 }, messages))).toBe(
      'immich-server is down: podman failed (exit status 125)',
    );
  });

  test('it is told when systemd gave up', () => {
    const messages = told(SERVER, 'systemd', `${SERVER}: Start request repeated too quickly.`);
    expect(state(withServer(FAILED, messages)).findings[0]?.summary).toContain('failed 5 times');
  });
});

describe('a unit that is not active', () => {
  test.each([['auto-restart'], ['auto-restart-queued'], ['start']])(
    'and restarts (%s) is down',
    (SubState) => {
      expect(
        title(withServer({ ActiveState: 'activating', SubState, NRestarts: 12, ExecMainStatus: 1 })),
      ).toBe('immich-server keeps failing and restarting: exit status 1');
    },
  );

  test('and starts for the first time is not judged yet', () => {
    const { status, reason } = state(
      withServer({
        ActiveState: 'activating',
        SubState: 'start-pre',
        StateChangeTimestamp: stamp(NOW - MINUTE),
      }),
    );
    expect([status, reason]).toEqual(['unknown', expect.stringContaining(SERVER)]);
  });

  test.each([
    [30, 'warn'],
    [90, 'fail'],
  ])('and has been starting for %i minutes is told: %s', (minutes, expected) => {
    const { status, findings } = state(
      withServer({
        ActiveState: 'activating',
        SubState: 'start',
        StateChangeTimestamp: stamp(NOW - minutes * MINUTE),
      }),
    );
    expect(status).toBe(expected);
    expect(findings[0]?.title).toBe(`immich-server has been starting for ${minutes} minutes`);
  });

  test('and that systemd refuses is told', () => {
    const over = { LoadState: 'bad-setting', ActiveState: 'inactive', SubState: 'dead', NRestarts: 0 };
    expect(title(withServer(over))).toContain('has a unit that systemd refuses');
  });

  test.each([
    [`${SERVER} skipped, unmet condition check ConditionPathExists=/run/agenix/db`],
    [`immich-server was skipped because of an unmet condition check (ConditionPathExists=/run/agenix/db).`],
  ])('because of a condition is a fault, though systemd calls it none: %s', (text) => {
    const over = {
      ActiveState: 'inactive',
      SubState: 'dead',
      ConditionResult: 'no',
      WantedBy: '',
      ConditionTimestamp: '',
    };
    const { status, findings } = state(withServer(over, told(SERVER, 'systemd', text)));
    expect(status).toBe('fail');
    expect(findings[0]?.title).toContain('ConditionPathExists=/run/agenix/db is not met');
  });

  test('and whose condition was checked and not met is told without the journal', () => {
    const over = { ActiveState: 'inactive', SubState: 'dead', ConditionResult: 'no' };
    expect(title(withServer(over))).toContain('a condition of its unit is not met');
  });

  test('because of what it requires names that, and is folded under it', () => {
    const given: Given = {
      units:
        unit('immich-postgres', FAILED) +
        unit('immich-server', {
          ActiveState: 'inactive',
          SubState: 'dead',
          Requires: 'sysinit.target podman-immich-postgres.service',
        }),
      unitJournal: told(SERVER, 'systemd', `Dependency failed for ${SERVER}.`),
    };
    const dependent = state(given).findings.find(({ subject }) => subject === SERVER);
    expect(dependent).toMatchObject({ status: 'fail', causedBy: 'container-state' });
  });

  test('because of a mount that failed is folded under that', () => {
    const given: Given = {
      ...withServer(
        { ActiveState: 'inactive', SubState: 'dead', Requires: 'mnt-photos.mount' },
        told(SERVER, 'systemd', `Dependency failed for ${SERVER}.`),
      ),
      failedUnits: 'Id=mnt-photos.mount\nResult=exit-code\nDescription=Photos\n',
    };
    expect(state(given).findings[0]).toMatchObject({ subject: SERVER, causedBy: 'failed-units' });
  });

  test('and belongs to the boot is a warning, and one that nobody wants is nothing', () => {
    const stopped = { ActiveState: 'inactive', SubState: 'dead' };
    expect(state(withServer(stopped)).status).toBe('warn');
    expect(state(withServer({ ...stopped, WantedBy: '' })).status).toBe('ok');
  });
});

describe('an active unit', () => {
  const withContainers = (containers: string, over: Given = {}): Given => ({ containers, ...over });
  const without = CONTAINERS.replace(container('immich-server'), '');

  test.each([
    ['is not there', without],
    ['has exited', without + container('immich-server', { state: 'exited' })],
  ])('whose container %s is a fault', (_, containers) => {
    expect(state(withContainers(containers))).toMatchObject({
      status: 'fail',
      findings: [
        { title: expect.stringContaining('immich-server is not running, although its unit is active') },
      ],
    });
  });

  test('that has just started is not blamed: the two lists are not of one instant', () => {
    const over = { ActiveEnterTimestamp: stamp(NOW - 5000) };
    expect(state(withServer(over)).status).toBe('ok');
    for (const containers of [without, without + container('immich-server', { state: 'exited' })])
      expect(state({ ...withServer(over), containers })).toMatchObject({
        status: 'unknown',
        findings: [],
        reason: expect.stringContaining('only just started'),
      });
  });

  test.each(['exited', 'stopped', 'created', 'configured', 'dead'])(
    'whose container stays %s is a fault',
    (as) => {
      const containers = without + container('immich-server', { state: as });
      expect(state({ containers }).findings).toMatchObject([{ kind: 'container-state/container-gone' }]);
    },
  );

  test.each(['initialized', 'removing', 'stopping', 'restarting', 'a-state-of-tomorrow'])(
    'whose container is %s is neither up nor blamed',
    (as) => {
      const containers = without + container('immich-server', { state: as });
      expect(state({ containers })).toMatchObject({
        status: 'unknown',
        findings: [],
        reason: expect.stringContaining(`immich-server is ${as}`),
      });
    },
  );

  const starting = (command: string, containers: string, over = {}) =>
    state({
      units: UNITS + unit('plex', over),
      unitCommands: `${COMMANDS}unit podman-plex.service\n${command}\n`,
      containers: CONTAINERS + containers,
    });
  const plex = (over: Record<string, unknown>) => container('plex', { unit: '', ...over });
  const DONE = { SubState: 'exited', Type: 'oneshot' };

  test.each([
    ['podman start', 'podman start plex\n--detach', {}],
    ['podman start of a container with another name', 'podman start media\n--detach', {}],
    ['podman start, once', 'podman start plex\n--detach', DONE],
    ['podman run -d, once', 'podman run\n--detach', DONE],
    ['podman run, and is active although that has ended', 'podman run', { SubState: 'exited' }],
  ])('that does %s has a container to be missed', (_, command, over) => {
    const name = command.includes('media') ? 'media' : 'plex';
    expect(starting(command, container(name, { unit: '' }), over).status).toBe('ok');
    for (const containers of ['', container(name, { unit: '', state: 'exited', exitCode: 1 })])
      expect(starting(command, containers, over).findings).toMatchObject([
        { kind: 'container-state/container-gone', subject: 'podman-plex.service' },
      ]);
  });

  test('that starts a container by its id has that one', () => {
    for (const id of [idOf('media'), idOf('media').slice(0, 12)]) {
      const command = `podman start ${id}\n--detach`;
      const ofState = (as: string) => starting(command, container('media', { unit: '', state: as })).status;
      expect([ofState('running'), ofState('exited')]).toEqual(['ok', 'fail']);
    }
  });

  test('that starts a container of which a variable tells the name cannot be judged', () => {
    expect(starting('podman start\n--detach', '')).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('a variable says which container'),
    });
    const labelled = container('media', { unit: 'podman-plex.service' });
    expect(starting('podman start\n--detach', labelled).status).toBe('ok');
  });

  test('that has done what it does once has no container any more', () => {
    expect(starting('podman run', '', DONE).status).toBe('ok');
    expect(starting('', '', DONE).status).toBe('ok');
  });

  test('that left a container behind which ended well may be done, or not', () => {
    const { status, reason } = starting('podman start plex\n--detach', plex({ state: 'exited' }), DONE);
    expect([status, reason]).toEqual(['unknown', expect.stringContaining('whether plex should still run')]);
  });

  test('that starts containers whose names stand elsewhere cannot be judged by its own', () => {
    expect(starting('podman-compose', '').status).toBe('unknown');
    const own = container('web', { unit: 'podman-plex.service' });
    expect(starting('podman kube', own).status).toBe('ok');
  });

  test('that runs docker under the name of podman is not looked at', () => {
    expect(starting('docker run', '').status).toBe('unknown');
  });

  test.each(['reloading', 'refreshing', 'maintenance', 'a-state-of-tomorrow'])(
    'or one that is %s is not called ok',
    (ActiveState) => {
      expect(state(withServer({ ActiveState, SubState: 'x' }))).toMatchObject({
        status: 'unknown',
        findings: [],
        reason: expect.stringContaining(`${SERVER} is ${ActiveState} at the moment`),
      });
    },
  );

  test('that reloads is up for those that require it, and for the settings', () => {
    const options = { names: { containers: ['immich-server'], secrets: [] } };
    const given = withServer({ ActiveState: 'reloading', SubState: 'reload' });
    const result = judgeAll(given, options).find(({ check }) => check === 'container-state');
    expect(result).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('whose container has another name is known by its label', () => {
    const renamed = without + container('other-name', { unit: SERVER });
    expect(state(withContainers(renamed)).status).toBe('ok');
  });

  test('that does not run podman has no container to be missed', () => {
    const unitCommands = COMMANDS.replace('immich-server.service\npodman run', 'immich-server.service\n');
    expect(state({ containers: without, unitCommands }).status).toBe('ok');
  });

  test("of another user has its container in that user's store: it cannot be judged", () => {
    expect(state({ ...withServer({ User: 'immich' }), containers: without }).status).toBe('unknown');
  });

  test('under docker has health checks that are not read', () => {
    const { status, reason } = state({ units: unit('docker-immich-server.service'), containers: '' });
    expect([status, reason]).toEqual(['unknown', expect.stringContaining('docker')]);
  });

  test('cannot be called healthy without podman', () => {
    expect(state({ containers: ABSENT }).status).toBe('unknown');
  });

  test('that was restarted a moment ago is a warning, and long ago is nothing', () => {
    const restarted = { NRestarts: 3, ActiveEnterTimestamp: stamp(NOW - 2 * MINUTE) };
    expect(title(withServer(restarted))).toBe(
      'immich-server was restarted by systemd 3 times, last within ten minutes',
    );
    expect(state(withServer({ ...restarted, ActiveEnterTimestamp: stamp(BOOT + MINUTE) })).status).toBe('ok');
  });

  const restart = (n: number, at: number) =>
    told(SERVER, 'systemd', `${SERVER}: Scheduled restart job, restart counter is at ${n}.`, at);

  test('that ends every hour is a warning, and one that needed some tries at boot is not', () => {
    const over = { NRestarts: 3, ActiveEnterTimestamp: stamp(NOW - 30 * MINUTE) };
    const hourly = [1, 2, 3].map((n) => restart(n, NOW - (4 - n) * 60 * MINUTE)).join('');
    expect(title(withServer(over, hourly))).toContain('3 times within a day');
    const atOnce = [1, 2, 3].map((n) => restart(n, NOW - 60 * MINUTE + n * 1000)).join('');
    expect(state(withServer(over, atOnce)).status).toBe('ok');
  });

  test('that runs at this moment, no longer than between its last crashes, keeps failing', () => {
    const over = { NRestarts: 3, ActiveEnterTimestamp: stamp(NOW - 3_000) };
    const every = (gap: number, last: number) =>
      [1, 2, 3].map((n) => restart(n, NOW - last - (3 - n) * gap)).join('');
    const told = (gap: number, last: number) => state(withServer(over, every(gap, last))).findings[0];
    expect(told(5_000, 4_000)).toMatchObject({
      status: 'fail',
      title: 'immich-server keeps failing and restarting',
    });
    expect(told(5_000, 8_000)?.status).toBe('warn');
    expect(told(5 * MINUTE, 4_000)?.status).toBe('warn');
  });
});

describe('the health of a container', () => {
  const health = (over: Record<string, unknown>) =>
    state({ containers: CONTAINERS.replace(container('immich-server'), container('immich-server', over)) });
  const asked = { healthStartPeriod: 30e9, healthInterval: 30e9 };

  test('unhealthy is a fault', () => {
    expect(health({ health: 'unhealthy', healthResults: 5, ...asked }).findings[0]?.title).toBe(
      'immich-server is unhealthy',
    );
  });

  test('starting for days without one result shows that nobody asks', () => {
    expect(health({ health: 'starting', ...asked }).findings[0]).toMatchObject({
      status: 'warn',
      title: 'podman never ran the health check of immich-server',
    });
  });

  test.each([
    ['within its start period', { startedAt: new Date(NOW - MINUTE).toISOString() }],
    ['with a long start period', { healthStartPeriod: 7 * 86_400e9 }],
    ['with results', { healthResults: 2 }],
  ])('starting %s is nothing', (_, over) => {
    expect(health({ health: 'starting', ...asked, ...over }).status).toBe('ok');
  });

  test('a recording of before these were read is not blamed', () => {
    expect(health({ health: 'starting', healthResults: undefined }).status).toBe('ok');
  });
});

test('a masked unit is named, and not counted', () => {
  const { status, reason, lookedAt } = state({
    units: others + unit('immich-server', { LoadState: 'masked', ActiveState: 'inactive', SubState: 'dead' }),
    containers: CONTAINERS.replace(container('immich-server'), ''),
  });
  expect(status).toBe('ok');
  expect(reason).toBe(`masked, and not checked: ${SERVER}`);
  expect(lookedAt?.containers).toBe((state({}).lookedAt?.containers ?? 0) - 1);
});

test('a container of another name than its unit is counted once', () => {
  const containers = CONTAINERS.replace(container('immich-server'), container('server', { unit: SERVER }));
  expect(state({ containers }).lookedAt).toEqual(state({}).lookedAt);
});

describe('a container without a unit that ran before the reboot', () => {
  const BEFORE = new Date(BOOT - MINUTE).toISOString();
  const restarter = (over: Record<string, string>) => ({
    wantedUnits: unit('podman-restart.service', { Type: 'oneshot', ...over }),
  });
  const memos = (over: Record<string, unknown>, given: Given = {}, about = {}) =>
    judge(
      'container-state',
      {
        containers:
          CONTAINERS +
          container('memos', {
            unit: '',
            restartPolicy: 'always',
            created: BEFORE,
            startedAt: BEFORE,
            ...over,
          }),
        ...given,
      },
      about,
    );
  const NOT_STARTED = 'memos has not been started since the last boot';

  test.each([
    ['as podman keeps it where nobody recorded its end', { state: 'created' }],
    ['as one of which podman tells no start', { state: 'created', startedAt: '0001-01-01T00:00:00Z' }],
    [
      'as podman keeps it where it ended with the host',
      { state: 'exited', exitCode: 143, finishedAt: BEFORE },
    ],
  ])('is said not to have been started again: %s', (_, over) => {
    expect(memos(over).findings.map(({ title: text }) => text)).toEqual([NOT_STARTED]);
  });

  test('is not said so of one that was started since, or whose end is a kill for memory', () => {
    const since = { state: 'exited', exitCode: 1, startedAt: new Date(STARTED).toISOString() };
    for (const over of [since, { state: 'exited', exitCode: 137, oomKilled: true }])
      expect(memos(over).findings[0]?.kind).toBe('container-state/exited');
  });

  test('is not judged while the unit that starts it does so, or might', () => {
    const activating = restarter({ ActiveState: 'activating', SubState: 'start' });
    expect(memos({ state: 'created' }, activating)).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('whether memos is starting'),
    });
    expect(memos({ state: 'created' }, restarter({ SubState: 'exited' })).status).toBe('warn');
  });

  test('is not told to enable the unit that starts it where that is on, or starts no such container', () => {
    const steps = (over: Record<string, unknown>, given: Given = {}) =>
      lastingOf(memos({ state: 'created', ...over }, given, { nixos: false }).findings[0]).join('\n');
    expect(steps({})).toContain('systemctl enable podman-restart.service');
    expect(steps({ restartPolicy: 'on-failure', exitCode: 1 })).not.toContain('systemctl enable');
    expect(steps({}, restarter({ SubState: 'exited' }))).not.toContain('systemctl enable');
  });
});

describe('a container without a unit', () => {
  const alone = (over: Record<string, unknown>) =>
    state({ containers: CONTAINERS + container('plex', { unit: '', state: 'exited', exitCode: 1, ...over }) })
      .status;

  test('that is meant to run and has ended is told, on a server without units too', () => {
    expect(alone({ restartPolicy: 'always' })).toBe('warn');
    const containers = container('plex', { unit: '', state: 'exited', exitCode: 1, restartPolicy: 'always' });
    expect(state({ units: 'Version=252\n', containers }).status).toBe('warn');
  });

  test('is told whatever its exit status, unless podman says that somebody stopped it', () => {
    for (const restartPolicy of ['always', 'unless-stopped'])
      for (const exitCode of [0, 1, 137, 143]) {
        expect(alone({ restartPolicy, exitCode })).toBe('warn');
        expect(alone({ restartPolicy, exitCode, stoppedByUser: true })).toBe('ok');
      }
  });

  test('says since when, and how often podman started it again', () => {
    const over = { state: 'exited', exitCode: 137, restartPolicy: 'always', restarts: 4, unit: '' };
    const finishedAt = new Date(NOW - MINUTE).toISOString();
    const [finding] = state({ containers: CONTAINERS + container('plex', { ...over, finishedAt }) }).findings;
    expect(finding).toMatchObject({ since: finishedAt, count: 4 });
  });

  test.each([
    ['is not meant to', { restartPolicy: 'no' }],
    ['was stopped by hand', { restartPolicy: 'always', exitCode: 143, stoppedByUser: true }],
    ['has done its work', { restartPolicy: 'on-failure', exitCode: 0 }],
  ])('that %s is nothing', (_, over) => {
    expect(alone(over)).toBe('ok');
  });
});

test.each(['created', 'initialized', 'unknown', 'a-state-of-tomorrow'])(
  'a container without a unit that is meant to run and is %s is not called ok',
  (as) => {
    const lone = (restartPolicy: string) =>
      state({ containers: CONTAINERS + container('plex', { unit: '', state: as, restartPolicy }) }).status;
    expect([lone('always'), lone('no')]).toEqual(['unknown', 'ok']);
  },
);

test('a health that has no name yet is not called good', () => {
  const odd = container('immich-server', { health: 'reset' });
  expect(state({ containers: CONTAINERS.replace(container('immich-server'), odd) })).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('"reset"'),
  });
});

describe('a host whose containers are not those of root', () => {
  const NONE = { units: 'Version=252\n', unitCommands: '', containers: '', containerNames: '' };
  test.each([
    ['docker', 'docker 3\n', 'docker containers (3)'],
    ['a docker that does not answer', 'docker no answer\n', 'docker runs but does not answer'],
    ['another user', 'compose 0\nrootless 2 ann\n', 'containers of the user ann (2)'],
  ])('is not one without containers: %s', (_, engines, says) => {
    for (const check of ['container-state', 'ml-oom'])
      expect(judge(check, { ...NONE, engines })).toMatchObject({
        status: 'unknown',
        reason: expect.stringContaining(says),
      });
    const options = { names: { containers: ['plex'], secrets: [] } };
    const results = judgeAll({ ...NONE, engines }, options);
    expect(results.find(({ check }) => check === 'container-state')).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('whether plex is running'),
    });
  });

  test('is not one without containers where nobody could look', () => {
    for (const engines of [DENIED, { exitCode: 1 }])
      for (const check of ['container-state', 'ml-oom'])
        expect(judge(check, { ...NONE, engines }).status).toBe('unknown');
    expect(state({ ...NONE, containers: DENIED }).status).toBe('unknown');
  });

  test('is one without containers where there are none, or no podman', () => {
    expect(state(NONE).status).toBe('skipped');
    expect(state({ ...NONE, containers: ABSENT }).status).toBe('skipped');
    expect(judge('ml-oom', NONE).status).toBe('skipped');
  });
});

test('an unmet condition on a secret is folded under the secret', () => {
  const results = judgeAll({
    ...withServer(
      { ActiveState: 'inactive', SubState: 'dead', ConditionResult: 'no' },
      told(SERVER, 'systemd', `${SERVER} skipped, unmet condition check ConditionPathExists=/run/agenix/db`),
    ),
    secrets: 'declared missing - - - /run/agenix/db\n',
  });
  const finding = results.find(({ check }) => check === 'container-state')?.findings[0];
  expect(finding).toMatchObject({ subject: SERVER, causedBy: 'agenix-secrets' });
});

test('a paused container is up, and answers nobody', () => {
  const containers = CONTAINERS.replace(
    container('immich-server'),
    container('immich-server', { state: 'paused' }),
  );
  expect(state({ containers })).toMatchObject({
    status: 'fail',
    findings: [
      {
        kind: 'container-state/paused',
        title: 'immich-server is paused',
        remedy: { now: [{ text: 'sudo podman unpause -- immich-server' }], lasting: [] },
      },
    ],
  });
});

const STOPPED = { ActiveState: 'inactive', SubState: 'dead', ActiveEnterTimestamp: '' };

test('a stopped unit that a target requires or upholds belongs to the boot too', () => {
  for (const by of ['RequiredBy', 'UpheldBy'])
    expect(state(withServer({ ...STOPPED, WantedBy: '', [by]: 'multi-user.target' })).status).toBe('warn');
  const byAContainer = { ...STOPPED, WantedBy: '', RequiredBy: 'podman-immich-kiosk.service' };
  expect(state(withServer(byAContainer)).status).toBe('ok');
});

test('a unit that does something once is not stopped when it has done it', () => {
  const given = { units: UNITS + unit('create-network', { ...STOPPED, Type: 'oneshot' }) };
  expect(state(given).status).toBe('ok');
});

test.each([
  ['exit-code', 11, 'exit status 11'],
  ['signal', 11, 'its process was killed by SIGSEGV (signal 11)'],
  ['signal', 34, 'its process was killed by signal 34'],
  ['core-dump', 6, 'its process was killed by SIGABRT (signal 6)'],
  ['timeout', 15, 'its start or stop timed out'],
  ['watchdog', 6, 'it stopped reporting to its watchdog'],
  ['oom-kill', 9, 'it was killed because memory ran out'],
])('what ended a unit is told by its result: %s and %i', (Result, ExecMainStatus, words) => {
  const given = withServer({ ...FAILED, Result, ExecMainStatus });
  expect(title(given)).toBe(`immich-server is down: ${words}`);
  const [{ observed = '' } = {}] = state(given).findings[0]?.evidence ?? [];
  expect(observed.includes('exit status')).toBe(Result === 'exit-code');
});

test('what a unit got over is not why it is down days later', () => {
  const said = `Error: cannot listen on the TCP port: listen tcp4 100.101.102.103:2283: bind: cannot assign requested address`;
  const crashed = { ...FAILED, ExecMainStatus: 1, ActiveEnterTimestamp: stamp(NOW - 10 * MINUTE) };
  const given = withServer(crashed, told(SERVER, 'command', said, STARTED));
  expect(title(given)).toBe('immich-server is down: exit status 1');
  expect(judge('tailscale-bind', given).status).toBe('ok');
});

test('a kill for memory does not explain a container that is down for a reason that podman told', () => {
  const given = {
    ...withServer(FAILED, told(SERVER, 'command', 'Error: statfs /mnt/photos: no such file or directory')),
    kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), STARTED + MINUTE),
  };
  expect(judge('container-oom', given).findings).toMatchObject([{ subject: 'immich-server' }]);
  expect(state(given).findings[0]).not.toHaveProperty('causedBy');
});

test('a unit with a name of its own runs a container too, and its failure is told once', () => {
  const given = {
    units: UNITS + unit('photos.service', FAILED),
    failedUnits: 'Id=photos.service\nResult=exit-code\nDescription=x\n',
  };
  expect(state(given).findings).toMatchObject([{ subject: 'photos.service', status: 'fail' }]);
  const failed = judgeAll(given).find(({ check }) => check === 'failed-units');
  expect(failed?.findings).toMatchObject([{ causedBy: 'container-state' }]);
});

const error = (text: string, at: number) => told(SERVER, 'command', text, at);

test('an error that a later try got over is neither the reason, nor a cause to start it now', () => {
  const messages =
    error('Error: statfs /run/agenix/db: no such file or directory', STARTED) +
    error('Error: crun: open /srv: permission denied', STARTED + 1000);
  const [finding] = state({
    ...withServer(FAILED, messages),
    secrets: 'declared present 400 9 raw /run/agenix/db\n',
  }).findings;
  expect(finding?.title).not.toContain('/run/agenix/db');
  expect(finding?.remedy?.now).toEqual([]);
  expect(finding?.evidence.at(-1)?.observed).toContain('permission denied');
});

test('what the program of the container says of others is not why it is down', () => {
  const over = { ...FAILED, ExecMainStatus: 1 };
  const messages = error('WARN connect 192.168.1.5:445: bind: address already in use', STARTED);
  expect(title(withServer(over, messages))).toBe('immich-server is down: exit status 1');
});

test.each([
  'Error: request failed with status 401: unauthorized',
  'Error: Get "https://nas.lan": x509: certificate signed by unknown authority',
  'Error: fsnotify: inotify_add_watch /data: no space left on device',
  'Error: 429 toomanyrequests',
])('what its program says when it ends is not of the registry or the disk: %s', (text) => {
  const given = withServer({ ...FAILED, ExecMainStatus: 1 }, error(text, STARTED));
  expect(title(given)).toBe('immich-server is down: exit status 1');
});

test('a pull that fails before the container is run is of the registry', () => {
  const text = 'Error: initializing source docker://ghcr.io/x/y:1: reading manifest 1: manifest unknown';
  const given = withServer({ ...FAILED, ExecMainStatus: 0 }, error(text, STARTED));
  expect(title(given)).toContain('the registry does not have its image ghcr.io/x/y:1');
});

test.each(['not-found', 'masked'])('a failed unit that is %s now is told', (LoadState) => {
  const { status, findings } = state(withServer({ ...FAILED, LoadState }));
  expect([status, findings[0]?.kind]).toEqual(['warn', 'container-state/failed-and-gone']);
  // The configuration does not have it: nothing is down because of it.
  expect(findings[0]?.affects).toBeUndefined();
  // What is not there cannot be started.
  const steps = findings[0]?.remedy?.lasting.map((step) =>
    'words' in step ? step.words.join(' ') : step.kind,
  );
  expect(steps).toEqual(['byHand', `systemctl reset-failed -- ${SERVER}`]);
});

test('a disk that could not be mounted explains a path that does not exist', () => {
  const results = judgeAll({
    units: unit('immich-server', { ...FAILED, ExecMainStatus: 125 }),
    unitJournal: told(
      'podman-immich-server.service',
      'command',
      'Error: statfs /mnt/data-disk/photos: no such file or directory',
    ),
    failedUnits: 'Id=mnt-data\\x2ddisk.mount\nResult=exit-code\nDescription=/mnt/data-disk\n',
  });
  const state = results.find(({ check }) => check === 'container-state');
  expect(state?.findings[0]).toMatchObject({ causedBy: 'failed-units' });
  expect(lastingOf(state?.findings[0])[0]).toContain('mount that disk first');
});

test('what somebody stopped, or masked, is not started together with what it requires', () => {
  const units = (over: Record<string, string>) =>
    `${unit('immich-postgres', { ActiveState: 'failed', SubState: 'failed' })}${unit('wiki', { ActiveState: 'inactive', SubState: 'dead', Requires: 'podman-immich-postgres.service', ...over })}`;
  const textOf = (over: Record<string, string>) =>
    JSON.stringify(judgeAll({ units: units(over), containers: '' }));
  expect(textOf({ WantedBy: 'multi-user.target' })).toMatch(/restart -- [^"]*podman-wiki\.service/);
  expect(textOf({ WantedBy: '' })).not.toMatch(/restart -- [^"]*podman-wiki\.service/);
  expect(textOf({ WantedBy: 'multi-user.target', LoadState: 'masked' })).not.toMatch(
    /restart -- [^"]*podman-wiki\.service/,
  );
});

describe('the last error line', () => {
  const odd = 'Error: netavark: something that nobody has thought of';

  test('is shown, though it is none that is known', () => {
    const [finding] = state(withServer(FAILED, told(SERVER, 'command', odd))).findings;
    expect(finding?.evidence.at(-1)?.observed).toBe(odd);
  });

  test.each([
    ['a'.repeat(64)],
    ['immich-server'],
    ['Trying to pull ghcr.io/x/y:1...'],
    ['Copying blob sha256:0f3a done'],
    ['time="2026-03-10T11:00:00Z" level=warning msg="Failed, retrying in 1s ... (1/3)."'],
  ])('is not what a start prints beside it: %s', (text) => {
    for (const order of [
      [odd, text],
      [text, odd],
    ]) {
      const messages = order.map((each, n) => told(SERVER, 'command', each, STARTED + n)).join('');
      const [finding] = state(withServer(FAILED, messages)).findings;
      expect(finding?.evidence.at(-1)?.observed).toBe(odd);
    }
  });

  test('is that of the last try', () => {
    const messages =
      told(SERVER, 'command', 'Error: statfs /srv: no such file or directory', STARTED) +
      told(SERVER, 'systemd', `${SERVER}: Scheduled restart job, restart counter is at 1.`, STARTED + 1) +
      told(SERVER, 'systemd', `Starting ${SERVER}...`, STARTED + 2) +
      told(SERVER, 'command', 'something went sideways', STARTED + 3);
    const [finding] = state(withServer(FAILED, messages)).findings;
    expect(finding?.title).toBe('immich-server is down: podman failed (exit status 125)');
    expect(finding?.evidence.at(-1)?.observed).toBe('something went sideways');
  });

  test('of a unit that was restarted is what ended it before', () => {
    const over = { NRestarts: 1, ActiveEnterTimestamp: stamp(NOW - 2 * MINUTE) };
    const messages =
      told(SERVER, 'systemd', `Starting ${SERVER}...`, STARTED) +
      told(SERVER, 'systemd', `Started ${SERVER}.`, STARTED + 1) +
      told(
        SERVER,
        'systemd',
        `${SERVER}: Main process exited, code=dumped, status=11/SEGV`,
        NOW - 3 * MINUTE,
      ) +
      told(SERVER, 'systemd', `${SERVER}: Scheduled restart job, restart counter is at 1.`, NOW - 3 * MINUTE);
    expect(state(withServer(over, messages)).findings).toMatchObject([
      {
        title: expect.stringContaining('SIGSEGV'),
        since: new Date(NOW - 3 * MINUTE).toISOString(),
        count: 1,
      },
    ]);
  });
});

test('a signal is told from an exit status by how systemd says that it ended', () => {
  const restarting = {
    ActiveState: 'activating',
    SubState: 'auto-restart',
    Result: 'exit-code',
    NRestarts: 2,
  };
  const given = (ExecMainCode: number) => withServer({ ...restarting, ExecMainCode, ExecMainStatus: 11 });
  expect(title(given(2))).toContain('killed by SIGSEGV');
  expect(title(given(1))).toContain('exit status 11');
});

test('a program that could not be executed is named', () => {
  for (const text of [
    'Failed at step EXEC spawning /usr/bin/docker: No such file or directory',
    "Unable to locate executable '/usr/bin/docker': No such file or directory",
    'Failed to locate executable /usr/bin/docker: No such file or directory',
  ])
    expect(
      title(withServer({ ...FAILED, ExecMainStatus: 203 }, told(SERVER, 'systemd', `${SERVER}: ${text}`))),
    ).toBe(
      'immich-server is down: its program /usr/bin/docker could not be executed (No such file or directory)',
    );
});

test.each([
  [
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    'too many downloads',
  ],
  [
    'reading manifest v9 in ghcr.io/immich-app/immich-server: manifest unknown',
    'the registry does not have its image ghcr.io/immich-app/immich-server:v9',
  ],
  ['unable to retrieve auth token: invalid username/password: unauthorized', 'without a login'],
  [
    'Get "https://ghcr.io/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    '(certificate signed by unknown authority)',
  ],
  [
    'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
    'the name ghcr.io cannot be resolved',
  ],
])('a registry that refuses: %s', (why, words) => {
  const text = `Error: unable to copy from source docker://ghcr.io/immich-app/immich-server:v9: ${why}`;
  expect(title(withServer(FAILED, told(SERVER, 'command', text)))).toContain(words);
});

test('a disk of a name with blanks that could not be mounted explains the path on it', () => {
  const given = withServer(
    FAILED,
    told(SERVER, 'command', 'Error: statfs /mnt/My Photos/2026: no such file or directory'),
  );
  const failedUnits = 'Id=mnt-My\\x20Photos.mount\nResult=exit-code\nDescription=x\n';
  const finding = judgeAll({ ...given, failedUnits }).find(({ check }) => check === 'container-state')
    ?.findings[0];
  expect(finding?.causedBy).toBe('failed-units');
});

test('a start job that timed out is told, not that somebody stopped it', () => {
  const given = withServer(
    { ActiveState: 'inactive', SubState: 'dead', ActiveEnterTimestamp: '' },
    told(SERVER, 'systemd', `${SERVER}: Job ${SERVER}/start timed out.`) +
      told(SERVER, 'systemd', 'Timed out starting Podman container immich-server.') +
      told(SERVER, 'systemd', `${SERVER}: Job ${SERVER}/start failed with result 'timeout'.`),
  );
  expect(judge('container-state', given).findings).toMatchObject([
    {
      kind: 'container-state/not-started',
      title: 'immich-server was not started: its start job timed out',
    },
  ]);
});

test('a path with a blank is named whole', () => {
  const text = 'Error: statfs /mnt/My Photos: no such file or directory';
  expect(title(withServer(FAILED, told(SERVER, 'command', text)))).toContain('/mnt/My Photos did not exist');
});

describe('what a unit requires', () => {
  const requiring = (network: Record<string, string>) =>
    state({
      units:
        unit('immich-server', { ...FAILED, ExecMainStatus: 3, Requires: 'podman-network-immich.service' }) +
        unit('network-immich', {
          ActiveState: 'inactive',
          SubState: 'dead',
          ActiveEnterTimestamp: '',
          ...network,
        }),
      containers: '',
    }).findings.find(({ subject }) => subject === SERVER)?.title;

  test('and that does something once is no cause when it is done', () => {
    expect(requiring({ Type: 'oneshot' })).toBe('immich-server is down: exit status 3');
    expect(requiring({ Type: 'oneshot', ActiveState: 'failed', Result: 'exit-code' })).toContain(
      'it requires',
    );
    expect(requiring({ Type: 'notify' })).toContain('it requires');
  });
});

test('what is only from runs of before is not told of a unit that a condition kept from starting', () => {
  const messages =
    told(SERVER, 'systemd', `Starting ${SERVER}...`, STARTED) +
    told(SERVER, 'command', 'Error: statfs /srv: no such file or directory', STARTED + 1) +
    told(SERVER, 'systemd', `${SERVER}: Start request repeated too quickly.`, STARTED + 2);
  const over = {
    ActiveState: 'inactive',
    SubState: 'dead',
    ActiveEnterTimestamp: '',
    ConditionResult: 'no',
    ConditionTimestamp: stamp(NOW - MINUTE),
  };
  const unmet = told(
    SERVER,
    'systemd',
    `${SERVER} was skipped because of an unmet condition check (ConditionPathExists=/x).`,
    NOW - MINUTE,
  );
  for (const journal of [messages, messages + unmet]) {
    const [finding] = state(withServer(over, journal)).findings;
    expect(finding?.title).toContain('condition');
    expect(finding?.summary).not.toContain('gave up');
    expect(JSON.stringify(finding)).not.toContain('statfs');
  }
});

test('a unit that gave up once, and was started again since, has not given up', () => {
  const messages =
    told(SERVER, 'systemd', `${SERVER}: Start request repeated too quickly.`, STARTED) +
    told(SERVER, 'systemd', `Starting ${SERVER}...`, NOW - MINUTE);
  expect(state(withServer({ ...FAILED, NRestarts: 0 }, messages)).findings[0]?.summary).not.toContain(
    'gave up',
  );
});

test('a start is timed by the clock of the kernel, where the clock of the host began in 1970', () => {
  const uptime = 300;
  const clock = `Now=${NOW / 1000}\nUptime=${uptime}.00\n`;
  const over = {
    ActiveState: 'activating',
    SubState: 'start-pre',
    StateChangeTimestamp: 'Thu 1970-01-01 00:00:20 UTC',
    StateChangeTimestampMonotonic: '20000000',
  };
  const given = { ...withServer(over), units: `${unit('immich-server', over)}${others}${clock}` };
  expect(state(given)).toMatchObject({ status: 'unknown', findings: [] });
});

describe('podman that refuses to work since a reboot', () => {
  const refusing = (one: string, other: string, more: Given = {}) =>
    state({
      ...more,
      containers: {
        exitCode: 125,
        stderr: `Error: current system boot ID differs from cached boot ID; an unhandled reboot has occurred. Please delete directories "${one}" and "${other}" and re-run Podman\n`,
      },
    });

  test('is told, and is no host without containers', () => {
    const { status, findings, reason } = refusing('/tmp/run/containers', '/tmp/run/libpod', {
      units: 'Version=257\n',
    });
    expect([status, findings.map(({ subject }) => subject)]).toEqual(['fail', ['podman']]);
    expect(reason).toContain('boot ID');
  });

  test('explains what is down because of it', () => {
    const failed = withServer(
      FAILED,
      told(SERVER, 'command', 'Error: current system boot ID differs from cached boot ID; x'),
    );
    const { findings } = refusing('/tmp/a', '/tmp/b', failed);
    expect(findings.find(({ subject }) => subject === SERVER)).toMatchObject({ causedBy: 'container-state' });
  });

  test('has its run directories deleted only where they are its own', () => {
    const commands = (one: string, other: string) => lastingOf(refusing(one, other).findings[0]).join('\n');
    expect(commands('/tmp/storage-run-0/containers', '/run/libpod')).toContain(
      '$ sudo rm -r -- /tmp/storage-run-0/containers /run/libpod',
    );
    for (const folder of ['/var/lib/containers', '/tmp/../var/lib', '/tmp', '/run/', '/'])
      expect(commands('/tmp/storage-run-0/containers', folder)).not.toContain('$ sudo rm');
  });
});

describe('a startup health check that fails', () => {
  const failing = (over: Record<string, unknown> = {}) => ({
    failedUnits: `Id=${idOf('immich-server')}-startup-3c1.service\nResult=exit-code\nDescription=x\n`,
    containers: CONTAINERS.replace(
      container('immich-server'),
      container('immich-server', { health: 'starting', ...over }),
    ),
  });

  test('is told of its container, and of nothing else', () => {
    const results = judgeAll(failing());
    expect(results.flatMap(({ findings }) => findings.map(({ subject }) => subject))).toEqual([
      'immich-server',
    ]);
  });

  test('is told from the first moment on, as not known while it may still be starting', () => {
    const { status, reason } = state(failing({ startedAt: new Date(NOW - MINUTE / 2).toISOString() }));
    expect([status, reason]).toEqual(['unknown', expect.stringContaining('startup health check')]);
  });

  test('of an older podman has a unit that is not told of either', () => {
    for (const id of [`${idOf('immich-server')}.service`, `${idOf('immich-server')}-startup-a.timer`])
      expect(
        judge('failed-units', { failedUnits: `Id=${id}\nResult=exit-code\nDescription=x\n` }).findings,
      ).toEqual([]);
  });
});

test('since when, and how often, a health check fails is told', () => {
  const at = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
  const healthLog = `1@${at(9)} 0@${at(8)} 1@${at(7)} 1@${at(6)} `;
  const sick = container('immich-server', { health: 'unhealthy', failingStreak: 2, healthLog });
  expect(state({ containers: CONTAINERS.replace(container('immich-server'), sick) }).findings).toMatchObject([
    { since: at(7), count: 2 },
  ]);
});

test('a container that somebody started without its unit is not down', () => {
  const containers = CONTAINERS.replace(
    container('immich-server'),
    container('immich-server', { startedAt: new Date(NOW - 5 * MINUTE).toISOString() }),
  );
  for (const [over, words] of [
    [FAILED, 'its unit has failed'],
    [STOPPED, 'its unit is not active'],
  ] as const) {
    const [finding] = state({ ...withServer(over), containers }).findings;
    expect(finding).toMatchObject({ status: 'warn', affects: { state: 'degraded' } });
    expect(finding?.title).toContain(`immich-server is running, but ${words}`);
  }
});

test('an assertion that is not met keeps a unit from starting as a condition does', () => {
  const text = `${SERVER}: Starting requested but asserts failed.`;
  const [finding] = state(withServer(STOPPED, told(SERVER, 'systemd', text))).findings;
  expect(finding).toMatchObject({ status: 'fail', kind: 'container-state/condition-unmet' });
});

test('a start of 1970 is not called one of decades where nothing else times it', () => {
  const over = {
    ActiveState: 'activating',
    SubState: 'start',
    StateChangeTimestamp: 'Thu 1970-01-01 00:00:20 UTC',
  };
  expect(state(withServer(over))).toMatchObject({ status: 'unknown', findings: [] });
});

test('an older podman says in other words that it refuses to work', () => {
  const stderr =
    'Error: invalid internal status, try resetting the pause process with "podman system migrate"\n';
  expect(state({ containers: { exitCode: 125, stderr } }).findings).toMatchObject([
    { kind: 'container-state/podman-refuses', subject: 'podman' },
  ]);
});

describe('podman that refuses to work names directories to delete', () => {
  const refusing = (...folders: readonly string[]) => ({
    exitCode: 125,
    stderr: `Error: current system boot ID differs from cached boot ID; an unhandled reboot has occurred. Please delete directories ${folders.map((folder) => `"${folder}"`).join(' and ')} and re-run Podman\n`,
  });
  const removalsOf = (given: Given) =>
    lastingOf(state(given).findings.find(({ subject }) => subject === 'podman')).filter((line) =>
      line.startsWith('$ sudo rm'),
    );

  test.each([
    ['/run/containers/storage', '/run/libpod'],
    ['/tmp/storage-run-0/containers', '/tmp/storage-run-0/libpod/tmp'],
    ['/run/user/1000/containers', '/run/user/1000/libpod/tmp'],
  ])('%s and %s are its own', (...folders) => {
    expect(removalsOf({ containers: refusing(...folders) })).toEqual([
      `$ sudo rm -r -- ${folders.join(' ')}`,
    ]);
  });

  test.each([
    '/run/media/ann/photos',
    '/run/agenix',
    '/run/wrappers/libpod',
    '/run/media/libpod/tmp',
    '/var/tmp/storage-run-0/containers',
    '/dev/shm/postgres',
    '/tmp/library',
    '/tmp/storage-run-0',
    '/run/containers/storage/../../agenix',
    '/run/./libpod',
    '/run/libpod/',
  ])('%s may be something else, and no command deletes it', (folder) => {
    expect(removalsOf({ containers: refusing('/run/libpod', folder) })).toEqual([]);
  });

  test('and nothing is deleted while containers run', () => {
    const running = `limit 100 /sys/fs/cgroup/machine.slice/libpod-${idOf('plex')}.scope/memory.max\n`;
    const given = { containers: refusing('/run/containers/storage', '/run/libpod'), memoryGroups: running };
    expect(removalsOf(given)).toEqual([]);
  });

  test('what a container wrote into the journal of its unit is not taken for it', () => {
    const text = refusing('/run/agenix').stderr.trim();
    const stderr = 'Error: invalid internal status, try resetting the pause process\n';
    const given = {
      containers: { exitCode: 125, stderr },
      units: UNITS,
      unitJournal: told(SERVER, 'command', text),
    };
    expect(removalsOf(given)).toEqual([]);
  });
});
