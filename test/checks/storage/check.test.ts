import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  BOOT,
  container,
  DENIED,
  FAILED,
  type Given,
  judge,
  judgeAll,
  lastingOf,
  NOW,
  nowOf,
  told,
  UNITS,
  unit,
} from '../home-server.ts';
import {
  DISKS,
  filesystems,
  health,
  logged,
  PHOTOS,
  paths,
  present,
  ROOM,
  unmounted,
  using,
} from './outputs.ts';

const DAY = 86_400_000;
const containers = using('immich-server');
const found = (given: Given) =>
  judge('storage', { containers, ...given }).findings.map(({ kind, status, subject }) => [
    kind.replace('storage/', ''),
    status,
    subject,
  ]);
const room = (numbers: string) => filesystems({ [ROOM]: `space 41 /mnt/photos 4096 ${numbers}\n` });
const readOnly = (how = 'filesystem', more: Readonly<Record<string, string>> = {}) =>
  filesystems({ [PHOTOS]: PHOTOS.replace(' no ', ` ${how} `), ...more });

test('it says how many filesystems and data paths it looked at', () => {
  expect(judge('storage', { containers, dataPaths: paths(present('/mnt/photos/library')) })).toMatchObject({
    status: 'ok',
    lookedAt: { filesystems: 3, dataPaths: 1 },
  });
});

test('a path of a running container that is not in the list was not looked at', () => {
  expect(judge('storage', { containers })).toMatchObject({
    status: 'unknown',
    reason: '/mnt/photos/library was not looked at',
    lookedAt: { filesystems: 3, dataPaths: 0 },
  });
});

describe('a folder that a running container uses, and that no longer exists', () => {
  const dataPaths = paths('missing\t/mnt/photos/library\t/mnt/photos/library\n');

  test('is told before a restart loses what is only there', () => {
    const { findings } = judge('storage', { containers, dataPaths });
    expect(findings.map(({ title }) => title)).toEqual([
      'immich-server uses /mnt/photos/library, which no longer exists',
    ]);
    expect(nowOf(findings[0])).toEqual([]);
    expect(lastingOf(findings[0])[0]).toContain('Do not stop or restart immich-server yet');
  });

  test('is a consequence of a disk that was unmounted beneath it', () => {
    const { findings } = judge('storage', { containers, dataPaths, filesystems: unmounted() });
    const root = findings.filter(({ causedBy }) => causedBy === undefined);
    expect(root.map(({ kind }) => kind)).toEqual(['storage/not-mounted']);
  });

  test.each([
    ['is only read', using('immich-server', undefined, undefined, {}, false)],
    ['belongs to one that does not run', using('immich-server', undefined, undefined, { state: 'exited' })],
  ])('is no such fault where it %s', (_, other) => {
    expect(found({ containers: other, dataPaths })).toEqual([]);
  });
});

test.each([
  ['hung', 'hung UUID=cc /mnt/photos\n'],
  ['was cut short', ''],
])('whether a disk is mounted is not known where the look at it %s', (_, line) => {
  const text = filesystems({ [PHOTOS]: '', [ROOM]: '', 'device /mnt/photos there -\n': line });
  expect(judge('storage', { filesystems: text })).toMatchObject({
    status: 'unknown',
    findings: [],
    reason: 'whether /mnt/photos is mounted: the look at it did not end in time',
  });
});

