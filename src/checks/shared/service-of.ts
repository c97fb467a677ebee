import { type HostService, variableOf } from './services.ts';

/** The container in which a program has another one that it needs. */
export interface ServiceOf {
  readonly service?: HostService;
  /** Where it is, where it is not in a container of this podman. */
  readonly outside?: string;
  /** In a sentence, why it is not known. */
  readonly open?: string;
}

/** The variables by which a program is told where the other one is. */
export interface Naming {
  /** `database`, in words. */
  readonly what: string;
  readonly host: string;
  readonly hostFallback: string;
  readonly port: string;
  readonly portFallback: string;
  /** It wins, and may hold a password: only that it is set is known. */
  readonly url: string;
}

export const DATABASE: Naming = {
  what: 'database',
  host: 'DB_HOSTNAME',
  hostFallback: 'database',
  port: 'DB_PORT',
  portFallback: '5432',
  url: 'DB_URL',
};

export const REDIS: Naming = {
  what: 'Redis',
  host: 'REDIS_HOSTNAME',
  hostFallback: 'redis',
  port: 'REDIS_PORT',
  portFallback: '6379',
  url: 'REDIS_URL',
};

/** Names under which podman gives containers the address of the host. */
const HOST = /^host\.(?:containers|docker)\.internal$/;
const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/;

/** Which of those services a server of Immich uses. */
export function serviceOf(server: HostService, services: readonly HostService[], naming: Naming): ServiceOf {
  const { container, name } = server;
  const open = { open: `which container holds the ${naming.what} of ${name} is not known` };
  if (container?.env === undefined) return likely(services, server) ?? open;
  if (container.secretEnv?.includes(naming.url) === true)
    return { open: `${open.open}: ${naming.url} tells it, which may hold a password and is not read` };
  const host = variableOf(server, naming.host) ?? naming.hostFallback;
  const named = services.find((each) => isNamed(each, host.replace(/\.dns\.podman\.?$/, '')));
  if (named !== undefined) return { service: named };
  const port = variableOf(server, naming.port) ?? naming.portFallback;
  if (HOST.test(host))
    return (
      likely(
        services.filter((each) => isOnHost(each, port)),
        server,
      ) ?? { outside: host }
    );
  if (LOOPBACK.test(host)) return inSameNetwork(server, services, { host, port });
  if (/[.:]/.test(host)) return { outside: host };
  // Another name of it in the network that both are on.
  const possible = services.filter(
    (each) => each.container?.networks === undefined || sharesNetwork(server, each),
  );
  return likely(possible, server) ?? (possible.length === 0 ? { outside: host } : open);
}

const isNamed = ({ name, unit, container }: HostService, host: string) =>
  name === host ||
  (unit !== undefined && unit.container === host) ||
  (container?.networks ?? []).some(({ address }) => address !== '' && address === host);

/** The only one, or the only one that is called after the server, or after Immich. */
function likely(services: readonly HostService[], server: HostService): ServiceOf | undefined {
  const [first, ...others] = services;
  if (first === undefined) return undefined;
  if (others.length === 0) return { service: first };
  const family = firstWord(server.name);
  const named = services.filter(({ name }) => firstWord(name) === family);
  const [own, ...more] = named.length > 0 ? named : services.filter(({ name }) => /immich/i.test(name));
  return own === undefined || more.length > 0 ? undefined : { service: own };
}

/** `photos` of `photos-server` and of `systemd-photos-server`. */
const firstWord = (name: string) => name.replace(/^systemd-/, '').split(/[-_.]/)[0];

function sharesNetwork({ container: one }: HostService, { container: other }: HostService): boolean {
  if (one?.networks === undefined) return true;
  const names = new Set(one.networks.map(({ name }) => name));
  return (other?.networks ?? []).some(({ name }) => names.has(name));
}

/** In the network of the host, or published there. */
const isOnHost = ({ container }: HostService, port: string) =>
  container !== undefined &&
  (container.networkMode === 'host' ||
    Object.values(container.ports ?? {}).some((all) =>
      (all ?? []).some(({ HostPort }) => HostPort === port),
    ));

/** Its own address is that of the containers in its pod, or of the host and what is published on it. */
function inSameNetwork(
  server: HostService,
  services: readonly HostService[],
  { host, port }: { readonly host: string; readonly port: string },
): ServiceOf {
  const mode = server.container?.networkMode ?? '';
  const there = services.filter((each) => {
    if (mode === 'host') return isOnHost(each, port);
    const { container } = each;
    return (
      container !== undefined && (container.networkMode === mode || mode === `container:${container.id}`)
    );
  });
  return likely(there, server) ?? { outside: host };
}
