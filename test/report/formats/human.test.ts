import { expect, test } from 'vitest';
import { exampleReport, rendered } from './example.ts';

test('what is waived is told, and is no fault', async () => {
  const text = await rendered('human', exampleReport());
  await expect(text).toMatchFileSnapshot('../../golden/formats/human.exit-1.txt');
  expect(text).not.toContain('FAIL  docker runs the containers');
});

test('a host with nothing but what is waived is well, and does not forget it', async () => {
  const report = exampleReport();
  const [, minipc] = report.targets;
  const results = minipc?.results.filter(({ status }) => ['ok', 'skipped'].includes(status)) ?? [];
  const targets = [{ ...minipc, headline: [], results } as never];
  const summary = { ok: 1, warn: 0, fail: 0, unknown: 0, skipped: 1, waived: 1 };
  const text = await rendered('human', { ...report, targets, summary });
  await expect(text).toMatchFileSnapshot('../../golden/formats/human-waived.exit-0.txt');
});

test('what could be checked only in part, and has a finding, is not nothing', async () => {
  const report = exampleReport();
  const [, minipc] = report.targets;
  const results = minipc?.results
    .filter(({ status }) => status === 'warn')
    .map((result) => ({ ...result, status: 'unknown', reason: 'the journal cannot be read' }));
  const targets = [{ ...minipc, results } as never];
  const summary = { ok: 0, warn: 0, fail: 0, unknown: 1, skipped: 0, waived: 0 };
  const text = await rendered('human', { ...report, targets, summary });
  expect(text).toContain('Exit status 3: no failure was found, but not everything could be checked.');
});

test('what fails the run without a problem is no finding', async () => {
  const report = exampleReport();
  const [, minipc] = report.targets;
  const results = [{ check: 'ml-oom', status: 'unknown', reason: 'no journal', findings: [] }];
  const targets = [{ ...minipc, headline: [], results } as never];
  const summary = { ok: 0, warn: 0, fail: 0, unknown: 1, skipped: 0, waived: 0 };
  const text = await rendered('human', { ...report, targets, summary }, 'unknown');
  expect(text).toContain('Exit status 1: not everything could be checked, which --fail-on unknown');
  expect(text).not.toContain('findings');
});
