import { describe, expect, test } from 'vitest';
import { backupJobs, calendarInterval } from '../../../src/facts/host/backup-jobs.ts';
import { immichServers } from '../../../src/facts/host/immich-server.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import { judged } from '../../nix/corpus.ts';
import { backupJob, container, DENIED, type Given, judge, NO_BACKUP, NOW, stamp } from '../home-server.ts';
import { dumps, FAILED, NIGHT } from './kind-cases.ts';

const DAY = 86_400_000;
const found = (given: Given) =>
  judge('backup', given).findings.map(({ kind, status }) => `${kind.replace('backup/', '')} ${status}`);

describe('a backup by a timer', () => {
  test.each([
    ['failed this night', backupJob({ service: FAILED, success: NOW - DAY }), 'run-failed warn'],
    ['has failed for long', backupJob({ service: FAILED, success: NOW - 9 * DAY }), 'stale fail'],
    [
      'was made a month ago, each week',
      backupJob({
        success: NOW - 30 * DAY,
        timer: { TimersCalendar: '{ OnCalendar=Mon *-*-* 00:00:00 ; next_elapse=x }' },
      }),
      'stale fail',
    ],
    [
      'is made by a span of time',
      backupJob({
        success: NOW - 9 * DAY,
        timer: { TimersCalendar: '', TimersMonotonic: '{ OnUnitActiveUSec=1d ; next_elapse=x }' },
      }),
      'stale fail',
    ],
    [
      'waits between two tries that fail',
      backupJob({
        service: {
          ActiveState: 'activating',
          SubState: 'auto-restart',
          Result: 'exit-code',
          ExecMainCode: '1',
          ExecMainStatus: '1',
        },
      }),
      'run-failed warn',
    ],
    ['has a timer that failed', backupJob({ timer: { ActiveState: 'failed' } }), 'timer-stopped warn'],
  ])('that %s', (_, jobs, kind) => {
    expect(found({ backupJobs: jobs })).toEqual([kind]);
  });

  test.each([
    [
      'runs',
      backupJob({ success: NOW - 9 * DAY, service: { ActiveState: 'activating', SubState: 'start' } }),
    ],
    [
      'runs, and is no oneshot',
      backupJob({ success: NOW - 9 * DAY, service: { ActiveState: 'active', SubState: 'running' } }),
    ],
    ['is not due for the first time', backupJob({ success: 0, timer: { LastTriggerUSec: 'n/a' } })],
    [
      'is made each week',
      backupJob({
        success: NOW - 15 * DAY,
        timer: { TimersCalendar: '{ OnCalendar=Sun *-*-* 00:00:00 ; next_elapse=x }' },
      }),
    ],
    [
      'is made each month',
      backupJob({
        success: NOW - 80 * DAY,
        timer: { TimersCalendar: '{ OnCalendar=*-*-01 00:00:00 ; next_elapse=x }' },
      }),
    ],
    [
      'was made since the boot, with a journal that has lost it',
      backupJob({ success: 0, service: { ExecMainCode: '1', ExecMainExitTimestamp: NIGHT } }),
    ],
    [
      'failed, and succeeded when it was started again',
      backupJob({
        success: NOW - DAY,
        service: { ExecMainCode: '1', ExecMainStatus: '0', ExecMainExitTimestamp: NIGHT },
      }),
    ],
    ['is made at times of its own', backupJob({ success: NOW - 90 * DAY, timer: { TimersCalendar: '' } })],
    [
      'is started by nothing but people',
      backupJob({ timer: { UnitFileState: 'linked', ActiveState: 'inactive' } }),
    ],
    [
      'was missed while its timer was off',
      backupJob({
        success: NOW - 14 * DAY,
        timer: { ActiveEnterTimestamp: stamp(NOW - 3_600_000), LastTriggerUSec: stamp(NOW - 14 * DAY) },
      }),
    ],
    [
      'was switched off',
      backupJob({
        success: NOW - 90 * DAY,
        timer: { UnitFileState: 'masked', LoadState: 'masked', ActiveState: 'inactive' },
      }),
    ],
  ])('that %s is no fault', (_, jobs) => {
    expect(judge('backup', { backupJobs: jobs })).toMatchObject({ status: 'ok', findings: [] });
  });

  test('that was started a while ago, in a journal that begins later, may have succeeded', () => {
    const jobs = backupJob({ success: 0, timer: { LastTriggerUSec: stamp(NOW - 3 * DAY) } });
    expect(judge('backup', { backupJobs: jobs })).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('whether restic-backups-photos.service ever succeeded'),
    });
  });

  describe('whose failed state was cleared', () => {
    // As `systemctl reset-failed` leaves it: only the exit status still tells of the failure.
    const cleared = (status: string, success: number) =>
      backupJob({
        success,
        service: { ExecMainCode: '1', ExecMainStatus: status, ExecMainExitTimestamp: NIGHT },
      });
    test('has not succeeded', () => {
      expect(found({ backupJobs: cleared('1', NOW - 9 * DAY) })).toEqual(['stale fail']);
      expect(found({ backupJobs: cleared('0', NOW - 9 * DAY) })).toEqual([]);
    });
    test('has, where the journal says so, with an exit status that its unit allows', () => {
      expect(found({ backupJobs: cleared('3', NOW - 10 * 3_600_000) })).toEqual([]);
    });
  });

  test('of a service that systemd refuses nothing is known', () => {
    const jobs = backupJob({ service: { LoadState: 'bad-setting' }, success: 0 });
    expect(judge('backup', { backupJobs: jobs })).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('systemd refuses the unit'),
    });
  });

  test('that succeeded when the clock was in 1970 did so at a time that is not known', () => {
    expect(found({ backupJobs: backupJob({ success: 300_000, timer: { LastTriggerUSec: '' } }) })).toEqual(
      [],
    );
  });

  test('that failed is told once', () => {
    const failed = {
      backupJobs: backupJob({ service: FAILED, success: NOW - DAY }),
      failedUnits: 'Id=restic-backups-photos.service\nResult=exit-code\nDescription=x\n',
    };
    expect(judge('failed-units', failed).findings).toMatchObject([{ causedBy: 'backup' }]);
  });
});

