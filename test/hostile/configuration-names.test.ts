/** @module-tag hosts */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import type { CheckResult } from '../../src/model/report.ts';
import { nixString } from '../../src/remedy/nix-text.ts';
import { Pasting, stepsOf } from '../support/remedies.ts';

/** Names that a file may have, and nothing else should. */
const NAMES = [
  "x';touch PWN;'",
  'x;touch PWN;#\u001b]',
  '$(touch PWN)',
  '`touch PWN`',
  'x\ntouch PWN',
  'x\r\n::error::y',
  '*',
  '-rf',
  '--host=evil',
  '~',
  '=ls',
  'a b',
  ' a ',
  'a\tb',
  '\\',
  '"',
  "'",
  '\u0024{x}',
  "''",
  '\u202egnp.exe',
  'a\u200bb',
  'a\u2028b',
  '\u{e0041}',
  '\u009b31m',
  '##vso[task.complete]',
  '##[error]x',
  '::error::x',
  'A=B',
  '#',
  ':(top)x',
  '한국어',
];
/** Those which no command can have in it, however it is quoted. */
const UNTYPABLE = NAMES.filter((name) => /[\p{C}\u2028]|##/u.test(name));

function tree(name: string, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'hsdoctor-names-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function judged(folder: string): CheckResult[] {
  const options = { names: { containers: [], secrets: [] }, waivers: [] };
  return checkSource(openSource(folder), folder, checks, options).flatMap(({ results }) => results);
}

const named = (name: string) => `"${name}" cannot be written`;

/** A name as Nix writes it, also one over several lines. */
const nixName = (name: string) => nixString(name).replace(/\n/g, '\\n').replace(/\r/g, '\\r');

const MODULE = (name: string) => `{ config, ... }: {
  virtualisation.oci-containers.containers.${nixName(name)} = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0-openvino";
    ports = [ "100.64.0.1:80:80" ];
    extraOptions = [ "--health-cmd=true" ];
    environment.DB_PASSWORD = "x";
    environmentFiles = [ "/run/${name.replaceAll('/', '').replace(/["\\$]/g, '\\$&')}/env" ];
  };
  systemd.services.${nixName(name)}.serviceConfig = {
    ConditionPathExists = "/x";
    Environment = [ "A=b c" ];
  };
  age.secrets.${nixName(name)}.file = ./secrets + ${nixName(`/${name}.age`)};
  services.x.file = config.age.secrets.${nixName(`${name}2`)}.path;
}`;

const files = (name: string) => ({
  'flake.nix': `{ outputs = { nixpkgs, ... }: {
    nixosConfigurations.${nixName(name)} = nixpkgs.lib.nixosSystem { modules = [ (./. + ${nixName(`/${name}.nix`)}) ]; };
  }; }`,
  [`${name}.nix`]: MODULE(name),
  'secrets/secrets.nix': `{ ${nixName(`${name}.age`)}.publicKeys = [ "ssh-ed25519 AAAA" ]; }`,
});

describe.each(NAMES)('a configuration in which everything is called %j', (name) => {
  test('has faults, and what is to be pasted for it acts on nothing else', () => {
    const results = judged(tree(name, files(name)));
    const found = results.filter(({ findings }) => findings.length > 0).map(({ check }) => check);
    for (const check of ['ml-oom', 'tailscale-wait', 'tailscale-bind', 'container-state', 'agenix-secrets'])
      expect(found).toContain(check);
    const pasting = new Pasting();
    onTestFinished(() => pasting.remove());
    const of = (each: CheckResult) =>
      found.includes(each.check) && !/^upload|^launchd|^immich-r/.test(each.check);
    pasting.requireHarmless(stepsOf(results.filter(of)));
  });
});

test.each(UNTYPABLE)(
  'what is called %j is named in a step by hand, and stands in no command and no edit',
  (name) => {
    const steps = stepsOf(judged(tree('plain', files(name))));
    const typed = steps.filter(({ kind }) => kind !== 'byHand');
    for (const step of typed) {
      const words =
        step.kind === 'run'
          ? step.words
          : step.kind === 'edit'
            ? [step.option, step.after, JSON.stringify(step.items)]
            : [step.file];
      for (const word of words) expect(word ?? '').not.toContain(name);
    }
    const byHand = steps.flatMap((step) => (step.kind === 'byHand' ? step.text : []));
    // The container's and the unit's options, the encrypted file, and its path for git.
    expect(byHand.filter((text) => text.includes(named(name))).length).toBeGreaterThanOrEqual(2);
    expect(byHand.filter((text) => text.includes(named(`${name}.age`)))).toHaveLength(1);
    expect(byHand.filter((text) => text.includes(named(`secrets/${name}.age`)))).toHaveLength(1);
  },
);

test.each(UNTYPABLE)('in a folder called %j nothing is run', (name) => {
  const steps = stepsOf(judged(tree(name, files('db'))));
  const here = steps.filter((step) => 'where' in step && step.where === 'here');
  expect(here).toEqual([]);
  const byHand = steps.flatMap((step) => (step.kind === 'byHand' ? step.text : []));
  expect(
    byHand.filter((text) =>
      [name, `${name}/secrets`].some((end) => text.includes(`${end}" cannot be written`)),
    ),
  ).toHaveLength(2);
});

test.each(['-rf', "a b'c", '$(touch PWN) "x"'])('in a folder called %j words hold', (name) => {
  const folder = tree(name, files('db'));
  const steps = stepsOf(judged(folder));
  const here = steps.filter((step) => 'where' in step && step.where === 'here');
  expect(here).toMatchObject([
    { kind: 'secret', file: 'db.age', directory: `${folder}/secrets` },
    { words: ['git', '-C', folder, 'add', '--', 'secrets/db.age'] },
  ]);
});
