import { DAEMON_DOWN, type Tailscale } from '../../facts/host/tailscale.ts';
import type { Funnel } from '../../facts/host/tailscale-serve.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { entryOf } from '../../text/entry.ts';
import { type Evaluation, type FindingDraft, judgeHost, type Unread } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { restart, withDependents } from '../shared/steps.ts';
import { isAboutDns, isTailnetAddress, tailnetAddresses } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

const SOON_MS = 7 * 86_400_000;
const BOOT_MS = 120_000;
const STATUS = 'tailscale status --json';

/** The states without a connection, as tailscale tells them. */
const DISCONNECTED: Readonly<Record<string, (typeof kinds)['stopped']>> = {
  [DAEMON_DOWN]: kinds.daemonDown,
  NeedsLogin: kinds.loggedOut,
  NeedsMachineAuth: kinds.needsApproval,
  Stopped: kinds.stopped,
  InUseOtherUser: kinds.otherUser,
  Starting: kinds.starting,
  NoState: kinds.notBegun,
};

/** Its program is not there: it is not only unanswered. */
const isAbsent = ({ probe, outcome }: Unread) =>
  probe === 'tailscale' && ['not-installed', 'not-applicable'].includes(outcome);

/** They pass by themselves after a boot. */
const PASSING = ['Starting', 'NoState', DAEMON_DOWN];

export const host = judgeHost({
  needs: ['addresses', 'system'],
  wants: ['tailscale', 'tailscaleServe', 'unitCommands', 'units'],
  evaluate(
    { tailscale, tailscaleServe = [], addresses, system, unitCommands = [], units },
    { now, unread, names },
  ) {
    const binding = unitCommands.flatMap(boundAddresses);
    const after = { restart: restartOf(binding, units, now) };
    if (tailscale === undefined) {
      const { reason } = unread.find(isAbsent) ?? {};
      if (reason === undefined) return nothing();
      const there = addresses.assigned.find(
        (assigned) =>
          isTailnetAddress(assigned.address) &&
          (assigned.interface.startsWith('tailscale') ||
            firstWith(binding, 'address', assigned.address) !== undefined),
      );
      if (there !== undefined)
        return nothing(
          `the program tailscale is not on the PATH of this user, but ${there.interface} has the address ${there.address}: log in as a user that has it, or use --sudo`,
        );
      return binding.length === 0 ? { skip: reason } : cut(withoutTailscale(binding, after));
    }
    const justBooted = system.bootedAt !== undefined && now - system.bootedAt < BOOT_MS;
    if (tailscale.state !== 'Running')
      return justBooted && PASSING.includes(tailscale.state)
        ? nothing('Tailscale is still starting; check again in a minute')
        : cut(withoutConnection(tailscale, after, now));
    if (tailscale.userspace) return cut(withoutInterface(after));
    const own = tailscale.addresses.filter(isTailnetAddress);
    const isHere = (address: string) => addresses.assigned.some((assigned) => assigned.address === address);
    const absent = required(own).filter((address) => !isHere(address));
    if (absent.length > 0 || own.length === 0)
      return justBooted
        ? nothing('Tailscale has no address on its interface yet; check again in a minute')
        : cut(withoutAddress(absent, after));
    const lost = own.filter((address) => !isHere(address));
    const hasIPv6 = addresses.assigned.some(({ address }) => address.includes(':') && address !== '::1');
    const complaints = Object.groupBy(tailscale.health, (text) => (isOfItsOwn(text) ? 'own' : 'other'));
    return {
      lookedAt: { tailnetAddresses: own.length },
      ...(complaints.other === undefined ? {} : { note: `Tailscale reports: ${complaints.other.join(' ')}` }),
      notChecked: [
        ...(tailscale.keyExpiresAt === 'unclear'
          ? ['when the key expires: KeyExpiry was not understood']
          : []),
        ...(justBooted && tailscale.isOffline
          ? [
              'the connection of Tailscale is not judged yet: it has no connection to its coordination server; check again in a minute',
            ]
          : []),
      ],
      findings: [
        ...(lost.length > 0 && (hasIPv6 || binding.some(({ address }) => lost.includes(address)))
          ? [{ ...withoutAddress(lost, after), status: 'warn' as const }]
          : []),
        ...changedAddress(own, names.tailscaleAddress),
        ...binding
          .filter(({ address }) => !own.includes(address) && !isHere(address))
          .map((bound) => foreignAddress(bound, own)),
        ...keyExpiry(tailscale, now),
        ...complaining(tailscale.isOffline === true && !justBooted, complaints.own ?? []),
        ...tailscaleServe.flatMap((funnel) => exposed(funnel, unitCommands)),
      ],
    };
  },
});

