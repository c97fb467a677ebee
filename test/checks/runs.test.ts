import { expect, test } from 'vitest';
import { runStart } from '../../src/checks/shared/runs.ts';
import type { ContainerUnit } from '../../src/facts/host/units.ts';

const unit = (over: Partial<ContainerUnit>): ContainerUnit => ({
  id: 'podman-immich-ml.service',
  engine: 'podman',
  container: 'immich-ml',
  loadState: 'loaded',
  loadError: '',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  restarts: 0,
  exitStatus: 0,
  isSignal: false,
  restartDelay: 100,
  startLimitInterval: 10_000,
  startLimitBurst: 5,
  restartPolicy: 'always',
  user: '',
  conditionMet: true,
  waitsFor: [],
  after: [],
  requires: [],
  wanted: true,
  once: false,
  isGenerated: false,
  ...over,
});

const journal = (...texts: string[]) =>
  texts.map((text, n) => ({
    at: (n + 1) * 1000,
    unit: 'podman-immich-ml.service',
    from: 'systemd' as const,
    text,
  }));

const RESTART = 'podman-immich-ml.service: Scheduled restart job, restart counter is at 1.';

test('the run of a unit that was never restarted begins where it became active', () => {
  expect(runStart(unit({ activeSince: 7000 }), [], 0)).toBe(7000);
});

test('restarts by systemd belong to the run that they restart', () => {
  const messages = journal(
    'Started x.',
    'Starting x...',
    'Started x.',
    RESTART,
    'Starting x...',
    'Started x.',
  );
  expect(runStart(unit({ restarts: 1, activeSince: 6000 }), messages, 0)).toBe(2000);
});

test('a unit whose start is told in one line begins its run there, not at the boot', () => {
  const messages = journal('Started x.', 'Started x.', RESTART, 'Started x.');
  expect(runStart(unit({ restarts: 1, activeSince: 4000 }), messages, 0)).toBe(2000);
});

test('a unit that failed without a restart is judged from its last start on', () => {
  const messages = journal('Starting x...', 'Started x.', 'Starting x...');
  expect(runStart(unit({ activeState: 'failed' }), messages, 500)).toBe(3000);
});

test('where the start is not known, everything in the window counts', () => {
  expect(runStart(unit({ restarts: 9, activeState: 'failed' }), [], 500)).toBe(500);
});