describe('room', () => {
  test('an ok tells of a full disk that is in /etc/fstab, and that no container writes to', () => {
    const full = { filesystems: room('2000000000 100000 0 0') };
    expect(judge('storage', full)).toMatchObject({
      status: 'ok',
      reason: '/mnt/photos is full, and no container writes to it',
    });
    expect(judge('storage', { filesystems: room('2000000000 2000000 0 0') }).reason).toBeUndefined();
    const undeclared = full.filesystems.replace(/^declared UUID=cc.*\n/m, '');
    expect(judge('storage', { filesystems: undeclared }).reason).toBeUndefined();
  });

  test.each([
    ['a small disk with 3 % free', '5000000 150000 0 0', 'nearly-full'],
    ['a small disk with 0.5 % free', '5000000 25000 0 0', 'full'],
    ['a large disk with 2.5 % free', '2000000000 50000000 0 0', undefined],
    ['a large disk with 8 GB free', '2000000000 2000000 0 0', 'nearly-full'],
    ['a large disk with 400 MB free', '2000000000 100000 0 0', 'full'],
    ['a filesystem that makes inodes as it needs them', '2000000000 100000000 0 0', undefined],
    ['one that is full and, because of that, short of inodes', '2000000000 100 800 3', 'full'],
    ['one of a size that is not known', '0 0 0 0', undefined],
  ])('%s', (_, numbers, kind) => {
    expect(found({ filesystems: room(numbers) }).map(([found]) => found)).toEqual(
      kind === undefined ? [] : [kind],
    );
  });

  test('free and size are told', () => {
    const { findings } = judge('storage', { containers, filesystems: room('976000000 1000 244000000 1') });
    expect(findings[0]?.title).toBe('/mnt/photos is full (4.1 MB of 4.0 TB free)');
  });

  test('a disk of nobody may be full', () => {
    expect(found({ containers: '', filesystems: room('976000000 0 0 0') })).toEqual([]);
  });

  test('of one filesystem that is mounted at several places the first is the cause', () => {
    const { findings } = judge('storage', {
      filesystems: filesystems({
        '27 / 4096 61000000 30000000': '27 / 4096 61000000 30',
        [PHOTOS]: `${PHOTOS}mount 50 27 259:2 /nix /nix no ext4 /dev/nvme0n1p2 -\nspace 50 /nix 4096 61000000 30 1000000 900000\n`,
      }),
    });
    expect(findings.map(({ subject, causedBy }) => [subject, causedBy])).toEqual([
      ['/', undefined],
      ['/nix', 'storage'],
    ]);
  });

  test('room that could not be read is not enough room', () => {
    expect(judge('storage', { containers, filesystems: filesystems({ [ROOM]: '' }) })).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('/mnt/photos'),
    });
  });

  test('no step deletes anything', () => {
    for (const filesystems_ of [
      room('976000000 0 0 0'),
      filesystems({ '27 / 4096 61000000 30000000': '27 / 4096 61000000 30' }),
    ])
      for (const finding of judge('storage', { containers, filesystems: filesystems_ }).findings) {
        expect(nowOf(finding)).toEqual([]);
        expect(
          lastingOf(finding).filter((line) => /^\$.*\b(?:rm|prune|gc|garbage|fsck|mkfs)/.test(line)),
        ).toEqual([]);
      }
  });
});

