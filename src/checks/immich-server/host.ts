import type { LogLine } from '../../facts/host/container-log.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { ImmichServer } from '../../facts/host/immich-server.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { type Context, type FindingDraft, type Judged, judgeHost, together } from '../define.ts';
import { CURL_WORDS } from '../shared/curl.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { judgeJobs, type Work } from './jobs.ts';
import * as kinds from './kinds.ts';

const IMAGE = /immich-server(?:[:@]|$)/;
/** In which a server that does not yet say that it listens may still migrate its database. */
const START_MS = 300_000;
const REFUSED = /Failed to (?:read|write)\b.*?([^\s"'(<>]*\/[^\s"'(<>]+)\/\.immich\b/;
const LISTENING = /Immich Server is listening/;

export const host = judgeHost({
  needs: ['units', 'immichServers'],
  wants: ['containers', 'containerLog', 'unitCommands', 'addresses', 'immichJobs'],
  evaluate(facts, context) {
    const names = serversOf(facts);
    if (names.length === 0) return { skip: 'no container with an immich-server image' };
    const judged = names.map((name) => judge(name, facts, context) ?? unlisted(name, facts));
    if (judged.every((each) => each === undefined))
      return { skip: `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not running` };
    const servers = judged.flatMap((each) => each ?? []);
    const work = judgeJobs(facts, context);
    return {
      ...together([...servers, work]),
      lookedAt: { immichServers: names.filter((name) => judge(name, facts, context) !== undefined).length },
      ...(work.note === undefined ? {} : { note: work.note }),
    };
  },
});

interface Known extends Work {
  readonly units: readonly ContainerUnit[];
  readonly immichServers: readonly ImmichServer[];
  readonly containers: readonly Container[] | undefined;
  readonly containerLog: readonly LogLine[] | undefined;
  readonly unitCommands: readonly UnitCommands[] | undefined;
}

function serversOf({ units, unitCommands = [], containers = [], immichServers }: Known): string[] {
  const declared = unitCommands
    .filter(({ image = '' }) => IMAGE.test(image))
    .flatMap(({ unit }) => firstWith(units, 'id', unit)?.container ?? []);
  const there = containers.filter(({ image }) => IMAGE.test(image)).map(({ name }) => name);
  return [...new Set([...declared, ...there, ...immichServers.map(({ container }) => container)])];
}

/** Undefined for one that does not run, and does not say why: that it is down is told by `container-state`. */
function judge(name: string, facts: Known, context: Context): readonly Judged[] | undefined {
  const asked = firstWith(facts.immichServers, 'container', name);
  const refused = refusal(name, facts, context);
  if (refused !== undefined) return [{ finding: refused }];
  if (asked === undefined) return undefined;
  return [answer(asked, facts, context), { finding: lostMark(asked) }];
}

/** Of the folder for which it refused to start, where it has not started since. */
function refusal(name: string, { containerLog, immichServers }: Known, { windowStart }: Context) {
  const own = allWith(containerLog, 'container', name).filter(({ at }) => at >= windowStart);
  const lines = own.filter(({ text }) => REFUSED.test(text));
  const last = lines.at(-1);
  const started = own.findLast(({ text }) => LISTENING.test(text));
  if (last === undefined || (started?.at ?? 0) >= last.at) return undefined;
  const inside = REFUSED.exec(last.text)?.[1] ?? '';
  const outside = firstWith(immichServers, 'container', name)?.unmarked.find((folder) =>
    folder.endsWith(inside.slice(inside.lastIndexOf('/'))),
  );
  return kinds.markMissing.finding(
    { container: name, folder: outside, inside, refused: true },
    {
      subject: name,
      evidence: [{ source: `podman logs ${name}`, observed: last.text.trim(), at: last.at }],
      since: lines[0]?.at,
      affects: { what: name, state: 'down', cause: `${inside}/.immich is missing` },
      explainedBy: [{ check: 'storage' }],
    },
  );
}

/** Where some are there, the one that is not was. */
function lostMark({ container, marked, unmarked }: ImmichServer): FindingDraft | undefined {
  const [folder] = unmarked;
  if (marked.length === 0 || folder === undefined) return undefined;
  return kinds.markMissing.finding(
    { container, folder, inside: folder, refused: false },
    {
      subject: container,
      status: 'warn',
      evidence: unmarked.map((path) => ({
        source: `ls -a ${path}`,
        observed: 'no .immich',
        expected: '.immich',
      })),
      explainedBy: [{ check: 'storage' }],
    },
  );
}

function answer(
  asked: ImmichServer,
  { units, containers, containerLog }: Known,
  { now, again }: Context,
): Judged {
  const { container, url, exitCode, httpStatus = 0, pong, version, isInitialized, isInMaintenance } = asked;
  if (url === undefined)
    return { notChecked: `whether ${container} answers: it publishes no port, and has no address` };
  const subject = container;
  if (isInMaintenance === true)
    return {
      finding: kinds.maintenance.finding(
        { container, again },
        {
          subject,
          evidence: [{ source: `curl ${url}/api/server/config`, observed: 'maintenanceMode: true' }],
          affects: { what: container, state: 'degraded', cause: 'is in maintenance mode' },
        },
      ),
    };
  if (exitCode === 0 && httpStatus === 200 && pong)
    return configured(asked, url, firstWith(units, 'container', container)?.id);
  const started = Date.parse(firstWith(containers, 'name', container)?.startedAt ?? '');
  const isReady = allWith(containerLog, 'container', container).some(
    ({ at, text }) => at >= started && LISTENING.test(text),
  );
  if (!isReady && now - started < START_MS)
    return { notChecked: `whether ${container} answers: it was started ${secondsOf(now - started)} s ago` };
  return unanswered(asked, url, firstWith(units, 'container', container)?.id);
}

/** What its config, which comes from its database, tells of one that answers the ping. */
function configured(asked: ImmichServer, url: string, unit: string | undefined): Judged {
  const { container, configStatus = 0, isInitialized } = asked;
  if (configStatus >= 500) return { finding: erroneous(asked, url, unit) };
  if (isInitialized === undefined)
    return {
      notChecked: `whether ${container} is ready: it answers the ping, and does not tell its config (${configStatus === 0 ? 'no answer in time' : `HTTP ${configStatus}`})`,
    };
  if (isInitialized) return {};
  return {
    finding: kinds.noUser.finding(
      { container },
      {
        subject: container,
        evidence: [{ source: `curl ${url}/api/server/config`, observed: 'isInitialized: false' }],
        explainedBy: [{ check: 'storage' }],
      },
    ),
  };
}

function erroneous(
  { container, configStatus = 0 }: ImmichServer,
  url: string,
  unit: string | undefined,
): FindingDraft {
  const what = `HTTP ${configStatus} for its config`;
  return kinds.errorAnswer.finding(
    { container, url, what, unit },
    {
      subject: container,
      evidence: [
        { source: `curl ${url}/api/server/config`, observed: `HTTP ${configStatus}`, expected: 'HTTP 200' },
      ],
      affects: { what: container, state: 'degraded', cause: `answers with an error: ${what}` },
      explainedBy: CAUSES,
    },
  );
}

const CAUSES = ['storage', 'container-network', 'immich-database', 'redis-persistence', 'container-oom'].map(
  (check) => ({ check, status: 'fail' as const }),
);

/** That podman lists no such container tells nothing of one that another engine or user runs. */
function unlisted(name: string, { units }: Known): readonly Judged[] | undefined {
  const unit = firstWith(units, 'container', name);
  if (unit === undefined || (unit.user === '' && unit.engine !== 'docker')) return undefined;
  const whose = unit.user === '' ? 'it runs under docker' : `it belongs to ${unit.user}`;
  return [{ notChecked: `whether ${name} answers: ${whose}, whose containers are not listed` }];
}

const secondsOf = (ms: number) => Math.max(0, Math.round(ms / 1000));

function unanswered(
  { container, exitCode, httpStatus = 0, error }: ImmichServer,
  url: string,
  unit: string | undefined,
): Judged {
  const what = exitCode === 0 ? `HTTP ${httpStatus}` : CURL_WORDS[exitCode ?? -1];
  if (what === undefined)
    return {
      notChecked: `whether ${container} answers: curl exited with ${exitCode}${error === undefined ? '' : `, ${error}`}`,
    };
  if (exitCode === 0 && httpStatus >= 300 && httpStatus < 400)
    return { notChecked: `whether ${container} answers: ${url} redirects (${what})` };
  const kind = exitCode !== 0 ? kinds.noAnswer : httpStatus >= 500 ? kinds.errorAnswer : kinds.somethingElse;
  return {
    finding: kind.finding(
      { container, url, what, unit },
      {
        subject: container,
        evidence: [
          {
            source: `curl ${url}/api/server/ping`,
            observed: exitCode === 0 ? what : (error ?? what),
            expected: 'pong',
          },
        ],
        affects: { what: container, state: 'down', cause: `does not answer: ${what}` },
        explainedBy: CAUSES,
      },
    ),
  };
}
