import type { Container } from '../../facts/host/containers.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { run } from '../../remedy/steps.ts';
import { containerName } from '../../remedy/words.ts';
import type { FindingDraft } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { restart } from '../shared/steps.ts';

/** What podman itself says of a container: unhealthy, paused, ended, or never asked for its health. */
export function sickFinding(
  container: Container,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft | undefined {
  const draft = (
    kind: string,
    status: 'fail' | 'warn',
    what: string,
    summary: string,
    observed: string,
    expected: string,
    state: 'down' | 'degraded',
    remedy: NonNullable<FindingDraft['remedy']>,
  ): FindingDraft => ({
    kind,
    status,
    title: `${container.name} ${what}`,
    summary,
    subject: container.name,
    evidence: [{ source: `podman inspect ${container.name}`, observed, expected }],
    explainedBy: [
      { check: 'ml-oom', subject: container.name },
      { check: 'container-oom', subject: container.name },
    ],
    affects: { what: container.name, state, cause: what },
    remedy,
  });
  const name = containerName(container.name);
  const logs = run(['podman', 'logs', '--tail', '50', '--', name], { root: true, why: 'Read its log.' });
  const unit = firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', container.name);
  if (container.state === 'running' && container.health === 'unhealthy') {
    return draft(
      'unhealthy',
      'fail',
      'is unhealthy',
      'The container is running, but its own health check fails.',
      'health: unhealthy',
      'healthy',
      'degraded',
      {
        lasting: [
          run(['podman', 'inspect', '--format', '{{json .State.Health}}', '--', name], {
            root: true,
            why: 'Read what its health check says.',
          }),
          logs,
        ],
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
      'health-never-checked',
      'warn',
      'has never had its health checked',
      'It has a health check, and podman has not run it once: its timer was not created.',
      'health: starting, without a result',
      'a result of the health check',
      'degraded',
      {
        lasting: [
          run(['podman', 'healthcheck', 'run', '--', name], { root: true, why: 'Run the check once.' }),
          ...(unit === undefined
            ? []
            : restart([unit.id], { units, now, why: 'Restart it, which creates the timer.' })),
        ],
      },
    );
  }
  if (container.state === 'paused') {
    return draft(
      'paused',
      'fail',
      'is paused',
      'Its processes are frozen: it is up, and does not answer.',
      'state paused',
      'running',
      'down',
      { now: [run(['podman', 'unpause', '--', name], { root: true, why: 'Let it continue.' })] },
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
      'exited',
      'warn',
      `has exited with status ${container.exitCode}, and no unit starts it again`,
      'It is meant to run (its restart policy says so), and only podman itself looks after it.',
      `state exited, exit status ${container.exitCode}, restart policy ${container.restartPolicy}`,
      'running',
      'down',
      {
        lasting: [
          logs,
          run(['podman', 'start', '--', name], { root: true, risk: 'restart', why: 'Then start it.' }),
        ],
      },
    );
  }
  return undefined;
}
