import type { Facts } from '../../facts/host/index.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { bindRemedy } from '../shared/bind-remedy.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { lastError } from '../shared/runs.ts';
import { restart } from '../shared/steps.ts';
import {
  BIND_ERROR,
  isTailnetAddress,
  keepsTrying,
  published,
  tailnetAddresses,
  unreadPorts,
  waitsForAddress,
} from '../shared/tailnet.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

const SETTLED_MS = 60_000;
/** podman's exit status where it could not bind a port, among others. */
const BIND_FAILED = 126;

export const tailscaleBind: Check = {
  id: 'tailscale-bind',
  title: 'Every container could bind to its Tailscale address',
  why: 'A service that starts before Tailscale has its address fails five times within seconds, and then stays down for ever.',
  tags: ['tailscale', 'network', 'boot'],
  documentation,
  host: judgeHost({
    needs: ['units', 'unitJournal', 'addresses'],
    wants: ['unitCommands', 'listeners'],
    evaluate(facts, { windowStart, now, blind, nixos }) {
      const { units, unitJournal, addresses, unitCommands, listeners } = facts;
      const findings: FindingDraft[] = [];
      const unseen = unreadPorts(unitCommands);
      const silent = silentPorts(units, unitCommands, listeners, now);
      for (const unit of units) {
        const isHere = (address: string) => firstWith(addresses.assigned, 'address', address) !== undefined;
        const commands = firstWith(unitCommands, 'unit', unit.id);
        const draft = (
          about: Pick<FindingDraft, 'kind' | 'status' | 'title' | 'summary' | 'evidence' | 'affects'>,
          remedy: FindingDraft['remedy'],
        ) =>
          findings.push({
            ...about,
            subject: unit.id,
            ...(unit.activeState === 'active' || unit.changedAt === undefined
              ? {}
              : { since: unit.changedAt }),
            explainedBy: [{ check: 'tailscale-up' }, { check: 'tailscale-wait', subject: unit.id }],
            remedy,
          });
        if (unit.activeState === 'active') {
          for (const { address, port } of allWith(silent, 'unit', unit.id)) {
            draft(
              {
                kind: 'not-listening',
                status: 'fail',
                title: `${unit.container} publishes ${address}:${port}, and nothing listens there`,
                summary: 'The container is running, and its port is not open.',
                evidence: [
                  {
                    source: 'ss -ltnH',
                    observed: `nothing listens on ${address}:${port}`,
                    expected: 'a listener of podman, as for the other ports that are published',
                  },
                ],
                affects: {
                  what: unit.container,
                  state: 'degraded',
                  cause: `nothing listens on its port ${address}:${port}`,
                },
              },
              { lasting: restart([unit.id], { units, now }) },
            );
          }
          continue;
        }
        const message = lastError(unit, unitJournal, windowStart, BIND_ERROR);
        const [, address = '', port] = BIND_ERROR.exec(message?.text ?? '') ?? [];
        if (message === undefined) {
          const binds = published(commands).some((candidate) => isTailnetAddress(candidate.address));
          const down = unit.activeState === 'failed' || unit.activeState === 'activating';
          const toldWhy = lastError(unit, unitJournal, windowStart, /./) !== undefined;
          if (binds && down && unit.exitStatus === BIND_FAILED && !toldWhy)
            unseen.push(`why ${unit.id} is down is not in the journal`);
          continue;
        }
        if (!isTailnetAddress(address)) continue;
        const triesAgain = unit.activeState === 'activating' && keepsTrying(unit);
        const here = isHere(address);
        draft(
          {
            kind: here ? 'address-there-now' : 'address-missing',
            status: triesAgain && here ? 'warn' : 'fail',
            title: `${unit.container} could not bind to ${address}:${port} and is down`,
            summary: here
              ? triesAgain
                ? 'The address was not there when it started. It is there now, and systemd tries again by itself.'
                : 'The address was not there when it started. It is there now: a restart brings it up.'
              : 'The address is not on this machine now either.',
            evidence: [
              { source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at },
              {
                source: 'ip address',
                observed: `${address} is ${here ? 'there now' : 'on no interface'}`,
              },
            ],
            affects: {
              what: unit.container,
              state: 'down',
              cause: here
                ? 'started before its Tailscale address existed'
                : `its address ${address} is on no interface`,
            },
          },
          bindRemedy({
            unit,
            units,
            address,
            isHere: here,
            waits: waitsForAddress(unit, commands, addresses.nonlocalBind),
            nixos,
            now,
          }),
        );
      }
      const binding = units.filter(
        ({ id }) => tailnetAddresses(firstWith(unitCommands, 'unit', id)).length > 0,
      );
      if (binding.length > 0) unseen.push(...missing(blind, 'listeners'));
      const ports = (unitCommands ?? []).flatMap((commands) => published(commands));
      return { findings, unseen, lookedAt: { units: units.length, publishedPorts: ports.length } };
    },
  }),
  source,
};

/**
 * Ports on Tailscale addresses on which nothing listens. podman opens the ports that it publishes only where its
 * port reservation is on (the default): an open port of another container shows that it is.
 */
function silentPorts(
  units: Facts['units'],
  unitCommands: Facts['unitCommands'] | undefined,
  listeners: Facts['listeners'] | undefined,
  now: number,
): { readonly unit: string; readonly address: string; readonly port: number }[] {
  if (listeners === undefined) return [];
  const ports = units
    .filter(
      ({ engine, activeState, activeSince }) =>
        engine === 'podman' && activeState === 'active' && now - (activeSince ?? now) > SETTLED_MS,
    )
    .flatMap(({ id }) => {
      const commands = firstWith(unitCommands, 'unit', id);
      if (!commands?.runs.includes('podman')) return [];
      return published(commands).flatMap(({ address, port, protocol }) =>
        port === undefined || protocol !== 'tcp' ? [] : [{ unit: id, address, port }],
      );
    });
  const open = (address: string, port: number) =>
    allWith(listeners, 'port', port).some((listener) =>
      [address, '0.0.0.0', '*', '::'].includes(listener.address),
    );
  if (!ports.some(({ address, port }) => allWith(listeners, 'port', port).some((l) => l.address === address)))
    return [];
  return ports.filter(({ address, port }) => isTailnetAddress(address) && !open(address, port));
}
