import type { OomKill } from '../../facts/host/kernel-oom.ts';
import type { MemoryGroup } from '../../facts/host/memory-groups.ts';
import { counted } from '../../text/amount.ts';
import { type Evaluation, type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import {
  type Attribution,
  attributeKills,
  countedKills,
  inMebibytes,
  inTimes,
  killEvidence,
  uncheckedKills,
  unitKills,
} from '../shared/oom.ts';
import * as kinds from './kinds.ts';

type Facts = Parameters<typeof countedKills>[0];

export const host = judgeHost({
  needs: ['units', 'system'],
  wants: ['kernelOom', 'journal', 'containers', 'containerNames', 'unitJournal', 'memoryGroups'],
  evaluate(facts, { windowStart, unread, now }): Evaluation {
    const attribution = attributeKills(facts, windowStart);
    const note = foreignKills(attribution);
    return {
      findings: [
        ...killsOfTheLog(facts, attribution),
        ...killsOfTheCounts(facts, attribution, windowStart),
        ...killsOfTheHost(facts, attribution, { windowStart, now }),
        ...killedForTheHost(attribution),
        ...killsOfUnits(facts, attribution, windowStart),
        ...nearTheirLimit(facts, attribution, windowStart),
      ],
      lookedAt: {
        containers: Math.max(facts.units.length, facts.containers?.length ?? 0),
        kernelLogs: facts.kernelOom === undefined ? 0 : 1,
      },
      notChecked: [
        ...missing(unread, 'kernel-oom'),
        ...uncheckedKills(facts, attribution, windowStart),
        ...unmeasured(facts),
      ],
      ...(note === undefined ? {} : { note }),
    };
  },
});

function killsOfTheLog(facts: Facts, { ours }: Attribution): FindingDraft[] {
  return [...Map.groupBy(ours, (kill) => kill.container)].flatMap(([container, of]) => {
    const present = of.filter((kill) => kill.present);
    const [first] = present;
    if (first === undefined) return [];
    const earlier = of.length - present.length;
    return killedAtLimit(facts, {
      container,
      times: present.length,
      limitBytes: present.at(-1)?.limitBytes,
      outer: present.at(-1)?.outer,
      since: first.at,
      isGone: first.isGone,
      evidence: [
        ...killEvidence(present),
        ...(earlier === 0
          ? []
          : [
              {
                source: 'kernel log',
                observed: `${earlier} earlier kills, before its current run`,
                history: true,
              },
            ]),
      ],
    });
  });
}

function killsOfTheCounts(facts: Facts, attribution: Attribution, windowStart: number): FindingDraft[] {
  return countedKills(facts, attribution, windowStart).map(({ container, kills, limitBytes, startedAt }) =>
    killedAtLimit(facts, {
      container,
      times: kills,
      limitBytes,
      outer: undefined,
      isGone: false,
      since: startedAt,
      evidence: [
        {
          source: '/sys/fs/cgroup',
          observed: `oom_kill ${kills} since the container was started at ${new Date(startedAt).toISOString()}`,
          expected: 'oom_kill 0',
        },
      ],
    }),
  );
}

interface Kills {
  readonly container: string;
  readonly times: number;
  readonly limitBytes: number | undefined;
  readonly outer: string | undefined;
  readonly since: number;
  readonly isGone: boolean;
  readonly evidence: FindingDraft['evidence'];
}

function killedAtLimit(
  { containers }: Facts,
  { since, evidence, outer, isGone, ...killed }: Kills,
): FindingDraft {
  const { container, times } = killed;
  const isRunning = firstWith(containers, 'name', container)?.state === 'running';
  const seen = {
    subject: container,
    evidence,
    explainedBy: [{ check: 'ml-oom', subject: container }],
    since,
    count: times,
    // What nothing starts again is not missed.
    ...(isGone
      ? { status: 'warn' as const }
      : {
          affects: {
            what: container,
            state: 'degraded' as const,
            cause: `ran out of memory ${inTimes(times)}`,
          },
        }),
  };
  return outer === undefined
    ? kinds.killedAtLimit.finding({ ...killed, isRunning }, seen)
    : kinds.killedAtOuterLimit.finding({ ...killed, outer }, seen);
}

/** So long after a kill, memory that is short is so for the same reason. */
const SAME_SHORTAGE_MS = 3_600_000;

function killsOfTheHost(
  { kernelOom }: Facts,
  { ofHost }: Attribution,
  { windowStart, now }: { readonly windowStart: number; readonly now: number },
): FindingDraft[] {
  const kills = (kernelOom?.kills ?? []).filter((kill) => kill.scope === 'host' && kill.at >= windowStart);
  const last = kills.at(-1);
  if (last === undefined) return [];
  return [
    kinds.hostOutOfMemory.finding(
      { process: nameOf(last, ofHost), killer: last.killer },
      {
        subject: 'host',
        evidence: kills.slice(-3).map(({ line, at }) => ({ source: 'kernel log', observed: line, at })),
        ...(now - last.at < SAME_SHORTAGE_MS
          ? { explainedBy: [{ check: 'memory', subject: 'memory' }] }
          : {}),
        since: kills[0]?.at,
        count: kills.length,
      },
    ),
  ];
}

/** Where a whole group was killed, its container's. */
const nameOf = ({ pid, at, process }: OomKill, attributed: Attribution['ofHost']): string =>
  (pid === 0
    ? attributed.find((kill) => kill.at === at && kill.process === process)?.container
    : undefined) ?? process;

/** Whose process the host, or a daemon on it, has killed. */
function killedForTheHost({ ofHost }: Attribution): FindingDraft[] {
  const present = ofHost.filter((kill) => kill.present);
  return [...Map.groupBy(present, ({ container }) => container)].flatMap(([container, kills]) => {
    const last = kills.at(-1);
    if (last === undefined) return [];
    return [
      kinds.killedForHost.finding(
        { container, times: kills.length, by: last.killer },
        {
          subject: container,
          evidence: kills.slice(-3).map(({ line, at }) => ({ source: 'journalctl', observed: line, at })),
          explainedBy: [{ check: 'container-oom', subject: 'host' }],
          since: kills[0]?.at,
          count: kills.length,
          ...(last.isGone ? { status: 'warn' as const } : { affects: degraded(container, kills.length) }),
        },
      ),
    ];
  });
}

const degraded = (what: string, times: number) => ({
  what,
  state: 'degraded' as const,
  cause: `was killed for memory ${inTimes(times)}`,
});

function killsOfUnits(facts: Facts, attribution: Attribution, windowStart: number): FindingDraft[] {
  return unitKills(facts, attribution, windowStart).map(({ container, unit, killer, times, at, evidence }) =>
    kinds.unitKilled.finding(
      { container, unit: unit.id, times, by: killer },
      {
        subject: container,
        evidence,
        explainedBy: [
          { check: 'ml-oom', subject: container },
          ...(killer === 'kernel' ? [] : [{ check: 'container-oom', subject: 'host' }]),
        ],
        since: at,
        count: times,
        affects: degraded(container, times),
      },
    ),
  );
}

/** Of this part of its limit the kernel cannot give anything up without stopping or swapping what runs in it. */
const NEAR = 0.9;

function nearTheirLimit(facts: Facts, attribution: Attribution, windowStart: number): FindingDraft[] {
  const { ours } = attribution;
  const counted = new Set(countedKills(facts, attribution, windowStart).map(({ container }) => container));
  return [
    ...(facts.containers ?? []).flatMap(({ id, name, state }) => {
      const group = firstWith(facts.memoryGroups, 'containerId', id);
      if (state !== 'running' || group === undefined) return [];
      // That it was killed for this says more.
      if (counted.has(name) || ours.some((kill) => kill.container === name && kill.present)) return [];
      return nearLimit(group, { container: name });
    }),
    ...elsewhereNearTheirLimit(facts),
  ];
}

/** Those of docker, and of other users: root's podman does not list them. */
function elsewhereNearTheirLimit({ memoryGroups = [] }: Facts): FindingDraft[] {
  return memoryGroups.flatMap((group) => {
    const elsewhere = DOCKERS.test(group.path) ? 'docker' : OF_A_USER.test(group.path) ? 'user' : undefined;
    if (elsewhere === undefined) return [];
    return nearLimit(group, { container: group.containerId.slice(0, 12), elsewhere });
  });
}

const DOCKERS = /(?:\/docker\/|\/docker-)[0-9a-f]{64}$/;
const OF_A_USER = /^\/(?:\w+\/)?user\.slice\//;

function nearLimit(
  { usedBytes, limitBytes, reclaims = 0, path }: MemoryGroup,
  whose: { readonly container: string; readonly elsewhere?: 'docker' | 'user' },
): FindingDraft[] {
  if (usedBytes === undefined || limitBytes === undefined || usedBytes <= NEAR * limitBytes) return [];
  const percent = Math.round((100 * usedBytes) / limitBytes);
  return [
    kinds.nearLimit.finding(
      { ...whose, percent, limitBytes, isRunning: true },
      {
        subject: whose.container,
        evidence: [
          {
            source: whose.elsewhere === undefined ? '/sys/fs/cgroup' : `/sys/fs/cgroup${path}`,
            observed: `${inMebibytes(usedBytes)} in use without caches, limit ${inMebibytes(limitBytes)}${reclaims === 0 ? '' : `; reached its limit ${inTimes(reclaims)}`}`,
            expected: 'less than 90 % of the limit',
          },
        ],
        ...(reclaims === 0 ? {} : { count: reclaims }),
      },
    ),
  ];
}

/** Those with a limit, of which nobody told how much of it they use. */
function unmeasured({ containers = [], memoryGroups }: Facts): string[] {
  if (memoryGroups === undefined) return [];
  // An older hsdoctor read only how many were killed.
  if (memoryGroups.length > 0 && memoryGroups.every(({ usedBytes }) => usedBytes === undefined)) return [];
  const names = containers
    .filter(({ id, state, memory }) => {
      const isMeasured = firstWith(memoryGroups, 'containerId', id)?.usedBytes !== undefined;
      return state === 'running' && memory > 0 && !isMeasured;
    })
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `the used memory of ${names.join(', ')} is not in /sys/fs/cgroup: whether it is near the limit is not known`,
      ];
}

function foreignKills({ foreign }: Attribution): string | undefined {
  const last = foreign.at(-1);
  return last === undefined
    ? undefined
    : `${counted(foreign.length, 'kill')} for memory outside of the containers of root's podman${foreign.length === 1 ? '' : ', the last'} in ${last.victim ?? last.cgroup}`;
}
