import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTailnetAddress } from '../../../src/checks/shared/tailnet.ts';
import { judged } from '../../nix/corpus.ts';
import {
  ADDRESS,
  BOOT,
  COMMANDS,
  DENIED,
  FAILED,
  type Given,
  judge,
  lastingOf,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';

const SERVER = 'podman-immich-server.service';
/** As the host tells a script of a unit. */
const script = (text: string) => `script\nscript ${text}\n`;
const wait = (over: Record<string, string | number> = {}, given: Given = {}, words = '', address = ADDRESS) =>
  judge('tailscale-wait', {
    units: UNITS.replace(unit('immich-server'), unit('immich-server', over)),
    unitCommands: COMMANDS.replace(
      'immich-server.service\npodman run \n',
      `immich-server.service\npodman run \n -p ${address}:2283:2283\n${words}`,
    ),
    ...given,
  });

test('a unit that does not wait is a warning while it runs, and the root of it when it could not bind', () => {
  expect(wait()).toMatchObject({ status: 'warn', findings: [{ subject: SERVER }] });
  const unitJournal = told(
    SERVER,
    'command',
    `Error: cannot listen on the TCP port: listen tcp4 ${ADDRESS}:2283: bind: cannot assign requested address`,
  );
  expect(wait(FAILED, { unitJournal }).status).toBe('fail');
});

test('what systemd does not restart is not said to restart', () => {
  const observed = (over: Parameters<typeof wait>[0]) => wait(over).findings[0]?.evidence[0]?.observed;
  expect(observed({ Restart: 'on-abnormal', RestartUSec: '5s' })).toMatch(/; Restart=on-abnormal$/);
  expect(observed({ Restart: 'always' })).toMatch(/; restarts after 100 ms$/);
});

test('to be ordered after the daemon alone is not to wait', () => {
  expect(wait({ After: 'network-online.target tailscaled.service' }).status).toBe('warn');
});

test.each([
  ['a loop that asks tailscale', {}, {}, script('until tailscale ip -4; do sleep 1; done')],
  ['tailscale wait', {}, {}, script('tailscale wait')],
  ['tailscale wait in an older bundle', {}, {}, 'tailscale wait\n'],
  ['a restart every three seconds', { RestartUSec: '3s' }, {}, ''],
  ['no limit of starts within an interval', { StartLimitBurst: 0 }, {}, ''],
  ['no interval for a limit of starts', { StartLimitIntervalUSec: '0' }, {}, ''],
  ['more starts than fit into the interval', { StartLimitBurst: 1000 }, {}, ''],
  [
    'a bind to what does not exist yet',
    {},
    { addresses: `nonlocal 1\n5: tailscale0    inet ${ADDRESS}/32 x\n` },
    '',
  ],
] as const)('%s is a wait', (_, over, given, words) => {
  expect(wait(over, given, words).status).toBe('ok');
});

test.each([
  ['nonlocal 1', 'warn'],
  ['nonlocal 0\nnonlocal6 1', 'ok'],
])('of an IPv6 address, %s is %s', (nonlocal, status) => {
  const addresses = `${nonlocal}\n5: tailscale0    inet ${ADDRESS}/32 x\n`;
  expect(wait({}, { addresses }, '', '[fd7a:115c:a1e0::1]').status).toBe(status);
});

test('the switch of IPv6 does nothing for an IPv4 address', () => {
  const addresses = `nonlocal 0\nnonlocal6 1\n5: tailscale0    inet ${ADDRESS}/32 x\n`;
  expect(wait({}, { addresses }).status).toBe('warn');
});

test.each([
  ['to ask tailscale once', 'tailscale ip -4'],
  ['to ask once beside another loop', 'for x in x x; do x -p x; done; tailscale ip -4 || true'],
  ['a loop that leaves at once', 'until tailscale ip -4 || true; do sleep 1; done'],
])('%s is not to wait', (_, text) => {
  expect(wait({}, {}, script(text)).status).toBe('warn');
});

test('of a loop in an older bundle it is not known whether it waits', () => {
  expect(wait({}, {}, 'loop\ntailscale ip\n').status).toBe('unknown');
});

test.each(['until tailscale ip -4 | cat; do sleep 1; done'])(
  'of a script that may wait or not neither is said: %s',
  (text) => {
    expect(wait({}, {}, script(text))).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringMatching(/not clear whether what podman-immich-server\.service runs/),
    });
  },
);

const ordered = (id: string, state: string) =>
  wait(
    {},
    {
      units: `${UNITS.replace(unit('immich-server'), unit('immich-server', { After: id }))}Id=${id}\n${state}\n`,
    },
  ).status;

test.each(['tailscale-online.target', 'tailscaled-autoconnect.service'])(
  'to be ordered after %s is a wait, where it is started',
  (id) => {
    expect(ordered(id, `LoadState=loaded\nInactiveExitTimestamp=${stamp(BOOT)}`)).toBe('ok');
    expect(ordered(id, 'LoadState=loaded\nInactiveExitTimestamp=')).toBe('warn');
    expect(ordered(id, 'LoadState=not-found\nInactiveExitTimestamp=')).toBe('warn');
  },
);

