import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { BIN } from '../support/hsdoctor.ts';
import { writeTree } from './tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-source-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(join(import.meta.dirname, 'seed-layout'), folder, { recursive: true });

const IMMICH = 'modules/nixos/programs/docker/immich.nix';
function edit(file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
  writeFileSync(path, text.replace(from, to));
}

const check = (...args: string[]) =>
  execa(process.execPath, [BIN, 'check', '--source', '.', ...args], {
    reject: false,
    cwd: folder,
    env: { NO_COLOR: '1' },
  });

const shown = (stdout: string) => `${stdout.replace(/read in \d+\.\d s/g, 'read in 0.1 s')}\n`;

describe('a configuration with faults', () => {
  edit(IMMICH, 'immich-machine-learning:${version}"', 'immich-machine-learning:${version}-openvino"');
  edit(IMMICH, '      serviceConfig.ExecStartPre = [ "${tailscaleWait}" ];\n', '');

  test('is told machine by machine, with lines, evidence and what mends it', async () => {
    const { stdout, exitCode } = await check();
    await expect(shown(stdout)).toMatchFileSnapshot(`../golden/source/sick.exit-${exitCode}.txt`);
  });

  test('marks its lines in GitHub', async () => {
    const { stdout, exitCode } = await check('--format', 'github');
    await expect(`${stdout}\n`).toMatchFileSnapshot(`../golden/source/sick-github.exit-${exitCode}.txt`);
  });

  test('fails the job until its faults are waived', async () => {
    edit(
      IMMICH,
      '        image = "ghcr.io/immich-app/immich-machine-learning',
      '        # hsdoctor: ignore ml-oom: the new memory is ordered\n        image = "ghcr.io/immich-app/immich-machine-learning',
    );
    writeFileSync(
      join(folder, 'hsdoctor.toml'),
      '[[waivers]]\ncheck = "tailscale-wait"\nhost = "minipc"\nreason = "a proxy comes"\n',
    );
    const { stdout, exitCode } = await check();
    await expect(shown(stdout)).toMatchFileSnapshot(`../golden/source/waived.exit-${exitCode}.txt`);
    // A fault that nobody waived fails it again.
    edit(
      IMMICH,
      'image = "ghcr.io/immich-app/postgres',
      'environment.POSTGRES_PASSWORD = "x";\n        image = "ghcr.io/immich-app/postgres',
    );
    expect((await check()).exitCode).toBe(1);
  });
});

describe('a configuration with faults that are one value each', () => {
  const files = {
    'configuration.nix': `{
  imports = [ ./learning.nix ];
  system.stateVersion = "24.11";
  virtualisation.oci-containers.backend = "docker"; # as it was on the old host
  virtualisation.podman.enable = true;
}
`,
    'learning.nix': `{
  virtualisation.oci-containers.containers.learning = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
    extraOptions = [
      # The graphics of the old host
      "--device=/dev/old"
    ];
  };
}
`,
  };

  test.each(['human', 'markdown'])('shows the lines to change: %s', async (format) => {
    const { stdout, exitCode } = await execa(
      process.execPath,
      [BIN, 'check', 'oci-backend', 'ml-oom', '--source', '.', '--format', format],
      { reject: false, cwd: writeTree(files), env: { NO_COLOR: '1' } },
    );
    await expect(shown(stdout)).toMatchFileSnapshot(`../golden/source/edits-${format}.exit-${exitCode}.txt`);
  });

  test('has none of them after its diffs are applied', async () => {
    const cwd = writeTree(files);
    const looked = () =>
      execa(process.execPath, [BIN, 'check', 'oci-backend', 'ml-oom', '--source', '.', '--json'], {
        cwd,
        reject: false,
      });
    const { targets }: Report = JSON.parse((await looked()).stdout);
    const steps = targets.flatMap(({ results }) =>
      results.flatMap(({ findings }) => findings.flatMap(({ remedy }) => remedy?.lasting ?? [])),
    );
    const diffs = steps.flatMap((step) => (step.kind === 'edit' ? (step.diff ?? []) : []));
    expect(diffs).toHaveLength(3);
    for (const input of diffs)
      await execa('git', ['apply', '--unidiff-zero', '-'], { cwd, input, stripFinalNewline: false });
    expect((await looked()).exitCode).toBe(0);
  });
});