describe('not mounted', () => {
  const finding = (given: Given) => judge('storage', { containers, ...given }).findings[0];

  test('a disk that is there again is mounted, and what uses it restarted', () => {
    const found = finding({ units: unit('immich-server'), filesystems: unmounted() });
    expect(nowOf(found)).toEqual([
      '$ sudo mount -- /mnt/photos',
      '$ sudo systemctl restart -- podman-immich-server.service',
    ]);
    expect(lastingOf(found)).toContain(
      'systemd.services.podman-immich-server.unitConfig.RequiresMountsFor:  -> "/mnt/photos"',
    );
  });

  test.each([
    ['absent', 'empty'],
    ['unknown', 'empty'],
    ['there', 'used'],
    ['there', 'missing'],
  ])('nothing is mounted at once where the device is %s and the folder %s', (device, folder) => {
    expect(nowOf(finding({ filesystems: unmounted(device, folder) }))).toEqual([]);
  });

  test('over files that were written meanwhile no step mounts anything', () => {
    const steps = lastingOf(finding({ filesystems: unmounted('there', 'used') }));
    expect(steps.filter((step) => step.includes('$ sudo mount'))).toEqual([]);
    expect(steps[0]).toContain('Delete nothing');
  });

  test('a unit that starts only with the disk needs no other setting', () => {
    const units = unit('immich-server', { Requires: 'mnt-photos.mount' });
    expect(lastingOf(finding({ units, filesystems: unmounted() }))).toEqual([]);
  });

  test('the unit of a quadlet gets a drop-in: a unit of that name would replace it, and start nothing', () => {
    const units = unit('immich-server', {
      FragmentPath: '/run/systemd/generator/podman-immich-server.service',
    });
    expect(lastingOf(finding({ units, filesystems: unmounted() }))).toContain(
      'systemd.services.podman-immich-server:  -> { overrideStrategy = "asDropin"; unitConfig.RequiresMountsFor = "/mnt/photos"; }',
    );
  });

  test('a mount point is written as systemd reads it', () => {
    const filesystems = unmounted().replaceAll('/mnt/photos', String.raw`/mnt/my\040photos%i`);
    const there = using('immich-server', '/mnt/my photos%i/library');
    const [told] = judge('storage', {
      units: unit('immich-server'),
      containers: there,
      filesystems,
    }).findings;
    expect(nowOf(told)[0]).toBe("$ sudo mount -- '/mnt/my photos%i'");
    expect(lastingOf(told)).toContain(
      String.raw`systemd.services.podman-immich-server.unitConfig.RequiresMountsFor:  -> "\"/mnt/my photos%%i\""`,
    );
  });

  test('what no container uses is a warning', () => {
    expect(found({ containers: '', filesystems: unmounted('absent') })).toEqual([
      ['not-mounted', 'warn', '/mnt/photos'],
    ]);
  });

  test.each([
    ['noauto', { '-,nofail': '-,nofail,noauto' }],
    ['memory', { 'UUID=cc /mnt/photos ext4': 'tmpfs /mnt/photos tmpfs' }],
    ['mounted at its first use', { [ROOM]: 'mount 60 27 0:50 / /mnt/photos no autofs systemd-1 -\n' }],
  ])('it is no fault: %s', (_, more) => {
    const { [ROOM]: room_ = '', ...rest } = more as Record<string, string>;
    const text = unmounted('there', 'empty', rest).replace('end\n', `${room_}end\n`);
    expect(found({ filesystems: text })).toEqual([]);
  });

  test('a bind of a folder on it is missing because of it', () => {
    const text = unmounted('absent', 'empty', {
      'declared UUID=cc':
        'declared /mnt/photos/media /srv/media none -,bind,nofail\ndevice /srv/media absent empty\ndeclared UUID=cc',
    });
    const { findings } = judge('storage', { containers, filesystems: text });
    expect(findings.map(({ subject, causedBy }) => [subject, causedBy])).toEqual([
      ['/srv/media', 'storage'],
      ['/mnt/photos', undefined],
    ]);
  });

  test('a dataset of ZFS that a container uses; another may be locked on purpose', () => {
    const locked = (point: string) => `dataset\ttank/x\t${point}\n${health()}`;
    const text = filesystems({
      [PHOTOS]: '',
      [ROOM]: '',
      'declared UUID=cc /mnt/photos ext4 -,nofail\n': '',
    });
    expect(found({ filesystems: text, diskHealth: locked('/mnt/photos') })).toEqual([
      ['not-mounted', 'fail', '/mnt/photos'],
    ]);
    expect(found({ filesystems: text, diskHealth: locked('/mnt/secret') })).toEqual([]);
    // With the datasets of an entry in fstab it is that entry that is told.
    expect(found({ filesystems: unmounted(), diskHealth: locked('/mnt/photos') })).toHaveLength(1);
  });

  test('a legacy dataset of fstab is told, too, where nothing uses it', () => {
    const text = unmounted('unknown', 'empty', { 'UUID=cc /mnt/photos ext4': 'tank/photos /mnt/photos zfs' });
    expect(found({ containers: '', filesystems: text })).toEqual([['not-mounted', 'warn', '/mnt/photos']]);
  });
});

