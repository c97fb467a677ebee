import type { LogLine } from '../../facts/host/container-log.ts';
import type { OomKill } from '../../facts/host/kernel-oom.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { maySeeNone, uncheckedEngines } from '../shared/engines.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { acceleratedImage, ML_IMAGE } from '../shared/machine-learning.ts';
import { bytesOf } from '../shared/memory.ts';
import { missing } from '../shared/missing.ts';
import {
  type Attribution,
  attributeKills,
  type CountedKills,
  countedKills,
  earliestRun,
  inTimes,
  killEvidence,
  reachesBack,
  type UnitKill,
  uncheckedKills,
  unitKills,
} from '../shared/oom.ts';
import { runStart } from '../shared/runs.ts';
import * as kinds from './kinds.ts';

/** A line in which the server of the machine learning tells of the end of one of its workers. */
interface WorkerMessage {
  readonly at: number;
  readonly pid: number;
  readonly event: 'killed' | 'timed-out';
}

/** Its processes have these names, as many others have: earlyoom tells no memory group. */
const ITS_NAMES = /^(?:python|gunicorn)/;

function killsOfSomebody(kills: readonly OomKill[], windowStart: number): string[] {
  const last = kills.findLast(
    ({ killer, process, at }) => killer === 'earlyoom' && at >= windowStart && ITS_NAMES.test(process),
  );
  return last === undefined
    ? []
    : [`whether ${last.process} (pid ${last.pid}), which earlyoom killed, was of the machine learning`];
}

/** gunicorn tells of a time-out a moment before it kills the worker for it. */
const TIMEOUT_BEFORE_KILL_MS = 60_000;

export const host = judgeHost({
  needs: ['units', 'system'],
  wants: [
    'kernelOom',
    'journal',
    'containers',
    'containerNames',
    'unitJournal',
    'unitCommands',
    'memoryGroups',
    'containerLog',
    'engines',
  ],
  evaluate(facts, { windowStart, unread, names }) {
    const machineLearning = [...imagesOf(facts)].filter(
      ([container, image]) => ML_IMAGE.test(image) || container === names.machineLearning,
    );
    const imagesSeen = !unread.some(({ probe }) => probe === 'containers' || probe === 'unit-commands');
    const unchecked = uncheckedEngines(facts.engines, facts.units);
    if (
      machineLearning.length === 0 &&
      imagesSeen &&
      unchecked.length === 0 &&
      !maySeeNone(unread, 'engines')
    )
      return {
        skip: `no container with an immich-machine-learning image${names.machineLearning === undefined ? '' : `, and none named ${names.machineLearning}`}`,
      };
    const attribution = attributeKills(facts, windowStart);
    const units = unitKills(facts, attribution, windowStart);
    const log: KernelLog = {
      attribution,
      counted: countedKills(facts, attribution, windowStart),
      isWhole: reachesBack(facts, earliestRun(facts, windowStart)),
    };
    return {
      findings: machineLearning.flatMap(([container, image]) => {
        const deaths = deathsOf(container, facts, log, windowStart);
        if (deaths.times > 0) return killed(container, image, deaths, facts);
        return [
          ...ofTheHost(container, image, attribution),
          ...allWith(units, 'container', container).map((kill) => ofItsUnit(kill, image)),
        ].slice(0, 1);
      }),
      notChecked: [
        ...missing(unread, 'kernel-oom'),
        ...uncheckedKills(facts, attribution, windowStart),
        ...(machineLearning.length > 0 ? killsOfSomebody(facts.kernelOom?.kills ?? [], windowStart) : []),
        ...(machineLearning.length === 0 && unchecked.length > 0
          ? [
              `Immich's machine learning may run in one of the containers that are not checked: ${unchecked.map(({ what }) => what).join(', ')}`,
            ]
          : []),
      ],
      lookedAt: { containers: machineLearning.length },
    };
  },
});

type Known = Parameters<typeof countedKills>[0] & {
  readonly unitCommands: readonly UnitCommands[] | undefined;
  readonly containerLog: readonly LogLine[] | undefined;
};

/** What each container runs, as podman says, else as its unit does. */
function imagesOf({ units, unitCommands = [], containers = [] }: Known): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const { unit, image } of unitCommands) {
    const container = firstWith(units, 'id', unit)?.container;
    if (container !== undefined && image !== undefined) images.set(container, image);
  }
  for (const { name, image } of containers) images.set(name, image);
  return images;
}

/** What the kernel tells of all containers. */
interface KernelLog {
  readonly attribution: Attribution;
  readonly counted: readonly CountedKills[];
  /** It reaches back to the earliest run. */
  readonly isWhole: boolean;
}

/** Killed because the host, and not the container, had too little memory. */
function ofTheHost(container: string, image: string, { ofHost }: Attribution): FindingDraft[] {
  const kills = allWith(ofHost, 'container', container).filter((kill) => kill.present);
  const last = kills.at(-1);
  if (last === undefined) return [];
  const about = { container, times: kills.length, by: last.killer, ...acceleratedImage(image) };
  return [
    kinds.hostOutOfMemory.finding(about, {
      subject: container,
      evidence: kills.slice(-3).map(({ line, at }) => ({ source: 'journalctl', observed: line, at })),
      explainedBy: [{ check: 'container-oom', subject: 'host' }],
      since: kills[0]?.at,
      count: kills.length,
      affects: degraded(container, kills.length),
    }),
  ];
}

