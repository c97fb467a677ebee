import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { evaluate, type FactTable, unreadProbes } from '../../src/engine/evaluate.ts';
import type { Step } from '../../src/model/remedy.ts';
import type { CheckResult } from '../../src/model/report.ts';
import { hostName, joined } from '../../src/remedy/words.ts';
import { hostileName, Pasting, replaced, stepsOf } from '../support/remedies.ts';
import {
  ADDRESS,
  BOOT,
  container,
  DENIED,
  FAILED,
  FILESYSTEMS,
  factsOf,
  type Given,
  idOf,
  KERNEL,
  killed,
  NOW,
  POSTGRES_ANSWERS,
  REDIS_ANSWERS,
  SERVER_CONNECTED,
  STARTED,
  scopeOf,
  told,
  unit,
} from './home-server.ts';
import { checksWithKinds, foundIn } from './kind-cases.ts';
import { judgeConfiguration, SICK_CONFIGURATIONS } from './sick-configurations.ts';
import { KINDS_OF_DATABASES, SICK_DATABASES } from './sick-databases.ts';
import { FILE, macFactsOf, NAME, SICK_MACS } from './sick-macs.ts';

const pasting = new Pasting();
afterAll(() => pasting.remove());

const ID = `podman-${NAME}.service`;
const failed = (id: string, over = {}) => unit(id, { ...FAILED, ...over });

/** What podman and systemd say where a container cannot be started. */
const REASONS = [
  `Error: statfs /srv/${NAME}: no such file or directory`,
  `Error: statfs /run/agenix/${NAME}: no such file or directory`,
  `Error: unable to find network with name or ID ${NAME}: network not found`,
  `Error: parsing file "/run/${NAME}": open: no such file or directory`,
  `Error: ghcr.io/x/${NAME}:1: image not known`,
  `dial tcp: lookup ${NAME}: no such host`,
  `Error: stat /dev/${NAME}: no such file or directory`,
  `the container name "${NAME}" is already in use by x`,
  `executable file ${NAME} not found in $PATH`,
  `listen tcp4 ${NAME}:80: bind: address already in use`,
  `listen tcp4 ${ADDRESS}:2283: bind: cannot assign requested address`,
  `listen tcp4 ${NAME}:2283: bind: cannot assign requested address`,
  'exec format error',
  `Condition check resulted in ${NAME} being skipped: unmet condition check (ConditionPathExists=/${NAME})`,
  'Dependency failed for x.',
  `something else about ${NAME}`,
  `Error: initializing source docker://ghcr.io/x/${NAME}:1: toomanyrequests: slow down`,
  `Error: initializing source docker://ghcr.io/x/${NAME}:1: reading manifest 1: manifest unknown`,
  `Error: initializing source docker://ghcr.io/x/${NAME}:1: unauthorized`,
  `Error: pinging container registry ${NAME}: x509: certificate of ${NAME}`,
  `Error: writing /var/tmp/${NAME}: no space left on device`,
  `x: Failed at step EXEC spawning /${NAME}: No such file or directory`,
  'Error: current system boot ID differs from cached boot ID',
];

const BRIDGE = `1: lo    inet 127.0.0.1/8 x\n7: ${NAME}    inet 10.89.0.1/24 x\n`;
const ML = 'ghcr.io/immich-app/immich-machine-learning:v2-openvino';
const commands = (id: string, ...words: string[]) =>
  `unit ${id}\npodman run \n${words.map((word) => ` ${word}\n`).join('')}`;

