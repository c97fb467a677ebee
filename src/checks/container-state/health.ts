import type { Container } from '../../facts/host/containers.ts';
import type { FailedUnit } from '../../facts/host/failed-units.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { WantedUnit } from '../../facts/host/wanted-units.ts';
import type { FindingDraft, Judged } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import * as kinds from './kinds.ts';
import { isKnownTime } from './known-time.ts';

interface Known {
  readonly units: readonly ContainerUnit[];
  readonly failedUnits: readonly FailedUnit[] | undefined;
  readonly wantedUnits: readonly WantedUnit[] | undefined;
  readonly bootedAt: number | undefined;
  readonly nixos: boolean;
  readonly now: number;
}

/** What podman itself says of a container; what it says in words of which nobody knows yet is not judged. */
export function judgeContainer(container: Container, known: Known): Judged {
  const { name, state, health } = container;
  const { units, now } = known;
  const unit = firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', name);
  const about: About = { container, unit, units, now };
  const ofItself = sickFinding(about);
  const rebooted = ofItself === undefined && unit === undefined ? afterReboot(about, known) : undefined;
  if (rebooted !== undefined) return rebooted;
  const finding = ofItself ?? (unit === undefined ? strayFinding(about) : undefined);
  if (finding !== undefined) return { finding };
  if (state === 'running' && !KNOWN_HEALTH.includes(health))
    return { notChecked: `whether ${name} is healthy: podman reports its health as "${health}"` };
  if (unit === undefined && isMeantToRun(container) && !KNOWN_STATES.includes(state))
    return { notChecked: `whether ${name} is starting: it is ${state}, should run, and has no unit` };
  return judgeStartup(about, known);
}

const KNOWN_HEALTH = ['', 'none', 'starting', 'healthy', 'unhealthy'];
const KNOWN_STATES = ['running', 'paused', 'exited', 'stopped'];

interface About {
  readonly container: Container;
  readonly unit: ContainerUnit | undefined;
  readonly units: readonly ContainerUnit[];
  readonly now: number;
}

const sick = ({ container: { name }, ...about }: About) => ({ ...about, container: name });

/** Unhealthy, paused, or never asked for its health. */
function sickFinding(about: About): FindingDraft | undefined {
  const { container, now } = about;
  const { name, state, health } = container;
  if (state === 'running' && health === 'unhealthy')
    return kinds.unhealthy.finding(sick(about), {
      ...seenOf(name, 'degraded', 'is unhealthy', 'health: unhealthy', 'healthy'),
      ...failingSince(container),
    });
  if (neverChecked(container, now))
    return kinds.healthNeverChecked.finding(sick(about), {
      ...seenOf(
        name,
        'degraded',
        'never had a health check run',
        'health: starting, without a result',
        'a result of the health check',
      ),
      ...timeOf(container.startedAt),
    });
  if (state === 'paused')
    return kinds.paused.finding(sick(about), seenOf(name, 'down', 'is paused', 'state paused', 'running'));
  return undefined;
}

/** Podman keeps a container over a reboot, as created or exited, and starts none itself: that unit does. */
const RESTARTS_AT_BOOT = 'podman-restart.service';

function afterReboot(about: About, { wantedUnits, bootedAt, nixos, now }: Known): Judged | undefined {
  const { name, state, startedAt, created = '', restartPolicy = '' } = about.container;
  // Of one without a start that podman knows, it is at least known when it was made.
  const last = isKnownTime(startedAt) || state !== 'created' ? startedAt : created;
  const isOlder = isKnownTime(last) && bootedAt !== undefined && Date.parse(last) < bootedAt;
  const isDown = state === 'created' ? isMeantToRun(about.container) : endedByItself(about.container);
  if (!isOlder || !isDown || about.container.oomKilled) return undefined;
  const starter = firstWith(wantedUnits, 'id', RESTARTS_AT_BOOT);
  const mayStillStart =
    wantedUnits === undefined ? now - bootedAt < SETTLED_MS : starter?.activeState === 'activating';
  if (mayStillStart) return { notChecked: `whether ${name} is starting: the host was just booted` };
  return {
    finding: kinds.notStartedAgain.finding(
      { ...sick(about), nixos, isAlways: restartPolicy === 'always', isStarterOn: starter !== undefined },
      {
        ...seenOf(name, 'down', 'has not been started since the last boot', `state ${state}`, 'running'),
        since: bootedAt,
      },
    ),
  };
}

