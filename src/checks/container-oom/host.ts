import { counted } from '../../text/amount.ts';
import { type Evaluation, type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import {
  type Attribution,
  attributeKills,
  countedKills,
  inTimes,
  killEvidence,
  uncheckedKills,
} from '../shared/oom.ts';
import * as kinds from './kinds.ts';

type Facts = Parameters<typeof countedKills>[0];

export const host = judgeHost({
  needs: ['units', 'system'],
  wants: ['kernelOom', 'journal', 'containers', 'containerNames', 'unitJournal', 'memoryGroups'],
  evaluate(facts, { windowStart, unread }): Evaluation {
    const attribution = attributeKills(facts, windowStart);
    const note = foreignKills(attribution);
    return {
      findings: [
        ...killsOfTheLog(facts, attribution),
        ...killsOfTheCounts(facts, attribution, windowStart),
        ...killsOfTheHost(facts, windowStart),
      ],
      lookedAt: {
        containers: Math.max(facts.units.length, facts.containers?.length ?? 0),
        kernelLogs: facts.kernelOom === undefined ? 0 : 1,
      },
      notChecked: [...missing(unread, 'kernel-oom'), ...uncheckedKills(facts, attribution, windowStart)],
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
  readonly evidence: FindingDraft['evidence'];
}

function killedAtLimit({ containers }: Facts, { since, evidence, outer, ...killed }: Kills): FindingDraft {
  const { container, times } = killed;
  const isRunning = firstWith(containers, 'name', container)?.state === 'running';
  const seen = {
    subject: container,
    evidence,
    explainedBy: [{ check: 'ml-oom', subject: container }],
    since,
    count: times,
    affects: { what: container, state: 'degraded' as const, cause: `ran out of memory ${inTimes(times)}` },
  };
  return outer === undefined
    ? kinds.killedAtLimit.finding({ ...killed, isRunning }, seen)
    : kinds.killedAtOuterLimit.finding({ ...killed, outer }, seen);
}

function killsOfTheHost({ kernelOom }: Facts, windowStart: number): FindingDraft[] {
  const kills = (kernelOom?.kills ?? []).filter((kill) => kill.scope === 'host' && kill.at >= windowStart);
  const last = kills.at(-1);
  if (last === undefined) return [];
  return [
    kinds.hostOutOfMemory.finding(last, {
      subject: 'host',
      evidence: kills.slice(-3).map(({ line, at }) => ({ source: 'kernel log', observed: line, at })),
      since: kills[0]?.at,
      count: kills.length,
    }),
  ];
}

function foreignKills({ foreign }: Attribution): string | undefined {
  const last = foreign.at(-1);
  return last === undefined
    ? undefined
    : `${counted(foreign.length, 'kill')} for memory outside of the containers of root's podman${foreign.length === 1 ? '' : ', the last'} in ${last.victim ?? last.cgroup}`;
}