/** Hosts on which everything is wrong that a check has a remedy for. */
const SICK: Readonly<Record<string, Given>> = {
  ...Object.fromEntries(
    REASONS.map((text) => [
      text,
      { units: failed(ID), unitJournal: told(ID, 'command', text), containers: '' },
    ]),
  ),
  'a unit that gave up': { units: failed(ID, { StateChangeTimestamp: stampOf(NOW - 2000) }), containers: '' },
  ...Object.fromEntries(
    ['7 000', '0 503'].map((answer) => [
      `an app that answers with ${answer}`,
      {
        units: unit(ID),
        containers: container(NAME, { image: 'docker.io/louislam/uptime-kuma:1', unit: ID }),
        webAnswers: `asked ${NAME} 0.0.0.0 3001 3001 127.0.0.1 ${answer}\n`,
      },
    ]),
  ),
  'an app that is not on the tailnet': {
    units: unit(ID),
    containers: container(NAME, { image: 'docker.io/louislam/uptime-kuma:1', unit: ID }),
    webAnswers: `asked ${NAME} 0.0.0.0 3001 3001 127.0.0.1 0 200\nasked ${NAME} 0.0.0.0 3001 3001 ${ADDRESS} 28 000\n`,
  },
  ...Object.fromEntries(
    ['acme', 'nginx', 'caddy'].map((from) => [
      `an expired certificate of ${from}`,
      {
        certificates: `Version=257\n${from}\tused\t${from === 'acme' ? `acme-${NAME}.service\tfailed` : '-\t-'}\tissued\t250310120000Z 250610120000Z \t/srv/${NAME}.pem\n`,
      },
    ]),
  ),
  'a certificate that ends, and a placeholder': {
    certificates: `Version=257\nnginx\tused\t-\t-\tissued\t251210120000Z 260313120000Z \t/srv/${NAME}.pem\nacme\tused\tacme-${NAME}.service\tinactive\tplaceholder\t251210120000Z 260313120000Z \t/srv/${NAME}.pem\n`,
  },
  'a port with nothing behind it': {
    units: unit(ID),
    containers: container(NAME, {
      image: 'x/y:1',
      unit: ID,
      ports: { '80/tcp': [{ HostIp: ADDRESS, HostPort: '80' }] },
    }),
    webAnswers: `asked ${NAME} ${ADDRESS} 80 80 ${ADDRESS} 7 000\n`,
  },
  ...Object.fromEntries(
    ['SQLITE_CORRUPT', 'SQLITE_FULL', 'SQLITE_BUSY'].map((said) => [
      `an app that says ${said}`,
      {
        units: unit(ID),
        containers: container(NAME, {
          image: 'docker.io/louislam/uptime-kuma:1',
          unit: ID,
          mounts: [{ type: 'bind', source: `/mnt/photos/${NAME}`, destination: '/app/data', writable: true }],
        }),
        filesystems: FILESYSTEMS.replace('no ext4 /dev/sda1', 'no nfs4 nas:/photos'),
        appDatabaseLog: `said ${(NOW - 1000) * 1000} ${NAME} ${said}\n`.repeat(12),
      },
    ]),
  ),
  'bound too early': {
    units: failed(ID) + unit('other', { Requires: ID }),
    unitCommands: commands(ID, `-p ${ADDRESS}:1:1`),
    unitJournal: told(ID, 'command', `listen tcp4 ${ADDRESS}:1: bind: cannot assign requested address`),
  },
  'a quadlet that was bound too early': {
    units: failed(ID, { FragmentPath: '/run/systemd/generator/x' }),
    unitCommands: commands(ID, `-p ${ADDRESS}:1:1`),
    unitJournal: told(ID, 'command', `listen tcp4 ${ADDRESS}:1: bind: cannot assign requested address`),
  },
  'machine learning out of memory': {
    units: unit(NAME),
    containers: container(NAME, { image: `${ML}${NAME}`, unit: ID }),
    unitCommands: commands(ID, `--memory=1${NAME}`, `--memory-swap=1${NAME}`, ML),
    kernelOom: KERNEL + killed(scopeOf(idOf(NAME)), STARTED + 60_000),
  },
  'another container out of memory': {
    units: unit(NAME),
    containers: container(NAME, { unit: ID }),
    kernelOom: KERNEL + killed(scopeOf(idOf(NAME)), STARTED + 60_000),
  },
  'the states of containers': {
    units: 'Version=252\n',
    containers:
      container(NAME, { state: 'paused' }) +
      container(`${NAME}2`, { health: 'unhealthy' }) +
      container(`${NAME}3`, { state: 'exited', exitCode: 3, restartPolicy: 'always', unit: '' }) +
      container(`${NAME}4`, {
        health: 'starting',
        healthInterval: 1e9,
        startedAt: new Date(BOOT).toISOString(),
      }),
  },
  'podman that refuses to work': {
    units: failed(ID),
    containers: {
      exitCode: 125,
      stderr: `Error: an unhandled reboot has occurred. Please delete directories "/tmp/${NAME}" and "/run/${NAME}/tmp" and re-run Podman\n`,
    },
  },
  'a container that starts, one near its limit, and one that never started': {
    units: unit(NAME),
    containers:
      container(NAME, { unit: ID }) +
      container(`${NAME}2`, {
        state: 'created',
        created: new Date(BOOT).toISOString(),
        restartPolicy: 'always',
        unit: '',
      }),
    failedUnits: `Id=${idOf(NAME)}-startup-1.service\nResult=exit-code\nDescription=x\n`,
    memoryGroups: ['limit 100', 'current 99', 'inactive_file 0', 'active_file 0']
      .map((count) => `${count} /sys/fs/cgroup${scopeOf(idOf(NAME))}/memory.x\n`)
      .join(''),
  },
  'a unit that was killed for memory': { units: failed(ID, { Result: 'oom-kill' }), containers: '' },
  'a secret whose key came late': {
    secrets: `key there /etc/${NAME}\ndeclared missing - - - /run/agenix/${NAME}\ndeclared present 400 9 raw /run/agenix/x${NAME}\n`,
    decryptionErrors: [
      `config.age.identityPaths entry /etc/${NAME} not present!`,
      'no readable identities found!',
    ]
      .map((text) => ({ __REALTIME_TIMESTAMP: String(BOOT * 1000), MESSAGE: `[agenix] WARNING: ${text}` }))
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join(''),
  },
  docker: {
    units: unit(`docker-${NAME}.service`),
    unitCommands: commands(`docker-${NAME}.service`).replace('podman', 'docker'),
  },
  'a bare override': {
    units: unit(NAME, { LoadState: 'bad-setting', ActiveState: 'inactive' }),
    unitCommands: `unit ${ID}\n`,
  },
  secrets: {
    units: failed(ID),
    unitCommands: commands(ID, `-v /run/agenix/${NAME}:/x`),
    secrets: `source ${NAME}.age /run/agenix/${NAME}\ndeclared missing - - - /run/agenix/${NAME}\nfound present 444 9 raw /run/agenix/x${NAME}\ndeclared dangling - - - /run/agenix/y${NAME}\n`,
  },
  'secrets of another form': {
    units: unit(NAME),
    unitCommands: commands(ID, `--env-file=/run/agenix/${NAME}`),
    secrets: `declared present 400 9 raw /run/agenix/${NAME}\ndeclared present 400 0 raw /run/agenix/x${NAME}
mode 0400 /run/agenix/y${NAME}\nfound present 440 9 raw /run/agenix/y${NAME}
owner ${NAME}:root /run/agenix/z${NAME}\nhas 0:0 root:root /run/agenix/z${NAME}\nfound present 400 9 raw /run/agenix/z${NAME}\n`,
  },
  'secrets that another host can decrypt': {
    secrets: `source ${NAME}.age /run/agenix/${NAME}\ndeclared missing - - - /run/agenix/${NAME}\n`,
    decryptionErrors: `${JSON.stringify({
      __REALTIME_TIMESTAMP: '1',
      MESSAGE: `decrypting '/nix/store/x-${NAME}.age' to '/run/agenix.d/1/${NAME}'...`,
    })}\n${JSON.stringify({
      __REALTIME_TIMESTAMP: '1',
      MESSAGE: 'age: error: no identity matched any of the recipients',
    })}\n`,
  },
  'units in other states': {
    units:
      unit(NAME, { ActiveState: 'activating', SubState: 'auto-restart', NRestarts: 9 }) +
      unit(`${NAME}2`, { ActiveState: 'activating', SubState: 'start-pre' }) +
      unit(`${NAME}3`, { ActiveState: 'inactive', SubState: 'dead' }) +
      unit(`${NAME}4`, { ActiveState: 'inactive', SubState: 'dead', Result: 'resources' }) +
      unit(`${NAME}5`, { NRestarts: 3, ActiveEnterTimestamp: stampOf(NOW - 120_000) }) +
      failed(`podman-${NAME}6.service`, { LoadState: 'not-found' }),
    containers: container(`${NAME}5`),
  },
  'a host out of memory': {
    kernelOom: `${KERNEL}${NOW / 1000 - 60} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${scopeOf(idOf('x'))},task=java,pid=9,uid=0
${NOW / 1000 - 60} minipc kernel: Out of memory: Killed process 9 (java) total-vm:1kB, anon-rss:1kB\n`,
  },
  'tailscale without an interface': { tailscale: tailscaled({ TUN: false }) },
  'tailscale without its address': { addresses: 'nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n' },
  'tailscale that complains, with a key that ends': {
    tailscale: tailscaled({
      Health: [`could not connect to ${NAME}`],
      Self: { KeyExpiry: new Date(NOW + 86_400_000).toISOString() },
    }),
  },
  'tailscale that waits for approval': { tailscale: tailscaled({ BackendState: 'NeedsMachineAuth' }) },
  'tailscale that starts': { tailscale: tailscaled({ BackendState: 'Starting' }) },
  'a failed unit': { failedUnits: `Id=${NAME}.service\nResult=exit-code\nDescription=x\n` },
  'a service that was stopped': {
    wantedUnits: `Id=${NAME}.service\nLoadState=loaded\nActiveState=inactive\nResult=success\nRestart=always\nExecMainStartTimestamp=x\nExecMainCode=1\n`,
  },
  'an address of another machine': { units: unit(NAME), unitCommands: commands(ID, '-p 100.64.0.9:1:1') },
  'tailscale down': { tailscale: JSON.stringify({ BackendState: 'NeedsLogin' }) },
  'an expired key, and Funnel': {
    tailscale: tailscaled({ Self: { Expired: true, Online: false } }),
    tailscaleServe: JSON.stringify({
      AllowFunnel: { 'x.example.net:443': true },
      TCP: { 443: { TCPForward: `${NAME}:22` } },
    }),
  },
  'a flushed firewall': {
    units: unit(NAME),
    containers: bridged(),
    addresses: BRIDGE,
    portForwarding: `nft read\niptables-save read\nip6tables-save read\n\nId=${NAME}.service\nLoadState=loaded\nActiveState=active\n`,
  },
  'a flushed firewall of NixOS': {
    units: unit(NAME),
    containers: bridged(),
    addresses: BRIDGE,
    portForwarding:
      'nft read\niptables-save read\nip6tables-save read\n\nId=nftables.service\nLoadState=loaded\nActiveState=active\n',
  },
  ...Object.fromEntries(
    [
      'silent listener 10.89.0.1:53 0 aardvark-dns',
      `silent listener 0.0.0.0:53 0 ${NAME}`,
      'closed',
      'code 3 0',
    ].map((answer) => [
      `a network of containers: ${answer}`,
      {
        units: unit(NAME),
        containers: bridged(),
        addresses: `1: lo    inet 127.0.0.1/8 x\n7: ${NAME}    inet 10.89.0.1/24 x\n`,
        portForwarding: DENIED,
        containerLookups: `aardvark ${NAME} 10.89.0.1\nown ${NAME} 10.89.0.1 ${NAME} ${answer.replace(' listener', '\nlistener')}\n`,
      },
    ]),
  ),
  'a container with old name servers': {
    units: unit(NAME),
    containers: bridged(),
    containerLookups: `outside ${NAME} 10.0.0.1 ghcr.io silent\n`,
  },
  'no name server': { lookups: `name ${NAME}.io 2\n`, resolvConf: 'target /etc/resolv.conf\nmissing\n' },
  'name servers that do not answer': {
    lookups: 'name ghcr.io 2\nserver 192.168.1.1 ghcr.io silent\n',
  },
  'some names': {
    lookups: `name ghcr.io 0\nname ${NAME}.io 2\nserver 192.168.1.1 ghcr.io silent\n`,
  },
  'a resolver that is down': {
    lookups: 'name ghcr.io 2\nserver 127.0.0.53 ghcr.io closed\n',
    resolvConf:
      'target /x\nnameserver 127.0.0.53\n\nId=systemd-resolved.service\nLoadState=loaded\nActiveState=failed\n',
  },
  'Tailscale without an upstream': {
    lookups: 'name ghcr.io 2\nserver 100.100.100.100 ghcr.io code 2 0\n',
    resolvConf: 'target /x\nnameserver 100.100.100.100\n',
  },
  'two programs that write resolv.conf': {
    tailscale: tailscaled({ Health: ['/etc/resolv.conf overwritten.'] }),
  },
  'disks that are absent, full, read-only and hung': {
    units: unit(NAME),
    containers: container(NAME, {
      unit: ID,
      user: '1000:1000',
      mounts: ['a', 'b', 'c', 'd', 'e'].map((folder) => ({
        type: 'bind',
        source: `/${NAME}${folder}/x`,
        destination: '/data',
        writable: true,
      })),
    }),
    dataPaths: `present\t/${NAME}e/x\t/${NAME}e/x\t0 0 755 folder - .\nend\n`,
    filesystems: `mount 1 0 8:1 / / no tmpfs tmpfs -
mount 2 1 8:2 / /${NAME}b no ext4 /dev/${NAME} -
mount 3 1 8:3 / /${NAME}c filesystem ext4 /dev/${NAME}c -
mount 4 1 8:4 / /${NAME}d no nfs4 nas:/${NAME} -
declared /dev/${NAME} /${NAME}a ext4 -,nofail
device /${NAME}a there empty
space 1 / 4096 1000 500 1000 500
space 2 /${NAME}b 4096 1000 1 1000 500
space 3 /${NAME}c 4096 1000 500 1000 500
hung mount 4 /${NAME}d
end
`,
    diskHealth: `mdstat md${NAME} : active raid1 sdb1[1] sda1[0]\nmdstat  9 blocks [2/1] [U_]\nzpool   pool: ${NAME}\nzpool  state: DEGRADED\nsmart ${NAME} 8 FAILED\nzfs read\nend\n`,
    diskErrors: `input-output ${NAME} 1 1 1 0 1 minipc kernel: x\n`,
  },
  'devices that are not there, and groups of others': {
    units: unit(NAME),
    containers: container(NAME, { unit: ID, user: '1000', image: ML }),
    passedDevices: `container ${NAME}\ndevice /dev/${NAME}\ndevice /dev/dri\ngroup 104\nmissing /dev/${NAME}\nnode /dev/dri/renderD128 660 303\nend\n`,
  },
  'a folder that is gone': {
    units: unit(NAME),
    containers: container(NAME, {
      unit: ID,
      mounts: [{ type: 'bind', source: `/${NAME}/x`, destination: `/${NAME}`, writable: true }],
    }),
    dataPaths: `missing\t/${NAME}/x\t/${NAME}/x\nend\n`,
  },
  'an array that did not start': {
    diskHealth: `mdstat md${NAME} : inactive sdb1[1](S)\nmdstat  9 blocks\nzfs none\nend\n`,
  },
  'a disk that fails at times': {
    diskErrors: `disk ${NAME} ../x\ninput-output ${NAME} 1 1 1 0 1 minipc kernel: x\n`,
  },
  'a Redis that cannot save': {
    containers:
      container('immich-server') +
      container('immich-postgres') +
      container('immich-redis', {
        mounts: [{ type: 'bind', source: `/srv/${NAME}`, destination: '/data', writable: true }],
      }),
    dataServices: `${SERVER_CONNECTED}${POSTGRES_ANSWERS}${REDIS_ANSWERS.replace('999 999 755', '0 0 755')}`,
  },

  ...SICK_DATABASES,
  'nothing to be read': {
    containers: DENIED,
    journal: `${NOW / 1000} minipc systemd[1]: x\n`,
    system: `os=Linux\nhostname=minipc\nkernel=6\nuid=1000\nuser=me\nnow=${NOW / 1000}\n`,
  },
};

