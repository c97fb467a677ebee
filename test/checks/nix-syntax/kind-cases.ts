import { execFileSync } from 'node:child_process';
import { checks } from '../../../src/engine/catalogue.ts';
import { checkSource, openSource } from '../../../src/engine/source.ts';
import { writeTree } from '../../nix/tree.ts';
import type { KindCases } from '../kind-cases.ts';

const FLAKE = `{ outputs = { nixpkgs, ... }: {
  nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; };
}; }`;

/** A flake in a repository of git that knows these files of it. */
function knownToGit(...known: readonly string[]) {
  const folder = writeTree({ 'flake.nix': FLAKE, 'a.nix': '{ system.stateVersion = "24.05"; }' });
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync('git', ['add', ...known], { cwd: folder });
  const options = { names: { containers: [], secrets: [] }, waivers: [] };
  const [machine] = checkSource(openSource(folder), '.', checks, options);
  return machine?.results.flatMap(({ findings }) => findings) ?? [];
}

export const cases: KindCases = {
  'syntax-error': { source: '{ a = 1 }', near: ['1 }', '1; }'] },
  'missing-file': {
    source: { 'configuration.nix': '{ imports = [ ./lost.nix ]; }', 'found.nix': '{ }' },
    near: ['lost', 'found'],
  },
  'not-in-git': {
    found: () => knownToGit('flake.nix'),
    near: () => knownToGit('flake.nix', 'a.nix'),
  },
};
