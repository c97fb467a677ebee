import { describe, expect, test } from 'vitest';
import { collectThroughShell } from '../../../src/collect/shell.ts';
import { clock } from '../../../src/facts/host/clock.ts';
import { probes } from '../../../src/facts/host/index.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import {
  CLOCK,
  FAILED,
  judge,
  judgeAll,
  lastingOf,
  NOW,
  STARTED,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';
import { ahead, daemon, UNSYNCHRONIZED, uptime } from './kind-cases.ts';

const titles = (text: string, options?: Parameters<typeof judge>[2]) =>
  judge('clock', { clock: text }, options).findings.map(({ title }) => title);

/** chronyd keeps the clock, does not tell the kernel, and says that of it. */
const chronyd = (leap?: string) =>
  daemon('inactive')
    .replace('LoadState=not-found\nActiveState=inactive', 'LoadState=loaded\nActiveState=active')
    .replace('Now=', leap === undefined ? 'Now=' : `ChronyLeap=${leap}\nNow=`);

describe('a clock that nothing keeps right', () => {
  test.each([
    ['by a service that runs', UNSYNCHRONIZED, 'although systemd-timesyncd.service is running'],
    ['by one that failed', daemon('failed'), 'systemd-timesyncd.service is failed'],
    ['by one that was stopped', daemon('inactive'), 'systemd-timesyncd.service is not running'],
    ['by one that is masked', daemon('masked\nActiveState=inactive'), 'systemd-timesyncd.service is masked'],
    ['without a service', daemon('not-found\nActiveState=inactive'), 'no NTP service is installed'],
  ])('%s', (_, text, what) => {
    expect(titles(text).join()).toContain(what);
  });

  test('of two services the one that runs is told', () => {
    const chrony = chronyd('Not synchronised');
    expect(titles(chrony)).toEqual(['The clock is not synchronized, although chronyd.service is running']);
    expect(lastingOf(judge('clock', { clock: chrony }).findings[0])[0]).toBe('$ chronyc sources');
  });

  test.each([
    ['just after the boot', uptime(599)],
    [
      'just after the start of its service',
      UNSYNCHRONIZED.replace(/(?<=ActiveEnterTimestamp=).*/, stamp(NOW - 500_000)),
    ],
    ['while that starts', daemon('activating')],
    ['in a container', `${UNSYNCHRONIZED}Container=yes\n`],
  ])('%s is none', (_, text) => {
    expect(judge('clock', { clock: text })).toMatchObject({ status: 'ok', findings: [] });
  });

  test.each(['Normal', 'Insert second', 'Delete second'])('chrony without rtcsync keeps it: %s', (leap) => {
    expect(judge('clock', { clock: chronyd(leap) })).toMatchObject({ status: 'ok', findings: [] });
  });

  test('of chrony that does not answer, nobody knows it', () => {
    expect(judge('clock', { clock: chronyd() })).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('chronyc tracking'),
    });
  });

  test('what chrony says is the evidence, also of a clock that differs', () => {
    const given = { clock: chronyd('Normal') };
    const { status, findings } = judge('clock', given, ahead(3_600_000));
    expect(status).toBe('warn');
    expect(findings[0]?.evidence.at(-1)).toMatchObject({
      source: 'chronyc tracking',
      observed: 'Leap status: Normal',
    });
  });

  test('of openntpd nobody but itself knows it', () => {
    const openntpd = `${daemon('not-found\nActiveState=inactive')}\n`.replace(
      'chronyd.service\nLoadState=not-found\nActiveState=inactive',
      'openntpd.service\nLoadState=loaded\nActiveState=active',
    );
    expect(judge('clock', { clock: openntpd })).toMatchObject({
      status: 'unknown',
      findings: [],
      reason: expect.stringContaining('openntpd'),
    });
  });

  test('its failed service is told once', () => {
    const { findings } = judge('failed-units', {
      clock: daemon('failed'),
      failedUnits: 'Id=systemd-timesyncd.service\nResult=exit-code\nDescription=x\n',
    });
    expect(findings).toMatchObject([{ causedBy: 'clock' }]);
  });
});