/** What is found of these, at least; how a container failed tells what podman says. */
const SERVER_KINDS = Object.entries({
  certificates: 'expired ends-soon placeholder',
  'app-database': 'damaged locked cannot-write on-network-share',
  'app-reachable': 'no-answer error-answer nothing-listens not-on-tailnet',
  'agenix-secrets':
    'key-too-late gone-after-reboot missing dangling empty not-assignments wrong-mode wrong-owner world-readable',
  'container-oom': 'killed-at-limit host-out-of-memory near-limit unit-killed',

  'container-network': 'rules-gone dns-blocked dns-down dns-port-taken name-unknown',
  dns: `no-upstream overwritten no-name-server resolver-down no-answer some-names server-silent container-fails`,
  'container-state': `restarting long-start stopped not-started restarted failed-and-gone refused failed exited paused
    unhealthy health-never-checked container-gone required-missing source-missing network-missing env-file-missing
    image-missing name-not-resolved device-missing name-taken port-taken address-missing command-missing
    wrong-processor condition-unmet dependency-failed rate-limited tag-missing registry-refused certificate-refused
    no-space program-missing unhandled-reboot podman-refuses never-started startup-check-fails`,
  'failed-units': 'failed',
  'wanted-services': 'not-running',
  'ml-oom': 'limit-too-low',
  'oci-backend': 'docker no-container',
  'tailscale-bind': 'address-there-now',
  'tailscale-up': `logged-out userspace no-address complains key-expires needs-approval starting address-changed
    foreign-address key-expired offline funnel`,
  'tailscale-wait': 'no-wait started-too-early',
  storage:
    'folder-gone not-mounted full read-only hung wrong-owner in-memory array-degraded pool-unhealthy smart-failing disk-errors',
  hardware: 'device-missing wrong-group',
  ...KINDS_OF_DATABASES,
  visibility: 'journal-too-short needs-root',
}).flatMap(([check, kinds]) => kinds.split(/\s+/).map((kind) => `${check}/${kind}`));

