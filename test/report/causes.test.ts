import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { headlineOf } from '../../src/engine/headline.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { problemsIn, rootCauses } from '../../src/report/causes.ts';
import { exitMeaning } from '../../src/report/human.ts';
import { judgeAll, UNITS, unit } from '../checks/home-server.ts';
import { writeTree } from '../nix/tree.ts';

const causesIn = (files: Readonly<Record<string, string>>) => {
  const options = { names: { containers: [], secrets: [] }, waivers: [] };
  const machines = checkSource(openSource(writeTree(files)), '.', checks, options);
  return rootCauses(machines.flatMap(({ results }) => results.flatMap(({ findings }) => findings)));
};
const waitingBy = (wait: string) => `{ pkgs, lib, ... }: {
  virtualisation.oci-containers.containers = {
    kuma = { image = "kuma:1"; ports = [ "100.101.102.103:3001:3001" ]; };
    plex = { image = "plex:1"; ports = [ "100.101.102.103:3002:3001" ]; };
  };
  systemd.services = lib.genAttrs [ "podman-kuma" "podman-plex" ] (_: {
    serviceConfig.ExecStartPre = [ ${wait} ];
  });
}`;

test('an import that is not there is one cause, with all that it touches', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of Nix
  const missing = waitingBy('"${import ./wait.nix { inherit pkgs; }}"');
  const [cause, ...others] = causesIn({ 'configuration.nix': missing });
  expect(others).toEqual([]);
  expect(cause?.consequences.map(({ finding }) => finding.kind)).toContain(cause?.finding.kind);
  expect(cause === undefined ? 0 : problemsIn(cause)).toBe(4);
});

test('two units without a wait are two causes', () => {
  expect(causesIn({ 'configuration.nix': waitingBy('') })).toHaveLength(2);
});

test('what does not run and is a warning only is not called down', () => {
  const stopped = unit('immich-server', { ActiveState: 'inactive', SubState: 'dead' });
  const results = judgeAll({ units: UNITS.replace(unit('immich-server'), stopped) });
  expect(results.map(({ status }) => status)).not.toContain('fail');
  expect(headlineOf(results)).toMatchObject([{ what: 'immich-server', state: 'not-running' }]);
});

test('where a part was looked at it is not said that nothing could be checked', () => {
  const summary = { ok: 0, warn: 0, fail: 0, unknown: 1, skipped: 0, waived: 0 };
  const meaningOf = (lookedAt: Record<string, number>) =>
    exitMeaning(3, {
      summary,
      targets: [
        {
          name: 'a',
          kind: 'local',
          durationMs: 1,
          system: { os: 'x' },
          headline: [],
          probes: [],
          lookedAt,
          results: [{ check: 'tailscale-wait', status: 'unknown', reason: 'x', findings: [] }],
        },
      ],
    });
  expect(meaningOf({ units: 9 })).toMatch(/not everything could be checked/);
  expect(meaningOf({ sources: 9 })).toBe('nothing could be checked');
});