function ofItsUnit({ container, times, killer, at, evidence }: UnitKill, image: string): FindingDraft {
  return kinds.unitKilled.finding(
    { container, times, by: killer, ...acceleratedImage(image) },
    {
      subject: container,
      evidence,
      since: at,
      count: times,
      affects: degraded(container, times),
    },
  );
}

const degraded = (what: string, times: number) => ({
  what,
  state: 'degraded' as const,
  cause: `was killed for memory ${inTimes(times)}`,
});

interface Deaths {
  readonly kills: Attribution['ours'];
  readonly count: CountedKills | undefined;
  readonly workers: readonly WorkerMessage[];
  readonly times: number;
}

function deathsOf(
  container: string,
  facts: Known,
  { attribution, counted, isWhole }: KernelLog,
  windowStart: number,
): Deaths {
  const unit = firstWith(facts.units, 'container', container);
  const kills = allWith(attribution.ours, 'container', container).filter((kill) => kill.present);
  const count = firstWith(counted, 'container', container);
  const since = unit === undefined ? windowStart : runStart(unit, facts.unitJournal, windowStart);
  // gunicorn only guesses at the cause: where the kernel's log is whole, that is the one to believe. Without a
  // limit of its own the container is not killed at one.
  const unlimited = allWith(facts.containers, 'name', container).some(({ memory }) => memory === 0);
  const workers = isWhole || unlimited ? [] : killedWorkers(facts.containerLog ?? [], container, since);
  return { kills, count, workers, times: kills.length || count?.kills || workers.length };
}

function killed(container: string, image: string, deaths: Deaths, facts: Known): FindingDraft {
  const { kills, count, workers, times } = deaths;
  const unit = firstWith(facts.units, 'container', container);
  const commands = firstWith(facts.unitCommands, 'unit', unit?.id ?? '');
  const limitBytes = kills.at(-1)?.limitBytes ?? count?.limitBytes ?? bytesOf(commands?.memory);
  const accelerated = acceleratedImage(image);
  const since = firstOf(kills, workers);
  const seen = {
    subject: container,
    evidence: evidenceOf(container, image, deaths),
    ...(since === undefined ? {} : { since }),
    count: times,
    affects: {
      what: container,
      state: 'degraded' as const,
      cause: `ran out of memory ${inTimes(times)}`,
    },
  };
  const outer = kills.at(-1)?.outer;
  if (outer !== undefined)
    return kinds.outerLimitTooLow.finding({ container, times, outer, limitBytes, ...accelerated }, seen);
  const about = {
    container,
    times,
    image,
    unit,
    commands,
    limitBytes,
  };
  return accelerated === undefined
    ? kinds.limitTooLow.finding(about, seen)
    : kinds.acceleratorImage.finding({ ...about, accelerator: accelerated.accelerator }, seen);
}

function evidenceOf(
  container: string,
  image: string,
  { kills, count, workers }: Deaths,
): FindingDraft['evidence'] {
  const target = acceleratedImage(image)?.target;
  return [
    ...killEvidence(kills),
    ...(count === undefined
      ? []
      : [
          {
            source: '/sys/fs/cgroup',
            observed: `oom_kill ${count.kills} since the container was started at ${new Date(count.startedAt).toISOString()}`,
            expected: 'oom_kill 0',
          },
        ]),
    ...workers.slice(-3).map((message) => ({
      source: `podman logs ${container}`,
      observed: `worker ${message.pid} was sent SIGKILL, and not for a time-out`,
      at: message.at,
    })),
    {
      source: 'podman',
      observed: `image ${image}`,
      ...(target === undefined ? {} : { expected: target }),
    },
  ];
}

function killedWorkers(log: readonly LogLine[], container: string, since: number): WorkerMessage[] {
  const own = allWith(log, 'container', container).flatMap((line) => workerMessage(line) ?? []);
  return own.filter(
    ({ event, pid, at }) =>
      event === 'killed' &&
      at >= since &&
      !own.some(
        (other) =>
          other.event === 'timed-out' &&
          other.pid === pid &&
          other.at <= at &&
          at - other.at <= TIMEOUT_BEFORE_KILL_MS,
      ),
  );
}

/** What gunicorn tells of the end of one of its workers. */
function workerMessage({ at, text }: LogLine): WorkerMessage | undefined {
  const killed = /Worker \(pid:(\d+)\) was sent SIGKILL/.exec(text);
  const timedOut = /WORKER TIMEOUT \(pid:(\d+)\)/.exec(text);
  const pid = (killed ?? timedOut)?.[1];
  return pid === undefined
    ? undefined
    : { at, pid: Number(pid), event: killed === null ? 'timed-out' : 'killed' };
}

/** When the first of these died. */
const firstOf = (
  kills: readonly { readonly at: number }[],
  workers: readonly { readonly at: number }[],
): number | undefined => [...kills, ...workers].map(({ at }) => at).sort((a, b) => a - b)[0];
