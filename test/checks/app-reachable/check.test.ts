import { describe, expect, test } from 'vitest';
import { ADDRESS, type Given, judge, judgeAll, lastingOf, MINUTE, NOW } from '../home-server.ts';
import { app } from './kind-cases.ts';

const of = (given: Given) => judge('app-reachable', given);
const kindsOf = (given: Given) => of(given).findings.map(({ kind }) => kind.split('/')[1]);
const kuma = (answer: string, over = {}) => app('uptime-kuma', 3001, answer, over);

describe('an answer', () => {
  test.each([200, 204, 301, 302, 307, 400, 401, 403, 404, 405, 429, 501, 505])('with %i is one', (status) => {
    expect(of(kuma(`0 ${status}`))).toMatchObject({ status: 'ok', lookedAt: { webPorts: 1 } });
  });
  test.each([500, 502, 503, 504, 521])('with %i is an error', (status) => {
    expect(kindsOf(kuma(`0 ${status}`))).toEqual(['error-answer']);
  });
  test('that began and does not end is one', () => {
    expect(of(kuma('28 200')).status).toBe('ok');
  });
});

test.each([
  ['7 000', 'connection refused'],
  ['28 000', 'no answer within 3 s'],
  ['52 000', 'it closed the connection without an answer'],
  ['55 000', 'the connection broke'],
  ['56 000', 'the connection broke'],
])('%s is no answer', (answer, what) => {
  const [finding] = of(kuma(answer)).findings;
  expect(finding).toMatchObject({
    status: 'fail',
    title: `uptime-kuma does not answer at ${ADDRESS}:3001: ${what}`,
    affects: { what: 'uptime-kuma', state: 'down' },
  });
  expect(finding?.remedy?.now).toEqual([]);
  expect(lastingOf(finding)).toEqual([
    '$ sudo podman logs --tail 50 -- uptime-kuma',
    '$ sudo systemctl restart -- podman-uptime-kuma.service',
  ]);
});

test.each(['1 000', '8 000', '137 000'])('what ended with %s is not known', (answer) => {
  expect(of(kuma(answer))).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining(`curl ended with ${answer.split(' ')[0]}`),
  });
});

describe('an image that is not known', () => {
  const notes = (answer: string, over = {}) => app('notes', 8080, answer, over);
  test('that is silent may speak another protocol', () => {
    for (const answer of ['28 000', '52 000', '56 000', '1 000', '8 000'])
      expect(of(notes(answer)), answer).toMatchObject({ status: 'ok', findings: [] });
  });
  test('whose answer is an error is a warning only', () => {
    expect(of(notes('0 502'))).toMatchObject({
      status: 'warn',
      findings: [{ kind: 'app-reachable/error-answer' }],
    });
  });
  test('need not listen on every port that it publishes, and not on TCP where it publishes UDP', () => {
    const places = [{ HostIp: ADDRESS, HostPort: '9000' }];
    for (const other of ['9000/tcp', '8080/udp']) {
      const ports = { '8080/tcp': [{ HostIp: ADDRESS, HostPort: '8080' }], [other]: places };
      expect(of(notes('7 000', { ports })), other).toMatchObject({ status: 'ok' });
    }
    expect(
      kindsOf(
        notes('7 000', { ports: { '8080/tcp': [{ HostIp: ADDRESS, HostPort: '8080' }], '53/udp': null } }),
      ),
    ).toEqual(['nothing-listens']);
  });
});

test('a known image with another port than its own is not known there', () => {
  expect(of(app('plex', 8324, '52 000')).status).toBe('ok');
  expect(
    of(app('uptime-kuma', 3001, '52 000', { image: 'docker.io/me/uptime-kuma-exporter:1' })).status,
  ).toBe('ok');
});

