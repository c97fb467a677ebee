import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  ADDRESS,
  COMMANDS,
  DENIED,
  FAILED,
  type Given,
  judge,
  judgeAll,
  MINUTE,
  NOW,
  nowOf,
  STARTED,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';

const SERVER = 'podman-immich-server.service';
const others = UNITS.replace(unit('immich-server'), '');
const bind = (given: Given) => judge('tailscale-bind', given);
const error = (address: string) =>
  `Error: cannot listen on the TCP port: listen tcp4 ${address}:2283: bind: cannot assign requested address`;
const down = (text: string, over: Record<string, string | number> = {}): Given => ({
  units: unit('immich-server', { ...FAILED, ExecMainStatus: 126, ...over }) + others,
  unitJournal: told(SERVER, 'command', text),
});
const publishing = (...addresses: string[]) =>
  COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n${addresses.map((address) => ` -p ${address}:2283:2283\n`).join('')}`,
  );

describe('a unit that could not bind', () => {
  test.each([
    ['as podman says it now', error(ADDRESS)],
    [
      'as older ones do',
      `Error: rootlessport listen tcp ${ADDRESS}:2283: bind: cannot assign requested address`,
    ],
  ])('%s', (_, text) => {
    const { status, findings } = bind(down(text));
    expect([status, findings[0]?.subject]).toEqual(['fail', SERVER]);
    expect(nowOf(findings[0]).at(-1)).toBe(`$ sudo systemctl restart -- ${SERVER}`);
    expect(findings[0]?.summary).toContain('a restart fixes it');
  });

  test('to an address of IPv6', () => {
    const six = 'fd7a:115c:a1e0::7';
    const text = `Error: cannot listen on the TCP port: listen tcp6 [${six}]:2283: bind: cannot assign requested address`;
    expect(bind(down(text)).findings[0]?.title).toContain(`${six}:2283`);
  });

  test('to an address that is not here now either is told so', () => {
    expect(bind(down(error('100.64.0.9'))).findings[0]?.summary).toContain(
      'still does not exist on this machine',
    );
  });

  test.each(['100.63.0.1', '100.128.0.1', '192.168.1.2'])(
    'to %s has nothing to do with Tailscale',
    (address) => {
      expect(bind(down(error(address))).status).toBe('ok');
    },
  );

  test('and then failed for another reason is not down for this one', () => {
    const given = down(error(ADDRESS));
    const unitJournal =
      given.unitJournal +
      told(SERVER, 'command', 'Error: statfs /x: no such file or directory', STARTED + 1000);
    expect(bind({ ...given, unitJournal }).status).toBe('ok');
  });

  test('at an earlier run is history', () => {
    const given = down(error(ADDRESS), { NRestarts: 0 });
    const unitJournal =
      given.unitJournal + told(SERVER, 'systemd', `Starting ${SERVER}...`, STARTED + MINUTE);
    expect(bind({ ...given, unitJournal }).status).toBe('ok');
    expect(bind({ unitJournal: given.unitJournal ?? '' }).status).toBe('ok');
  });

  test('and tries again for as long as it takes is only a warning once the address is there', () => {
    const patient = { ActiveState: 'activating', SubState: 'auto-restart', RestartUSec: '5s' };
    expect(bind(down(error(ADDRESS), patient)).status).toBe('warn');
    expect(bind(down(error(ADDRESS), { ...patient, RestartUSec: '100ms' })).status).toBe('fail');
    expect(bind(down(error('100.64.0.9'), patient)).status).toBe('fail');
  });

  test('because Tailscale is down is folded under that', () => {
    const results = judgeAll({
      ...down(error(ADDRESS)),
      tailscale: JSON.stringify({ BackendState: 'Stopped' }),
    });
    const causes = Object.fromEntries(
      results.flatMap(({ check, findings }) => findings.map((f) => [check, f.causedBy])),
    );
    expect(causes).toMatchObject({
      'tailscale-up': undefined,
      'tailscale-bind': 'tailscale-up',
      'container-state': 'tailscale-bind',
    });
  });
});

test('without the journal of the units nothing is ok', () => {
  expect(bind({ unitJournal: DENIED }).status).toBe('unknown');
});

test('a unit that may not have been able to bind, and of which the journal does not say, cannot be judged', () => {
  const given: Given = { ...down('x'), unitJournal: '', unitCommands: publishing(ADDRESS) };
  expect(bind(given)).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('not in the journal'),
  });
  expect(bind({ ...given, unitCommands: publishing('127.0.0.1') }).status).toBe('ok');
  expect(bind({ ...given, units: unit('immich-server', FAILED) + others }).status).toBe('ok');
});

describe('a port on which nothing listens', () => {
  const listening = (...ports: string[]) => ports.map((port) => `LISTEN 0 4096 ${port} 0.0.0.0:*\n`).join('');
  const commands = `${publishing(ADDRESS)}unit podman-kuma.service\npodman run \n -p 127.0.0.1:3001:3001\n`;
  const units = `${UNITS}${unit('kuma')}`;
  const silent = (listeners: string, given: Given = {}) =>
    bind({ units, unitCommands: commands, listeners, ...given });

  test('is a fault, where podman opens the ports of others', () => {
    expect(silent(listening('127.0.0.1:3001'))).toMatchObject({
      status: 'fail',
      findings: [{ title: `immich-server publishes ${ADDRESS}:2283, but nothing listens there` }],
    });
  });

  test.each([
    ['listens there', listening('127.0.0.1:3001', `${ADDRESS}:2283`)],
    ['listens on all addresses', listening('127.0.0.1:3001', '0.0.0.0:2283')],
  ])('is no fault where something %s', (_, listeners) => {
    expect(silent(listeners).status).toBe('ok');
  });

  test('cannot be judged where none shows that podman opens ports at all: its reservation may be off', () => {
    expect(silent(listening('0.0.0.0:22'))).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining(`nothing listens on ${ADDRESS}:2283, which ${SERVER} publishes`),
    });
  });

  test('cannot be judged where docker publishes it', () => {
    const unitCommands = `${COMMANDS}unit docker-plex.service\ndocker run \n -p ${ADDRESS}:1:1\n`;
    const given = { units: UNITS + unit('docker-plex.service'), unitCommands };
    expect(silent(listening('0.0.0.0:22'), given).status).toBe('unknown');
    expect(silent(listening(`${ADDRESS}:1`), given).status).toBe('ok');
  });

  test('of IPv6 is not opened by what listens on all addresses of IPv4', () => {
    const six = '[fd7a:115c:a1e0::7]';
    const unitCommands = commands.replace(`${ADDRESS}:2283:2283`, `${six}:2283:2283`);
    const shown = '127.0.0.1:3001';
    expect(silent(listening(shown, '0.0.0.0:2283'), { unitCommands }).status).toBe('fail');
    expect(silent(listening(shown, '[::]:2283'), { unitCommands }).status).toBe('ok');
    expect(silent(listening(shown, `${six}:2283`), { unitCommands }).status).toBe('ok');
  });

  test('is looked for in every port of a range', () => {
    const unitCommands = commands.replace(`${ADDRESS}:2283:2283`, `${ADDRESS}:2283-2284:2283-2284`);
    const first = listening('127.0.0.1:3001', `${ADDRESS}:2283`);
    expect(silent(first, { unitCommands }).findings[0]?.title).toContain(`${ADDRESS}:2284`);
    expect(silent(first + listening(`${ADDRESS}:2284`), { unitCommands }).status).toBe('ok');
  });

  test('is counted as looked at only where somebody looked', () => {
    const count = (given: Given) => silent(listening('127.0.0.1:3001'), given).lookedAt?.publishedPorts;
    expect(count({})).toBe(1);
    expect(count({ unitCommands: publishing('127.0.0.1', '192.168.1.2') })).toBe(0);
    expect(count({ unitCommands: publishing(ADDRESS), listeners: ABSENT })).toBe(0);
    expect(count({ units: UNITS.replace(unit('immich-server'), unit('immich-server', FAILED)) })).toBe(0);
  });

  test('is no fault of a unit that has just started, nor for UDP', () => {
    const fresh = UNITS.replace(
      unit('immich-server'),
      unit('immich-server', { ActiveEnterTimestamp: stamp(NOW - 5000) }),
    );
    expect(silent(listening('127.0.0.1:3001'), { units: `${fresh}${unit('kuma')}` })).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('only just started'),
    });
    for (const word of [`${ADDRESS}:2283:2283/udp`, `${ADDRESS}::2283`]) {
      const unitCommands = commands.replace(`${ADDRESS}:2283:2283`, word);
      expect(silent(listening('127.0.0.1:3001'), { unitCommands })).toMatchObject({
        status: 'ok',
        lookedAt: { publishedPorts: 0 },
        reason: expect.stringContaining('1 published port not checked'),
      });
    }
  });
});

test('without ss a port that is silent cannot be told from one that is open', () => {
  expect(bind({ unitCommands: publishing(ADDRESS), listeners: ABSENT }).status).toBe('unknown');
  expect(bind({ listeners: ABSENT }).status).toBe('ok');
});

test('containers of docker may publish ports on the Tailscale address: that is not known, and not skipped', () => {
  const units = 'Version=257\n';
  const none = { outcome: 'not-installed', reason: 'podman is not installed' } as const;
  const docker = { units, unitCommands: none, unitJournal: none, containers: none, engines: 'docker 3\n' };
  expect(judge('tailscale-bind', docker)).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining(`whether docker containers (3) publish ports on ${ADDRESS} is not known`),
  });
  expect(judge('tailscale-bind', { ...docker, engines: '' }).status).toBe('skipped');
});