test.each([
  ['', 'warn'],
  ['network.target tailscaled.service', 'warn'],
  ['tailscale-wait-online.service', 'ok'],
])('a target of the owner that is ordered after "%s" is %s', (after, status) => {
  const started = `LoadState=loaded\nInactiveExitTimestamp=${stamp(BOOT)}`;
  expect(ordered('tailscale-online.target', `${started}\nAfter=${after}`)).toBe(status);
});

test('a port whose address only a variable tells may be on that of Tailscale', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as systemd writes a variable
  expect(wait({}, {}, '', '${TS_IP}').status).toBe('unknown');
});

test('a pause before a restart that never comes is no wait', () => {
  expect(wait({ RestartUSec: '3s', Restart: 'no' }).status).toBe('warn');
});

test.each(['127.0.0.1', '0.0.0.0', '100.63.255.255', '100.128.0.0'])('%s needs no wait', (address) => {
  expect(wait({}, {}, '', address).status).toBe('skipped');
});

test('a unit of which no command was read is told, and not taken for one that binds to nothing', () => {
  const unitCommands = COMMANDS.replace(/^unit podman-immich-redis.*\n.*\n.*\n/m, '');
  for (const id of ['tailscale-wait', 'tailscale-bind'])
    expect(judge(id, { unitCommands })).toMatchObject({
      status: 'unknown',
      reason: 'what podman-immich-redis.service runs was not read',
    });
});

test('without the commands of the units nothing is said', () => {
  expect(judge('tailscale-wait', { unitCommands: DENIED }).status).toBe('unknown');
});

test('the addresses of Tailscale are 100.64.0.0/10', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0] = address.split('.').map(Number);
      expect(isTailnetAddress(address)).toBe(a === 100 && b >>> 6 === 1);
    }),
  );
  fc.assert(fc.property(fc.nat(63), fc.nat(255), (b, c) => isTailnetAddress(`100.${64 + b}.${c}.1`)));
});

const NAME = 'systemd.services.podman-immich-server';
const bound = (over: Readonly<Record<string, string | number>> = {}, more = '') => ({
  units: UNITS.replace(unit('immich-server'), unit('immich-server', over)) + more,
  unitCommands: COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n -p ${ADDRESS}:2283:2283\n`,
  ),
});
const fixOf = (given: Given, options = {}) => lastingOf(judge('tailscale-wait', given, options).findings[0]);

test('systemd is to try until the address is there, which is a wait', () => {
  expect(fixOf(bound())).toEqual([
    `${NAME}.serviceConfig.RestartSec:  -> "5s"`,
    '$ sudo nixos-rebuild switch',
  ]);
  expect(judge('tailscale-wait', bound({ RestartUSec: '5s' })).status).toBe('ok');
});

test('a unit that others require waits before its start: a failed one is the end of them', () => {
  const [wait = ''] = fixOf(bound({}, unit('other', { Requires: 'podman-immich-server.service' })));
  expect(wait).toContain(`${NAME}.serviceConfig.ExecStartPre:  -> [ "/bin/sh -c 'PATH=$$PATH`);
  expect(wait).toContain(`grep -qxF ${ADDRESS}`);
});

test.each([
  ['is not restarted', { Restart: 'no' }],
  ['has a limit of starts that is reached all the same', { StartLimitIntervalUSec: '1h' }],
])('a unit that %s waits before its start: RestartSec is no help', (_, over) => {
  expect(fixOf(bound(over))[0]).toContain(`${NAME}.serviceConfig.ExecStartPre`);
  const generated = { ...over, FragmentPath: '/run/systemd/generator/podman-immich-server.service' };
  expect(fixOf(bound(generated))[0]).toContain('serviceConfig.ExecStartPre = [');
});

test('a unit that a generator made gets a drop-in, and is not replaced', () => {
  const given = bound({ FragmentPath: '/run/systemd/generator/podman-immich-server.service' });
  expect(fixOf(given)[0]).toContain('overrideStrategy = "asDropin"');
  expect(fixOf(given, { nixos: false })).toEqual(['$ sudo systemctl edit -- podman-immich-server.service']);
});

test('tailscale-bind alone, and the whole report, tell the same remedy', () => {
  const down = {
    ...bound(FAILED),
    unitJournal: told(
      'podman-immich-server.service',
      'command',
      `Error: cannot listen on the TCP port: listen tcp4 ${ADDRESS}:2283: bind: cannot assign requested address`,
    ),
  };
  const [wait] = judge('tailscale-wait', down).findings;
  const [bind] = judge('tailscale-bind', down).findings;
  const [state] = judge('container-state', down).findings;
  expect(wait?.remedy?.now.at(-1)).toMatchObject({
    text: 'sudo systemctl restart -- podman-immich-server.service',
  });
  expect(bind?.remedy).toEqual(wait?.remedy);
  expect(state?.remedy).toEqual(wait?.remedy);
});

test('the wait is for the unit that does not wait, of docker too, and with any name', () => {
  const { units, unitCommands } = bound();
  const docker = (text: string) => text.replaceAll('podman-', 'docker-');
  expect(fixOf({ units: docker(units), unitCommands: docker(unitCommands) })[0]).toContain(
    'systemd.services.docker-immich-server.serviceConfig',
  );
});

test.each([
  ['(lib.mkDefault "1s")', '(lib.mkForce "500ms")', 9],
  ['(lib.mkForce "1s")', '(lib.mkDefault "500ms")', 8],
  ['(lib.mkDefault "1s")', '"500ms"', 9],
  ['(lib.mkIf false "1s")', '"500ms"', 9],
])('of %s and %s, a step names the one that takes', (first, second, line) => {
  const results = judged({
    'configuration.nix': `{ lib, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "kuma:1";
    ports = [ "100.101.102.103:80:80" ];
  };
  systemd.services.podman-kuma = lib.mkMerge [
    { serviceConfig.RestartSec = ${first}; }
    { serviceConfig.RestartSec = ${second}; }
  ];
}
`,
  });
  const { findings } = results.find(({ check }) => check === 'tailscale-wait') ?? { findings: [] };
  expect(findings[0]?.remedy?.lasting[0]).toMatchObject({ line });
});

test('containers of docker may publish ports on the Tailscale address: that is not known, and not skipped', () => {
  const units = 'Version=257\n';
  const none = { outcome: 'not-installed', reason: 'podman is not installed' } as const;
  const docker = { units, unitCommands: none, unitJournal: none, containers: none, engines: 'docker 3\n' };
  expect(judge('tailscale-wait', docker)).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining(`whether docker containers (3) publish ports on ${ADDRESS} is not known`),
  });
  expect(judge('tailscale-wait', { ...docker, engines: '' }).status).toBe('skipped');
});

