import { isIP } from 'node:net';
import type {
  DeclaredImmich,
  DeclaredImmichServers,
  ListenAddress,
} from '../../facts/config/immich-servers.ts';
import { plainText, unknownIn } from '../../facts/config/text.ts';
import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import {
  type FindingDraft,
  type Judged,
  judgeSource,
  type SourceContext,
  type TellingKind,
  together,
} from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

export const source = judgeSource({
  needs: ['uploadAgents', 'immichServers'],
  evaluate({ uploadAgents, immichServers }, context) {
    const asked = uploadAgents.map((agent) => ({ agent, urls: urlsOf(agent) }));
    const urls = asked.flatMap((each) => each.urls);
    const judged = [...new Map(urls.map((url) => [url.text, url])).values()].map((url) =>
      judgeUrl(url, immichServers, context),
    );
    const unnamed = asked
      .filter((each) => each.urls.length === 0)
      .map(
        ({ agent }) =>
          `the URL of the agent ${agent.name} is not in these files: it has no IMMICH_INSTANCE_URL`,
      );
    const others = judged.flatMap(({ other }) => other ?? []);
    if (unnamed.length === 0 && judged.length > 0 && others.length === judged.length)
      return { skip: [...new Set(others)].join('; ') };
    const notes = [...judged.flatMap(({ note }) => note ?? []), ...others];
    return {
      lookedAt: { immichServers: immichServers.servers.length, uploadAgents: asked.length },
      ...together([{ notChecked: unnamed }, ...judged]),
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

interface AskedUrl {
  readonly text: string;
  /** A part of it is not known. */
  readonly isOpen: boolean;
  readonly at: SourceLocation | undefined;
  readonly agent: string;
}

/** Behind `--url`; in the script, where that names one; in the agent's own environment. */
function urlsOf({ name, environment, scripts, arguments: words }: DeclaredAgent): readonly AskedUrl[] {
  const set = environment.items
    .filter(({ key }) => key === 'IMMICH_INSTANCE_URL')
    .flatMap(({ items }) => items);
  const written = scripts.flatMap(({ text, places }) =>
    text.split('\n').flatMap((line, index) => {
      const [, url = ''] =
        /^\s*(?:export\s+)?IMMICH_INSTANCE_URL=["']?(https?:\/\/[^"'\s;&|]+)/.exec(line) ?? [];
      return url === '' ? [] : [plainText(url, places[index])];
    }),
  );
  const behind = words.filter((_, index) => /^(?:--url|-u)$/.test(words[index - 1]?.text ?? ''));
  const [last = []] = [behind, written, set].filter((each) => each.length > 0);
  // It may hold a password, which belongs in no report.
  const shown = (text: string) =>
    text
      .trim()
      .replace(/:\/\/[^/]*@/, '://')
      .replace(/[?#].*/, '');
  return last.map((url) => ({
    text: shown(url.text),
    isOpen: unknownIn(url) !== undefined || (last === written && url.text.includes('$')),
    at: url.at,
    agent: name,
  }));
}

interface JudgedUrl extends Judged {
  /** Why it is not compared. */
  readonly other?: string;
  readonly note?: string;
}

interface Asked {
  readonly url: AskedUrl;
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = /^(?:localhost|127\..*|::1)$/;

function judgeUrl(
  url: AskedUrl,
  { servers, fronts }: DeclaredImmichServers,
  context: SourceContext,
): JudgedUrl {
  if (url.isOpen)
    return { notChecked: `where ${url.text} leads to is not known: a part of it is not in these files` };
  const parsed = URL.canParse(url.text) ? new URL(url.text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return { finding: malformed(url, context) };
  if (parsed.protocol === 'https:')
    return { other: `a proxy in front of Immich answers ${url.text}, which is not compared` };
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  const asked = { url, host, port: parsed.port === '' ? 80 : Number(parsed.port) };
  if (LOOPBACK.test(host))
    return { notChecked: `${url.text} is this machine itself: what listens there is not known` };
  const reached = servers.find((server) => server.listens.items.some((each) => answers(each, server, asked)));
  if (reached !== undefined) {
    if (reached.listens.items.some(({ address }) => address === host)) return {};
    const { what, host: machine } = reached;
    return {
      note: `${what} of ${machine} has port ${asked.port} on every address; whether ${host} is one of them is not in these files`,
    };
  }
  if (isIP(host) === 0)
    return { other: `which machine ${host} is is not known here, so ${url.text} is not compared` };
  if (!isPrivate(host)) return { other: `${host} is a public address, which is not compared` };
  const [may] = servers.flatMap((server) => unknownOf(server, asked));
  if (may !== undefined) return { notChecked: may };
  const [front] = fronts;
  if (front !== undefined) return { notChecked: `whether Immich answers at ${url.text} depends on ${front}` };
  return { finding: unreachable(asked, servers, context) };
}

function answers(
  { address, port }: ListenAddress,
  { hostNames, behindFirewall }: DeclaredImmich,
  asked: Asked,
): boolean {
  if (port !== asked.port || address === undefined) return false;
  if (address === asked.host) return true;
  if (address !== '') return false;
  if (isIP(asked.host) === 0) return !behindFirewall && hostNames.includes(asked.host.split('.')[0] ?? '');
  // Tailscale lets in what comes through it, before the firewall is asked.
  return isTailnetAddress(asked.host) || !behindFirewall;
}

/** Why a server may be what is asked for, though nobody can tell. */
function unknownOf({ what, host, listens: { items, rest } }: DeclaredImmich, asked: Asked): string[] {
  const hidden = items.filter(
    ({ address, port }) =>
      (address === undefined || port === undefined) &&
      (address === undefined || address === '' || address === asked.host) &&
      (port === undefined || port === asked.port),
  );
  return [...(rest === undefined ? [] : [rest.reason]), ...hidden.map(({ written }) => written)].map(
    (reason) => `where ${what} of ${host} listens is not known: ${reason}`,
  );
}

/** An address that only machines near it have: in the tailnet, or in a network at home. */
function isPrivate(host: string): boolean {
  return (
    isTailnetAddress(host) ||
    /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(
      host,
    )
  );
}

function malformed(url: AskedUrl, where: SourceContext): FindingDraft {
  return kinds.malformedUrl.finding(
    { url: url.text, agent: url.agent, at: url.at, where },
    {
      subject: url.text,
      evidence: [evidenceAt(url.at, `IMMICH_INSTANCE_URL = "${url.text}"`, 'http://ADDRESS:PORT')],
    },
  );
}

function unreachable(
  { url, host, port }: Asked,
  servers: readonly DeclaredImmich[],
  where: SourceContext,
): FindingDraft {
  const all = servers.flatMap((server) => server.listens.items.map((listen) => ({ server, listen })));
  const best =
    all.find(({ listen }) => listen.port === port) ??
    all.find(({ listen }) => listen.address === host || listen.address === '') ??
    all[0];
  const server = best?.server ?? servers[0];
  const listen = best?.listen;
  const place = listen?.at ?? server?.at;
  const { kind, expected } = reasonOf(listen, host, port);
  return kind.finding(
    {
      url: url.text,
      agent: url.agent,
      at: url.at,
      where,
      host,
      port,
      machine: server?.host,
      address: listen?.address ?? '',
      own: listen?.port,
      listenAt: place,
    },
    {
      subject: url.text,
      evidence: [
        evidenceAt(url.at, url.text, expected),
        evidenceAt(place, `${server?.what} of ${server?.host}: ${listen?.written ?? 'no port'}`),
      ],
    },
  );
}

function reasonOf(
  listen: ListenAddress | undefined,
  host: string,
  port: number,
): { readonly kind: TellingKind<kinds.Unreached>; readonly expected: string } {
  if (listen === undefined) return { kind: kinds.portNotPublished, expected: 'a port that is published' };
  const { address = '', port: own } = listen;
  if (LOOPBACK.test(address))
    return {
      kind: kinds.loopbackOnly,
      expected: `an address that other machines can reach, not ${address}`,
    };
  if (own !== port && (address === '' || address === host))
    return { kind: kinds.otherPort, expected: `port ${own}` };
  if (address === '') return { kind: kinds.firewall, expected: `port ${port} open` };
  return { kind: kinds.otherAddress, expected: `http://${address}:${own}` };
}
