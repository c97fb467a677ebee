import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { attributedKills, earliestRun, inMebibytes, unseenKills } from './shared/oom.ts';

export const containerOom = defineCheck({
  id: 'container-oom',
  title: 'No container was killed for memory',
  why: 'The kernel ends a process of a container that reaches its memory limit. Often only a child dies: the container stays up, and podman says nothing.',
  tags: ['podman', 'memory'],
  needs: ['units', 'kernelOom', 'system'],
  wants: ['containers', 'containerNames', 'unitJournal'],
  evaluate(facts, { windowStart }) {
    const kills = attributedKills(facts, windowStart);
    const findings: FindingDraft[] = [];
    for (const [container, of] of Map.groupBy(kills, (kill) => kill.container)) {
      const present = of.filter((kill) => kill.present);
      const last = present.at(-1);
      if (last === undefined) continue;
      findings.push({
        status: 'fail',
        title: `${container} was killed for memory ${present.length === 1 ? 'once' : `${present.length} times`}`,
        summary: `A process of the container reached its limit of ${inMebibytes(last.limitBytes)}, and the kernel ended it.`,
        subject: container,
        evidence: [
          ...present.slice(-3).map((kill) => ({
            source: 'kernel log',
            observed: `${kill.process} (pid ${kill.pid}) killed, limit ${inMebibytes(kill.limitBytes)}, cgroup ${kill.cgroup}`,
            at: kill.at,
          })),
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
        explainedBy: [{ check: 'ml-oom', subject: container }],
        fix: {
          summary: `Raise its limit (--memory) in the configuration, then \`sudo nixos-rebuild switch\`. See first what it uses:`,
          commands: [`sudo podman stats --no-stream ${quote(container)}`],
          docs: 'docs/checks.md#container-oom',
        },
      });
    }
    const global = facts.kernelOom.kills.filter((kill) => kill.scope === 'host' && kill.at >= windowStart);
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
    const foreign =
      facts.kernelOom.kills.filter((kill) => kill.scope === 'cgroup' && kill.at >= windowStart).length -
      kills.filter((kill) => kill.at >= windowStart).length;
    return {
      findings,
      unseen: unseenKills(facts.kernelOom, earliestRun(facts, windowStart)),
      ...(foreign > 0
        ? { note: `${foreign} kills in memory groups that belong to no container of this host` }
        : {}),
    };
  },
});
