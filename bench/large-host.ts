import { createHash } from 'node:crypto';
import type { Collection } from '../src/collect/target.ts';
import { probes } from '../src/facts/host/index.ts';
import type { Probe, RawResult } from '../src/model/probe.ts';

const NOW = 1_795_426_723;
const BOOT = 'Mon 2026-11-23 09:30:00 UTC';
const STARTED = 'Mon 2026-11-23 09:35:00 UTC';
const FAILED = 'Mon 2026-11-23 09:36:00 UTC';
const START_SECONDS = Date.UTC(2026, 10, 23, 9, 35) / 1000;

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');

/** How a container of the sick host fails: as many ways as there are, in turn. */
const FAULTS = ['no-address', 'no-secret', 'killed', 'unhealthy', 'requires'] as const;

interface One {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly fault: (typeof FAULTS)[number] | undefined;
}

const isUp = ({ fault }: One) => fault === undefined || fault === 'killed' || fault === 'unhealthy';

/** What a host with so many container units tells, each with its container, its ports and, for every fourth, its secret. */
export function largeHost(count: number, isSick: boolean): Collection {
  const all = Array.from({ length: count }, (_, number): One => {
    const name = `app-${number}`;
    return {
      number,
      name,
      unit: `podman-${name}.service`,
      fault: isSick ? FAULTS[number % FAULTS.length] : undefined,
    };
  });
  const printed: Readonly<Record<string, string>> = {
    system: `os=Linux\nhostname=large\nkernel=6.18.44\nuid=0\nuser=root\nnow=${NOW}\nname=NixOS 25.11\nUserspaceTimestamp=${BOOT}\n`,
    journal: `${START_SECONDS - 600}.000000 large kernel: Linux version 6.18.44\n`,
    'kernel-oom': `${START_SECONDS - 600}.000000 large kernel: Linux version 6.18.44\n${all.map(kills).join('')}`,
    tailscale:
      '{"TUN":true,"BackendState":"Running","TailscaleIPs":["100.79.80.95"],"Self":{"Online":true},"Health":[]}',
    addresses: 'nonlocal 0\n3: tailscale0    inet 100.79.80.95/32 scope global tailscale0\n',
    units: all.map(unit).join('\n'),
    containers: all.map(container).join(''),
    'unit-commands': all.map(commands).join(''),
    'unit-journal': all.flatMap(messages).join(''),
    'failed-units': all.map(failed).join(''),
    'podman-events': all.map(event).join(''),
    'memory-groups': all.map(memoryGroup).join(''),
    listeners: all.map(listener).join(''),
    agenix: all.map(secret).join(''),
    'agenix-journal': '',
    'container-log': '',
  };
  const results = new Map(
    Object.entries(printed).map(([id, stdout]) => [id, asCollected(id, stdout)] as const),
  );
  return { durationMs: 1000, results };
}

function asCollected(id: string, printed: string): RawResult {
  const probe = (Object.values(probes) as Probe[]).find((each) => each.id === id);
  if (probe === undefined) throw new Error(`there is no probe ${id}`);
  const stdout = printed.slice(0, probe.outputLimit);
  const capped = stdout.length >= probe.outputLimit;
  return { outcome: 'ran', exitCode: 0, durationMs: 100, stdout, stderr: '', capped };
}

const address = ({ number }: One) => (number % 2 === 0 ? '100.79.80.95' : '127.0.0.1');
const port = ({ number }: One) => 1000 + (number % 60_000);
const secretPath = ({ number, name }: One) => (number % 4 === 0 ? `/run/agenix/${name}` : undefined);

function unit(one: One): string {
  const { number, fault } = one;
  const needs =
    fault === 'requires' ? ` podman-app-${number - 1}.service podman-app-${number - 3}.service` : '';
  return `Type=simple
Restart=always
RestartUSec=100ms
Result=${isUp(one) ? 'success' : 'exit-code'}
NRestarts=${isUp(one) ? 0 : 5}
ExecMainStatus=${isUp(one) ? 0 : 126}
User=
Id=${one.unit}
Requires=sysinit.target system.slice podman-network-${number % 100}.service${needs}
WantedBy=multi-user.target
After=system.slice sysinit.target -.mount network-online.target basic.target systemd-journald.socket podman-network-${number % 100}.service tailscaled.service${needs}
LoadState=loaded
ActiveState=${isUp(one) ? 'active' : 'failed'}
SubState=${isUp(one) ? 'running' : 'failed'}
StateChangeTimestamp=${isUp(one) ? STARTED : FAILED}
ActiveEnterTimestamp=${isUp(one) ? STARTED : ''}
ConditionResult=yes
ConditionTimestamp=${STARTED}
LoadError=
StartLimitIntervalUSec=10s
StartLimitBurst=5
`;
}

