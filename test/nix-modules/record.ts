// With nix, after `npm run build`: NIX_PATH=nixpkgs=FOLDER-OF-NIXPKGS node test/nix-modules/record.ts
import { writeFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { checksumOfSources, EVALUATE, RECORDED } from './recorded.ts';

const { stdout } = execaSync('nix-instantiate', ['--eval', '--strict', '--json', EVALUATE]);
const recorded = { sources: checksumOfSources(), evaluated: JSON.parse(stdout) };
writeFileSync(RECORDED, `${JSON.stringify(recorded, null, 2)}\n`);
