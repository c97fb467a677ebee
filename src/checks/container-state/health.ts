import type { Container } from '../../probes/containers.ts';
import type { ContainerUnit } from '../../probes/units.ts';
import { quote } from '../../text/shell.ts';
import type { FindingDraft } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { restartCommand } from '../shared/restart.ts';

/** What podman itself says of a container: unhealthy, paused, ended, or never asked for its health. */
export function sickFinding(
  container: Container,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft | undefined {
  const draft = (
    status: 'fail' | 'warn',
    what: string,
    summary: string,
    observed: string,
    expected: string,
    fix: { summary: string; commands: string[] },
  ): FindingDraft => ({
    status,
    title: `${container.name} ${what}`,
    summary,
    subject: container.name,
    evidence: [{ source: `podman inspect ${container.name}`, observed, expected }],
    explainedBy: [
      { check: 'ml-oom', subject: container.name },
      { check: 'container-oom', subject: container.name },
    ],
    fix: { ...fix, docs: 'docs/checks.md#container-state' },
  });
  const logs = `sudo podman logs --tail 50 ${quote(container.name)}`;
  const unit = firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', container.name);
  if (container.state === 'running' && container.health === 'unhealthy') {
    return draft(
      'fail',
      'is unhealthy',
      'The container runs, but its own health check fails.',
      'health: unhealthy',
      'healthy',
      {
        summary: 'Read what its health check says, then its log.',
        commands: [`sudo podman inspect --format '{{json .State.Health}}' ${quote(container.name)}`, logs],
      },
    );
  }
  const firstResultBy =
    Date.parse(container.startedAt) +
    (container.healthStartPeriod ?? 0) / 1e6 +
    (2 * (container.healthInterval ?? 0)) / 1e6 +
    60_000;
  if (
    container.state === 'running' &&
    container.health === 'starting' &&
    container.healthResults === 0 &&
    (container.healthInterval ?? 0) > 0 &&
    now > firstResultBy
  ) {
    return draft(
      'warn',
      'is never asked for its health',
      'It has a health check, and podman has not run it once: the timer for it was not made.',
      'health: starting, without a result',
      'a result of the health check',
      {
        summary: 'Run the check once by hand; a restart makes the timer anew.',
        commands: [
          `sudo podman healthcheck run ${quote(container.name)}`,
          ...(unit === undefined ? [] : [restartCommand([unit.id])]),
        ],
      },
    );
  }
  if (container.state === 'paused') {
    return draft(
      'fail',
      'is paused',
      'Its processes are stopped where they were: it is up, and answers nobody.',
      'state paused',
      'running',
      { summary: 'Let it go on.', commands: [`sudo podman unpause ${quote(container.name)}`] },
    );
  }
  const meantToRun = ['always', 'unless-stopped', 'on-failure'].includes(container.restartPolicy ?? '');
  // 137 and 143 are how a stop by hand ends.
  if (
    container.state === 'exited' &&
    unit === undefined &&
    meantToRun &&
    ![0, 137, 143].includes(container.exitCode)
  ) {
    return draft(
      'warn',
      `has ended with ${container.exitCode}, and no unit starts it again`,
      'It is meant to run (its restart policy says so), and only podman itself looks after it.',
      `state exited, exit status ${container.exitCode}, restart policy ${container.restartPolicy}`,
      'running',
      { summary: 'Read why, then start it.', commands: [logs, `sudo podman start ${quote(container.name)}`] },
    );
  }
  return undefined;
}