test('after a long time without power a backup is not due yet', () => {
  const system = `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${NOW / 1000}\nname=NixOS 25.11\nUserspaceTimestamp=${stamp(NOW - 3_600_000)}\n`;
  const jobs = backupJob({ success: NOW - 14 * DAY, timer: { LastTriggerUSec: stamp(NOW - 14 * DAY) } });
  expect(found({ system, backupJobs: jobs })).toEqual([]);
  expect(found({ backupJobs: jobs })).toEqual(['stale fail']);
});

describe('a configuration without a backup', () => {
  const reasonOf = (image: string) =>
    judged({
      'configuration.nix': `{ virtualisation.oci-containers.containers.app = { image = "${image}"; volumes = [ "/srv/app:/data" ]; }; }`,
    }).find(({ check }) => check === 'backup')?.reason;
  test('is a note, with Immich and without', () => {
    expect(reasonOf('ghcr.io/immich-app/immich-server:v2.5.0')).toBe(
      'no backup is declared: it may be made elsewhere',
    );
    expect(reasonOf('docker.io/louislam/uptime-kuma:1')).toBe(
      'no container of Immich is declared, and no backup',
    );
  });
});

describe('a host without a backup', () => {
  test.each([
    [
      'a container makes them',
      { containers: container('borgmatic', { image: 'ghcr.io/borgmatic-collective/borgmatic:1' }) },
    ],
    [
      'a container dumps databases',
      { containers: container('dump', { image: 'docker.io/prodrigestivill/postgres-backup-local:16' }) },
    ],
  ])('has one where %s', (_, given) => {
    expect(found({ backupJobs: NO_BACKUP, ...given })).toEqual([]);
  });

  test('needs none where nothing runs', () => {
    expect(judge('backup', { backupJobs: NO_BACKUP, containers: '' }).status).toBe('skipped');
  });

  test('is one that only has what a package brought', () => {
    const unused = backupJob({
      success: 0,
      service: { UnitFileState: 'static' },
      timer: { UnitFileState: 'disabled', ActiveState: 'inactive', LastTriggerUSec: '' },
    });
    expect(found({ backupJobs: unused })).toEqual(['none-seen warn']);
  });

  test("is one that has Immich's dumps only", () => {
    const { findings } = judge('backup', { backupJobs: NO_BACKUP, immichServers: dumps([20, 9e6]) });
    expect(findings.map(({ summary }) => summary).join()).toContain('contain no photos');
  });

  test('is not told of by who may not look', () => {
    expect(judge('backup', { backupJobs: DENIED }).status).toBe('unknown');
    expect(judge('backup', { containers: DENIED }).status).toBe('unknown');
  });
});

