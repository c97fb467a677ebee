import { type HostService, variableOf } from '../shared/services.ts';

export interface DatabaseOf {
  readonly database?: HostService;
  /** Where it is, where it is not in a container of this podman. */
  readonly outside?: string;
  /** In a sentence, why it is not known. */
  readonly open?: string;
}

/** The container in which a server of Immich has its database. */
export function databaseOf(server: HostService, databases: readonly HostService[]): DatabaseOf {
  const { container, name } = server;
  const open = { open: `which container holds the database of ${name} is not known` };
  if (container?.env === undefined)
    return likely(databases) ?? (databases.length === 0 ? { open: open.open } : open);
  const host = variableOf(server, 'DB_HOSTNAME') ?? 'database';
  const named = databases.find(
    (each) =>
      each.name === host ||
      (each.unit !== undefined && each.unit.container === host) ||
      (each.container?.networks ?? []).some(({ address }) => address !== '' && address === host),
  );
  if (named !== undefined) return { database: named };
  if (/^(?:localhost|127\.[\d.]+|::1)$/.test(host)) return inSameNetwork(server, databases, host);
  if (/[.:]/.test(host)) return { outside: host };
  const sharing = databases.filter((each) => sharesNetwork(server, each));
  // Another name of it in the network that both are on.
  return likely(sharing) ?? likely(databases) ?? (databases.length === 0 ? { outside: host } : open);
}

/** The only one, or the only one that is called after Immich. */
function likely(databases: readonly HostService[]): DatabaseOf | undefined {
  const [first, ...others] = databases;
  if (first === undefined) return undefined;
  if (others.length === 0) return { database: first };
  const own = databases.filter(({ name }) => /immich/i.test(name));
  return own.length === 1 ? { database: own[0] as HostService } : undefined;
}

function sharesNetwork(one: HostService, other: HostService): boolean {
  const names = new Set((one.container?.networks ?? []).map(({ name }) => name));
  return (other.container?.networks ?? []).some(({ name }) => names.has(name));
}

/** Its own address is that of the containers in its pod, or of the host and what is published on it. */
function inSameNetwork(server: HostService, databases: readonly HostService[], host: string): DatabaseOf {
  const port = variableOf(server, 'DB_PORT') ?? '5432';
  const mode = server.container?.networkMode ?? '';
  const there = databases.filter(({ container }) => {
    if (container === undefined) return false;
    if (mode === 'host')
      return (
        container.networkMode === 'host' ||
        Object.values(container.ports ?? {}).some((all) =>
          (all ?? []).some(({ HostPort }) => HostPort === port),
        )
      );
    return container.networkMode === mode || mode === `container:${container.id}`;
  });
  return likely(there) ?? { outside: host };
}
