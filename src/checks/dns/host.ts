import type { ContainerLookup, ContainerLookups } from '../../facts/host/container-lookups.ts';
import type { DnsAnswer } from '../../facts/host/dns-question.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { Lookups } from '../../facts/host/lookups.ts';
import type { ResolvConf } from '../../facts/host/resolv-conf.ts';
import { type Context, type FindingDraft, judgeHost } from '../define.ts';
import { answerText, failsToAnswer } from '../shared/dns-answer.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { isAboutDns } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

const BOOT_MS = 120_000;
const FILE = '/etc/resolv.conf';

/** Of Tailscale, which answers itself only for the names of the tailnet. */
const TAILSCALE_SERVERS = ['100.100.100.100', 'fd7a:115c:a1e0::53'];

export const host = judgeHost({
  needs: ['resolvConf', 'system'],
  wants: ['lookups', 'tailscale', 'tailscaleDns', 'containerLookups', 'containers', 'units'],
  evaluate(facts, context) {
    const { lookups, resolvConf, containerLookups, system } = facts;
    const unread = [
      ...missing(context.unread, 'lookups'),
      ...(hasOwnNetwork(facts.containers) ? missing(context.unread, 'container-lookups') : []),
    ];
    if (lookups === undefined)
      return { findings: overwrittenFinding(facts, true), lookedAt: {}, notChecked: unread };
    const note = whyNotAsked(lookups);
    if (note !== undefined)
      return { findings: overwrittenFinding(facts, true), lookedAt: {}, notChecked: unread, note };
    const resolved = lookups.names.find(({ outcome }) => outcome === 'resolved');
    const works = resolved !== undefined;
    const denied = works ? undefined : deniedBy(lookups);
    if (
      !works &&
      denied === undefined &&
      system.bootedAt !== undefined &&
      context.now - system.bootedAt < BOOT_MS
    )
      return {
        findings: [],
        lookedAt: {},
        notChecked: ['no name resolves yet; check again in a minute', ...unread],
      };
    return {
      findings: works
        ? [
            ...overwrittenFinding(facts, true),
            ...someNames(lookups, `${resolved?.name} resolves`),
            ...silentServers(lookups),
            ...(containerLookups?.asked ?? []).flatMap((lookup) =>
              containerFinding(lookup, containerLookups, { ...facts, resolvConf }, context),
            ),
          ]
        : denied === undefined
          ? [hostFinding({ ...facts, lookups })]
          : someNames(lookups, denied),
      lookedAt: {
        resolvedNames: lookups.names.length,
        nameServers: new Set([
          ...lookups.servers.map(({ server }) => server),
          ...(containerLookups?.asked ?? []).map(({ server }) => server),
        ]).size,
      },
      notChecked: unread,
    };
  },
});

const hasOwnNetwork = (containers: Facts['containers'] | undefined) =>
  (containers ?? []).some(({ state, networkMode }) => state === 'running' && networkMode === 'bridge');

function whyNotAsked({ hasRoute, names }: Lookups): string | undefined {
  if (!hasRoute) return 'this host has no route to the internet, so no name was looked up';
  return names.length === 0
    ? 'no registry or Nix cache is known that this host uses, so no name was looked up'
    : undefined;
}

interface HostFacts {
  readonly resolvConf: ResolvConf;
  readonly lookups: Lookups;
  readonly tailscale: Facts['tailscale'] | undefined;
  readonly tailscaleDns: Facts['tailscaleDns'] | undefined;
}

const asked = ({ names }: Lookups) =>
  names.map(({ name, outcome }) => ({
    source: `getent ahosts ${name}`,
    observed: outcome,
    expected: 'addresses',
  }));

const answers = ({ servers }: Lookups) =>
  servers.map(({ server, name, answer }) => ({
    source: `name server ${server}`,
    observed: `asked for ${name}, ${answerText(answer)}`,
  }));

