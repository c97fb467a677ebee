import type { Facts } from '../../facts/host/index.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { type Context, type Explanation, type FindingDraft, judgeHost } from '../define.ts';
import { bindRemedy, takenFor } from '../shared/bind-remedy.ts';
import { mayPublish } from '../shared/engines.ts';
import { keepsTrying, waitsForAddress } from '../shared/host-wait.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { lastError } from '../shared/runs.ts';
import { restart } from '../shared/steps.ts';
import { BIND_ERROR, isTailnetAddress, published, tailnetAddresses, unreadPorts } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';
import { publishedPorts, type SilentPort } from './silent-ports.ts';

/** podman's exit status where it could not bind a port, among others. */
const BIND_FAILED = 126;

interface Known extends Pick<Facts, 'units' | 'addresses'> {
  readonly unitJournal: Facts['unitJournal'] | undefined;
  readonly unitCommands: Facts['unitCommands'] | undefined;
  readonly listeners: Facts['listeners'] | undefined;
}

export const host = judgeHost({
  needs: ['units', 'addresses'],
  wants: ['unitJournal', 'unitCommands', 'listeners', 'engines'],
  evaluate(facts, context) {
    const { units, unitCommands = [], listeners, engines } = facts;
    const ports = publishedPorts(facts, listeners, context.now);
    const silent = Map.groupBy(ports.silent, ({ unit }) => unit);
    const down = units.filter(({ activeState }) => activeState !== 'active');
    const binds = units.some(({ id }) => tailnetAddresses(firstWith(unitCommands, 'unit', id)).length > 0);
    return {
      findings: units.flatMap((unit) =>
        unit.activeState === 'active'
          ? (silent.get(unit.id) ?? []).map((port) => notListening(unit, port, units, context.now))
          : couldNotBind(unit, facts, context),
      ),
      notChecked: [
        ...unreadPorts(units, facts.unitCommands),
        ...down.filter((unit) => mayHaveFailedToBind(unit, facts, context)).map(whyIsUnknown),
        ...(binds ? missing(context.unread, 'listeners') : []),
        ...ports.notChecked,
        ...(units.length > 0 ? missing(context.unread, 'unit-journal') : []),
        ...mayPublish(engines, facts),
      ],
      lookedAt: { units: units.length, publishedPorts: ports.lookedAt },
      ...(ports.note === undefined ? {} : { note: ports.note }),
    };
  },
});

const explanationsOf = ({ id }: ContainerUnit): Explanation[] => [
  { check: 'tailscale-up', status: 'fail' },
  { check: 'tailscale-wait', subject: id },
];

function notListening(
  unit: ContainerUnit,
  { address, port }: SilentPort,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft {
  const { id, container } = unit;
  return kinds.notListening.finding(
    { container, address, port, restart: restart([id], { units, now }) },
    {
      subject: id,
      evidence: [
        {
          source: 'ss -ltnH',
          observed: `nothing listens on ${address}:${port}`,
          expected: 'a listener of podman, as for the other published ports',
        },
      ],
      affects: {
        what: container,
        state: 'degraded',
        cause: `nothing listens on its port ${address}:${port}`,
      },
      explainedBy: explanationsOf(unit),
    },
  );
}

const bindMessage = (unit: ContainerUnit, { unitJournal }: Known, { windowStart }: Context) =>
  lastError(unit, unitJournal, windowStart, BIND_ERROR);

/** It binds to such an address, ended as podman does that could not, and told nobody why. */
function mayHaveFailedToBind(unit: ContainerUnit, facts: Known, context: Context): boolean {
  if (unit.activeState !== 'failed' && unit.activeState !== 'activating') return false;
  const commands = firstWith(facts.unitCommands, 'unit', unit.id);
  return (
    unit.exitStatus === BIND_FAILED &&
    published(commands).some(({ address }) => isTailnetAddress(address)) &&
    bindMessage(unit, facts, context) === undefined &&
    lastError(unit, facts.unitJournal, context.windowStart, /./) === undefined
  );
}

const whyIsUnknown = ({ id }: ContainerUnit) => `the reason why ${id} is down is not in the journal`;

function couldNotBind(unit: ContainerUnit, facts: Known, context: Context): FindingDraft[] {
  const message = bindMessage(unit, facts, context);
  const [, address = '', port] = BIND_ERROR.exec(message?.text ?? '') ?? [];
  if (message === undefined || !isTailnetAddress(address)) return [];
  const { units, addresses, unitCommands } = facts;
  const { nixos, now } = context;
  const isHere = firstWith(addresses.assigned, 'address', address) !== undefined;
  const commands = firstWith(unitCommands, 'unit', unit.id);
  const waits =
    waitsForAddress(unit, commands, { address, nonlocalBind: addresses.nonlocalBind, unitCommands }) !==
    false;
  const taken = takenFor(unit, message.text, facts.listeners);
  const remedy = bindRemedy({ unit, units, address, isHere, taken, waits, nixos, now });
  const about = { container: unit.container, address, port, remedy };
  const seen = seenOf(unit, message, address, isHere);
  if (taken === undefined) return [kindOf(unit, isHere).finding(about, seen)];
  const evidence = [...seen.evidence, { source: 'ss -ltnH', observed: `something listens on ${taken}` }];
  const affects = { ...seen.affects, cause: 'another program uses its port' };
  return [kinds.portTaken.finding(about, { ...seen, evidence, affects })];
}

function kindOf(unit: ContainerUnit, isHere: boolean) {
  if (!isHere) return kinds.addressMissing;
  return unit.activeState === 'activating' && keepsTrying(unit) ? kinds.triesAgain : kinds.addressThereNow;
}

function seenOf(unit: ContainerUnit, { text, at }: UnitMessage, address: string, isHere: boolean) {
  const { id, container, changedAt } = unit;
  return {
    subject: id,
    evidence: [
      { source: `journalctl --unit=${id}`, observed: text, at },
      { source: 'ip address', observed: `${address} ${isHere ? 'exists now' : 'is on no interface'}` },
    ],
    affects: {
      what: container,
      state: 'down' as const,
      cause: isHere
        ? 'started before its Tailscale address existed'
        : `its address ${address} is on no interface`,
    },
    ...(changedAt === undefined ? {} : { since: changedAt }),
    explainedBy: explanationsOf(unit),
  };
}
