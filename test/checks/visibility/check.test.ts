import { expect, test } from 'vitest';
import { ABSENT, DENIED, type Given, judge, KERNEL, lastingOf, MINUTE, NOW, UNITS } from '../home-server.ts';

const seen = (given: Given, windowStart?: number) =>
  judge('visibility', given, windowStart === undefined ? {} : { windowStart });
const system = (uid: number) =>
  `os=Linux\nhostname=minipc\nkernel=6\nuid=${uid}\nuser=${uid === 0 ? 'root' : 'me'}\nnow=${NOW / 1000}\n`;

test('what could not be read is named, with the reason', () => {
  const { status, findings } = seen({
    containers: { outcome: 'timeout', reason: 'it took longer than 10 s' },
  });
  expect(status).toBe('unknown');
  expect(findings[0]?.evidence[0]).toEqual({
    source: 'podman inspect of all containers',
    observed: 'timeout: it took longer than 10 s',
  });
});

test('an ordinary user is told to use sudo, and root is not', () => {
  expect(lastingOf(seen({ system: system(1000), containers: DENIED }).findings[0])).toEqual([
    '$ hsdoctor check --sudo',
  ]);
  expect(lastingOf(seen({ system: system(0), containers: DENIED }).findings[0])).toEqual([
    expect.stringMatching(/^Fix the reason that is shown/),
  ]);
});

test('what was read only in part is dark, too', () => {
  expect(seen({ units: { stdout: UNITS, capped: true } }).status).toBe('unknown');
});

test('what is not installed is not', () => {
  expect(seen({ tailscale: ABSENT }).status).toBe('ok');
});

const RECENT = `${(NOW - 60 * MINUTE) / 1000} minipc systemd[1]: Started x.\n`;

test('a journal that begins after the containers were started hides what happened to them', () => {
  const { status, findings } = seen({ journal: RECENT });
  expect([status, findings[0]?.subject]).toEqual(['unknown', 'journal']);
});

test('it hides nothing of a shorter time, nor where there is no container', () => {
  expect(seen({ journal: RECENT }, NOW - 30 * MINUTE).status).toBe('ok');
  expect(seen({ journal: RECENT, units: 'Version=252\n' }).status).toBe('ok');
});

const DAMAGED = {
  stderr: 'Journal file /var/log/journal/0/system.journal is truncated, ignoring file.\n',
};

test('a damaged file of the journal, which journalctl leaves out and ends with 0, is a dark source', () => {
  expect(seen({ journal: { ...DAMAGED, stdout: KERNEL } })).toMatchObject({
    status: 'unknown',
    findings: [{ evidence: [{ observed: expect.stringContaining('system.journal is truncated') }] }],
  });
});

test('one damaged file is told once', () => {
  expect(judge('container-oom', { containerNames: DAMAGED, unitJournal: DAMAGED }).reason).not.toMatch(
    /truncated.*truncated/,
  );
});

test.each([
  ['kernelOom', 'container-oom'],
  ['containerNames', 'container-oom'],
  ['containerLog', 'ml-oom'],
  ['unitJournal', 'tailscale-bind'],
] as const)('%s of a journal with a damaged file is no ground for an ok of %s', (name, check) => {
  expect(judge(check, { [name]: DAMAGED }).status).toBe('unknown');
});

test('a machine without systemd is not the server, and not well', () => {
  const { status, findings } = judge('visibility', {
    units: { outcome: 'not-applicable', reason: 'systemd is not running here' },
  });
  expect(status).toBe('unknown');
  expect(findings.map(({ subject }) => subject)).toEqual(['systemd']);
});
