import { byHand, run } from '../../remedy/steps.ts';
import { containerName } from '../../remedy/words.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { attributeKills, countedKills, inMebibytes, killEvidence, unseenKills } from '../shared/oom.ts';
import { documentation } from './documentation.ts';

export const containerOom: Check = {
  id: 'container-oom',
  title: 'No container was killed for memory',
  why: 'The kernel ends a process of a container that reaches its memory limit. Often only a child dies: the container stays up, and podman says nothing.',
  tags: ['podman', 'memory'],
  documentation,
  host: judgeHost({
    needs: ['units', 'system'],
    wants: ['kernelOom', 'journal', 'containers', 'containerNames', 'unitJournal', 'memoryGroups'],
    evaluate(facts, { windowStart, blind }) {
      const attribution = attributeKills(facts, windowStart);
      const findings: FindingDraft[] = [];
      const add = (
        container: string,
        times: number,
        limitBytes: number | undefined,
        evidence: FindingDraft['evidence'],
        since: number | undefined,
      ) =>
        findings.push({
          kind: 'killed-at-limit',
          status: 'fail',
          title: `${container} was killed for memory ${times === 1 ? 'once' : `${times} times`}`,
          summary: `A process of the container reached the limit of ${inMebibytes(limitBytes)}, and the kernel ended it.`,
          subject: container,
          evidence,
          explainedBy: [{ check: 'ml-oom', subject: container }],
          since,
          count: times,
          affects: {
            what: container,
            state: 'degraded',
            cause: `ran out of memory ${times === 1 ? 'once' : `${times} times`}`,
          },
          remedy: {
            lasting: [
              ...(firstWith(facts.containers, 'name', container)?.state === 'running'
                ? [
                    run(['podman', 'stats', '--no-stream', '--', containerName(container)], {
                      root: true,
                      why: 'See how much it uses.',
                    }),
                  ]
                : []),
              byHand(
                `Raise its limit (--memory and --memory-swap) above ${inMebibytes(limitBytes)} where ${container} is declared, and rebuild.`,
              ),
            ],
          },
        });
      for (const [container, of] of Map.groupBy(attribution.ours, (kill) => kill.container)) {
        const present = of.filter((kill) => kill.present);
        const last = present.at(-1);
        if (last === undefined) continue;
        add(
          container,
          present.length,
          last.limitBytes,
          [
            ...killEvidence(present),
            ...(of.length > present.length
              ? [
                  {
                    source: 'kernel log',
                    observed: `${of.length - present.length} earlier kills, before its present run`,
                    history: true,
                  },
                ]
              : []),
          ],
          present[0]?.at,
        );
      }
      for (const { container, kills, limitBytes, startedAt } of countedKills(
        facts,
        attribution,
        windowStart,
      )) {
        add(
          container,
          kills,
          limitBytes,
          [
            {
              source: '/sys/fs/cgroup',
              observed: `oom_kill ${kills} since the container was started at ${new Date(startedAt).toISOString()}`,
              expected: 'oom_kill 0',
            },
          ],
          startedAt,
        );
      }
      const global = (facts.kernelOom?.kills ?? []).filter(
        (kill) => kill.scope === 'host' && kill.at >= windowStart,
      );
      const last = global.at(-1);
      if (last !== undefined) {
        findings.push({
          kind: 'host-out-of-memory',
          status: 'fail',
          title: `The whole host ran out of memory, and ${last.process} was killed`,
          summary: 'Not a limit of one container: all together need more than there is.',
          subject: 'host',
          evidence: global
            .slice(-3)
            .map((kill) => ({ source: 'kernel log', observed: kill.line, at: kill.at })),
          ...(global[0] === undefined ? {} : { since: global[0].at }),
          count: global.length,
          remedy: {
            lasting: [
              run(['podman', 'stats', '--no-stream'], {
                root: true,
                why: 'See which container uses how much.',
              }),
              run(['systemd-cgtop', '--order=memory', '--iterations=1'], {
                why: 'See which service uses how much.',
              }),
              byHand('Give the largest of them a memory limit, or the host more memory.'),
            ],
          },
        });
      }
      const foreign = attribution.foreign.length;
      return {
        findings,
        lookedAt: {
          containers: Math.max(facts.units.length, facts.containers?.length ?? 0),
          kernelLogs: facts.kernelOom === undefined ? 0 : 1,
        },
        unseen: [...missing(blind, 'kernel-oom'), ...unseenKills(facts, attribution, windowStart)],
        ...(foreign > 0
          ? {
              note: `${foreign} ${foreign === 1 ? 'kill' : 'kills'} in memory groups that belong to no container of this host`,
            }
          : {}),
      };
    },
  }),
};
