import { checks } from '../../../src/engine/catalogue.ts';
import { exitStatus } from '../../../src/engine/check.ts';
import type { FailOn } from '../../../src/model/fail-on.ts';
import type { Finding, Report } from '../../../src/model/report.ts';
import { type FormatName, formats } from '../../../src/report/formats.ts';
import type { Presentation } from '../../../src/report/presentation.ts';

const TIME = '2026-01-02T03:04:05.000Z';

/** A report in which everything occurs that a format has to tell; every text of it that is not ours is `text`, where that is given. */
export function exampleReport(text?: string): Report {
  const say = (ours: string) => text ?? ours;
  const finding = (
    check: string,
    status: Finding['status'],
    title: string,
    more: Partial<Finding>,
  ): Finding => ({
    check,
    kind: `${check}/example`,
    status,
    title: say(title),
    summary: say('This is what it means.'),
    subject: say('plex'),
    evidence: [],
    docs: `docs/checks.md#${check}`,
    fingerprint: `${check}/${title}`,
    ...more,
  });
  const at = (file: string, line: number, column?: number) => ({
    source: say(column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`),
    observed: say('image = "plex:latest"'),
    expected: say('a version'),
    location: { file: say(file), line, ...(column === undefined ? {} : { column }) },
  });
  const step = { where: 'target', root: true, risk: 'restart' } as const;
  const restart = {
    ...step,
    kind: 'run' as const,
    words: ['systemctl', 'restart', '--', 'podman-plex.service'],
    text: 'sudo systemctl restart -- podman-plex.service',
    why: say('Restart the unit.'),
  };
  const remedy: Finding['remedy'] = {
    now: [restart],
    lasting: [
      {
        kind: 'edit',
        option: say('virtualisation.oci-containers.containers.plex.image'),
        file: say('modules/plex.nix'),
        line: 12,
        column: 5,
        before: say('"plex:latest"'),
        after: say('"plex:1.41"'),
        why: say('Name the version.'),
      },
      {
        kind: 'secret',
        where: 'here',
        root: false,
        file: 'plex.age',
        directory: 'secrets',
        text: 'agenix -e plex.age',
        why: say('Write the secret.'),
      },
      { kind: 'byHand', text: say('Ask who wrote it.'), file: say('modules/plex.nix'), line: 3 },
    ],
  };
  const root = finding('ml-oom', 'fail', 'immich-ml may take no more than 1 GiB', {
    evidence: [at('modules/with space/immich#1.nix', 12, 5), at('hosts/minipc.nix', 3)],
    remedy,
  });
  const findings = {
    consequence: finding('container-oom', 'fail', 'immich-ml will be killed', {
      causedBy: 'ml-oom',
      causedByFingerprint: root.fingerprint,
    }),
    warning: finding('failed-units', 'warn', 'restic has failed', {
      evidence: [{ source: say('systemctl'), observed: say('failed'), at: '2026-01-02T03:00:00.000Z' }],
    }),
    unknown: finding('visibility', 'unknown', 'the journal could not be read', {}),
    waivedInSource: finding('oci-backend', 'fail', 'docker runs the containers', {
      evidence: [at('modules/plex.nix', 1)],
      waived: { reason: say('it moves next month'), until: '2026-02-01', by: say('modules/plex.nix:1') },
    }),
    waivedBySettings: finding('tailscale-up', 'warn', 'the key expires', {
      waived: { reason: say('it is renewed by hand'), by: say('hsdoctor.toml:3') },
    }),
  };
  return {
    schemaVersion: 2,
    tool: { name: 'hsdoctor', version: '1.2.3' },
    startedAt: TIME,
    durationMs: 1234,
    targets: [
      {
        name: say('nixos'),
        kind: 'source',
        folder: 'nix config',
        system: { os: say('nixos'), hostname: say('minipc') },
        durationMs: 1000,
        headline: [],
        lookedAt: { nixFiles: 12, containers: 3 },
        settings: [{ key: 'check.skip', value: say('dns'), by: say('hsdoctor.toml:2') }],
        results: [
          { check: 'ml-oom', status: 'fail', reason: say('flake.lock does not exist'), findings: [root] },
          { check: 'container-oom', status: 'fail', findings: [findings.consequence] },
          {
            check: 'oci-backend',
            status: 'skipped',
            reason: say('waived: it moves next month'),
            findings: [findings.waivedInSource],
          },
          { check: 'tailscale-bind', status: 'unknown', reason: say('a value is computed'), findings: [] },
          { check: 'launchd-agent', status: 'skipped', reason: say('not on linux'), findings: [] },
          { check: 'container-state', status: 'ok', reason: say('of 3 containers'), findings: [] },
        ],
        probes: [],
      },
      {
        name: say('minipc'),
        kind: 'ssh',
        system: { os: say('NixOS 25.11'), hostname: say('minipc'), user: say('ann'), collectedAt: TIME },
        durationMs: 800,
        headline: [
          {
            what: say('plex'),
            state: 'down',
            since: '2026-01-02T03:00:00.000Z',
            cause: say('its secret is missing'),
            check: 'ml-oom',
            now: [restart],
          },
          { what: say('immich-ml'), state: 'degraded', cause: say('ran out of memory'), check: 'ml-oom' },
        ],
        lookedAt: { units: 4, failedUnitLists: 1 },
        results: [
          { check: 'failed-units', status: 'warn', findings: [findings.warning] },
          { check: 'visibility', status: 'unknown', findings: [findings.unknown] },
          {
            check: 'tailscale-up',
            status: 'skipped',
            reason: say('waived: it is renewed by hand'),
            findings: [findings.waivedBySettings],
          },
          { check: 'tailscale-wait', status: 'ok', findings: [] },
        ],
        probes: [],
      },
      {
        name: say('nas'),
        kind: 'ssh',
        error: say('Connection refused'),
        system: { os: 'unknown' },
        durationMs: 12,
        headline: [],
        lookedAt: {},
        results: [{ check: 'ml-oom', status: 'unknown', reason: say('Connection refused'), findings: [] }],
        probes: [],
      },
    ],
    summary: { ok: 2, warn: 1, fail: 2, unknown: 3, skipped: 3, waived: 2 },
  };
}

export async function rendered(name: FormatName, report: Report, failOn: FailOn = 'fail'): Promise<string> {
  const about: Presentation = {
    color: false,
    width: 100,
    failOn,
    checks,
    exitStatus: exitStatus(report, failOn),
    verbose: false,
  };
  const text = (await formats[name]())(report, about);
  return typeof text === 'string' ? text : [...text].join('');
}