describe('read-only', () => {
  const errors = logged('filesystem', 'sda1', NOW - 60_000, { readOnly: true });

  test('the kernel made it so: no step makes it writable', () => {
    const result = judge('storage', { containers, filesystems: readOnly(), diskErrors: errors });
    const found = result.findings.find(({ kind }) => kind === 'storage/read-only');
    expect(found).toMatchObject({ status: 'fail', since: new Date(NOW - 60_000).toISOString() });
    expect(lastingOf(found).join('\n')).not.toContain('remount');
  });

  test('by the kernel although fstab says read-only', () => {
    expect(
      found({ filesystems: readOnly('filesystem', { '-,nofail': '-,ro' }), diskErrors: errors }),
    ).toContainEqual(['read-only', 'fail', '/mnt/photos']);
  });

  test.each([
    ['fstab says so', { filesystems: readOnly('filesystem', { '-,nofail': '-,nofail,ro' }) }],
    [
      'containers only read it',
      { containers: using('plex', '/mnt/photos', '/media', {}, false), filesystems: readOnly() },
    ],
    [
      'a file of the Nix store',
      {
        containers: using('kuma', '/nix/store/x-config.json', '/config.json'),
        filesystems: filesystems({
          [PHOTOS]: `${PHOTOS}mount 50 27 259:2 /nix/store /nix/store mount ext4 /dev/nvme0n1p2 -\nspace 50 /nix/store 4096 61000000 30000000 15000000 14000000\n`,
        }),
      },
    ],
    [
      'a disc',
      {
        filesystems: filesystems({
          [PHOTOS]: 'mount 41 27 11:0 / /mnt/photos filesystem iso9660 /dev/sr0 -\n',
        }),
      },
    ],
  ])('it is no fault where %s', (_, given) => {
    expect(found(given)).toEqual([]);
  });

  test('of one that fstab does not name it is not known whether it is meant', () => {
    const text = readOnly('filesystem', { 'declared UUID=cc /mnt/photos ext4 -,nofail\n': '' });
    expect(found({ filesystems: text })).toEqual([['read-only', 'warn', '/mnt/photos']]);
  });
});

describe('what does not answer', () => {
  const hung = (type: string) =>
    filesystems({
      [PHOTOS]: `mount 41 27 0:50 / /mnt/photos no ${type} nas:/photos -\n`,
      [ROOM]: 'hung mount 41 /mnt/photos\n',
    });

  test.each(['nfs4', 'cifs', 'fuse.sshfs'])('a server (%s) is a fault', (type) => {
    expect(found({ filesystems: hung(type) })).toEqual([['hung', 'fail', '/mnt/photos']]);
  });

  test.each(['ext4', 'fuse.mergerfs'])('a disk (%s) may be starting: that is unknown', (type) => {
    expect(judge('storage', { containers, filesystems: hung(type) })).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('/mnt/photos did not answer'),
    });
  });

  test('a folder that hangs is of its server', () => {
    const text = filesystems({ [PHOTOS]: 'mount 41 27 0:50 / /mnt/photos no nfs4 nas:/photos -\n' });
    expect(found({ filesystems: text, dataPaths: 'hung - /mnt/photos/library\nend\n' })).toEqual([
      ['hung', 'fail', '/mnt/photos'],
    ]);
  });
});