test('a long chain of containers is followed once, and to its end', () => {
  const chain = (wait: string) => `{ lib, ... }:
{
  virtualisation.oci-containers.containers = lib.listToAttrs (lib.genList (i: lib.nameValuePair "c\${toString i}" {
    image = "a:1";
    ports = [ "100.64.0.1:\${toString (1000 + i)}:80" ];
    dependsOn = lib.optional (i > 0) "c\${toString (i - 1)}";
  }) 300);
  ${wait}
}
`;
  const count = (wait: string) =>
    judged({ 'configuration.nix': chain(wait) }).find(({ check }) => check === 'tailscale-wait')?.findings
      .length;
  expect(count('')).toBe(300);
  expect(
    count('systemd.services.podman-c0 = { path = [ "tailscale" ]; preStart = "tailscale wait"; };'),
  ).toBe(0);
}, 20_000);

test.each([
  ['it requires, waits', 'until tailscale ip -4; do sleep 1; done', 'tailscale-ready.service', 'ok'],
  ['it does not require, waits', 'until tailscale ip -4; do sleep 1; done', 'sysinit.target', 'unknown'],
  ['it requires, asks once', 'tailscale ip -4', 'tailscale-ready.service', 'warn'],
])('where a unit that it is ordered after and that %s, it waits as much', (_, command, Requires, status) => {
  const ready = `unit tailscale-ready.service\n${script(command)}`;
  const over = { After: 'network-online.target tailscale-ready.service', Requires };
  const unitCommands = `${COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n -p ${ADDRESS}:2283:2283\n`,
  )}${ready}`;
  expect(wait(over, { unitCommands }).status).toBe(status);
});

/** What the corpus cannot have: nix says only in a built system what is in these scripts. */
test.each([
  [
    'an application that fails at its first question',
    `{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma.serviceConfig.ExecStartPre =
    let
      wait = pkgs.writeShellApplication {
        name = "wait";
        runtimeInputs = [ pkgs.tailscale ];
        text = ''
          tailscale status
          until tailscale ip -4; do sleep 1; done
        '';
      };
    in
    "$\{wait}/bin/wait";
}
`,
  ],
  [
    'a script under the strict checks of its unit',
    `{ pkgs, ... }:
{
  virtualisation.oci-containers.containers.kuma = {
    image = "louislam/uptime-kuma:1";
    ports = [ "100.101.102.103:3001:3001" ];
  };
  systemd.services.podman-kuma = {
    enableStrictShellChecks = true;
    preStart = ''
      while [ -z "$ip" ]; do
        ip=$($\{pkgs.tailscale}/bin/tailscale ip -4 || true)
        sleep 1
      done
    '';
  };
}
`,
  ],
])('%s does not wait', (_, text) => {
  const results = judged({ 'configuration.nix': text });
  expect(results.find(({ check }) => check === 'tailscale-wait')?.status).toBe('fail');
});
