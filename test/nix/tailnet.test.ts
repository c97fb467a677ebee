import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { judged } from './corpus.ts';
import { writeTree } from './tree.ts';

const judge = (files: Readonly<Record<string, string>>, tailscaleAddress: string) => {
  const options = { names: { containers: [], secrets: [], tailscaleAddress }, waivers: [] };
  const reports = checkSource(openSource(writeTree(files)), '.', checks, options);
  return reports.flatMap(({ results }) => results).find(({ check }) => check === 'constants');
};

const USES = `{ ... }:
let constants = import ./constants.nix; in
{ services.grafana.settings.server.http_addr = constants.minipcTailscaleIP; }`;

test('the address of the settings is what this host has to have, and the constant is what is wrong', () => {
  const files = { 'configuration.nix': USES, 'constants.nix': '{\n  minipcTailscaleIP = "100.64.0.1";\n}' };
  expect(judge(files, '100.64.0.1')?.status).toBe('ok');
  expect(judge(files, '100.64.0.2')).toMatchObject({
    status: 'fail',
    findings: [{ subject: '100.64.0.1', evidence: [{ location: { file: 'constants.nix', line: 2 } }, {}] }],
  });
});

test('what cannot bind hangs below what does not wait, and is told once for each unit', () => {
  const results = judged({
    'configuration.nix': `{ ... }: {
      virtualisation.oci-containers.containers.web.ports = [ "100.64.0.1:80:80" "100.64.0.1:443:443" ];
    }`,
  });
  const findings = results.flatMap((result) => result.findings);
  expect(findings.map(({ check, subject, causedBy }) => [check, subject, causedBy])).toEqual([
    ['tailscale-bind', 'podman-web.service', 'tailscale-wait'],
    ['tailscale-wait', 'podman-web.service', undefined],
  ]);
});

test('the edit that it names is a wait', () => {
  const waits = (more = '') =>
    judged({
      'configuration.nix': `{ ... }: {
        virtualisation.oci-containers.containers.web = { image = "web:1"; ports = [ "100.64.0.1:80:80" ]; };
        ${more}
      }`,
    }).find(({ check }) => check === 'tailscale-wait');
  const [step] = waits()?.findings[0]?.remedy?.lasting ?? [];
  if (step?.kind !== 'edit') throw new Error('it names no edit');
  expect(waits(`${step.option} = ${step.after};`)).toMatchObject({ status: 'ok', findings: [] });
});

test('a password that is written out stands in no result', () => {
  const results = judged({
    'configuration.nix': `{ ... }: let secret = "hunter2"; in {
      virtualisation.oci-containers.containers.db.environment.POSTGRES_PASSWORD = secret;
      virtualisation.oci-containers.containers.db.extraOptions = [ "-e" "DB_PASSWORD=\${secret}" "--env=PGPASSWORD=hunter2" ];
    }`,
  });
  expect(results.find(({ check }) => check === 'agenix-secrets')?.findings).toHaveLength(3);
  expect(JSON.stringify(results)).not.toContain('hunter2');
});

test('what may listen and is not read is named, and is never ok with a Tailscale address in it', () => {
  const bind = (body: string) =>
    judged({ 'configuration.nix': `{ ... }: { ${body} }` }).find(({ check }) => check === 'tailscale-bind');
  expect(bind('systemd.services.media.script = "docker compose up";')).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('not read: docker compose in media.service'),
  });
  const quadlet = (address: string) =>
    bind(`virtualisation.quadlet.containers.plex.containerConfig.publishPorts = [ "${address}:80:80" ];`);
  expect(quadlet('127.0.0.1')).toMatchObject({
    status: 'skipped',
    reason: expect.stringContaining('the quadlet plex'),
  });
  expect(quadlet('100.64.0.1')?.status).toBe('unknown');
});