test('one that was only just started is not judged', () => {
  const young = (age: number) => kuma('7 000', { startedAt: new Date(NOW - age).toISOString() });
  expect(of(young(30_000))).toMatchObject({ status: 'unknown', findings: [] });
  expect(of(young(30_000)).reason).toContain('it was started 30 s ago');
  expect(of(young(-3_600_000)).reason).toContain('by the clock of the host, it was started in the future');
  expect(kindsOf(young(MINUTE))).toEqual(['no-answer']);
  expect(of(kuma('7 000', { health: 'starting' }))).toMatchObject({ status: 'unknown', findings: [] });
  expect(of(kuma('7 000', { startedAt: 'soon' }))).toMatchObject({ status: 'unknown', findings: [] });
});

test('the network of the host: its usual port is asked, and need not be in use', () => {
  const asked = (answer: string, networkMode: string) => ({
    ...kuma('0 200', { ports: {}, networkMode }),
    webAnswers: `asked uptime-kuma host 3001 3001 127.0.0.1 ${answer}\n`,
  });
  expect(of(asked('7 000', 'host')).status).toBe('ok');
  expect(kindsOf(asked('28 000', 'host'))).toEqual(['no-answer']);
  expect(kindsOf(asked('0 500', 'host'))).toEqual(['error-answer']);
  // Another program answers on that port of the host.
  expect(of(asked('0 500', 'bridge'))).toMatchObject({ status: 'skipped' });
});

test('one that answers nowhere is told once', () => {
  const given = kuma('7 000', { address: '0.0.0.0' });
  const both = {
    ...given,
    webAnswers: `${given.webAnswers}asked uptime-kuma 0.0.0.0 3001 3001 ${ADDRESS} 7 000\n`,
  };
  expect(kindsOf(both)).toEqual(['no-answer']);
});

test('a container that stopped in the meantime is told by its own check', () => {
  expect(of({ ...kuma('7 000'), containers: '' })).toMatchObject({ status: 'skipped' });
});

test('what another check explains is told as its consequence', () => {
  const causeOf = (given: Given) =>
    judgeAll(given).flatMap(({ check, findings }) => (check === 'app-reachable' ? findings : []))[0]
      ?.causedBy;
  expect(causeOf(kuma('7 000'))).toBe(undefined);
  expect(causeOf({ ...kuma('28 000'), tailscale: '{"BackendState":"Stopped"}' })).toBe('tailscale-up');
  expect(causeOf({ ...kuma('28 000', { health: 'unhealthy', healthResults: 5, failingStreak: 5 }) })).toBe(
    'container-state',
  );
});

test('a list that was cut is not wholly judged', () => {
  const given = kuma('0 200');
  expect(of({ ...given, webAnswers: `${given.webAnswers}cut \n` })).toMatchObject({ status: 'unknown' });
  expect(of({ ...given, webAnswers: `${given.webAnswers}strange plex\n` })).toMatchObject({
    status: 'unknown',
  });
});

test('an app that answers at none of its addresses is one finding, and one address is enough for one', () => {
  const given = kuma('7 000');
  const two = (other: string) => ({
    ...given,
    webAnswers: `${given.webAnswers}asked uptime-kuma 192.168.1.2 3001 3001 192.168.1.2 ${other}\n`,
  });
  expect(kindsOf(two('7 000'))).toEqual(['no-answer']);
  expect(kindsOf(two('0 200'))).toEqual(['no-answer']);
});

test('of a pod only the app is told', () => {
  const pod = kuma('0 503');
  const infra = app('infra', 3001, '0 503', { image: 'localhost/podman-pause:5', unit: '' });
  const both = (first: Given, second: Given) => ({
    ...pod,
    containers: `${first.containers}${second.containers}`,
    webAnswers: `${first.webAnswers}${second.webAnswers}`,
  });
  for (const given of [both(pod, infra), both(infra, pod)])
    expect(of(given).findings.map(({ subject, status }) => [subject, status])).toEqual([
      ['uptime-kuma', 'fail'],
    ]);
});

test.each([
  'docker.io/vaultwarden/server:1.33.0',
  'vaultwarden/server@sha256:abc',
  'localhost:5000/vaultwarden/server',
])('%s has a website', (image) => {
  expect(of(app('vault', 80, '52 000', { image })).status).toBe('fail');
});