function bridged(): string {
  return container(NAME, {
    unit: ID,
    networkMode: 'bridge',
    networks: [{ name: NAME, address: '10.89.0.2', gateway: '10.89.0.1' }],
    ports: { '2283/tcp': [{ HostIp: '', HostPort: '2283' }] },
  });
}

function tailscaled(over: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ BackendState: 'Running', TUN: true, TailscaleIPs: [ADDRESS], Health: [], ...over });
}

function stampOf(at: number): string {
  return `Tue ${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

function judged(facts: FactTable, name: string, nixos: boolean) {
  const context = {
    now: NOW,
    windowStart: BOOT,
    configuration: `/etc/${name}`,
    names: {
      containers: [name],
      secrets: [`/run/agenix/${name}`],
      tailscaleAddress: '100.64.0.1',
    },
    nixos,
    again: [joined('hsdoctor'), joined('check'), joined('--host'), hostName(name)],
    unread: unreadProbes(facts),
  };
  return evaluate(checks, facts, context, name);
}

const judgedServer = (given: Given, name: string, nixos = true) =>
  judged(replaced(factsOf(given), NAME, name), name, nixos);
/** A path is as odd as a name, below a folder or alone. */
const judgedMac = (facts: FactTable, name: string, folder = '/srv/') =>
  judged(replaced(replaced(facts, FILE, `${folder}${name}`), NAME, name), name, false);
const SICK_MAC_FACTS = SICK_MACS.map(([kind, given]) => [kind, macFactsOf(given)] as const);

const findingsOf = (results: readonly CheckResult[]) => results.flatMap(({ findings }) => findings);
const kindsWithRemedy = (results: readonly CheckResult[]) =>
  findingsOf(results).flatMap(({ kind, remedy }) => (remedy === undefined ? [] : [kind]));

function requireNoFault(results: readonly CheckResult[]): void {
  for (const { check, reason = '' } of results) expect(reason, check).not.toContain('fault of hsdoctor');
}

/** Pieces of a sentence that its reader types: `(sudo smartctl -a /dev/sda)`. */
const TYPED = /[(`](?:sudo )?[a-z][a-z-]* [^)`]*[)`]|\\[a-z]+ [^;,.]*/g;
const sentenceOf = (step: Step) => (step.kind === 'byHand' ? step.text : step.why);

