/** @module-tag source */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { differences } from '../../src/engine/differences.ts';
import type { Host } from '../../src/nix/host.ts';
import { answerOf, type OptionAnswer, parsed } from '../../src/nix/nix-eval/answer.ts';
import { ofFile } from '../../src/nix/nix-eval/expression.ts';
import { openNixSource } from '../../src/nix/source.ts';
import { type Modules, modulesOf, PATTERNS } from './module-generator.ts';
import { evaluateWithNix, HAS_NIX } from './nix.ts';
import { type StandIn, standIn } from './stand-in.ts';
import { asJson, writeTree } from './tree.ts';

const AT_ONCE = 40;
/** HSDOCTOR_ROUNDS=100 and HSDOCTOR_SEED=7 look further, or at the same again. */
const ROUNDS = Number(process.env.HSDOCTOR_ROUNDS ?? 4);

describe.skipIf(!HAS_NIX)('what modules come to (skipped without Debian’s nix-bin)', () => {
  let nixpkgs: StandIn;
  beforeAll(() => {
    nixpkgs = standIn();
  });
  afterAll(() => nixpkgs.remove());

  test('what it claims to know of made-up modules is what nix says', () => {
    vi.stubEnv('NIX_PATH', nixpkgs.environment.NIX_PATH);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const seed = Number(process.env.HSDOCTOR_SEED ?? Date.now() % 1e9);
    let [known, invalid] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const machines = fc.sample(modulesOf, { numRuns: AT_ONCE, seed: seed + round });
      const folder = treeOf(machines);
      const paths = machines.map((_, index) => join(folder, `h${index}`));
      const answers = evaluateWithNix(
        paths.map((path) => ofFile(join(path, 'configuration.nix'), PATTERNS)),
        folder,
      );
      for (const [index, path] of paths.entries()) {
        const printed = answers[index] === undefined ? undefined : parsed(JSON.stringify(answers[index]));
        const source = openNixSource(path);
        const [host] = source.hosts;
        expect(source.problems()).toEqual([]);
        if (printed === undefined || host === undefined) {
          invalid++;
          continue;
        }
        const answer = answerOf(printed, { root: path, contents: new Map() });
        const told = contradictions(host, answer);
        known += told.known;
        const found = [...told.contradictions, ...differences(host, answer)];
        const { 'declared.nix': _, 'constants.nix': __, ...files } = machines[index] ?? {};
        // The files are told only where they matter.
        expect({ found, seed, files: found.length === 0 ? {} : files }).toEqual({
          found: [],
          seed,
          files: {},
        });
      }
    }
    expect(invalid).toBeLessThan(known / 10);
    // Else the test would say nothing.
    expect(known).toBeGreaterThan(500);
  }, 600_000);
});

function treeOf(machines: readonly Modules[]): string {
  return writeTree(
    Object.fromEntries(
      machines.flatMap((files, index) =>
        Object.entries(files).map(([name, text]) => [`h${index}/${name}`, text]),
      ),
    ),
  );
}

/** Of options that are declared in the tree, each must be exactly what nix says. */
function contradictions(host: Host, whole: OptionAnswer) {
  const found: unknown[] = [];
  let known = 0;
  const look = (path: readonly string[], answer: OptionAnswer) => {
    const option = host.option(path);
    if (option.state === 'known') known++;
    if (answer.value !== undefined && option.state === 'known') {
      const [ours, theirs] = [asJson(option.value), asJson(answer.value)];
      if (ours !== undefined && JSON.stringify(ours) !== JSON.stringify(theirs))
        found.push({ path, ours, theirs });
    }
    if (answer.value !== undefined && option.state === 'unset') found.push({ path, ours: 'unset' });
    if (answer.all) {
      const { items: names, rest } = host.attributes(path);
      // What nix has no value of may be there, or not.
      const failed = (name: string) => isBroken(answer.below.get(name));
      const theirs = [...answer.below.keys()].sort();
      const missing =
        rest === undefined ? theirs.filter((name) => !names.includes(name) && !failed(name)) : [];
      if (missing.length > 0 || names.some((name) => !theirs.includes(name)))
        found.push({ path, names, rest, theirs });
    }
    for (const [name, below] of answer.below) look([...path, name], below);
  };
  const own = whole.below.get('own');
  if (own !== undefined) look(['own'], own);
  return { contradictions: found, known };
}

function isBroken(answer: OptionAnswer | undefined): boolean {
  return answer?.failed === true || [...(answer?.below.values() ?? [])].some(isBroken);
}