describe('owners', () => {
  const owned = (
    seen: Parameters<typeof present>[1],
    { user = '1000:1000', destination = '/config', groups = [] as string[] } = {},
  ) =>
    found({
      containers: using('plex', '/srv/plex', destination, { user, groups }),
      dataPaths: paths(present('/srv/plex', seen)),
    });

  test('a data folder that the user may not write', () => {
    expect(owned({ owner: '0 0', mode: '755' })).toEqual([['wrong-owner', 'warn', '/srv/plex']]);
  });

  test.each([
    ['its owner', { owner: '1000 0', mode: '755' }, {}],
    ['of its group', { owner: '0 1000', mode: '775' }, {}],
    ['of a group that it is given', { owner: '0 303', mode: '775' }, { groups: ['303'] }],
    ['everybody may write', { owner: '0 0', mode: '1777' }, {}],
    ['root in the container', { owner: '999 999', mode: '700' }, { user: '' }],
    ['a user by name', { owner: '999 999', mode: '700' }, { user: 'plex' }],
    ['a group of the image that may write', { owner: '0 44', mode: '775' }, { user: '1000' }],
    ['an access list', { owner: '0 0', mode: '755+' }, {}],
    ['numbers that are mapped', { owner: '100999 100999', mode: '755' }, {}],
    ['a folder of media', { owner: '0 0', mode: '755' }, { destination: '/media' }],
  ])('it is no fault: %s', (_, seen, options) => {
    expect(owned(seen, options)).toEqual([]);
  });

  test('Postgres needs to be the owner, whatever the mode', () => {
    const destination = '/var/lib/postgresql/data';
    expect(owned({ owner: '0 0', mode: '777', postgres: '70 .' }, { user: '999', destination })).toEqual([
      ['wrong-owner', 'fail', '/srv/plex'],
    ]);
    expect(
      owned({ owner: '0 0', mode: '755', postgres: '999 pgdata' }, { user: '999', destination }),
    ).toEqual([]);
  });

  test('a network share decides by itself who may write', () => {
    const text = filesystems({ [PHOTOS]: 'mount 41 27 0:50 / /mnt/photos no cifs //nas/x -\n' });
    const given = {
      containers: using('plex', '/mnt/photos/plex', '/config', { user: '1000' }),
      dataPaths: paths(present('/mnt/photos/plex', { owner: '0 0', mode: '755' })),
      filesystems: text,
    };
    expect(found(given)).toEqual([]);
  });
});

describe('disks', () => {
  test.each([
    [
      'a rebuild is a warning',
      'mdstat md0 : active raid1 sdc1[2] sda1[0]\nmdstat  9 blocks [2/1] [U_]\nmdstat  recovery = 1.0%',
      'warn',
    ],
    [
      'a failed device whose spare took over is a warning',
      'mdstat md0 : active raid1 sdc1[2] sdb1[1](F) sda1[0]\nmdstat  9 blocks [2/2] [UU]',
      'warn',
    ],
    ['an inactive array is a failure', 'mdstat md0 : inactive sda1[0](S)', 'fail'],
  ])('%s', (_, text, status) => {
    expect(found({ diskHealth: health(...text.split('\n')) })).toEqual([['array-degraded', status, 'md0']]);
  });

  test.each([
    'mdstat md0 : active raid0 sdc1[0] sdd1[1]\nmdstat  9 blocks super 1.2 512k chunks',
    'mdstat md127 : inactive sdb[1](S) sda[0](S)\nmdstat  5288 blocks super external:imsm',
    'mdstat md0 : active raid5 sdc1[2] sdb1[1] sda1[0]\nmdstat  9 blocks [3/3] [UUU]\nmdstat  reshape = 1.0% (1/2)',
    'mdstat md0 : active (auto-read-only) raid1 sdb1[1] sda1[0]\nmdstat  9 blocks [2/2] [UU]\nmdstat  resync=PENDING',
  ])('it is no fault: %s', (text) => {
    expect(found({ diskHealth: health(...text.split('\n')) })).toEqual([]);
  });

  test('a pool that works and has counted errors is a warning', () => {
    const pool = (state: string) =>
      health(
        ...`  pool: tank\n state: ${state}\nstatus: x\nerrors: No known data errors`
          .split('\n')
          .map((line) => `zpool ${line}`),
      );
    expect(found({ diskHealth: pool('ONLINE') })).toEqual([['pool-unhealthy', 'warn', 'tank']]);
    expect(
      found({ diskHealth: pool('ONLINE').replace('status: x', 'status: Some features are not enabled') }),
    ).toEqual([]);
    expect(found({ diskHealth: pool('SUSPENDED') })).toEqual([['pool-unhealthy', 'fail', 'tank']]);
  });

  test('a pool that does not answer, or cannot be asked, is unknown', () => {
    expect(judge('storage', { diskHealth: 'hung pools\nzfs read\nend\n' }).status).toBe('unknown');
    expect(judge('storage', { diskHealth: 'zfs unread\nend\n' }).status).toBe('unknown');
  });

  test.each([
    ['smartctl is not installed', 'disk sda\n', /^SMART of sda was not read: smartctl is not installed$/],
    [
      'a disk sleeps',
      'smartctl\ndisk sda\nsmart sda 2 Device is in STANDBY mode, exit(2); \n',
      /asleep, and not woken/,
    ],
    ['nothing was told of a disk', 'smartctl\ndisk sda\n', /does not report its health/],
    [
      'a disk does not tell',
      'smartctl\ndisk sda\nsmart sda 1 Unknown USB bridge; \n',
      /does not report its health/,
    ],
  ])('an ok says where %s', (_, lines, reason) => {
    expect(judge('storage', { diskHealth: `${lines}zfs none\nend\n` })).toMatchObject({
      status: 'ok',
      reason: expect.stringMatching(reason),
    });
  });

  test('btrfs with counted errors of its devices, and one that was mounted without a device', () => {
    const text = filesystems({ [PHOTOS]: 'mount 41 27 0:60 / /mnt/photos no btrfs /dev/sda2 degraded\n' });
    const stats = 'btrfs 0b2c-1-1-1-1 1 sda2, 0 write_errs=0,';
    expect(found({ filesystems: text, diskHealth: health(stats) })).toEqual([
      ['btrfs-errors', 'fail', '/mnt/photos'],
    ]);
  });
});

