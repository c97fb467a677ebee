import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { PRELUDE } from '../../src/nix/library/prelude.ts';

export interface StandIn {
  /** The folder that is nixpkgs, agenix, home-manager and nix-darwin. */
  readonly folder: string;
  /** What lets nix run without its daemon, and find no other nixpkgs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

/** Names of flakes that a configuration may use without an address. */
const REGISTERED = ['nixpkgs', 'agenix', 'home-manager', 'nix-darwin', 'darwin'];

const flakeAt = (id: string, path: string) => ({
  from: { type: 'indirect', id },
  to: { type: 'path', path },
});

export function standIn(): StandIn {
  const root = mkdtempSync(join(tmpdir(), 'hsdoctor-nixpkgs-'));
  const folder = join(root, 'nixpkgs');
  cpSync(join(import.meta.dirname, 'nixpkgs'), folder, { recursive: true });
  writeFileSync(join(folder, 'lib.nix'), PRELUDE);
  const registry = join(root, 'registry.json');
  writeFileSync(
    registry,
    JSON.stringify({ version: 2, flakes: REGISTERED.map((id) => flakeAt(id, folder)) }),
  );
  const environment = {
    NIX_STATE_DIR: join(root, 'state'),
    NIX_STORE_DIR: join(root, 'store'),
    NIX_PATH: `nixpkgs=${folder}`,
    NIX_CONFIG: `flake-registry = ${registry}`,
    HOME: root,
    XDG_CACHE_HOME: join(root, 'cache'),
  };
  // Two that begin in a new state at once make its links twice, and one of them ends: an installed nix has them.
  execaSync('nix-instantiate', ['--eval', '--expr', '1'], { env: environment, reject: false });
  return {
    folder,
    environment,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