/** Why no name at all resolves. */
function hostFinding(facts: HostFacts): FindingDraft {
  const { resolvConf, lookups, tailscale } = facts;
  const names = lookups.names.map(({ name }) => name);
  const seen = {
    subject: 'host',
    evidence: [...asked(lookups), ...answers(lookups), evidenceOf(resolvConf)],
    affects: { what: 'DNS', state: 'down' as const, cause: 'no names resolve' },
  };
  const absent = withoutServer(resolvConf);
  if (absent !== undefined) return kinds.noNameServer.finding({ what: absent }, seen);
  const [overwriting] = overwrittenFinding(facts, false);
  if (overwriting !== undefined)
    return { ...overwriting, ...seen, evidence: [...overwriting.evidence, ...seen.evidence] };
  if (asksOnlyTailscale(resolvConf)) {
    const explainedBy = [{ check: 'tailscale-up', status: 'fail' as const }];
    const asks = resolvConf.nameservers.every(isTailscales) ? FILE : 'systemd-resolved';
    if (lookups.servers.some(({ answer }) => isError(answer)) || saysNoUpstream(facts))
      return kinds.noUpstream.finding({ asks }, { ...seen, explainedBy });
    return kinds.noAnswer.finding(
      { names, because: 'Tailscale, the only name server, does not answer', isOnline: true },
      { ...seen, explainedBy },
    );
  }
  const closed = lookups.servers.filter(({ server, answer }) => answer === 'closed' && isLoopback(server));
  if (closed.length > 0 && closed.length === lookups.servers.length)
    return kinds.resolverDown.finding(
      { servers: closed.map(({ server }) => server), daemon: downDaemon(resolvConf) },
      seen,
    );
  const isOnline = tailscale?.state === 'Running' && tailscale.isOffline !== true;
  return kinds.noAnswer.finding(
    { names, because: becauseOf(lookups), isOnline },
    { ...seen, ...(isOnline ? {} : { status: 'warn' as const }) },
  );
}

const evidenceOf = ({ nameservers, writer, isMissing }: ResolvConf) => ({
  source: FILE,
  observed: isMissing
    ? 'it does not exist'
    : `${nameservers.map((server) => `nameserver ${server}`).join(', ') || 'no nameserver'}${writer === undefined ? '' : `, written by ${writer}`}`,
});

/** In words, where there is nobody to ask. */
function withoutServer({
  isMissing,
  target,
  nameservers,
  upstream,
  daemons,
}: ResolvConf): string | undefined {
  if (isMissing)
    return target === FILE ? `${FILE} does not exist` : `${FILE} links to ${target}, which does not exist`;
  if (nameservers.length === 0) return `${FILE} names no name server`;
  const isStub = nameservers.every((server) => server === '127.0.0.53' || server === '127.0.0.54');
  const resolved = firstWith(daemons, 'unit', 'systemd-resolved.service');
  return isStub && upstream.length === 0 && resolved?.activeState === 'active'
    ? 'systemd-resolved has no name server to ask'
    : undefined;
}

const isTailscales = (server: string) => TAILSCALE_SERVERS.includes(server);
const isLoopback = (server: string) => server.startsWith('127.') || server === '::1';
const isError = (answer: DnsAnswer) => typeof answer === 'object' && answer.code !== 0;

const asksOnlyTailscale = ({ nameservers, upstream }: ResolvConf) =>
  nameservers.every(isTailscales) ||
  (nameservers.every(isLoopback) && upstream.length > 0 && upstream.every(isTailscales));

function saysNoUpstream({ resolvConf, tailscale, tailscaleDns = [] }: HostFacts): boolean {
  const since = firstWith(resolvConf.daemons, 'unit', 'tailscaled.service')?.activeSince ?? 0;
  return (
    (tailscale?.health ?? []).some(isAboutDns) ||
    tailscaleDns.some(({ says, at }) => says === 'no upstream' && at >= since)
  );
}

/** A daemon of the system that should answer there. */
const downDaemon = ({ daemons, nameservers }: ResolvConf) =>
  nameservers.includes('127.0.0.53')
    ? daemons.find(
        ({ unit, loadState, activeState }) =>
          unit === 'systemd-resolved.service' && loadState === 'loaded' && activeState !== 'active',
      )?.unit
    : undefined;

function becauseOf({ servers }: Lookups): string {
  const [first] = servers;
  if (first === undefined) return 'the name servers could not be asked one by one';
  if (servers.some(({ answer }) => !failsToAnswer(answer)))
    return `programs get no answer, although ${servers.find(({ answer }) => !failsToAnswer(answer))?.server} gives one`;
  return servers.length === 1
    ? `${first.server} ${answerText(first.answer)}`
    : `none of ${servers.length} name servers answers`;
}