interface Bound {
  readonly unit: string;
  readonly address: string;
}

const boundAddresses = (commands: UnitCommands): Bound[] =>
  tailnetAddresses(commands).map((address) => ({ unit: commands.unit, address }));

/** What systemd no longer tries to start stays down when the address is there. */
function restartOf(binding: readonly Bound[], units: readonly ContainerUnit[] = [], now: number): Step[] {
  const gaveUp = units.filter(
    ({ id, activeState, loadState }) =>
      activeState === 'failed' && loadState === 'loaded' && firstWith(binding, 'unit', id) !== undefined,
  );
  return restart([...new Set(gaveUp.flatMap((unit) => withDependents(unit, units)))], {
    units,
    now,
    why: 'When Tailscale is connected: restart what gave up waiting for its address.',
  });
}

/** Without IPv6 on the machine there is no such address on the interface either: only the others must be there. */
function required(own: readonly string[]): readonly string[] {
  const four = own.filter((address) => !address.includes(':'));
  return four.length > 0 ? four : own;
}

const nothing = (notChecked?: string): Evaluation => ({
  findings: [],
  lookedAt: {},
  ...(notChecked === undefined ? {} : { notChecked: [notChecked] }),
});

/** The machine is cut off: there is nothing else to look at. */
const cut = (finding: FindingDraft): Evaluation => ({
  lookedAt: {},
  findings: [
    {
      ...finding,
      affects: {
        what: 'Tailscale',
        state: 'down',
        cause: finding.title.replace(/^Tailscale is not connected: |^Tailscale(?:'s)? /, ''),
      },
    },
  ],
});

function withoutTailscale(binding: readonly Bound[], after: kinds.CutOff): FindingDraft {
  const expected = `the address ${binding[0]?.address} for ${binding.map(({ unit }) => unit).join(', ')}`;
  return kinds.notInstalled.finding(after, {
    subject: 'tailscale',
    evidence: [{ source: STATUS, observed: 'the program tailscale is not installed', expected }],
  });
}

function withoutConnection(tailscale: Tailscale, after: kinds.CutOff, now: number): FindingDraft {
  const { state, health } = tailscale;
  const [expired] = state === 'NeedsLogin' ? keyExpiry(tailscale, now, after) : [];
  if (expired?.kind === kinds.keyExpired.id) return { ...expired, status: 'fail' };
  const said = health.length === 0 ? '' : `, health: ${health.join(' ')}`;
  return (entryOf(DISCONNECTED, state) ?? kinds.notConnected).finding(
    { ...tailscale, ...after },
    {
      subject: 'tailscale',
      evidence: [
        {
          source: STATUS,
          observed: `${state === DAEMON_DOWN ? state : `state ${state}`}${said}`,
          expected: 'state Running',
        },
      ],
    },
  );
}

const withoutInterface = (after: kinds.CutOff) =>
  kinds.userspace.finding(after, {
    subject: 'tailscale',
    evidence: [{ source: STATUS, observed: 'TUN: false', expected: 'TUN: true' }],
  });

const withoutAddress = (absent: readonly string[], after: kinds.CutOff) =>
  kinds.noAddress.finding(
    { absent, ...after },
    {
      subject: 'tailscale',
      evidence: [
        absent.length === 0
          ? { source: STATUS, observed: 'no TailscaleIPs', expected: 'an address of this machine' }
          : {
              source: 'ip address',
              observed: `no interface has ${absent.join(', ')}`,
              expected: 'an address on tailscale0',
            },
      ],
    },
  );

function changedAddress(own: readonly string[], expected: string | undefined): FindingDraft[] {
  if (expected === undefined || own.includes(expected)) return [];
  return [
    kinds.addressChanged.finding(
      { own, expected },
      {
        subject: 'tailscale-address',
        evidence: [{ source: STATUS, observed: own.join(', '), expected }],
      },
    ),
  ];
}

const foreignAddress = ({ unit, address }: Bound, own: readonly string[]) =>
  kinds.foreignAddress.finding(
    { unit, address, own },
    { subject: unit, evidence: [{ source: STATUS, observed: `this machine has ${own.join(', ')}` }] },
  );

/** @param after where it has cut the machine off */
function keyExpiry(tailscale: Tailscale, now: number, after?: kinds.CutOff): FindingDraft[] {
  const { keyExpiresAt, isKeyExpired, health } = tailscale;
  const at = typeof keyExpiresAt === 'number' ? keyExpiresAt : undefined;
  const said =
    after === undefined ? undefined : health.find((text) => /key (?:has |is )?expired/i.test(text));
  const isOver = isKeyExpired === true || said !== undefined || (at !== undefined && at < now);
  if (!isOver && (at === undefined || at - now >= SOON_MS)) return [];
  const time = at === undefined ? undefined : new Date(at).toISOString();
  const observed = [
    ...(after === undefined ? [] : [`state ${tailscale.state}`]),
    ...(isKeyExpired === true ? ['Expired: true'] : []),
    ...(time === undefined ? [] : [`KeyExpiry ${time}`]),
    ...(said === undefined ? [] : [said]),
  ].join(', ');
  const seen = { subject: 'tailscale-key', evidence: [{ source: STATUS, observed }] };
  if (!isOver) return [kinds.keyExpires.finding({ day: time?.slice(0, 10) }, seen)];
  // Where the time is still to come, another one was meant.
  const day = at !== undefined && at >= now ? undefined : time?.slice(0, 10);
  const about = { day, isConnected: after === undefined, restart: after?.restart ?? [] };
  return [kinds.keyExpired.finding(about, seen)];
}

/**
 * Tailscale finds fault with how other machines are set up, too: these are about its own connection. What it says of DNS
 * is another check's: one name that does not exist is enough for it to say so always.
 */
const OF_ITS_OWN =
  /not connected|connectivity|offline|unable to|could ?n['o]t|cannot|can't reach|failed to|hasn't received|is down\b|not running/i;

const isOfItsOwn = (text: string) => OF_ITS_OWN.test(text) && !isAboutDns(text) && !/\bpeers?\b/i.test(text);

function complaining(isOffline: boolean, serious: readonly string[]): FindingDraft[] {
  const evidence = serious.map((observed) => ({ source: STATUS, observed }));
  const subject = 'tailscale-health';
  if (isOffline)
    return [
      kinds.offline.finding(undefined, {
        subject,
        evidence: [{ source: STATUS, observed: 'Online: false', expected: 'Online: true' }, ...evidence],
        explainedBy: [
          { check: 'clock', status: 'fail' },
          { check: 'dns', subject: 'host' },
        ],
      }),
    ];
  const [said] = serious;
  return said === undefined ? [] : [kinds.complains.finding({ said }, { subject, evidence })];
}

function exposed({ port, targets }: Funnel, unitCommands: readonly UnitCommands[]): FindingDraft[] {
  if (targets.length === 0) return [];
  const containers = targets.flatMap((target) => {
    const [, inside] = /^(?:[a-z+]+:\/\/)?(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(target) ?? [];
    const owner = unitCommands.find(({ publishes }) =>
      publishes.some((word) => inside !== undefined && new RegExp(`(?:^|:)${inside}:\\d`).test(word)),
    );
    return owner === undefined ? [] : [owner.unit.replace(/^(?:podman|docker)-|\.service$/g, '')];
  });
  return [
    kinds.funnel.finding(
      { port, targets, containers: containers.length === targets.length ? containers : [] },
      {
        subject: `funnel-${port}`,
        evidence: [
          {
            source: 'tailscale serve status --json',
            observed: `AllowFunnel on port ${port}, which leads to ${targets.join(', ')}`,
          },
        ],
      },
    ),
  ];
}
