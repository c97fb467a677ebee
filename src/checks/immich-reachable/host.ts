import type { ImmichPing } from '../../facts/host/immich-ping.ts';
import { noAgent } from '../../facts/host/upload-agent.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['immichPing', 'launchAgents'],
  evaluate({ immichPing, launchAgents }) {
    if (launchAgents.agents.length === 0) return { skip: noAgent(launchAgents) };
    const byUrl = [...new Map(immichPing.map((ping) => [ping.url, ping])).values()];
    return {
      lookedAt: {
        immichServers: byUrl.filter(({ url, exitCode }) => url !== undefined && tellsOfServer(exitCode))
          .length,
      },
      findings: byUrl.flatMap(troubleOf),
      notChecked: [
        ...launchAgents.agents
          .filter(({ label }) => !immichPing.some((ping) => ping.label === label))
          .map(({ label }) => `the URL of ${label} was not tried`),
        ...immichPing.flatMap(({ url, label, exitCode }) => {
          if (url === undefined) return [`the environment of ${label} has no IMMICH_INSTANCE_URL`];
          return tellsOfServer(exitCode) ? [] : [`${url} could not be tried: curl exited with ${exitCode}`];
        }),
      ],
    };
  },
});

/** Whether that is an answer, or its absence, and not a failure of curl itself. */
const tellsOfServer = (exitCode: number | undefined) =>
  exitCode === 0 || (exitCode !== undefined && exitCode in CURL_WORDS);

function troubleOf({ url, exitCode, httpStatus, pong, error }: ImmichPing): FindingDraft[] {
  if (url === undefined || !tellsOfServer(exitCode) || (exitCode === 0 && pong && httpStatus === 200))
    return [];
  const host = /^https?:\/\/\[?([^\]/:]+)/.exec(url)?.[1] ?? '';
  const ping = `${url.replace(/\/?(api)?\/?$/, '')}/api/server/ping`;
  const [kind, what] = answerOf(exitCode, httpStatus);
  return [
    kind.finding(
      { url, what, host, ping },
      {
        subject: url,
        evidence: [
          {
            source: `curl ${ping}`,
            observed: exitCode === 0 ? `HTTP ${httpStatus}` : (error ?? what),
            expected: 'pong',
          },
        ],
        affects: { what: 'photo upload', state: 'down', cause: `Immich does not answer: ${what}` },
      },
    ),
  ];
}

function answerOf(exitCode: number | undefined, httpStatus = 0): [typeof kinds.unreachable, string] {
  if (exitCode !== 0) return [kinds.unreachable, CURL_WORDS[exitCode ?? 0] ?? ''];
  return httpStatus >= 500
    ? [kinds.serverDown, `the proxy in front of it answers ${httpStatus}: the server itself is down`]
    : [kinds.somethingElse, `another server answers (HTTP ${httpStatus})`];
}

const CURL_WORDS: Readonly<Record<number, string>> = {
  1: 'the URL does not begin with http or https',
  3: 'the URL is malformed',
  5: 'the name of its proxy cannot be resolved',
  6: 'its name cannot be resolved',
  7: 'connection refused',
  28: 'no answer within 5 s',
  35: 'the TLS handshake failed',
  52: 'it closed the connection without an answer',
  56: 'the connection broke',
  55: 'the connection broke',
  18: 'the answer was truncated',
  16: 'the connection broke',
  92: 'the connection broke',
  51: 'its certificate is for another name',
  58: 'it asks for a client certificate',
  60: 'its certificate is not trusted',
};
