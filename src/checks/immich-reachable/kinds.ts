import type { Step } from '../../model/remedy.ts';
import { defineKind, type TellingKind } from '../define.ts';

const NO_UPLOAD = 'No photo can be uploaded: the agent tries this URL and gives up.';

/** A URL that was asked, and what came of it. */
interface Asked {
  readonly url: string;
  readonly what: string;
  readonly steps: readonly Step[];
}

const noAnswer = (id: string, name: string): TellingKind<Asked> =>
  defineKind<Asked>({
    id,
    name,
    meaning: NO_UPLOAD,
    status: 'fail',
    title: ({ url, what }) => `Immich does not answer at ${url}: ${what}`,
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });

export const unreachable = noAnswer('unreachable', 'Nothing answers at the URL of the agent');
export const serverDown = noAnswer(
  'server-down',
  'The proxy in front of Immich answers, but Immich does not',
);
export const somethingElse = noAnswer('something-else', 'Another server answers at the URL of the agent');

/** A URL of a configuration, and what the machines there publish. */
interface Declared {
  readonly url: string;
  readonly agent: string;
  readonly why: string;
  readonly steps: readonly Step[];
}

export const malformedUrl = defineKind<Omit<Declared, 'why'>>({
  id: 'malformed-url',
  name: 'The URL of the agent is not an http URL',
  meaning: NO_UPLOAD,
  status: 'fail',
  title: ({ agent, url }) => `The agent ${agent} cannot use ${url}: it is not an http URL`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

const cannotBeReached = (id: string, name: string): TellingKind<Declared> =>
  defineKind<Declared>({
    id,
    name,
    meaning: NO_UPLOAD,
    status: 'fail',
    title: ({ url, agent, why }) => `The agent ${agent} cannot reach Immich at ${url}: ${why}`,
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });

export const portNotPublished = cannotBeReached(
  'port-not-published',
  'The container of Immich publishes no port',
);
export const loopbackOnly = cannotBeReached('loopback-only', 'Only the server itself can reach Immich');
export const otherPort = cannotBeReached('other-port', 'Immich listens on another port than the agent uses');
export const firewall = cannotBeReached('firewall', 'The firewall of the server blocks the agent');
export const otherAddress = cannotBeReached(
  'other-address',
  'Immich listens on another address than the agent uses',
);
