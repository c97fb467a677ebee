import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkEvaluated } from '../../src/engine/evaluated.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { corpus, found } from './corpus.ts';
import { HAS_NIX } from './nix.ts';
import { type StandIn, standIn } from './stand-in.ts';
import { writeTree } from './tree.ts';

const OPTIONS = { names: { containers: [], secrets: [] }, waivers: [] };
const cases = corpus();

describe.skipIf(!HAS_NIX)('the corpus by the real nix (skipped without Debian’s nix-bin)', () => {
  let nixpkgs: StandIn;
  let evaluatedCases = 0;
  beforeAll(() => {
    nixpkgs = standIn();
  });
  afterAll(() => {
    nixpkgs.remove();
    // Some have mistakes in them, or name packages that the stand-in does not have.
    expect(evaluatedCases).toBeGreaterThan(cases.length / 2);
  });

  test.each(
    cases.map((each) => [`${each.check}/${each.isWrong ? 'wrong' : 'right'}/${each.name}`, each] as const),
  )('%s is judged as by its files', async (_, { files }) => {
    for (const [name, value] of Object.entries(nixpkgs.environment)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const folder = writeTree(files);
    const flake = join(folder, 'flake.nix');
    if (existsSync(flake)) {
      const text = readFileSync(flake, 'utf8');
      writeFileSync(flake, text.replace(/"(?:github|git\+\w+|path):[^"]*"/g, `"path:${nixpkgs.folder}"`));
    }
    const read = checkSource(openSource(folder), folder, checks, OPTIONS).flatMap(({ results }) => results);
    const options = { ...OPTIONS, nix: { timeoutMs: 30_000 } };
    const evaluated = (await checkEvaluated(openSource(folder), folder, checks, options)).flatMap(
      ({ results }) => results,
    );
    const told = evaluated.filter(({ check }) => check === 'visibility').flatMap(({ findings }) => findings);
    if (told.some(({ subject }) => subject === 'nix eval')) return;
    evaluatedCases++;
    expect(told).toEqual([]);
    const others = (results: typeof read) => results.filter(({ check }) => check !== 'visibility');
    expect(found(others(evaluated))).toEqual(found(others(read)));
    // Nix may know what the files do not tell, and knows the units that NixOS makes; it knows nothing less.
    const lost = others(evaluated).filter(
      ({ status }, index) => status === 'unknown' && others(read)[index]?.status !== 'unknown',
    );
    expect(lost).toEqual([]);
  });
});