/** A container that only podman starts, and that should run. */
function strayFinding(about: About): FindingDraft | undefined {
  const { container, now } = about;
  const { name, state, exitCode, oomKilled, restartPolicy, created = '' } = container;
  if (endedByItself(container)) {
    const end = oomKilled ? 'was killed because memory ran out' : `exited with status ${exitCode}`;
    const observed = `state ${state}, exit status ${exitCode}, OOMKilled ${oomKilled}, restart policy ${restartPolicy}`;
    const { restarts = 0 } = container;
    return kinds.exited.finding(
      { ...sick(about), end },
      {
        ...seenOf(name, 'down', `${end}, and no unit starts it again`, observed, 'running'),
        ...timeOf(container.finishedAt),
        ...(restarts > 0 ? { count: restarts } : {}),
      },
    );
  }
  const isNew = !isKnownTime(created) || now - Date.parse(created) < SETTLED_MS;
  if (state !== 'created' || isNew || !isMeantToRun(container)) return undefined;
  return kinds.neverStarted.finding(sick(about), {
    ...seenOf(name, 'down', 'was never started, and no unit starts it', 'state created', 'running'),
    ...timeOf(created),
  });
}

/** So long a start may take without a word about it, and two lists may differ. */
const SETTLED_MS = 120_000;

/** Podman runs this check as a unit of its own, which fails with it; in the container itself nothing tells of it. */
function judgeStartup(about: About, { failedUnits }: Known): Judged {
  const { container, now } = about;
  const { id, name, state, startedAt } = container;
  const failed = failedUnits?.find((unit) => unit.id.startsWith(`${id}-startup-`));
  if (failed === undefined || state !== 'running') return {};
  if (isKnownTime(startedAt) && now - Date.parse(startedAt) < SETTLED_MS)
    return { notChecked: `whether ${name} will start: its startup health check has not succeeded yet` };
  return {
    finding: kinds.startupCheckFails.finding(sick(about), {
      ...seenOf(name, 'degraded', 'its startup health check fails', `health: ${container.health}`, 'healthy'),
      evidence: [
        {
          source: 'systemctl list-units --state=failed',
          observed: `${failed.id}: result ${failed.result}`,
          ...(failed.failedAt === undefined ? {} : { at: failed.failedAt }),
        },
      ],
      ...timeOf(startedAt),
    }),
  };
}

const timeOf = (time: string | undefined) =>
  time === undefined || !isKnownTime(time) ? {} : { since: Date.parse(time) };

/** Since when its health check fails, at least: podman keeps the last five results. */
function failingSince({ healthLog = '', failingStreak = 0 }: Container) {
  const results = healthLog.split(' ').flatMap((each) => {
    const [, exitCode, time = ''] = /^(\d+)@(.+)$/.exec(each) ?? [];
    return exitCode === undefined ? [] : [{ failed: exitCode !== '0', time }];
  });
  const first = results[results.findLastIndex(({ failed }) => !failed) + 1];
  return { ...timeOf(first?.time), ...(failingStreak > 0 ? { count: failingStreak } : {}) };
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
    ...(cause === 'is unhealthy'
      ? ['immich-database', 'redis-persistence'].map((check) => ({ check, subject: name }))
      : []),
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

/** Whoever stopped it by hand did so on purpose; podman says it of its own from version 5 on. */
const endedByItself = (container: Container) =>
  ['exited', 'stopped'].includes(container.state) &&
  isMeantToRun(container) &&
  container.stoppedByUser !== true &&
  (container.oomKilled || container.restartPolicy !== 'on-failure' || container.exitCode !== 0);
