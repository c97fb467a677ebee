import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { missing } from './shared/missing.ts';
import { attributeKills, countedKills, inMebibytes, killEvidence, unseenKills } from './shared/oom.ts';

export const containerOom = defineCheck({
  id: 'container-oom',
  title: 'No container was killed for memory',
  why: 'The kernel ends a process of a container that reaches its memory limit. Often only a child dies: the container stays up, and podman says nothing.',
  tags: ['podman', 'memory'],
  host: {
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
      ) =>
        findings.push({
          status: 'fail',
          title: `${container} was killed for memory ${times === 1 ? 'once' : `${times} times`}`,
          summary: `A process of the container reached the limit of ${inMebibytes(limitBytes)}, and the kernel ended it.`,
          subject: container,
          evidence,
          explainedBy: [{ check: 'ml-oom', subject: container }],
          fix: {
            summary:
              'See first what it uses; then raise its limit (--memory) in the configuration, and rebuild with `sudo nixos-rebuild switch`.',
            commands: [`sudo podman stats --no-stream ${quote(container)}`],
            docs: 'docs/checks.md#container-oom',
          },
        });
      for (const [container, of] of Map.groupBy(attribution.ours, (kill) => kill.container)) {
        const present = of.filter((kill) => kill.present);
        const last = present.at(-1);
        if (last === undefined) continue;
        add(container, present.length, last.limitBytes, [
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
        ]);
      }
      for (const { container, kills, limitBytes, startedAt } of countedKills(
        facts,
        attribution,
        windowStart,
      )) {
        add(container, kills, limitBytes, [
          {
            source: '/sys/fs/cgroup',
            observed: `oom_kill ${kills} since the container was started at ${new Date(startedAt).toISOString()}`,
            expected: 'oom_kill 0',
          },
        ]);
      }
      const global = (facts.kernelOom?.kills ?? []).filter(
        (kill) => kill.scope === 'host' && kill.at >= windowStart,
      );
      const last = global.at(-1);
      if (last !== undefined) {
        findings.push({
          status: 'fail',
          title: `The whole host ran out of memory, and ${last.process} was killed`,
          summary: 'Not a limit of one container: all together need more than there is.',
          subject: 'host',
          evidence: global
            .slice(-3)
            .map((kill) => ({ source: 'kernel log', observed: kill.line, at: kill.at })),
          fix: {
            summary: 'See who uses the memory, and give the largest a limit.',
            commands: ['sudo podman stats --no-stream', 'systemd-cgtop --order=memory --iterations=1'],
            docs: 'docs/checks.md#container-oom',
          },
        });
      }
      const foreign = attribution.foreign.length;
      return {
        findings,
        unseen: [...missing(blind, 'kernel-oom'), ...unseenKills(facts, attribution, windowStart)],
        ...(foreign > 0
          ? {
              note: `${foreign} ${foreign === 1 ? 'kill' : 'kills'} in memory groups that belong to no container of this host`,
            }
          : {}),
      };
    },
  },
});
