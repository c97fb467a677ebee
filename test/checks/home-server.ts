import { checks } from '../../src/engine/catalogue.ts';
import { evaluate, type FactTable, unreadProbes } from '../../src/engine/evaluate.ts';
import { factOf } from '../../src/engine/facts.ts';
import { withoutOtherUnits } from '../../src/engine/other-units.ts';
import { type FactName, probes } from '../../src/facts/host/index.ts';
import type { MissingOutcome } from '../../src/model/fact.ts';
import type { Probe, RawOutput, RawResult } from '../../src/model/probe.ts';
import type { Step } from '../../src/model/remedy.ts';
import type { CheckResult, Finding } from '../../src/model/report.ts';
import { commandLines } from '../../src/remedy/steps.ts';
import { joined } from '../../src/remedy/words.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';

export const NOW = Date.parse('2026-03-10T12:00:00Z');
export const BOOT = NOW - 2 * 86_400_000;
/** When the containers were started, a little after the boot. */
export const STARTED = BOOT + 40_000;
export const MINUTE = 60_000;

export const ADDRESS = '100.101.102.103';
export const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);

/** A time as `systemctl show` prints it. */
export const stamp = (at: number) => `Tue ${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** A unit as `systemctl show` prints it, up and running but for what is given. */
export function unit(name: string, over: Readonly<Record<string, string | number>> = {}): string {
  const properties = {
    Id: name.includes('.') ? name : `podman-${name}.service`,
    LoadState: 'loaded',
    LoadError: '',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    NRestarts: 0,
    ExecMainStatus: 0,
    Restart: 'always',
    RestartUSec: '100ms',
    StartLimitIntervalUSec: '10s',
    StartLimitBurst: 5,
    User: '',
    ActiveEnterTimestamp: stamp(STARTED),
    StateChangeTimestamp: stamp(STARTED),
    ConditionResult: 'yes',
    ConditionTimestamp: stamp(STARTED),
    After: 'network-online.target basic.target',
    Requires: 'sysinit.target system.slice',
    WantedBy: 'multi-user.target',
    ...over,
  };
  return `${Object.entries(properties)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n\n`;
}

/** What systemd tells of a unit that gave up after a failure at its start. */
export const FAILED = {
  ActiveState: 'failed',
  SubState: 'failed',
  Result: 'exit-code',
  NRestarts: 5,
  ExecMainStatus: 125,
  ActiveEnterTimestamp: '',
};

/** A line that podman or systemd wrote into the journal about a unit. */
export function told(unitId: string, from: 'systemd' | 'command', text: string, at = STARTED): string {
  return `${JSON.stringify({
    __REALTIME_TIMESTAMP: String(at * 1000),
    MESSAGE: text,
    ...(from === 'systemd' ? { UNIT: unitId, _SYSTEMD_UNIT: 'init.scope' } : { _SYSTEMD_UNIT: unitId }),
  })}\n`;
}

/** A message as journalctl prints one that is not all printable text. */
export const messageBytes = (text: string): number[] => [...Buffer.from(text)];

export function container(name: string, over: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({
    id: idOf(name),
    name,
    image: `ghcr.io/immich-app/${name}:v2`,
    state: 'running',
    exitCode: 0,
    oomKilled: false,
    startedAt: new Date(STARTED).toISOString(),
    health: '',
    memory: 0,
    healthResults: 0,
    restartPolicy: 'no',
    unit: `podman-${name}.service`,
    pid: 4000,
    logDriver: 'journald',
    networkMode: 'bridge',
    networks: [{ name: 'immich', address: '10.89.0.2', gateway: '10.89.0.1' }],
    env:
      name === 'immich-server'
        ? ['DB_HOSTNAME=immich-postgres', 'DB_USERNAME=immich', 'REDIS_HOSTNAME=immich-redis']
        : [],
    ...over,
  })}\n`;
}