test('no sentence has a command with a word in it that is not proven to be one', () => {
  const steps = stepsOf([
    ...Object.values(SICK).flatMap((given) => judgedServer(given, 'the name')),
    ...SICK_MAC_FACTS.flatMap(([, facts]) => judgedMac(facts, 'the name')),
    ...SICK_CONFIGURATIONS.flatMap((each) => judgeConfiguration(each, 'the name')),
  ]);
  const typed = steps.flatMap((step) => sentenceOf(step).match(TYPED) ?? []);
  expect(typed).toContain('(systemctl edit)');
  expect(typed.filter((piece) => piece.includes('the name'))).toEqual([]);
});

describe('with an ordinary name', () => {
  test('every sick server has a command or a word for what is wrong with it', () => {
    const all = Object.entries(SICK).flatMap(([what, given]) => {
      const results = judgedServer(given, 'plex');
      requireNoFault(results);
      for (const { kind, remedy } of findingsOf(results))
        if (kind !== 'visibility/unread') expect(remedy, `${what}: ${kind}`).toBeDefined();
      return results;
    });
    pasting.requireHarmless(stepsOf(all));
    expect(kindsWithRemedy(all)).toEqual(expect.arrayContaining(SERVER_KINDS));
  });

  test.each(SICK_MAC_FACTS)('a sick Mac has a remedy for %s', (kind, facts) => {
    const results = judgedMac(facts, 'plex');
    requireNoFault(results);
    expect(kindsWithRemedy(results)).toContain(kind);
    pasting.requireHarmless(stepsOf(results));
  });

  test.each(SICK_CONFIGURATIONS.map((each) => [each.kinds.join(', '), each] as const))(
    'a sick configuration has a remedy for %s',
    (_, configuration) => {
      const results = judgeConfiguration(configuration, 'plex');
      requireNoFault(results);
      expect(kindsWithRemedy(results)).toEqual(expect.arrayContaining([...configuration.kinds]));
      pasting.requireHarmless(stepsOf(results));
    },
  );

  test.each(checksWithKinds.map((each) => [each.id, each.cases] as const))(
    'the case of each kind of %s has a remedy to paste or to read',
    (id, cases) => {
      const findings = Object.values(cases)
        .flatMap(foundIn)
        .filter(({ kind }) => kind.startsWith(`${id}/`));
      pasting.requireHarmless(stepsOf([{ findings }]));
    },
  );
});

