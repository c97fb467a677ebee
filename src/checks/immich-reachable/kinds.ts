import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { hostName, webAddress } from '../../remedy/words.ts';
import { defineKind, type SourceContext, type TellingKind } from '../define.ts';
import { placeIn, rebuildOf } from '../shared/steps.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';

const NO_UPLOAD = 'No photo can be uploaded: the agent tries this URL and gives up.';

/** A URL that was asked, and what came of it. */
interface Asked {
  readonly url: string;
  readonly what: string;
  readonly host: string;
  /** The URL at which the server says that it is there. */
  readonly ping: string;
}

const noAnswer = (id: string, name: string): TellingKind<Asked> =>
  defineKind<Asked>({
    id,
    name,
    meaning: NO_UPLOAD,
    status: 'fail',
    title: ({ url, what }) => `Immich does not answer at ${url}: ${what}`,
    remedy: ({ host, ping }) => ({
      lasting: [
        isTailnetAddress(host) || host.endsWith('.ts.net')
          ? run(['tailscale', 'status'], {
              why: 'Check whether Tailscale is connected on this Mac. If it is not, connect it (tailscale up, or in its menu).',
            })
          : byHand('Check whether this Mac is in the network of the server, and connect it if not.'),
        run(['curl', '--max-time', '5', webAddress(ping)], {
          why: 'Try the server as the agent does: a healthy server answers "pong".',
        }),
        ...(host === ''
          ? []
          : [
              run(['hsdoctor', 'check', '--host', hostName(host), '--sudo'], {
                where: 'here',
                why: 'Check the server itself; instead of the address, you can write the name that ssh uses for it.',
              }),
            ]),
      ],
    }),
  });

export const unreachable = noAnswer('unreachable', 'Nothing answers at the URL of the agent');
export const serverDown = noAnswer(
  'server-down',
  'The proxy in front of Immich answers, but Immich does not',
);
export const somethingElse = noAnswer('something-else', 'Another server answers at the URL of the agent');

interface Declared {
  readonly url: string;
  readonly agent: string;
  readonly at: SourceLocation | undefined;
  readonly where: Pick<SourceContext, 'folder' | 'system'>;
}

export const malformedUrl = defineKind<Declared>({
  id: 'malformed-url',
  name: 'The URL of the agent is not an http URL',
  meaning: NO_UPLOAD,
  status: 'fail',
  title: ({ agent, url }) => `Agent ${agent} cannot use ${url}: not an http URL`,
  remedy: ({ at, where }) => ({
    lasting: [
      byHand('Write the whole URL, with http:// and the port.', placeIn(where.folder, at)),
      rebuildOf(where.system, { usual: 'darwin' }),
    ],
  }),
});

/** A URL that leads to no server, and the one that is the nearest to it. */
export interface Unreached extends Declared {
  readonly host: string;
  readonly port: number;
  /** The machine of the server. */
  readonly machine: string | undefined;
  /** Where the server listens, and where that is set. */
  readonly address: string;
  readonly own: number | undefined;
  readonly listenAt: SourceLocation | undefined;
}

interface Fix {
  /** What can be changed at the agent, where that is one way. */
  readonly ask?: string;
  /** What can be changed at the server. */
  readonly listens: string;
}

const cannotBeReached = (
  id: string,
  name: string,
  why: (of: Unreached) => string,
  fix: (of: Unreached) => Fix,
): TellingKind<Unreached> =>
  defineKind<Unreached>({
    id,
    name,
    meaning: NO_UPLOAD,
    status: 'fail',
    title: (of) => `Agent ${of.agent} cannot reach ${of.url}: ${why(of)}`,
    remedy: (of) => {
      const { ask, listens } = fix(of);
      const { folder } = of.where;
      return {
        lasting: [
          ...(ask === undefined ? [] : [byHand(ask, placeIn(folder, of.at))]),
          byHand(listens, placeIn(folder, of.listenAt)),
          byHand(
            ask === undefined
              ? `Rebuild ${of.machine}, and switch to the new configuration.`
              : 'Rebuild the machine whose configuration you changed, and switch to it.',
          ),
        ],
      };
    },
  });

const ONE_CONSTANT = 'one constant for both keeps them the same.';

export const portNotPublished = cannotBeReached(
  'port-not-published',
  'The container of Immich publishes no port',
  () => 'Immich publishes no port',
  ({ host, port }) => ({
    listens: `Publish the port (ports = [ "${host}:${port}:2283" ];), or use the URL of a reverse proxy in front of it.`,
  }),
);
export const loopbackOnly = cannotBeReached(
  'loopback-only',
  'Only the server itself can reach Immich',
  ({ machine, address }) => `Immich listens only on ${address} of ${machine}`,
  ({ host }) => ({
    listens: `Let it listen on ${host} (if its unit waits for Tailscale), or use the URL of a reverse proxy in front of it.`,
  }),
);
export const otherPort = cannotBeReached(
  'other-port',
  'Immich listens on another port than the agent uses',
  ({ own }) => `Immich is on port ${own}`,
  ({ own, port }) => ({
    ask: `Use port ${own} in the URL.`,
    listens: `Or let it listen on ${port}; ${ONE_CONSTANT}`,
  }),
);
export const firewall = cannotBeReached(
  'firewall',
  'The firewall of the server blocks the agent',
  () => 'the firewall blocks it',
  ({ host, port }) => ({
    listens: `Set services.immich.openFirewall = true;, or open port ${port} only on the interface that has ${host}.`,
  }),
);
export const otherAddress = cannotBeReached(
  'other-address',
  'Immich listens on another address than the agent uses',
  ({ address }) => `Immich listens on ${address}`,
  ({ host, address }) => ({
    ask: `Use ${address} in the URL.`,
    listens: `Or let it listen on ${host}; ${ONE_CONSTANT}`,
  }),
);