/** Where Tailscale manages the file, and it is not as Tailscale wrote it. */
function overwrittenFinding(
  {
    resolvConf,
    tailscale,
    tailscaleDns = [],
  }: {
    readonly resolvConf: ResolvConf;
    readonly tailscale: Facts['tailscale'] | undefined;
    readonly tailscaleDns: Facts['tailscaleDns'] | undefined;
  },
  works: boolean,
): FindingDraft[] {
  const since = firstWith(resolvConf.daemons, 'unit', 'tailscaled.service')?.activeSince ?? 0;
  const last = tailscaleDns.findLast(
    ({ says, at }) => at >= since && (says === 'overwritten' || says === 'restored'),
  );
  const health = (tailscale?.health ?? []).find((text) => /resolv\.conf overwritten/i.test(text));
  const isTailscalesOwn = resolvConf.writer === 'Tailscale' || resolvConf.nameservers.some(isTailscales);
  if ((last?.says !== 'overwritten' && health === undefined) || isTailscalesOwn) return [];
  const { writer } = resolvConf;
  return [
    kinds.overwritten.finding(
      { writer, works },
      {
        subject: 'resolv.conf',
        ...(works ? {} : { status: 'fail' as const }),
        ...(last?.says === 'overwritten' ? { since: last.at } : {}),
        evidence: [
          ...(health === undefined ? [] : [{ source: 'tailscale status --json', observed: health }]),
          ...(last?.says === 'overwritten'
            ? [{ source: 'journalctl --unit=tailscaled.service', observed: last.text, at: last.at }]
            : []),
          evidenceOf(resolvConf),
        ],
      },
    ),
  ];
}

/** Those that do not resolve, where something shows that DNS as a whole works. */
function someNames({ names }: Lookups, but: string): FindingDraft[] {
  return names.flatMap(({ name, outcome }) =>
    outcome === 'resolved'
      ? []
      : [
          kinds.someNames.finding(
            { name, but, outcome: outcome === 'timed out' ? 'gets no answer in time' : 'does not resolve' },
            {
              subject: name,
              evidence: [{ source: `getent ahosts ${name}`, observed: outcome, expected: 'addresses' }],
            },
          ),
        ],
  );
}

/** A name server that knows that there is no such name, or that it has no address, works. */
function deniedBy({ servers }: Lookups): string | undefined {
  for (const { server, answer } of servers) {
    if (typeof answer !== 'object') continue;
    if (answer.code === 3) return `${server} answers that there is no such name`;
    if (answer.code === 0 && answer.addresses === 0) return `${server} answers that it has no address`;
  }
  return undefined;
}

function silentServers({ servers }: Lookups): FindingDraft[] {
  return servers.flatMap(({ server, name, answer }, index) =>
    answer !== 'silent' && answer !== 'closed'
      ? []
      : [
          kinds.serverSilent.finding(
            { server, does: answerText(answer), position: `${index + 1} of ${servers.length} in ${FILE}` },
            {
              subject: server,
              evidence: [
                { source: `name server ${server}`, observed: `asked for ${name}, ${answerText(answer)}` },
              ],
              explainedBy: isTailscales(server) ? [{ check: 'tailscale-up', status: 'fail' as const }] : [],
            },
          ),
        ],
  );
}

/** The host resolves names: where a container does not, it is by the name server that it has, or by the way there. */
function containerFinding(
  { container, server, about, name, answer }: ContainerLookup,
  lookups: ContainerLookups | undefined,
  facts: Pick<HostFacts, 'resolvConf'> & { readonly [K in 'containers' | 'units']: Facts[K] | undefined },
  { now }: Context,
): FindingDraft[] {
  if (about !== 'outside' || !failsToAnswer(answer)) return [];
  const own = lookups?.asked.find((each) => each.about === 'own' && each.server === server);
  // Without any answer there it is the network of the containers that is broken.
  if (own !== undefined && failsToAnswer(own.answer)) return [];
  const { resolvConf, containers, units = [] } = facts;
  const isGiven = lookups?.given.includes(container) === true;
  const isOld =
    own === undefined && !isGiven && ![...resolvConf.nameservers, ...resolvConf.upstream].includes(server);
  const why = isLoopback(server)
    ? `it asks ${server}, which is the container itself`
    : `${server} ${answerText(answer)}${isOld ? ', and the host no longer asks it' : ''}`;
  const unit = firstWith(containers, 'name', container)?.unit;
  return [
    kinds.containerFails.finding(
      {
        container,
        server,
        name,
        because: why,
        isPodmans: own !== undefined,
        isGiven,
        restart:
          isOld && !isLoopback(server) && unit !== undefined && unit !== ''
            ? { unit, units, now }
            : undefined,
      },
      {
        subject: container,
        evidence: [
          {
            source: `name server ${server}, from the network of ${container}`,
            observed: `asked for ${name}, ${answerText(answer)}`,
          },
          evidenceOf(resolvConf),
        ],
        affects: { what: container, state: 'degraded', cause: `cannot resolve ${name}` },
      },
    ),
  ];
}