describe('the kernel log', () => {
  test('errors in a filesystem because of its disk are one fault', () => {
    const { findings } = judge('storage', {
      diskErrors: `${logged('filesystem', 'sda1', NOW - 3_600_000)}${logged('input-output', 'sda', NOW - 3_600_000)}${logged('reset', 'ata3', NOW - 3_600_000, { count: 40 })}${DISKS}`,
    });
    expect(findings.filter(({ causedBy }) => causedBy === undefined)).toHaveLength(1);
  });

  test('count and first time are told; after a day an error of the disk is a warning', () => {
    const at = (time: number) =>
      judge('storage', { diskErrors: DISKS + logged('input-output', 'sda', time, { count: 7 }) }).findings[0];
    expect(at(NOW - 3_600_000)).toMatchObject({
      status: 'fail',
      count: 7,
      since: new Date(NOW - 3_600_000).toISOString(),
    });
    expect(at(NOW - DAY - 1000)).toMatchObject({ status: 'warn' });
  });

  test('errors that a filesystem has recorded are a warning until it is checked', () => {
    const recorded = logged('recorded', 'sda1', NOW - 1000, {
      count: 2,
      text: 'EXT4-fs (sda1): error count since last fsck: 7',
    });
    const told = (text: string) =>
      judge('storage', { diskErrors: DISKS + text }).findings.map(({ title, status }) => [title, status]);
    expect(told(recorded)).toEqual([
      ['The filesystem on sda1 (/mnt/photos) has errors (7 since its last fsck)', 'warn'],
    ]);
    expect(told(recorded + logged('filesystem', 'sda1', NOW - 2000))).toEqual([
      ['The filesystem on sda1 (/mnt/photos) has errors (3 times)', 'fail'],
    ]);
  });

  test('what was unplugged is a warning', () => {
    expect(found({ diskErrors: DISKS + logged('input-output', 'sdz', NOW - 1000) })).toEqual([
      ['disk-errors', 'warn', 'sdz'],
    ]);
  });

  test('without the log there is no ok', () => {
    for (const diskErrors of [DENIED, ABSENT])
      expect(judge('storage', { diskErrors }).status).toBe('unknown');
  });
});

