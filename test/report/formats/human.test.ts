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

test('a time in the words of hsdoctor is local, and one in a line of a log stays as it is there', async () => {
  const report = exampleReport();
  const [, minipc] = report.targets;
  const at = '2026-03-10T12:00:00.000Z';
  const results = minipc?.results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) => ({
      ...finding,
      evidence: [
        { source: 'journalctl', observed: `last success: ${at}`, expected: at },
        { source: 'journalctl --unit=backup.service', observed: `failed at ${at}` },
        { source: 'podman logs app', observed: `{"time":"${at}"}` },
      ],
    })),
  }));
  const text = await rendered('human', { ...report, targets: [{ ...minipc, results } as never] });
  expect(text).toContain(
    '· journalctl: last success: 2026-03-10 12:00:00 +0000 (expected: 2026-03-10 12:00:00 +0000)',
  );
  expect(text).toContain(`· journalctl --unit=backup.service: failed at ${at}`);
  expect(text).toContain(`· podman logs app: {"time":"${at}"}`);
});
