import type { LogLine } from '../../facts/host/container-log.ts';
import type { Container } from '../../facts/host/containers.ts';
import { SERVICE_IMAGES } from '../../facts/host/data-services.ts';
import type { ImmichServer } from '../../facts/host/immich-server.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import {
  type Context,
  type Explanation,
  type FindingDraft,
  type Judged,
  judgeHost,
  together,
} from '../define.ts';
import { CURL_WORDS } from '../shared/curl.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { DATABASE, REDIS, serviceOf } from '../shared/service-of.ts';
import {
  allLines,
  explainedByState,
  explainedByStorage,
  type HostService,
  servicesWith,
} from '../shared/services.ts';
import { judgeJobs, type Work } from './jobs.ts';
import * as kinds from './kinds.ts';

/** In which a server that does not yet say that it listens may still migrate its database. */
const START_MS = 300_000;
const REFUSED = /Failed to (?:read|write)\b.*?([^\s"'(<>]*\/[^\s"'(<>]+)\/\.immich\b/;
const LISTENING = /Immich Server is listening/;

export const host = judgeHost({
  needs: ['units', 'immichServers'],
  wants: ['containers', 'containerLog', 'unitCommands', 'immichJobs'],
  evaluate(facts, context) {
    const names = serversOf(facts);
    if (names.length === 0) return { skip: 'no container with an immich-server image' };
    const looked = names.map((name) => judge(name, facts, context));
    const judged = names.map((name, index) => looked[index] ?? unlisted(name, facts));
    if (judged.every((each) => each === undefined))
      return { skip: `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not running` };
    const servers = judged.flatMap((each) => each ?? []);
    const work = judgeJobs(facts, context);
    return {
      ...together([...servers, work]),
      lookedAt: { immichServers: looked.filter((each) => each !== undefined).length },
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

function serversOf(facts: Known): string[] {
  const services = servicesWith(SERVICE_IMAGES.server, facts).map(({ name }) => name);
  return [...new Set([...services, ...facts.immichServers.map(({ container }) => container)])];
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
function refusal(name: string, facts: Known, { windowStart }: Context) {
  const { containerLog, immichServers } = facts;
  const own = allLines(name, containerLog).filter(({ at }) => at >= windowStart);
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
      explainedBy: (outside === undefined
        ? foldersOf(partsOf(name, facts).server, facts)
        : [outside]
      ).flatMap(explainedByStorage),
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
      explainedBy: explainedByStorage(folder),
    },
  );
}

function answer(asked: ImmichServer, facts: Known, { now, again }: Context): Judged {
  const { units, containers, containerLog } = facts;
  const { container, url, exitCode, httpStatus = 0, pong, isInMaintenance } = asked;
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
  if (exitCode === 0 && httpStatus === 200 && pong) return configured(asked, url, facts);
  const started = Date.parse(firstWith(containers, 'name', container)?.startedAt ?? '');
  const isReady = allWith(containerLog, 'container', container).some(
    ({ at, text }) => at >= started && LISTENING.test(text),
  );
  if (!isReady && !(now - started >= START_MS))
    return {
      notChecked: `whether ${container} answers: ${Number.isNaN(started) ? 'when it was started is not known' : `it was started ${secondsOf(now - started)} s ago`}`,
    };
  return unanswered(asked, url, firstWith(units, 'container', container)?.id, causesOf(container, facts));
}

/** What its config, which comes from its database, tells of one that answers the ping. */
function configured(asked: ImmichServer, url: string, facts: Known): Judged {
  const { container, configStatus = 0, isInitialized } = asked;
  const unit = firstWith(facts.units, 'container', container)?.id;
  if (configStatus >= 500) return { finding: erroneous(asked, url, unit, causesOf(container, facts)) };
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
        explainedBy: foldersOf(partsOf(container, facts).database, facts).flatMap(explainedByStorage),
      },
    ),
  };
}

function erroneous(
  { container, configStatus = 0 }: ImmichServer,
  url: string,
  unit: string | undefined,
  explainedBy: readonly Explanation[],
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
      explainedBy,
    },
  );
}

/** That podman lists no such container tells nothing of one that another engine or user runs. */
function unlisted(name: string, { units }: Known): readonly Judged[] | undefined {
  const unit = firstWith(units, 'container', name);
  if (unit === undefined || (unit.user === '' && unit.engine !== 'docker')) return undefined;
  const whose = unit.user === '' ? 'it runs under docker' : `it belongs to ${unit.user}`;
  return [{ notChecked: `whether ${name} answers: ${whose}, whose containers are not listed` }];
}

/** A server with the database and the Redis that it uses, as far as they are containers here. */
function partsOf(name: string, facts: Known) {
  const named = (image: string) => servicesWith(image, facts);
  const server = named(SERVICE_IMAGES.server).find(
    ({ name: other, container }) => other === name || container?.name === name,
  );
  const find = (image: string, naming: typeof DATABASE) =>
    server === undefined ? undefined : serviceOf(server, named(image), naming).service;
  return {
    server,
    database: find(SERVICE_IMAGES.postgres, DATABASE),
    redis: find(SERVICE_IMAGES.redis, REDIS),
  };
}

/** Folders of the host that one mounts, or would. */
function foldersOf(service: HostService | undefined, { unitCommands }: Known): string[] {
  const { container, unit } = service ?? {};
  return (
    container?.mounts?.map(({ source }) => source) ?? [
      ...(firstWith(unitCommands, 'unit', unit?.id ?? '')?.files ?? []),
    ]
  );
}

/** What may keep it from answering: only of what it uses itself. */
function causesOf(name: string, facts: Known): Explanation[] {
  const { server, database, redis } = partsOf(name, facts);
  const networks = server?.container?.networks?.map((network) => network.name) ?? [];
  const own = [server, database, redis].flatMap((each) => each ?? []);
  const subjects = (check: string, all: readonly string[]) =>
    all.map((subject) => ({ check, subject, status: 'fail' as const }));
  const namesOf = (service: HostService | undefined) =>
    service === undefined ? [] : [service.name, ...(service.unit === undefined ? [] : [service.unit.id])];
  return [
    ...own.flatMap((each) => foldersOf(each, facts)).flatMap(explainedByStorage),
    ...subjects('container-network', [name, ...networks]),
    ...subjects('immich-database', [name, ...namesOf(database)]),
    ...subjects('redis-persistence', namesOf(redis)),
    ...subjects('container-oom', [name, ...own.map((each) => each.name), 'host']),
    ...own.filter((each) => each !== server).flatMap(explainedByState),
  ];
}

const secondsOf = (ms: number) => Math.max(0, Math.round(ms / 1000));

function unanswered(
  { container, exitCode, httpStatus = 0, error }: ImmichServer,
  url: string,
  unit: string | undefined,
  explainedBy: readonly Explanation[],
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
        explainedBy,
      },
    ),
  };
}
