/** @module-tag source */
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkEvaluated } from '../../src/engine/evaluated.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import type { CheckedTarget } from '../../src/model/report.ts';
import { commandLines } from '../../src/remedy/steps.ts';
import { HAS_NIX } from './nix.ts';
import { type StandIn, standIn } from './stand-in.ts';
import { writeTree } from './tree.ts';

const OPTIONS = { names: { containers: [], secrets: [] }, waivers: [] };
const BROKEN = '{ config, ... }: { system.stateVersion = config.no.such.option; }';
const SEED = join(import.meta.dirname, 'seed-layout');

describe.skipIf(!HAS_NIX)('with the real nix (skipped without Debian’s nix-bin)', () => {
  let nixpkgs: StandIn;
  beforeAll(() => {
    nixpkgs = standIn();
  });
  afterAll(() => nixpkgs.remove());

  async function evaluated(
    folder: string,
    timeoutMs = 60_000,
    starting: (expected: string) => void = () => {},
  ): Promise<readonly CheckedTarget[]> {
    for (const [name, value] of Object.entries(nixpkgs.environment)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    return checkEvaluated(openSource(folder), folder, checks, { ...OPTIONS, nix: { timeoutMs, starting } });
  }

  /** A flake of one machine with this module, `minipc`. */
  const flake = (modules: string, more: Readonly<Record<string, string>> = {}) =>
    writeTree({
      ...more,
      'flake.nix': `{
        inputs.nixpkgs.url = "path:${nixpkgs.folder}";
        outputs = { self, nixpkgs }: {
          nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ ${modules} ]; };
        };
      }`,
    });

  test('judges the layout of the seed as by its files, and writes nothing there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-seed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(SEED, folder, { recursive: true });
    const file = join(folder, 'flake.nix');
    const text = readFileSync(file, 'utf8').replace(/"github:[^"]*"/g, `"path:${nixpkgs.folder}"`);
    writeFileSync(file, text);
    const before = contents(folder);
    const reports = await evaluated(folder);
    expect(contents(folder)).toEqual(before);
    // By the files these inputs are private ones: who reads them knows those of the seed.
    const read = checkSource(openSource(SEED), folder, checks, OPTIONS);
    expect(reports.map(({ name }) => name)).toEqual(['minipc', 'macbook']);
    expect(reports.map(judgement)).toEqual(read.map(judgement));
    expect(outcome(reports[0], 'evaluation')).toBe('ok');
    expect(resultOf(reports[0], 'visibility')).toMatchObject({ status: 'ok', findings: [] });
  });

  test.each([
    ['podman', 'ok'],
    ['docker', 'warn'],
  ])('knows what the files do not tell: the backend %s is %s', async (backend, status) => {
    const folder = flake('./configuration.nix', {
      // The reader does not know this function.
      'configuration.nix': `{ lib, ... }: {
        virtualisation.oci-containers.backend = builtins.head (builtins.split "-" "${backend}-compat");
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
    });
    const [read] = checkSource(openSource(folder), folder, checks, OPTIONS);
    expect(resultOf(read, 'oci-backend')?.status).toBe('unknown');
    const [report] = await evaluated(folder);
    expect(resultOf(report, 'oci-backend')?.status).toBe(status);
    const [finding] = resultOf(report, 'oci-backend')?.findings ?? [];
    if (status === 'warn')
      expect(finding?.evidence[0]?.location).toMatchObject({ file: 'configuration.nix', line: 2 });
    expect(resultOf(report, 'visibility')?.findings).toEqual([]);
  });

  test('knows the default of the nixpkgs that is there', async () => {
    const folder = flake('./configuration.nix', {
      'configuration.nix': `{
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
        system.stateVersion = "21.11";
      }`,
    });
    const [report] = await evaluated(folder);
    const [finding] = resultOf(report, 'oci-backend')?.findings ?? [];
    expect(finding?.title).toContain('docker');
    expect(finding?.evidence[0]?.location).toMatchObject({ file: 'configuration.nix', line: 2 });
  });

  test('tells where the files were read otherwise, and judges what nix says', async () => {
    // The reader follows no module of another flake.
    const folder = writeTree({
      'other/flake.nix': `{ outputs = { self }: { nixosModules.default = { lib, ... }: {
        virtualisation.oci-containers.backend = lib.mkForce "docker";
        virtualisation.oci-containers.containers.plex.environment.PLEX_TOKEN = lib.mkForce "geheim-2";
      }; }; }`,
      'configuration.nix': `{
        virtualisation.oci-containers.backend = "podman";
        virtualisation.oci-containers.containers.plex = {
          image = "plexinc/pms-docker:1";
          environment.PLEX_TOKEN = "geheim-1";
        };
      }`,
    });
    writeFileSync(
      join(folder, 'flake.nix'),
      `{
        inputs.nixpkgs.url = "path:${nixpkgs.folder}";
        inputs.other.url = "path:${join(folder, 'other')}";
        outputs = { self, nixpkgs, other }: {
          nixosConfigurations.minipc = nixpkgs.lib.nixosSystem { modules = [ ./configuration.nix other.nixosModules.default ]; };
        };
      }`,
    );
    const [report] = await evaluated(folder);
    const { status, findings = [] } = resultOf(report, 'visibility') ?? {};
    expect(status).toBe('warn');
    expect(findings.map(({ title }) => title)).toEqual([
      'nix and hsdoctor read different values for virtualisation.oci-containers.backend',
      'nix and hsdoctor read different values for virtualisation.oci-containers.containers.plex.environment.PLEX_TOKEN',
    ]);
    expect(findings[0]?.evidence[0]).toMatchObject({
      observed: 'hsdoctor read "podman" from the files',
      expected: 'nix says "docker"',
      location: { file: 'configuration.nix', line: 2 },
    });
    expect(JSON.stringify(findings)).not.toContain('geheim');
    expect(resultOf(report, 'oci-backend')?.status).toBe('warn');
  });

  test('judges the files where nix fails, and says with what', async () => {
    const folder = flake('./configuration.nix ./broken.nix', {
      'configuration.nix': `{
        virtualisation.oci-containers.backend = "docker";
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
      'broken.nix': BROKEN,
    });
    const [report] = await evaluated(folder);
    const { status, findings = [] } = resultOf(report, 'visibility') ?? {};
    expect(status).toBe('unknown');
    expect(findings[0]?.title).toMatch(
      /^nix cannot evaluate the configuration of minipc: attribute 'no' missing/,
    );
    expect(findings[0]?.evidence[0]?.location).toEqual({ file: 'broken.nix', line: 1, column: 42 });
    expect(findings[0]?.remedy?.lasting[0]).toMatchObject({
      kind: 'run',
      where: 'here',
      directory: folder,
      text: "nix eval '.#nixosConfigurations.minipc.config.system.build.toplevel.drvPath' --no-write-lock-file --show-trace",
    });
    expect(resultOf(report, 'oci-backend')?.status).toBe('warn');
  });

  test.each([
    ['a flake', "-a b'c", 'flake.nix'],
    ['a flake', 'plain', 'flake.nix'],
    ['a file', '-a $(touch x) "b"', 'configuration.nix'],
  ])('what is to be pasted for %s in a folder called %s shows the error', async (_, name, file) => {
    const folder = join(writeTree({ [`${name}/broken.nix`]: BROKEN }), name);
    const texts: Readonly<Record<string, string>> = {
      'configuration.nix': '{ imports = [ ./broken.nix ]; networking.hostName = "minipc"; }',
      'flake.nix': `{
        inputs.nixpkgs.url = "path:${nixpkgs.folder}";
        outputs = { self, nixpkgs }: {
          nixosConfigurations."mini.pc 2" = nixpkgs.lib.nixosSystem { modules = [ ./broken.nix ]; };
        };
      }`,
    };
    writeFileSync(join(folder, file), texts[file] ?? '');
    const [report] = await evaluated(folder);
    const [step] = resultOf(report, 'visibility')?.findings[0]?.remedy?.lasting ?? [];
    if (step?.kind !== 'run') throw new Error(`nothing is to be run: ${JSON.stringify(step)}`);
    const { stderr } = await execa('sh', ['-eu'], {
      input: commandLines(step).join('\n'),
      reject: false,
      env: {
        ...nixpkgs.environment,
        NIX_CONFIG: 'experimental-features = nix-command flakes',
      },
    });
    expect(stderr).toContain("attribute 'no' missing");
    expect(stderr).toContain('broken.nix');
  });

  test('an option that throws stands in no other’s way', async () => {
    const folder = flake('./configuration.nix', {
      'configuration.nix': `{
        virtualisation.oci-containers.backend = builtins.head (builtins.split "-" "docker-compat");
        virtualisation.oci-containers.containers.plex.image = throw "not yet";
        virtualisation.oci-containers.containers.broken = throw "not either";
      }`,
    });
    const [report] = await evaluated(folder);
    expect(resultOf(report, 'visibility')?.findings).toEqual([]);
    expect(resultOf(report, 'oci-backend')?.status).toBe('warn');
  });

  test('gives up after its time', async () => {
    const endless =
      "builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: builtins.length (builtins.genList (m: m) 100000)) 100000000)";
    const folder = flake('./configuration.nix', {
      'configuration.nix': `{ system.stateVersion = toString (${endless}); }`,
    });
    const began = performance.now();
    const [report] = await evaluated(folder, 1500);
    expect(performance.now() - began).toBeLessThan(20_000);
    const [finding] = resultOf(report, 'visibility')?.findings ?? [];
    expect(finding?.title).toBe('nix cannot evaluate the configuration of minipc: nix timed out after 1.5 s');
  });

  test('tells of an input that cannot be had', async () => {
    const folder = flake('./configuration.nix', {
      'configuration.nix': '{ system.stateVersion = "24.11"; }',
    });
    const file = join(folder, 'flake.nix');
    writeFileSync(file, readFileSync(file, 'utf8').replace(nixpkgs.folder, '/no/such/folder'));
    const [report] = await evaluated(folder);
    expect(resultOf(report, 'visibility')?.findings[0]?.title).toContain('/no/such/folder');
  });

  test('two machines with different values are two results', async () => {
    const folder = writeTree({
      'common.nix': `{ backend, ... }: {
        virtualisation.oci-containers.backend = builtins.head (builtins.split "-" backend);
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
      'flake.nix': `{
        inputs.nixpkgs.url = "path:${nixpkgs.folder}";
        outputs = { self, nixpkgs }: {
          nixosConfigurations = nixpkgs.lib.mapAttrs (name: backend: nixpkgs.lib.nixosSystem {
            specialArgs = { inherit backend; };
            modules = [ ./common.nix ];
          }) { "a.b" = "podman-"; two = "docker-"; };
        };
      }`,
    });
    const reports = await evaluated(folder);
    expect(reports.map((report) => [report.name, resultOf(report, 'oci-backend')?.status])).toEqual([
      ['a.b', 'ok'],
      ['two', 'warn'],
    ]);
  });

  test('asks for the machines first, and of each what its files leave unknown', async () => {
    const machine = (module: string) => `nixpkgs.lib.nixosSystem { modules = [ ${module} ]; }`;
    const folder = writeTree({
      'flake.nix': `{
        inputs.nixpkgs.url = "path:${nixpkgs.folder}";
        outputs = { self, nixpkgs }: {
          nixosConfigurations = {
            known = ${machine('./known.nix')};
            \${builtins.head (builtins.split "-" "found-by-nix")} = ${machine('./found.nix')};
          };
        };
      }`,
      'known.nix':
        '{ virtualisation.oci-containers.containers.plex.image = builtins.trace "evaluated" "plexinc/pms-docker:1"; }',
      'found.nix': `{
        virtualisation.oci-containers.backend = "docker";
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
    });
    const read = checkSource(openSource(folder), folder, checks, OPTIONS);
    expect(read.map(({ name, error }) => [name, error !== undefined])).toEqual([
      ['known', false],
      [folder, true],
    ]);
    const told: string[] = [];
    const reports = await evaluated(folder, 60_000, (expected) => told.push(expected));
    expect(reports.map((report) => [report.name, resultOf(report, 'oci-backend')?.status])).toEqual([
      ['known', 'ok'],
      ['found', 'warn'],
    ]);
    expect(told).toEqual(['nix evaluates 2 machines: mostly 5 s to 1 min, at most 1 min (--timeout)']);
    expect(resultOf(reports[0], 'visibility')).toMatchObject({ status: 'ok' });
    expect(resultOf(reports[0], 'nix-syntax')).toMatchObject({ status: 'ok' });
    // What its files say was not looked at.
    expect(resultOf(reports[1], 'visibility')).toMatchObject({ status: 'unknown' });
    expect(resultOf(reports[1], 'nix-syntax')).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('tells once for all machines what nix does not like of the flake itself', async () => {
    const folder = writeTree({
      'flake.nix':
        '{ outputs = { self }: { nixosConfigurations = builtins.head (builtins.split "-" (throw "not today")); }; }',
    });
    const [report, ...more] = await evaluated(folder);
    expect(more).toEqual([]);
    expect(report?.error).toMatch(/^no machine was found: .*; nix: not today/);
  });

  test('asks a file that makes machines without a flake', async () => {
    const folder = writeTree({
      'default.nix': `{ nixpkgs ? <nixpkgs> }: { hosts."a.b" = import (nixpkgs + "/nixos") { configuration = ./configuration.nix; }; }`,
      'configuration.nix': `{ ... }: {
        virtualisation.oci-containers.backend = builtins.head (builtins.split "-" "docker-compat");
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
    });
    const [report] = await evaluated(folder);
    expect(report?.name).toBe('a.b');
    expect(resultOf(report, 'visibility')?.findings).toEqual([]);
    expect(resultOf(report, 'oci-backend')?.status).toBe('warn');
    writeFileSync(join(folder, 'configuration.nix'), BROKEN);
    const [failed] = await evaluated(folder);
    const [finding] = resultOf(failed, 'visibility')?.findings ?? [];
    expect(finding?.title).toContain("attribute 'no' missing");
    expect(finding?.remedy?.lasting[0]).toMatchObject({
      text: `nix-instantiate ./default.nix -A 'hosts."a.b".config.system.build.toplevel' --show-trace`,
    });
  });

  test('does not ask of a hive, which colmena makes', async () => {
    const folder = writeTree({
      'hive.nix':
        '{ one = { config, ... }: { system.stateVersion = builtins.head (builtins.split "-" "24.11-x"); virtualisation.oci-containers.containers.plex.image = "plex:1"; }; }',
    });
    const [report] = await evaluated(folder);
    const titles = resultOf(report, 'visibility')?.findings.map(({ title }) => title);
    expect(titles).toEqual([
      'nix cannot evaluate the configuration of one: colmena makes this machine of a hive, and hsdoctor does not ask colmena',
    ]);
  });

  test('asks <nixpkgs/nixos> where there is no flake', async () => {
    const folder = writeTree({
      'configuration.nix': `{ ... }: {
        imports = [ ./hardware.nix ];
        virtualisation.oci-containers.backend = builtins.head (builtins.split "-" "docker-compat");
        virtualisation.oci-containers.containers.plex.image = "plexinc/pms-docker:1";
      }`,
      'hardware.nix': '{ boot.kernelModules = [ ]; }',
    });
    const [report] = await evaluated(folder);
    expect(resultOf(report, 'visibility')?.findings).toEqual([]);
    expect(resultOf(report, 'oci-backend')?.status).toBe('warn');
  });

  test('does not take the absence of nixpkgs for an answer', async () => {
    const folder = writeTree({ 'configuration.nix': '{ ... }: { networking.hostName = "minipc"; }' });
    for (const [name, value] of Object.entries({ ...nixpkgs.environment, NIX_PATH: '' }))
      vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const nix = { timeoutMs: 60_000 };
    const [report] = await checkEvaluated(openSource(folder), folder, checks, { ...OPTIONS, nix });
    expect(resultOf(report, 'visibility')).toMatchObject({ status: 'unknown' });
  });

  test('survives what a hostile configuration prints, and how large it is', async () => {
    const folder = flake('./configuration.nix', {
      'configuration.nix': `let
        noise = "\u001b]0;gone\u0007\u001b[2Jerror: all is well\u202e";
        loud = builtins.foldl' (a: b: builtins.trace noise a) 0 (builtins.genList (n: n) 5000);
        wide = builtins.listToAttrs (builtins.genList (n: { name = "n\${toString n}"; value = n; }) 100000);
        deep = { again = deep; };
      in {
        virtualisation.oci-containers.backend = builtins.seq loud "podman";
        virtualisation.oci-containers.containers.plex = {
          image = "plexinc/\${noise}";
          environment.outPath = "a name that JSON has no set for";
          environment.__toString = "another";
          environment.LONG = builtins.concatStringsSep "" (builtins.genList (n: noise) 100000);
        };
        virtualisation.podman = { inherit deep wide; dockerCompat = deep; self = x: x; };
        system.stateVersion = throw noise;
      }`,
    });
    const [report] = await evaluated(folder);
    expect(resultOf(report, 'visibility')?.status).toBe('ok');
    expect(JSON.stringify(report)).not.toMatch(/\\u001b|\\u202e/);
    const file = join(folder, 'configuration.nix');
    writeFileSync(file, readFileSync(file, 'utf8').replace('throw noise', 'abort noise'));
    const [failed] = await evaluated(folder);
    const [finding] = resultOf(failed, 'visibility')?.findings ?? [];
    expect(finding?.title).toContain('all is well');
    expect(JSON.stringify(failed)).not.toMatch(/\\u001b|\\u202e/);
  });

  test('builds nothing to find out', async () => {
    const folder = flake('./configuration.nix', {
      'configuration.nix': `{ pkgs, ... }: {
        system.stateVersion = builtins.readFile (pkgs.writeText "version" "24.11");
      }`,
    });
    const [report] = await evaluated(folder);
    const [finding] = resultOf(report, 'visibility')?.findings ?? [];
    expect(finding?.title).toMatch(/allow-import-from-derivation|import.from.derivation/i);
  });

  test.each([
    [
      'without a folder',
      ['--eval'],
      process.env.PATH,
      /^hsdoctor: --eval asks nix about a configuration: name/,
    ],
    // A folder that is there, outside of the working directory, without programs.
    ['without nix', ['--eval', '--source', SEED], '/etc', /^hsdoctor: --eval needs nix, and there is no nix/],
  ])('%s it is a mistake of use', async (_, words, path, message) => {
    const bin = join(import.meta.dirname, '../../bin/run.js');
    const { exitCode, stderr, stdout } = await execa(process.execPath, [bin, 'check', ...words], {
      reject: false,
      env: { PATH: path },
    });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.split('\n')).toHaveLength(1);
  });
});

test('nix that is killed is not told by what it warned of', async () => {
  const folder = writeTree({
    'configuration.nix': '{ ... }: { system.stateVersion = "24.11"; }',
    nix: '#!/bin/sh\ncase "$*" in --version) exit 0 ;; esac\necho "warning: old is deprecated" >&2\nkill -9 $$\n',
  });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const options = { ...OPTIONS, nix: { timeoutMs: 60_000 } };
  const [report] = await checkEvaluated(openSource(folder), folder, checks, options);
  expect(resultOf(report, 'visibility')?.findings.map(({ title }) => title)).toEqual([
    'nix cannot evaluate the configuration of configuration: nix was killed (SIGKILL), often because the memory was used up',
  ]);
});

test('Ctrl-C ends the nix that is asked', async () => {
  const folder = writeTree({
    'configuration.nix': '{ ... }: { system.stateVersion = "24.11"; }',
    nix: '#!/bin/sh\ncase "$*" in --version) exit 0 ;; esac\ntrap "" INT TERM\necho $$ >"${0%/*}/pid"\nwhile :; do sleep 1; done\n',
  });
  chmodSync(join(folder, 'nix'), 0o755);
  const bin = join(import.meta.dirname, '../../bin/run.js');
  const running = execa(process.execPath, [bin, 'check', '--source', folder, '--eval'], {
    reject: false,
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
  const pid = await vi.waitFor(() => {
    const told = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(told).toBeGreaterThan(0);
    return told;
  }, 20_000);
  running.kill('SIGINT');
  expect((await running).exitCode).toBe(130);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000);
});

const resultOf = (report: CheckedTarget | undefined, check: string) =>
  report?.results.find((result) => result.check === check);

const outcome = (report: CheckedTarget | undefined, probe: string) =>
  report?.probes.find(({ id }) => id === probe)?.outcome;

/** What was judged, and by what in the files. */
const judgement = ({ name, results }: CheckedTarget) => ({
  name,
  results: results.map(({ lookedAt: _, ...result }) => result),
});

function contents(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${path} ${statSync(join(folder, path)).mtimeMs}`)
    .sort();
}
