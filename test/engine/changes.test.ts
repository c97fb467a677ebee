import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/engine/changes.ts';
import type { HeadlineEntry } from '../../src/model/report.ts';
import { changesBefore } from '../../src/report/changes.ts';
import { BOOT, factsOf, GENERATIONS, type Given, MINUTE } from '../checks/home-server.ts';

const changes = (given: Given = {}) => changesOf(factsOf(given));
const iso = (at: number) => new Date(at).toISOString();

test('the running generation and the one before it are told, with what differs', () => {
  expect(changes()).toEqual({
    generation: {
      number: 212,
      path: '/nix/store/cc-nixos-system-minipc-25.11',
      createdAt: iso(BOOT - 10 * MINUTE),
      version: '25.11.20260301.abcdef',
      kernel: '6.12.11',
      revision: '2222222222',
    },
    previous: {
      number: 211,
      path: '/nix/store/bb-nixos-system-minipc-25.11',
      createdAt: iso(BOOT - 30 * 1440 * MINUTE),
      version: '25.11.20260201.123456',
      kernel: '6.12.9',
      revision: '1111111111',
    },
    differences: [
      { what: 'NixOS', from: '25.11.20260201.123456', to: '25.11.20260301.abcdef' },
      { what: 'kernel', from: '6.12.9', to: '6.12.11' },
      { what: 'configuration', from: '1111111111', to: '2222222222' },
      {
        what: 'image of immich-server',
        from: 'ghcr.io/immich-app/immich-server:v2.4.1',
        to: 'ghcr.io/immich-app/immich-server:v2.5.0',
      },
    ],
    bootedAt: iso(BOOT),
    bootBefore: { endedAt: iso(BOOT - MINUTE + 250), clean: true },
  });
});

test('what only one of two generations tells is no difference', () => {
  const text = GENERATIONS.replace(/^json .*\n/m, '').replace(
    'kernel /nix/store/k1-linux-6.12.9/bzImage\n',
    '',
  );
  expect(changes({ generations: text })?.differences?.map(({ what }) => what)).toEqual([
    'NixOS',
    'image of immich-server',
  ]);
});

test('a bundle of before, and a host of which nothing of it could be read, have none', () => {
  const absent = { outcome: 'not-collected', reason: 'older' } as const;
  expect(changes({ generations: absent, lastBoot: absent })).toBeUndefined();
  expect(changes({ generations: { outcome: 'not-applicable', reason: 'x' } })).toEqual({
    bootedAt: iso(BOOT),
    bootBefore: { endedAt: iso(BOOT - MINUTE + 250), clean: true },
  });
});

describe('beside what is down stands what changed before', () => {
  const down = (what: string, since?: number): HeadlineEntry => ({
    what,
    state: 'down',
    cause: 'x',
    check: 'y',
    ...(since === undefined ? {} : { since: iso(since) }),
  });
  const toldBeside = (given: Given, ...headline: HeadlineEntry[]) => {
    const read = changes(given);
    return changesBefore({ headline, ...(read === undefined ? {} : { changes: read }) });
  };
  const ONLY_TIME = 'Only the times match; this does not prove the cause.';
  const DIFFERENCES =
    '(NixOS: 25.11.20260201.123456 -> 25.11.20260301.abcdef; kernel: 6.12.9 -> 6.12.11; configuration: 1111111111 -> 2222222222; and 1 more)';

  test('a generation, and a boot that began after it', () => {
    expect(toldBeside({}, down('immich-server', BOOT + 2 * MINUTE), down('plex', BOOT + 2 * MINUTE))).toEqual(
      [
        `immich-server, plex: the problem began 2 min after a boot and 12 min after generation 212 was made ${DIFFERENCES}`,
        ONLY_TIME,
      ],
    );
  });

  test('what began a few seconds apart is one line', () => {
    const told = toldBeside({}, down('immich-server', BOOT + 2_000), down('plex', BOOT + 9_000));
    expect(told[0]).toMatch(
      /^immich-server, plex: the problem began less than 1 min after a boot and 10 min after gen/,
    );
    expect(told).toHaveLength(2);
  });

  test('of two images that differ in their tag, only the tag is told', () => {
    const of = (from: string, to: string) =>
      changesBefore({
        headline: [down('ml', BOOT)],
        changes: {
          bootedAt: iso(BOOT),
          generation: { path: '/nix/store/x', createdAt: iso(BOOT) },
          differences: [{ what: 'image of ml', from, to }],
        },
      })[0];
    expect(of('ghcr.io/a/ml:v1', 'ghcr.io/a/ml:v2')).toContain('(image of ml: v1 -> v2)');
    expect(of('ghcr.io/a/ml:v1', 'ghcr.io/b/ml:v1')).toContain(
      '(image of ml: ghcr.io/a/ml:v1 -> ghcr.io/b/ml:v1)',
    );
  });

  test('a boot that was not wanted', () => {
    expect(
      toldBeside({ lastBoot: `${(BOOT - MINUTE) / 1000} 0\n` }, down('plex', BOOT + 14 * MINUTE))[0],
    ).toMatch(/^plex: the problem began 14 min after a boot \(the boot before it ended without a shutdown\)/);
  });

  test.each([
    ['long after', down('plex', BOOT + 300 * MINUTE)],
    ['before', down('plex', BOOT - 11 * MINUTE)],
    ['at a time that is not known', down('plex')],
  ])('not what began %s', (_, entry) => {
    expect(toldBeside({}, entry)).toEqual([]);
  });

  test('commits are told in short', () => {
    const text = GENERATIONS.replace('2222222222', '2'.repeat(40)).replace(
      '1111111111',
      `${'1'.repeat(40)}-dirty`,
    );
    expect(toldBeside({ generations: text }, down('plex', BOOT))[0]).toContain(
      'configuration: 1111111-dirty -> 2222222',
    );
  });
});
