import type { Container } from '../../facts/host/containers.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { FindingDraft, Judged } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import * as kinds from './kinds.ts';

/** What podman itself says of a container; what it says in words of which nobody knows yet is not judged. */
export function judgeContainer(container: Container, units: readonly ContainerUnit[], now: number): Judged {
  const { name, state, health } = container;
  const unit = firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', name);
  const finding = sickFinding(container, unit, units, now);
  if (finding !== undefined) return { finding };
  if (state === 'running' && !KNOWN_HEALTH.includes(health))
    return { notChecked: `whether ${name} is healthy: podman reports its health as "${health}"` };
  if (unit === undefined && isMeantToRun(container) && !KNOWN_STATES.includes(state))
    return { notChecked: `whether ${name} is starting: it is ${state}, should run, and has no unit` };
  return {};
}

const KNOWN_HEALTH = ['', 'none', 'starting', 'healthy', 'unhealthy'];
const KNOWN_STATES = ['running', 'paused', 'exited', 'stopped'];

/** Unhealthy, paused, ended, or never asked for its health. */
function sickFinding(
  container: Container,
  unit: ContainerUnit | undefined,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft | undefined {
  const { name, state, health, exitCode, oomKilled, restartPolicy } = container;
  const about = { container: name, unit, units, now };
  if (state === 'running' && health === 'unhealthy')
    return kinds.unhealthy.finding(
      about,
      seenOf(name, 'degraded', 'is unhealthy', 'health: unhealthy', 'healthy'),
    );
  if (neverChecked(container, now))
    return kinds.healthNeverChecked.finding(
      about,
      seenOf(
        name,
        'degraded',
        'never had a health check run',
        'health: starting, without a result',
        'a result of the health check',
      ),
    );
  if (state === 'paused')
    return kinds.paused.finding(about, seenOf(name, 'down', 'is paused', 'state paused', 'running'));
  const end = oomKilled ? 'was killed because memory ran out' : `exited with status ${exitCode}`;
  if (unit === undefined && endedByItself(container))
    return kinds.exited.finding(
      { ...about, end },
      seenOf(
        name,
        'down',
        `${end}, and no unit starts it again`,
        `state ${state}, exit status ${exitCode}, OOMKilled ${oomKilled}, restart policy ${restartPolicy}`,
        'running',
      ),
    );
  return undefined;
}

const seenOf = (
  name: string,
  state: 'down' | 'degraded',
  cause: string,
  observed: string,
  expected: string,
) => ({
  subject: name,
  evidence: [{ source: `podman inspect ${name}`, observed, expected }],
  explainedBy: [
    { check: 'ml-oom', subject: name },
    { check: 'container-oom', subject: name },
  ],
  affects: { what: name, state, cause },
});

/** Two intervals and a minute after its time to start it still has no result. */
function neverChecked(
  { state, health, healthResults, healthInterval = 0, healthStartPeriod = 0, startedAt }: Container,
  now: number,
): boolean {
  const firstResultBy = Date.parse(startedAt) + (healthStartPeriod + 2 * healthInterval) / 1e6 + 60_000;
  return (
    state === 'running' &&
    health === 'starting' &&
    healthResults === 0 &&
    healthInterval > 0 &&
    now > firstResultBy
  );
}

const isMeantToRun = ({ restartPolicy = '' }: Container) =>
  ['always', 'unless-stopped', 'on-failure'].includes(restartPolicy);

/** 137 and 143 are how a stop by hand ends, and 137 is how the OOM killer does. */
const endedByItself = (container: Container) =>
  ['exited', 'stopped'].includes(container.state) &&
  isMeantToRun(container) &&
  (container.oomKilled || ![0, 137, 143].includes(container.exitCode));