describe('a clock that differs from the one here', () => {
  test.each([
    ['ahead', ahead(3_600_000), 'The clock of the host is 1 h ahead of the clock of this machine'],
    ['behind', ahead(-3_602_000), 'The clock of the host is 1 h behind the clock of this machine'],
  ])('%s', (_, options, title) => {
    expect(titles(UNSYNCHRONIZED, options).join()).toContain(title);
    expect(judge('clock', { clock: UNSYNCHRONIZED }, options).status).toBe('fail');
    // NTP keeps that of the host: then the other may be the wrong one.
    expect(judge('clock', { clock: CLOCK }, options).status).toBe('warn');
  });

  test.each([
    ['by less than 30 s', ahead(29_000)],
    ['by less than the answer took', { answered: { from: NOW - 90_000, to: NOW + 90_000 } }],
    ['by what `date` leaves out', { answered: { from: NOW + 31_000, to: NOW + 31_000 } }],
    ['from no other one', {}],
  ])('%s is right', (_, options) => {
    expect(judge('clock', {}, options)).toMatchObject({ status: 'ok', findings: [] });
  });

  test('is measured by a collection, between its start and the answer', async () => {
    const system = [probes.system as Probe];
    const options = { sudo: false, timeoutMs: 20_000, journalWindow: '--boot' };
    const before = Date.now();
    const { answered } = await collectThroughShell(['sh', '-s'], system, options, () => '');
    expect(answered?.from).toBeGreaterThanOrEqual(before);
    expect(answered?.to).toBeGreaterThanOrEqual(answered?.from ?? 0);
    expect(answered?.to).toBeLessThanOrEqual(Date.now());
  });
});

test('a certificate that is refused because of it is told below it', () => {
  const id = 'podman-plex.service';
  const roots = judgeAll(
    {
      units: UNITS + unit('plex', FAILED),
      unitJournal: told(
        id,
        'command',
        'Error: initializing source docker://plex:1: pinging container registry: Get "https://x/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
        STARTED,
      ),
      clock: UNSYNCHRONIZED,
    },
    ahead(-3_600_000),
  ).flatMap(({ findings }) => findings.filter(({ causedBy }) => causedBy === undefined));
  expect(roots.map(({ kind }) => kind)).toEqual(['clock/differs']);
});

describe('the probe', () => {
  test('asks timedatectl and systemd', async () => {
    const sandbox = new Sandbox();
    sandbox.program(
      'timedatectl',
      'printf "%s\\n" Timezone=UTC NTP=yes NTPSynchronized=no "TimeUSec=Tue 2026-03-10 12:00:00 UTC"',
    );
    sandbox.program(
      'systemctl',
      'printf "%s\\n" Id=chronyd.service LoadState=loaded ActiveState=failed ActiveEnterTimestamp=',
    );
    expect(expectValue(await sandbox.fact(clock, '/run/systemd/container'))).toMatchObject({
      isSynchronized: false,
      isContainer: false,
      services: [{ id: 'chronyd.service', loadState: 'loaded', activeState: 'failed' }],
    });
  });

  test('asks chrony where the kernel was not told', async () => {
    const sandbox = new Sandbox();
    const answer = async (synchronized: string) => {
      sandbox.program('timedatectl', `printf "%s\\n" NTPSynchronized=${synchronized}`);
      sandbox.program(
        'systemctl',
        'printf "%s\\n" Id=chronyd.service LoadState=loaded ActiveState=active ActiveEnterTimestamp=',
      );
      sandbox.program(
        'chronyc',
        'printf "%s\\n" "Reference ID    : C0A80101 (192.168.1.1)" "Stratum         : 3" "Leap status     : Normal"',
      );
      return expectValue(await sandbox.fact(clock, '/run/systemd/container'));
    };
    expect(await answer('no')).toMatchObject({ isSynchronized: true, chronyLeap: 'Normal' });
    expect((await answer('yes')).chronyLeap).toBeUndefined();
  });

  test.each([
    ['does not answer', 'echo "Failed to connect to bus" >&2; exit 1', 'failed'],
    ['does not tell it', 'echo Timezone=UTC', 'unparsable'],
  ])('where timedatectl %s it says so', async (_, text, outcome) => {
    const sandbox = new Sandbox();
    sandbox.program('timedatectl', text);
    sandbox.program('systemctl', 'echo');
    expect((await sandbox.fact(clock)).outcome).toBe(outcome);
  });
});
