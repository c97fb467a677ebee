import { CLOCKS_WORK_SINCE } from '../../facts/host/systemd.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { TellingKind } from '../define.ts';
import { isRefused } from '../shared/runs.ts';
import { BIND_ERROR } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

const RECENT_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LONG_START_MS = 600_000;
const SHORT_LIFE_MS = 60_000;

/** systemd cancels such a job, and leaves its unit as it is: not even its result tells of it. */
export const START_TIMED_OUT =
  /^Timed out starting |Job \S+\/start (?:timed out|failed with result 'timeout')/;

/** What is wrong with a unit, as its own state tells. */
export interface Trouble {
  /** Of the finding, where no reason is known that has one of its own. */
  readonly kind: TellingKind<kinds.Down>;
  /** Undefined where no service is missing because of it. */
  readonly state: 'down' | 'degraded' | undefined;
  readonly status: 'fail' | 'warn';
  readonly what: string;
  readonly summary: string;
  /** Where it began at another time than that at which the unit changed its state last. */
  readonly since?: number;
  readonly evidence?: readonly {
    readonly source: string;
    readonly observed: string;
    readonly expected?: string;
  }[];
}

const LOOP: Trouble = {
  status: 'fail',
  kind: kinds.restarting,
  state: 'down',
  what: 'keeps failing and restarting',
  summary: 'systemd keeps restarting it.',
};

/** Undefined where the unit is as it should be, or just on its way. */
export function troubleOf(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  requirement: string | undefined,
  now: number,
): Trouble | undefined {
  if (isRefused(unit.loadState)) {
    return {
      status: 'fail',
      kind: kinds.refused,
      state: 'down',
      what: 'has a unit that systemd refuses',
      summary: 'The unit has a wrong setting, so systemd does not load it and cannot start the container.',
    };
  }
  if (unit.loadState !== 'loaded' && unit.activeState === 'failed') {
    return {
      kind: kinds.failedAndGone,
      state: undefined,
      status: 'warn',
      what: `has failed, and its unit ${unit.loadState === 'not-found' ? 'no longer exists' : `is ${unit.loadState}`}`,
      summary:
        'systemd still lists the failure of a unit that the current configuration does not have, or masks.',
    };
  }
  if (unit.loadState !== 'loaded') return undefined;
  if (unit.activeState === 'failed') {
    return {
      status: 'fail',
      kind: kinds.failed,
      state: 'down',
      what: 'is down',
      summary: 'The unit has failed, and systemd does not try again by itself.',
    };
  }
  if (unit.activeState === 'activating' && (unit.subState.startsWith('auto-restart') || unit.restarts > 0))
    return LOOP;
  if (unit.activeState === 'activating') {
    const since = unit.changedAt;
    // A clock that began in 1970 says nothing of it.
    if (since === undefined || since < CLOCKS_WORK_SINCE || now - since < LONG_START_MS) return undefined;
    return {
      // A large image takes its time; after an hour nothing is on its way any more.
      status: now - since < HOUR_MS ? 'warn' : 'fail',
      kind: kinds.longStart,
      state: 'down',
      what: `has been starting for ${Math.round((now - since) / 60_000)} minutes`,
      summary: 'It is waiting before its start, downloading its image, or never reports that it is ready.',
    };
  }
  if (unit.activeState === 'deactivating') return troubleOfStop(unit, now);
  if (unit.activeState === 'inactive') return troubleOfInactive(unit, messages, requirement);
  if (unit.activeState === 'active') return troubleOfRestarted(unit, messages, now);
  return undefined;
}

/** A stop takes two minutes at most, as NixOS sets it. */
function troubleOfStop({ subState, changedAt }: ContainerUnit, now: number): Trouble | undefined {
  if (changedAt === undefined || now - changedAt < LONG_START_MS) return undefined;
  return {
    status: now - changedAt < HOUR_MS ? 'warn' : 'fail',
    kind: kinds.longStop,
    state: 'down',
    what: `has been stopping for ${Math.round((now - changedAt) / 60_000)} minutes`,
    summary: `A process of it does not end, or its stop command hangs (${subState}). systemd starts it again only after that.`,
  };
}