describe("Immich's dumps", () => {
  test.each([
    ['each day', dumps([20, 9e6], [44, 9e6])],
    ['each week', dumps([300, 9e6], [468, 9e6], [636, 9e6])],
    ['none, which may be meant', dumps()],
    ['one that is being written', dumps([0.2, 20], [24, 9e6])],
    ['a folder that was not found', '#container immich-server\n'],
  ])('%s', (_, text) => {
    expect(found({ immichServers: text })).toEqual([]);
  });

  test('are made at night, by a server that was started just now, too', () => {
    const server = container('immich-server', { startedAt: new Date(NOW - 3_600_000).toISOString() });
    expect(found({ containers: server, immichServers: dumps([168, 9e6], [192, 9e6]) })).toEqual([]);
  });

  test('each day, with a pause once', () => {
    expect(found({ immichServers: dumps([100, 9e6], [124, 9e6], [600, 9e6], [624, 9e6]) })).toEqual([
      'dumps-stopped warn',
    ]);
  });
});

test.each([
  ['*-*-* 02:00:00', DAY],
  ['*-*-* 01,13:15:00', DAY],
  ['*-*-* *:00/15:00', DAY / 24],
  ['*-*-* *:00:00', DAY / 24],
  ['Mon *-*-* 00:00:00', 7 * DAY],
  ['Mon..Fri *-*-* 02:00:00 Europe/Berlin', 7 * DAY],
  ['*-*-01 00:00:00', 31 * DAY],
  ['*-*-01/2 00:00:00', 31 * DAY],
  ['*-01-01 00:00:00', 366 * DAY],
  ['*-01,04,07,10-01 00:00:00', 366 * DAY],
  ['2026-03-10 02:00:00', undefined],
  ['daily', undefined],
  ['', undefined],
])('the times %s are at most so far apart', (text, interval) => {
  expect(calendarInterval(text)).toBe(interval);
});