test('a server that is not NixOS is told of no option of NixOS, and of no rebuild', () => {
  const steps = stepsOf(Object.values(SICK).flatMap((given) => judgedServer(given, 'plex', false)));
  const OPTION =
    /\b(?:virtualisation|systemd\.services|services|networking|boot|security|hardware)\.[a-z]+[\w."*+-]*\.\w/i;
  const named = steps.filter(
    (step) =>
      step.kind === 'edit' ||
      (step.kind === 'run' && /^nixos-rebuild$|\/current-system\//.test(step.words[0] ?? '')) ||
      OPTION.test(sentenceOf(step).replaceAll(/\(on NixOS: [^)]*\)/g, '')),
  );
  expect(named).toEqual([]);
});

/** Each with something in the middle that a terminal does not show, or obeys. */
const UNSEEN = ['\u202e', '\u200b', '\u009b', '\u009b31m', '\u001b[31m', '\u001b]0;', '\u{e0041}', '\u00ad'];

test.each(UNSEEN)('of a name with %j in it nothing is taken out: no step acts on what is left', (unseen) => {
  const steps = stepsOf([
    ...Object.values(SICK).flatMap((given) => judgedServer(given, `plex${unseen}tv`)),
    ...SICK_MAC_FACTS.flatMap(([, facts]) => judgedMac(facts, `plex${unseen}tv`)),
  ]);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.filter((step) => /plex(?:31m|\[31m)?tv/.test(JSON.stringify(step)))).toEqual([]);
});

/** Of these each run tries every one. */
const TELLING = [
  "x';touch PWN;'",
  'x;touch PWN;#\u001b]',
  '"',
  '\\',
  '\u0024{x}',
  'x\ntouch PWN',
  '-rf',
  '\u202egnp.exe',
  'constructor',
];

describe('whatever things are called, what is pasted runs each program with exactly its words', () => {
  test('for a server', { tags: 'hosts' }, () => {
    fc.assert(
      fc.property(hostileName, fc.boolean(), (name, nixos) => {
        pasting.requireHarmless(
          stepsOf(Object.values(SICK).flatMap((given) => judgedServer(given, name, nixos))),
        );
      }),
      { numRuns: 60, examples: TELLING.map((name) => [name, true]) },
    );
  });

  test('for a Mac', { tags: 'hosts' }, () => {
    fc.assert(
      fc.property(hostileName, fc.constantFrom('/srv/', '/', ''), (name, folder) => {
        const results = SICK_MAC_FACTS.flatMap(([, facts]) => judgedMac(facts, name, folder));
        requireNoFault(results);
        pasting.requireHarmless(stepsOf(results));
      }),
      { numRuns: 40, examples: TELLING.map((name) => [name, '/srv/']) },
    );
  });

  test('for a configuration', { tags: 'hosts' }, () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        const results = SICK_CONFIGURATIONS.flatMap((each) => judgeConfiguration(each, name));
        requireNoFault(results);
        pasting.requireHarmless(stepsOf(results));
      }),
      { numRuns: 25, examples: TELLING.map((name) => [name]) },
    );
  });
});