function troubleOfInactive(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  requirement: string | undefined,
): Trouble | undefined {
  // systemd forgets a condition together with a unit that nothing refers to; the journal does not.
  const told = messages.findLast(({ from }) => from === 'systemd');
  const skipped = /unmet condition|Condition check resulted in|Assertion failed|asserts failed/.test(
    told?.text ?? '',
  );
  if ((!unit.conditionMet && unit.conditionCheckedAt !== undefined) || skipped) {
    return {
      status: 'fail',
      kind: kinds.conditionUnmet,
      state: 'down',
      what: skipped ? 'was not started' : 'was not started: a condition of its unit is not met',
      summary: 'An unmet condition is silent: systemd does not list the unit as failed.',
    };
  }
  if (START_TIMED_OUT.test(told?.text ?? ''))
    return {
      status: 'fail',
      kind: kinds.notStarted,
      state: 'down',
      what: 'was not started: its start job timed out',
      summary:
        'The job waited for longer than JobTimeoutSec or JobRunningTimeoutSec of the unit, and systemd does not try again.',
    };
  if (/Dependency failed/.test(told?.text ?? '') || (unit.wanted && requirement !== undefined)) {
    return {
      status: 'fail',
      kind: kinds.notStarted,
      state: 'down',
      what: 'was not started',
      summary: 'systemd starts the container only together with the units it requires.',
    };
  }
  if (unit.result !== 'success')
    return {
      kind: kinds.notStarted,
      state: 'down',
      status: 'fail',
      what: 'was not started',
      summary: 'The unit could not be started.',
    };
  if (!unit.wanted || unit.once) return undefined;
  return {
    status: 'warn',
    kind: kinds.stopped,
    state: 'down',
    what: 'is stopped',
    summary: 'The unit should start at boot and is not running: somebody stopped it, or it exited by itself.',
  };
}

/** It runs, but not yet longer than it did before its last crashes, which took seconds each. */
function crashesAtOnce(restarts: readonly UnitMessage[], now: number): boolean {
  const [first, second, last] = restarts.slice(-3).map(({ at }) => at);
  if (first === undefined || second === undefined || last === undefined) return false;
  const longest = Math.max(second - first, last - second);
  return longest < SHORT_LIFE_MS && now - last <= longest;
}

function troubleOfRestarted(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  now: number,
): Trouble | undefined {
  // So often it tried until its address was there: that is how it waits.
  if (unit.restarts > 0 && messages.filter(({ text }) => BIND_ERROR.test(text)).length >= unit.restarts)
    return undefined;
  const restarts = messages.filter(({ text, at }) => /Scheduled restart job/.test(text) && now - at < DAY_MS);
  if (unit.restarts >= 3 && crashesAtOnce(restarts, now)) return LOOP;
  if (unit.restarts >= 1 && now - (unit.activeSince ?? 0) < RECENT_MS) {
    const often = unit.restarts > 1;
    return {
      status: 'warn',
      kind: kinds.restarted,
      state: 'degraded',
      what: `was restarted by systemd ${often ? `${unit.restarts} times, last` : 'once,'} within ten minutes`,
      summary: 'It is running, but has been restarting.',
    };
  }
  // A few tries at boot are over when they are over; restarts that are spread over the day are not.
  const [first, last] = [restarts.at(0), restarts.at(-1)];
  if (restarts.length < 3 || first === undefined || last === undefined || last.at - first.at < RECENT_MS)
    return undefined;
  return {
    status: 'warn',
    kind: kinds.restarted,
    state: 'degraded',
    what: `was restarted by systemd ${restarts.length} times within a day`,
    summary: 'It is running, but keeps exiting.',
  };
}
