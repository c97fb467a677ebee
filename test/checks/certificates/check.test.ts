import { expect, test } from 'vitest';
import { type Given, judge, judgeAll, lastingOf, NOW } from '../home-server.ts';
import { certificate, DAY } from './kind-cases.ts';

const of = (given: Given) => judge('certificates', given);
const titles = (given: Given) => of(given).findings.map(({ title }) => title);

test('one that is valid for weeks is in order', () => {
  expect(of(certificate({ ends: NOW + 60 * DAY }))).toMatchObject({
    status: 'ok',
    lookedAt: { certificates: 1 },
  });
});

test('how long it is over, or will be there', () => {
  expect(titles(certificate({ ends: NOW - 3.5 * DAY }))).toEqual([
    'The certificate of photos.example.org expired 3 days ago',
  ]);
  expect(titles(certificate({ ends: NOW + 5 * 3_600_000 }))).toEqual([
    'The certificate of photos.example.org expires in 5 h',
  ]);
  expect(titles(certificate({ ends: NOW + 5 * DAY, active: 'failed' }))).toEqual([
    'The certificate of photos.example.org expires in 5 days: its renewal failed',
  ]);
  expect(titles(certificate({ ends: NOW - 12 * 60_000 }))).toEqual([
    'The certificate of photos.example.org expired 12 min ago',
  ]);
  expect(titles(certificate({ ends: NOW + 30_000 }))).toEqual([
    'The certificate of photos.example.org expires in 1 min',
  ]);
  expect(of(certificate({ ends: NOW })).status).toBe('fail');
});

test('a failed renewal of one that is valid for weeks is told by failed-units', () => {
  expect(of(certificate({ ends: NOW + 29 * DAY, active: 'failed' })).status).toBe('ok');
});

test('the failed unit explains that it ends', () => {
  const given = {
    ...certificate({ ends: NOW + 5 * DAY, active: 'failed' }),
    failedUnits: 'Id=acme-photos.example.org.service\nResult=exit-code\nDescription=Renew\n',
  };
  const [finding] = judgeAll(given).flatMap(({ check, findings }) =>
    check === 'certificates' ? findings : [],
  );
  expect(finding?.causedBy).toBe('failed-units');
  expect(lastingOf(finding)).toEqual([
    '$ sudo journalctl --no-pager --lines=50 --unit acme-photos.example.org.service',
    '$ sudo systemctl start -- acme-photos.example.org.service',
  ]);
});

test('one for six days is renewed on its last but one', () => {
  const short = (days: number) => certificate({ ends: NOW + days * DAY, lifetime: 6 * DAY });
  expect(of(short(2)).status).toBe('ok');
  expect(of(short(0.5)).status).toBe('warn');
});

test('a leftover is not judged, and that is said', () => {
  const old = certificate({ ends: NOW - 300 * DAY, state: 'leftover' });
  expect(of(old)).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('1 certificate not checked'),
  });
});

test('a placeholder that is just being replaced is not in order, and not a finding', () => {
  const given = certificate({ ends: NOW + 60 * DAY, kind: 'placeholder', active: 'activating' });
  expect(of(given)).toMatchObject({ status: 'unknown', findings: [] });
});

test.each([
  ['no times', 'Version=257\nnginx\tused\t-\t-\tissued\t\t/etc/ssl/x.pem\n'],
  ['one time', 'Version=257\nnginx\tused\t-\t-\tissued\t260310120000Z \t/etc/ssl/x.pem\n'],
  [
    'times in the wrong order',
    'Version=257\nnginx\tused\t-\t-\tissued\t260310120000Z 250310120000Z \t/etc/ssl/x.pem\n',
  ],
  ['a file that could not be read', 'Version=257\nunread\t/etc/ssl/x.pem\n'],
  ['a cut list', 'Version=257\ncut\n'],
  ['something else', 'Version=257\nhello\n'],
])('%s is not in order', (_, certificates) => {
  expect(of({ certificates })).toMatchObject({ status: 'unknown', findings: [] });
});

test('nginx and Caddy have other ways to renew theirs', () => {
  const of_ = (from: string, path: string) =>
    of(certificate({ ends: NOW - DAY * 3, from, path })).findings[0];
  expect(lastingOf(of_('nginx', '/etc/ssl/photos.pem'))[0]).toBe('$ sudo ls -l -- /etc/ssl/photos.pem');
  expect(of_('nginx', '/etc/ssl/photos.pem')?.title).toContain('certificate of photos expired');
  expect(lastingOf(of_('caddy', '/var/lib/caddy/x/photos.example.org.crt'))[0]).toContain('caddy.service');
});

test('a time with four digits of the year is one, too', () => {
  const certificates =
    'Version=257\nnginx\tused\t-\t-\tissued\t20250310120000Z 20560310120000Z \t/etc/ssl/x.pem\n';
  expect(of({ certificates }).status).toBe('ok');
});

test('before it begins the clock is wrong, and nothing is known of it', () => {
  expect(of(certificate({ ends: NOW + 300 * DAY }))).toMatchObject({ status: 'unknown', findings: [] });
  // Of one that was issued a moment ago, by a clock that is a little ahead.
  expect(of(certificate({ ends: NOW + 90 * DAY + 3_600_000 })).status).toBe('ok');
});