describe('what it explains', () => {
  const causes = (given: Given) =>
    judgeAll(given)
      .find(({ check }) => check === 'container-state')
      ?.findings.map(({ causedBy }) => causedBy);
  const down = unit('plex', FAILED);
  const commands = 'unit podman-plex.service\npodman run \n -v /mnt/photos/x:/x\n';
  const statfs = told(
    'podman-plex.service',
    'command',
    'Error: statfs /mnt/photos/x: no such file or directory',
    BOOT + 60_000,
  );

  test('a container whose folder is on a disk that is not mounted', () => {
    expect(causes({ units: UNITS + down, unitJournal: statfs, filesystems: unmounted('absent') })).toEqual([
      'storage',
    ]);
    expect(causes({ units: UNITS + down, unitJournal: statfs })).toEqual([undefined]);
  });

  test('a container that is down for an unknown reason, and whose disk is full', () => {
    const full = { units: UNITS + down, unitCommands: commands, filesystems: room('976000000 1 0 0') };
    expect(causes(full)).toEqual(['storage']);
    expect(causes({ ...full, filesystems: room('976000000 2000000 0 0') })).toEqual([undefined]);
    expect(causes({ ...full, unitCommands: commands.replace('/mnt/photos', '/srv') })).toEqual([undefined]);
  });

  test('a known reason is not the disk', () => {
    const unitJournal = told('podman-plex.service', 'command', 'Error: x: image not known', BOOT + 60_000);
    expect(
      causes({
        units: UNITS + down,
        unitCommands: commands,
        unitJournal,
        filesystems: room('976000000 1 0 0'),
      }),
    ).toEqual([undefined]);
  });

  test('a mount unit that failed', () => {
    const failedUnits = 'Id=mnt-photos.mount\nResult=exit-code\nDescription=x\n';
    const failed = judgeAll({ failedUnits, filesystems: unmounted() }).find(
      ({ check }) => check === 'failed-units',
    );
    expect(failed?.findings[0]).toMatchObject({ causedBy: 'storage' });
  });
});

test('what somebody stopped on purpose needs no disk', () => {
  const given = {
    containers: '',
    unitCommands: 'unit podman-plex.service\npodman run \n -v /mnt/photos/x:/x\n',
    filesystems: unmounted('absent'),
  };
  const stopped = { ActiveState: 'inactive', SubState: 'dead', WantedBy: '' };
  expect(found({ ...given, units: UNITS + unit('plex', stopped) })).toEqual([
    ['not-mounted', 'warn', '/mnt/photos'],
  ]);
  expect(found({ ...given, units: UNITS + unit('plex', FAILED) })).toEqual([
    ['not-mounted', 'fail', '/mnt/photos'],
  ]);
});

test('a mount that another container of podman has is not one of the host', () => {
  expect(
    found({
      containers: container('x', {
        mounts: [{ type: 'tmpfs', source: 'tmpfs', destination: '/tmp', writable: true }],
      }),
    }),
  ).toEqual([]);
});

describe('a root that is memory', () => {
  const judged = (path: string, destination = '/data', real = path) =>
    found({
      containers: using('immich-server', path, destination),
      dataPaths: paths(`present\t${path}\t${real}\t0 0 755 folder - .\n`),
      filesystems: filesystems({ ' / no ext4 /dev/nvme0n1p2 -': ' / no tmpfs tmpfs -' }),
    });

  test('data in it is lost; of another folder nobody knows whether it is missed', () => {
    expect(judged('/var/lib/immich')).toEqual([['in-memory', 'fail', '/var/lib/immich']]);
    expect(judged('/var/lib/immich', '/transcodes')).toEqual([['in-memory', 'warn', '/var/lib/immich']]);
  });

  test.each([
    ['on a disk by a link', '/var/lib/immich', '/mnt/photos/immich'],
    ['made again at each boot', '/run/immich', '/run/immich'],
    ['without a name', `/v/volumes/${'a'.repeat(64)}/_data`, `/v/volumes/${'a'.repeat(64)}/_data`],
  ])('it is no fault: %s', (_, path, real) => {
    expect(judged(path, '/data', real)).toEqual([]);
  });
});
