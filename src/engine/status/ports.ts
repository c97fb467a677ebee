import { CURL_WORDS } from '../../checks/shared/curl.ts';
import { firstWith } from '../../checks/shared/lookup.ts';
import { isTailnetAddress, published, unreadPorts } from '../../checks/shared/tailnet.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { ANSWER_LIMIT_S } from '../../facts/host/web-answers.ts';
import type { PortStatus, TargetStatus } from '../../model/status.ts';
import type { FactTable } from '../evaluate.ts';
import { gaps, read } from './read.ts';
import type { Verdicts } from './verdicts.ts';

/** Checks whose findings are about the way to a container. */
const JUDGES = ['immich-server', 'app-reachable', 'tailscale-bind', 'tailscale-wait', 'container-network'];

type Port = Pick<PortStatus, 'container' | 'address' | 'port' | 'lastPort' | 'protocol' | 'isPublished'>;

/** Where containers can be reached: of those that podman does not list, as their units publish them. */
export function portsOf(facts: FactTable, verdicts: Verdicts): TargetStatus['ports'] {
  const [units, containers, commands] = [read(facts.units), read(facts.containers), read(facts.unitCommands)];
  if (units === undefined && containers === undefined) return undefined;
  const running = (containers?.value ?? []).filter(({ state }) => state === 'running');
  const unitOf = ({ name, unit = '' }: Container) =>
    firstWith(units?.value, 'id', unit) ?? firstWith(units?.value, 'container', name);
  const told = running.filter(({ ports }) => ports !== undefined);
  const own = new Set(told.flatMap((container) => unitOf(container)?.id ?? []));
  const others = (units?.value ?? []).filter(({ id, loadState }) => loadState === 'loaded' && !own.has(id));
  const unitless = running.filter((each) => each.ports === undefined && unitOf(each) === undefined);
  const isActive = ({ activeState }: ContainerUnit) => activeState === 'active';
  const all = [
    ...told.flatMap(publishedBy),
    ...others.flatMap((unit) => declaredBy(unit, firstWith(commands?.value, 'unit', unit.id))),
  ];
  const servers = read(facts.immichServers)?.value;
  return {
    items: all.map((port) => withAnswer(port, servers, facts, verdicts)),
    notRead: [
      ...gaps(units, containers, ...(others.length === 0 ? [] : [commands])),
      ...unitless.map(({ name }) => `the ports that ${name} publishes are not known`),
      ...running
        .filter(({ networkMode }) => networkMode === 'host')
        .map(({ name }) => `${name} uses the network of the host: on which ports it listens is not known`),
      ...unreadPorts(others.filter(isActive), commands?.value),
    ],
  };
}

function publishedBy({ name, ports }: Container): Port[] {
  const all = Object.entries(ports ?? {}).flatMap(([inside, places]) =>
    (places ?? []).flatMap(({ HostIp, HostPort }) =>
      /^\d{1,5}$/.test(HostPort)
        ? [
            {
              container: name,
              address: HostIp === '' ? '0.0.0.0' : HostIp,
              port: Number(HostPort),
              protocol: inside.split('/')[1] ?? 'tcp',
              isPublished: true,
            },
          ]
        : [],
    ),
  );
  return all.toSorted((a, b) => a.port - b.port);
}

/** A word without an address is all addresses. */
function declaredBy({ container, activeState }: ContainerUnit, commands: UnitCommands | undefined): Port[] {
  const everywhere = (commands?.publishes ?? []).flatMap((word) => {
    const [, port, last, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?:[\d-]+(?:\/(\w+))?$/.exec(word) ?? [];
    return port === undefined
      ? []
      : [
          {
            address: '0.0.0.0',
            port: Number(port),
            ...(last === undefined ? {} : { last: Number(last) }),
            protocol,
          },
        ];
  });
  return [...published(commands), ...everywhere].flatMap(({ address, port, last, protocol }) =>
    port === undefined
      ? []
      : [
          {
            container,
            address,
            port,
            ...(last === undefined ? {} : { lastPort: last }),
            protocol,
            isPublished: activeState === 'active',
          },
        ],
  );
}

function withAnswer(
  port: Port,
  servers: Facts['immichServers'] | undefined,
  facts: FactTable,
  verdicts: Verdicts,
): PortStatus {
  const units = facts.units.outcome === 'ok' ? facts.units.value : [];
  const unit = firstWith(units, 'container', port.container)?.id;
  const server = firstWith(servers, 'container', port.container);
  const ofImmich = server?.url?.endsWith(`:${port.port}`) === true ? immichAnswer(server) : undefined;
  const answer = ofImmich ?? webAnswer(port, read(facts.webAnswers)?.value);
  const verdict = verdicts.of(
    [port.container, ...(unit === undefined ? [] : [unit])],
    answer === undefined ? undefined : ofImmich === undefined ? 'app-reachable' : 'immich-server',
    JUDGES,
  );
  return {
    ...port,
    reach: reachOf(port.address),
    ...(answer === undefined ? {} : { answer }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function reachOf(address: string): PortStatus['reach'] {
  if (isTailnetAddress(address)) return 'tailnet';
  if (/^127\.|^::1$/.test(address)) return 'this-host';
  return ['0.0.0.0', '::', '*'].includes(address) ? 'all-interfaces' : 'one-address';
}

function immichAnswer({
  exitCode,
  httpStatus,
  pong,
  version,
}: Facts['immichServers'][number]): string | undefined {
  if (exitCode === undefined) return undefined;
  if (exitCode !== 0) return CURL_WORDS[exitCode] ?? `curl exited with ${exitCode}`;
  return pong ? `answers${version === undefined ? '' : `, version ${version}`}` : `HTTP ${httpStatus}`;
}

/** At the address where all others ask it, if it was asked at several. */
function webAnswer(
  { container, address, port }: Port,
  answers: Facts['webAnswers'] | undefined,
): string | undefined {
  const own = answers?.filter((each) => each.container === container && each.port === port) ?? [];
  const there = own.filter((each) => each.address === address);
  const { httpStatus, exitCode } = there.find((each) => isTailnetAddress(each.at)) ?? there[0] ?? {};
  if (httpStatus === undefined || exitCode === undefined) return undefined;
  if (httpStatus > 0) return `HTTP ${httpStatus}`;
  return exitCode === 28 ? `no answer within ${ANSWER_LIMIT_S} s` : CURL_WORDS[exitCode];
}