/** A line of a container's own log. */
export const logged = (container_: string, text: string, at: number) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at * 1000), CONTAINER_NAME: container_, MESSAGE: text })}\n`;

/** What Immich's server, its database and its Redis answer, where all is well. */
export const SERVER_CONNECTED = `service server immich-server 4001 -
connected 5432 10
connected 6379 4
`;
export const POSTGRES_ANSWERS = `service postgres immich-postgres 4002 S
address 127.0.0.1:5432
user 999
group 999
said N
asked 0
`;
export const REDIS_ANSWERS = `service redis immich-redis 4003 S
address 127.0.0.1:6379
user 999
group 999
said pong
value loading 0
value rdb_changes_since_last_save 3
value rdb_last_save_time 1773140000
value rdb_last_bgsave_status ok
value aof_enabled 0
value aof_last_bgrewrite_status ok
value aof_last_write_status ok
value save 3600 1 300 100 60 10000
value dir /data
asked 0
folder 999 999 755
`;

/** podman's own event of the making of a container. */
export const created = (name: string, id = idOf(name)) =>
  `${JSON.stringify({ PODMAN_ID: id, PODMAN_NAME: name })}\n`;

const seconds = (at: number) => (at / 1000).toFixed(6);

/** What the kernel says of one kill, as `journalctl --output=short-unix` prints it. */
export function killed(
  cgroup: string,
  at: number,
  { process = 'python', pid = 4711, victim = cgroup } = {},
): string {
  return `${seconds(at)} minipc kernel: memory: usage 2097152kB, limit 2097152kB, failcnt 42
${seconds(at)} minipc kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=${cgroup},task_memcg=${victim},task=${process},pid=${pid},uid=0
${seconds(at)} minipc kernel: Memory cgroup out of memory: Killed process ${pid} (${process}) total-vm:1kB, anon-rss:1kB
`;
}
export const scopeOf = (id: string) => `/machine.slice/libpod-${id}.scope`;
export const KERNEL = `${seconds(BOOT - 5000)} minipc kernel: Linux version 6.12\n`;

const NAMES = ['immich-server', 'immich-machine-learning', 'immich-postgres', 'immich-redis'];
export const ML = 'immich-machine-learning';

export const UNITS = NAMES.map((name) => unit(name)).join('');
export const CONTAINERS = NAMES.map((name) => container(name)).join('');
export const COMMANDS = NAMES.map(
  (name) => `unit podman-${name}.service\npodman run \n ghcr.io/immich-app/${name}:v2 \n`,
).join('');

/** The root, `/boot` and a disk for the photos, with room. */
export const FILESYSTEMS = `mount 27 1 259:2 / / no ext4 /dev/nvme0n1p2 -
mount 40 27 259:1 / /boot no vfat /dev/nvme0n1p1 -
mount 41 27 8:1 / /mnt/photos no ext4 /dev/sda1 -
declared UUID=aa / ext4 -
declared UUID=bb /boot vfat -
declared UUID=cc /mnt/photos ext4 -,nofail
device / there -
device /boot there -
device /mnt/photos there -
store /var/lib/containers/storage
space 27 / 4096 61000000 30000000 15000000 14000000
space 40 /boot 4096 130000 90000 0 0
space 41 /mnt/photos 4096 976000000 400000000 244000000 240000000
end
`;

/** 16 GB, of which half is available, and a swap that is hardly used. */
export const MEMORY = `MemTotal:       16000000 kB
MemAvailable:    8000000 kB
SwapTotal:       4000000 kB
SwapFree:        3900000 kB
pressure some avg10=0.10 avg60=0.05 avg300=0.01 total=123
pressure full avg10=0.00 avg60=0.00 avg300=0.00 total=45
end
`;

/** systemd-timesyncd keeps the clock, since the boot. */
export const CLOCK = `Timezone=Europe/Berlin
LocalRTC=no
CanNTP=yes
NTP=yes
NTPSynchronized=yes

Id=systemd-timesyncd.service
LoadState=loaded
ActiveState=active
ActiveEnterTimestamp=${stamp(BOOT)}

Id=chronyd.service
LoadState=not-found
ActiveState=inactive

Now=${NOW / 1000}
Uptime=172800.00
`;

/** Generation 212 runs, since the boot; 211 was made a month before. */
export const GENERATIONS = `system current /nix/store/cc-nixos-system-minipc-25.11
version 25.11.20260301.abcdef
kernel /nix/store/k2-linux-6.12.11/bzImage
json {"nixosVersion":"25.11.20260301.abcdef","nixpkgsRevision":null,"configurationRevision":"2222222222"}
image current podman-immich-server ghcr.io/immich-app/immich-server:v2.5.0
system booted /nix/store/cc-nixos-system-minipc-25.11
version 25.11.20260301.abcdef
kernel /nix/store/k2-linux-6.12.11/bzImage
profile system-212-link
generation ${BOOT / 1000 - 30 * 86_400} system-211-link /nix/store/bb-nixos-system-minipc-25.11
generation ${BOOT / 1000 - 600} system-212-link /nix/store/cc-nixos-system-minipc-25.11
system previous /nix/store/bb-nixos-system-minipc-25.11
version 25.11.20260201.123456
kernel /nix/store/k1-linux-6.12.9/bzImage
json {"nixosVersion":"25.11.20260201.123456","configurationRevision":"1111111111"}
image previous podman-immich-server ghcr.io/immich-app/immich-server:v2.4.1
end
`;

/** An upgrade that ended well, and nothing that failed since the boot. */
export const SWITCHES = `Id=nixos-upgrade.service
LoadState=loaded
ActiveState=inactive
Result=success
ExecMainExitTimestamp=${stamp(BOOT + 3_600_000)}
Now=${NOW / 1000}
Uptime=

