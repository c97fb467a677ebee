import type { ImmichPing } from '../../facts/host/immich-ping.ts';
import { noAgent } from '../../facts/host/upload-agent.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { CURL_WORDS } from '../shared/curl.ts';
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
    ? [kinds.serverDown, `its proxy answers ${httpStatus}`]
    : [kinds.somethingElse, `another server answers (HTTP ${httpStatus})`];
}
