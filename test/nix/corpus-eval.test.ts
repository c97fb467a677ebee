/** @module-tag source */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { checkAnswered } from '../../src/engine/evaluated.ts';
import { checkSource, openSource } from '../../src/engine/source.ts';
import { type Case, corpus, found } from './corpus.ts';
import { HAS_NIX } from './nix.ts';
import { type StandIn, standIn } from './stand-in.ts';
import { writeTree } from './tree.ts';

const OPTIONS = { names: { containers: [], secrets: [] }, waivers: [] };
const cases = corpus().map(
  (each) => [`${each.check}/${each.isWrong ? 'wrong' : 'right'}/${each.name}`, each] as const,
);

describe.skipIf(!HAS_NIX)('the corpus by the real nix (skipped without Debian’s nix-bin)', () => {
  let nixpkgs: StandIn;
  let evaluatedCases = 0;
  beforeAll(() => {
    nixpkgs = standIn();
  });
  afterAll(() => {
    nixpkgs.remove();
    // The others have mistakes in them, or name what the stand-in does not have.
    expect(evaluatedCases).toBeGreaterThan(cases.length * 0.7);
  });

  async function judge({ files }: Case) {
    for (const [name, value] of Object.entries(nixpkgs.environment)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const folder = writeTree(files);
    const byFiles = () =>
      checkSource(openSource(folder), folder, checks, OPTIONS).flatMap(({ results }) => results);
    const original = byFiles();
    const flake = join(folder, 'flake.nix');
    if (existsSync(flake)) {
      const text = readFileSync(flake, 'utf8');
      writeFileSync(flake, text.replace(/"(?:github|git\+\w+|path):[^"]*"/g, `"path:${nixpkgs.folder}"`));
    }
    const replaced = byFiles();
    const options = { ...OPTIONS, nix: { timeoutMs: 30_000 } };
    const evaluated = (await checkAnswered({ source: openSource(folder) }, folder, checks, options)).flatMap(
      ({ results }) => results,
    );
    const told = evaluated.filter(({ check }) => check === 'visibility').flatMap(({ findings }) => findings);
    const others = (results: typeof original) => results.filter(({ check }) => check !== 'visibility');
    // By its files, a replaced input is a private one, of which less is known than of what it stands for.
    const read = found(others(evaluated)).join() === found(others(replaced)).join() ? replaced : original;
    // Where nix has no value, the files are judged just as without it.
    if (told.some(({ subject }) => subject === 'nix eval')) {
      expect([others(original), others(replaced)]).toContainEqual(others(evaluated));
      return;
    }
    evaluatedCases++;
    expect(told).toEqual([]);
    expect(found(others(evaluated))).toEqual(found(others(read)));
    // Nix may know what the files do not tell, and knows the units that NixOS makes; it knows nothing less.
    const lost = others(evaluated).filter(
      ({ status }, index) => status === 'unknown' && others(read)[index]?.status !== 'unknown',
    );
    expect(lost).toEqual([]);
  }

  test.each(cases)('%s is judged as by its files', (_, each) => judge(each));
});