describe('the probe', () => {
  const SHOWN = `Id=restic-backups-a.service
LoadState=loaded
UnitFileState=linked
ActiveState=failed
SubState=failed
Result=exit-code

Id=restic-backups-a.timer
LoadState=loaded
UnitFileState=enabled
ActiveState=active
Triggers=restic-backups-a.service
TimersCalendar={ OnCalendar=*-*-* 00:00:00 ; next_elapse=Wed 2026-03-11 00:00:00 UTC }
LastTriggerUSec=Tue 2026-03-10 00:00:00 UTC`;

  test('lists units by their names, and looks for their successes in the journal', async () => {
    const sandbox = new Sandbox();
    sandbox.write('shown', `${SHOWN}\n`);
    sandbox.write('etc/crontab', '0 3 * * * root borg create /mnt\n');
    sandbox.program(
      'systemctl',
      `case $1 in
list-unit-files) printf '%s\\n' 'restic-backups-a.service linked -' 'restic-backups-a.timer enabled -' 'dpkg-db-backup.timer enabled -' 'systemd-coredump@.service static -' ;;
show) case "$*" in *dpkg* | *coredump*) exit 9 ;; esac; cat "${sandbox.folder}/shown" ;; esac`,
    );
    sandbox.program(
      'journalctl',
      `case "$*" in *lines=0*) exit ;; *UNIT=restic-backups-a.service*) ;; *) exit 9 ;; esac
echo '{"__REALTIME_TIMESTAMP":"1773000000123456","UNIT":"restic-backups-a.service"}'
echo '{"__REALTIME_TIMESTAMP":"1772000000123456","UNIT":"restic-backups-a.service"}'`,
    );
    expect(expectValue(await sandbox.fact(backupJobs, '/etc/cron', '/var/spool/cron', '/var/cron'))).toEqual({
      cron: ['/etc/crontab'],
      jobs: [
        {
          id: 'restic-backups-a.service',
          loadState: 'loaded',
          activeState: 'failed',
          isEnabled: true,
          result: 'exit-code',
          isRunning: false,
          succeededAt: 1_773_000_000_000,
          timer: {
            id: 'restic-backups-a.timer',
            activeState: 'active',
            isEnabled: true,
            lastTriggeredAt: Date.UTC(2026, 2, 10),
            interval: DAY,
          },
        },
      ],
    });
  });

  test('without such a unit it asks no journal', async () => {
    const sandbox = new Sandbox();
    sandbox.program('systemctl', ':');
    sandbox.program('journalctl', 'exit 9');
    const fact = await sandbox.fact(backupJobs, '/etc/cron', '/var/spool/cron', '/var/cron');
    expect(expectValue(fact)).toEqual({ jobs: [], cron: [] });
  });

  test("Immich's dumps are listed, the newest first, without what is being written", async () => {
    const sandbox = new Sandbox();
    const folder = '/mnt/photos';
    for (const name of [
      '20260309T020000-v2.5.0-pg14.17.sql.gz',
      '1741572000000.sql.gz',
      '20260310T020000-v2.5.0-pg14.17.sql.gz.tmp',
    ])
      sandbox.write(`${folder}/backups/immich-db-backup-${name}`, 'x'.repeat(name.length));
    sandbox.write(`${folder}/backups/.immich`, '');
    sandbox.write('store/x', '');
    sandbox.program('curl', 'exit 7');
    sandbox.program(
      'podman',
      `case $1 in
ps) echo "id ghcr.io/immich-app/immich-server:v2 immich-server" ;;
info) echo "${sandbox.folder}/store" ;;
container) printf '%s\\n' '#port 2283/tcp 127.0.0.1 2283' "#mount /data ${sandbox.folder}${folder}" ;; esac`,
    );
    sandbox.write('var/lib/containers/storage/x', '');
    const [server] = expectValue(
      await sandbox.fact(immichServers, '/var/lib/containers/storage', '/etc/containers'),
    );
    expect(server?.dumps?.map(({ bytes }) => bytes).toSorted()).toEqual([20, 37]);
  });
});

test.each([
  [
    'a volume whose value is not in the files',
    `"\${builtins.getEnv "PHOTOS"}"`,
    'not all of its volumes are known (configuration.nix:4)',
  ],
  [
    'only volumes that are for something else',
    '"/srv/photos:/photos:ro"',
    'none of its volumes is for them (/data or /usr/src/app/upload)',
  ],
])(
  'in a configuration, %s leave open whether the photos are in a backup, and the reason says so',
  (_, volume, reason) => {
    const results = judged({
      'configuration.nix': `{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ ${volume} ];
  };
  services.restic.backups.all.paths = [ "/srv" ];
}`,
    });
    expect(results.find(({ check }) => check === 'backup')).toMatchObject({
      status: 'unknown',
      reason: `whether the photos of immich-server are in a backup: ${reason}`,
    });
  },
);