function container(one: One): string {
  if (!isUp(one)) return '';
  const { name, fault } = one;
  return `${JSON.stringify({
    id: idOf(name),
    name,
    image: `ghcr.io/example/${name}:release`,
    state: 'running',
    exitCode: 0,
    oomKilled: false,
    startedAt: new Date(START_SECONDS * 1000 + 500).toISOString(),
    health: fault === 'unhealthy' ? 'unhealthy' : 'healthy',
    memory: 536_870_912,
    healthResults: 5,
    healthStartPeriod: 0,
    healthInterval: 30_000_000_000,
    restartPolicy: 'no',
    unit: one.unit,
  })}\n`;
}

function commands(one: One): string {
  const path = secretPath(one);
  return `unit ${one.unit}
podman run
 -p ${address(one)}:${port(one)}:80
 -v /var/lib/${one.name}:/data${path === undefined ? '' : `\n -v ${path}:/run/secrets/key:ro`}
 --memory=512m
 ghcr.io/example/${one.name}:release
${one.fault === undefined ? 'script\nscript tailscale wait\n' : ''}`;
}

function messages(one: One): string[] {
  const line = (seconds: number, text: string, own = false) =>
    `${JSON.stringify({
      __REALTIME_TIMESTAMP: String((START_SECONDS + seconds) * 1e6 + one.number),
      __CURSOR: `s=ea735f3b4cff4f25bafda456098314c5;i=${one.number};b=d0ded00f60694822bff67d6cad9d215a`,
      _BOOT_ID: 'd0ded00f60694822bff67d6cad9d215a',
      ...(own ? { _SYSTEMD_UNIT: one.unit } : { UNIT: one.unit, _SYSTEMD_UNIT: 'init.scope' }),
      MESSAGE: text,
    })}\n`;
  const started = [line(0, `Starting ${one.unit}...`)];
  if (isUp(one)) return started;
  const why =
    one.fault === 'no-secret'
      ? `Error: statfs ${secretPath(one) ?? '/srv/gone'}: no such file or directory`
      : `Error: rootlessport listen tcp ${address(one)}:${port(one)}: bind: cannot assign requested address`;
  return [
    ...started,
    line(1, why, true),
    line(1, `${one.unit}: Main process exited, code=exited, status=126/n/a`),
    line(2, `${one.unit}: Scheduled restart job, restart counter is at 1.`),
  ];
}

function failed(one: One): string {
  return isUp(one)
    ? ''
    : `Result=exit-code\nId=${one.unit}\nDescription=${one.unit}\nStateChangeTimestamp=${FAILED}\n\n`;
}

function event({ name }: One): string {
  return `${JSON.stringify({ PODMAN_NAME: name, PODMAN_ID: idOf(name), __REALTIME_TIMESTAMP: String(START_SECONDS * 1e6) })}\n`;
}

function memoryGroup(one: One): string {
  const path = `/sys/fs/cgroup/machine.slice/libpod-${idOf(one.name)}.scope/memory.events`;
  const times = one.fault === 'killed' ? 3 : 0;
  return isUp(one) ? `oom ${times} ${path}\noom_kill ${times} ${path}\n` : '';
}

function kills({ number, name, fault }: One): string {
  if (fault !== 'killed') return '';
  const group = `/machine.slice/libpod-${idOf(name)}.scope`;
  const at = `${START_SECONDS + 60}.${String(number).padStart(6, '0')} large kernel:`;
  return `${at} memory: usage 524288kB, limit 524288kB, failcnt 0
${at} oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${group},task_memcg=${group},task=node,pid=${number},uid=0
${at} Memory cgroup out of memory: Killed process ${number} (node) total-vm:34516kB, anon-rss:32256kB
`;
}

function listener(one: One): string {
  return isUp(one) ? `LISTEN 0      4096   ${address(one)}:${port(one)} 0.0.0.0:*\n` : '';
}

function secret(one: One): string {
  const path = secretPath(one);
  if (path === undefined) return '';
  const there = one.fault === undefined ? `present 400 32 raw` : 'missing - - -';
  return `declared ${there} ${path}\nmode 0400 ${path}\nsource ${one.name}.age ${path}\n`;
}