end
`;

/** A backup that restic makes each night, as it ended well this night; and what differs. */
export function backupJob({
  service = {},
  timer = {},
  success = NOW - 10 * 3_600_000,
}: {
  readonly service?: Readonly<Record<string, string>>;
  readonly timer?: Readonly<Record<string, string>>;
  /** By the journal; 0 where it tells none. */
  readonly success?: number;
} = {}): string {
  const id = 'restic-backups-photos';
  const shown = [
    {
      Id: `${id}.service`,
      LoadState: 'loaded',
      UnitFileState: 'linked',
      ActiveState: 'inactive',
      SubState: 'dead',
      Result: 'success',
      ExecMainCode: '0',
      ExecMainExitTimestamp: '',
      ...service,
    },
    {
      Id: `${id}.timer`,
      LoadState: 'loaded',
      UnitFileState: 'enabled',
      ActiveState: 'active',
      SubState: 'waiting',
      Triggers: `${id}.service`,
      TimersCalendar: '{ OnCalendar=*-*-* 02:00:00 ; next_elapse=Wed 2026-03-11 02:00:00 UTC }',
      LastTriggerUSec: stamp(NOW - 10 * 3_600_000),
      ActiveEnterTimestamp: stamp(BOOT),
      ...timer,
    },
  ];
  const blocks = shown.map((each) =>
    Object.entries(each)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const told = success === 0 ? '' : `success ${Math.floor(success / 1000)} ${id}.service\n`;
  return `${blocks.join('\n')}\n${told}\nNow=${NOW / 1000}\nUptime=172800.00\nend\n`;
}

/** No service, timer or file of cron that looks like one. */
export const NO_BACKUP = `\nNow=${NOW / 1000}\nUptime=172800.00\nend\n`;

const NOT_HERE = { outcome: 'not-applicable', reason: 'not on linux' } as const;

/** Raw outputs of a home server on which all is well; of what is not here, there is nothing on it. */
const HEALTHY: Readonly<Partial<Record<FactName, Raw>>> = {
  system: `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${NOW / 1000}\nname=NixOS 25.11\nUserspaceTimestamp=${stamp(BOOT)}\n`,
  units: UNITS,
  unitCommands: COMMANDS,
  unitJournal: '',
  containers: CONTAINERS,
  containerNames: NAMES.map((name) => created(name)).join(''),
  journal: KERNEL,
  kernelOom: KERNEL,
  memoryGroups: '',
  memory: MEMORY,
  clock: CLOCK,
  generations: GENERATIONS,
  backupJobs: backupJob(),
  switches: SWITCHES,
  lastBoot: `${(BOOT - 60_000) / 1000}.25 1\n`,
  containerLog: '',
  dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS + REDIS_ANSWERS,
  databasePasswords:
    'pair\timmich-server\timmich-postgres\tsame\t/run/agenix/immich-db\t/run/agenix/immich-db\n',
  tailscale: JSON.stringify({ BackendState: 'Running', TUN: true, TailscaleIPs: [ADDRESS], Health: [] }),
  addresses: `nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n5: tailscale0    inet ${ADDRESS}/32 scope global tailscale0\n`,
  listeners: 'LISTEN 0 4096 127.0.0.1:22 0.0.0.0:* \n',
  secrets: '',
  decryptionErrors: '',
  failedUnits: '',
  wantedUnits: 'Version=257\n',
  filesystems: FILESYSTEMS,
  dataPaths: 'end\n',
  diskHealth: 'zfs none\nend\n',
  diskErrors: '',
  engines: 'compose 0\n',
  tailscaleServe: '{}',
  tailscaleDns: '',
  resolvConf: `target /etc/resolv.conf\nchanged ${BOOT / 1000}\ncomment  Generated by resolvconf\nnameserver 192.168.1.1\n`,
  lookups: 'name ghcr.io 0\nserver 192.168.1.1 ghcr.io code 0 2\n',
  containerLookups: '',
  portForwarding: 'nft read\niptables-save absent\nip6tables-save absent\n',
};

const END_LINE = 'end\n';
const CLOCK_LINES = `\nNow=${NOW / 1000}\nUptime=\n`;

/** What the scripts print last, where the texts of tests leave it out. */
const LAST: Readonly<Partial<Record<FactName, string>>> = {
  units: CLOCK_LINES,
  wantedUnits: CLOCK_LINES,
  portForwarding: CLOCK_LINES,
  resolvConf: CLOCK_LINES,
  unitCommands: END_LINE,
  unitJournal: END_LINE,
  kernelOom: END_LINE,
  memoryGroups: END_LINE,
  immichServers: END_LINE,
  webAnswers: END_LINE,
  certificates: END_LINE,
  listeners: END_LINE,
  engines: END_LINE,
  databasePasswords: END_LINE,
  diskErrors: END_LINE,
  containerLookups: END_LINE,
  secrets: END_LINE,
  containerLog: END_LINE,
  appDatabaseLog: END_LINE,
};

/** A text stands for a whole output; one that was cut is given as the raw output that it is. */
function wholeOutput(name: FactName, text: string): string {
  const last = LAST[name];
  if (last === undefined || /(?:^|\n)(?:Version=.*|Uptime=.*|end)\n$/.test(text)) return text;
  return text + (text === '' || text.endsWith('\n') ? '' : '\n') + last;
}

type Raw = string | Partial<RawOutput> | { readonly outcome: MissingOutcome; readonly reason: string };
export type Given = Partial<Record<FactName, Raw>>;

/** The facts that the probes' own parsers make of the outputs: of a healthy server but for what is given. */
export function factsOf(given: Given): FactTable {
  return withoutOtherUnits(readFrom(given));
}

/** What a collection of such a server brings back, by the ids of the probes. */
export function rawResultsOf(given: Given): Map<string, RawResult> {
  return new Map(
    (Object.keys(probes) as FactName[]).map((name) => {
      const raw = given[name] ?? HEALTHY[name] ?? NOT_HERE;
      const output = typeof raw === 'string' ? { stdout: wholeOutput(name, raw) } : raw;
      const result: RawResult =
        'outcome' in output
          ? { ...output, durationMs: 1 }
          : { outcome: 'ran', durationMs: 1, exitCode: 0, stdout: '', stderr: '', capped: false, ...output };
      return [probes[name].id, result];
    }),
  );
}

function readFrom(given: Given): FactTable {
  const results = rawResultsOf(given);
  return Object.fromEntries(
    (Object.keys(probes) as FactName[]).map((name) => {
      const probe = probes[name] as Probe;
      return [name, factOf(probe, results.get(probe.id))];
    }),
  ) as unknown as FactTable;
}

interface Judging {
  readonly windowStart?: number;
  readonly configuration?: string;
  readonly names?: typeof DEFAULTS.names;
  readonly nixos?: boolean;
  /** Between which times of the machine that asks it told its own. */
  readonly answered?: { readonly from: number; readonly to: number };
}

/** Judges a server by all checks, as a run does. */
export function judgeAll(
  given: Given,
  {
    windowStart = BOOT,
    configuration = '/etc/nixos',
    names = DEFAULTS.names,
    nixos = true,
    answered,
  }: Judging = {},
): CheckResult[] {
  const facts = factsOf(given);
  const context = {
    now: NOW,
    windowStart,
    configuration,
    names,
    again: [joined('hsdoctor'), joined('check')],
    nixos,
    ...(answered === undefined ? {} : { answered }),
    unread: unreadProbes(facts),
  };
  return evaluate(checks, facts, context, 'minipc');
}

export function judge(id: string, given: Given, options?: Parameters<typeof judgeAll>[1]) {
  const result = judgeAll(given, options).find(({ check }) => check === id);
  if (result === undefined) throw new Error(`no check ${id}`);
  return result;
}

export const DENIED = { outcome: 'denied', reason: 'root is required: run with --sudo' } as const;
export const ABSENT = { outcome: 'not-installed', reason: 'it is not installed here' } as const;

/** The steps of a remedy, a line each: `$ command`, `option: before -> after`, or words. */
function stepLines(steps: readonly Step[] | undefined): string[] {
  return (steps ?? []).flatMap((step) => {
    if (step.kind === 'edit') {
      const changes = step.items?.map(({ remove, add }) => ({
        before: remove.join(' '),
        after: add.join(' '),
      }));
      return (changes ?? [step]).map(({ before = '', after }) => `${step.option}: ${before} -> ${after}`);
    }
    return step.kind === 'byHand' ? [step.text] : commandLines(step).map((line) => `$ ${line}`);
  });
}
export const nowOf = (finding: Finding | undefined) => stepLines(finding?.remedy?.now);
export const lastingOf = (finding: Finding | undefined) => stepLines(finding?.remedy?.lasting);
