import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { build } from 'rolldown';
import { spread } from './measure.ts';

const COUNTS = [250, 500, 1000] as const;
const FILE_BYTES = 10_000;
const BUDGET_MS = 2000;
const BUDGET_BYTES = 300_000_000;
const RUNS = 5;

/** A module of 10 KB as people write them: comments, options of containers and units, constants, conditions. */
function moduleOf(index: number): string {
  const blocks: string[] = [];
  for (let block = 0; blocks.join('').length < FILE_BYTES - 700; block++) {
    const name = `app-${index}-${block}`;
    blocks.push(`
    # ${name}: what it is for, and why it is set up in this way and not in another one, in a line or two
    virtualisation.oci-containers.containers.${name} = {
      image = "ghcr.io/example/${name}:\${version}";
      ports = [ "\${constants.network.address}:\${toString (${1000 + block} + offset)}:80" ];
      environment = {
        TZ = "Europe/Berlin";
        DATA_DIR = "\${constants.paths.data}/${name}";
      };
      volumes = [ "\${constants.paths.data}/${name}:/data" "\${config.age.secrets.${name}.path}:/run/secret:ro" ];
      extraOptions = [ "--memory=512m" ] ++ lib.optional constants.limits.cpu "--cpus=1";
    };
    systemd.services."podman-${name}" = {
      after = [ "tailscaled.service" ];
      serviceConfig.RestartSec = lib.mkForce "5s";
      script = ''
        until \${pkgs.tailscale}/bin/tailscale ip -4; do
          sleep 1
        done
      '';
    };
`);
  }
  return `{ config, pkgs, lib, constants, ... }:
let
  version = "1.\${toString ${index}}";
  offset = ${index};
in
{
  config = lib.mkIf config.apps.enable {${blocks.join('')}  };
}
`;
}

function writeTree(folder: string, count: number): void {
  const files = Array.from({ length: count }, (_, index) => `modules/m${index}.nix`);
  const all = {
    'configuration.nix': `{ ... }: {
      imports = [ ${files.map((path) => `./${path}`).join(' ')} ];
      apps.enable = true;
      _module.args.constants = import ./constants.nix;
    }`,
    'constants.nix': '{ network.address = "100.64.0.1"; paths.data = "/data"; limits.cpu = true; }',
    ...Object.fromEntries(files.map((path, index) => [path, moduleOf(index)])),
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** As users run it, in one file without types: what Node needs to take the types away would count as memory of the reader. */
async function readerIn(folder: string): Promise<string> {
  const file = join(folder, 'reader.cjs');
  await build({
    input: fileURLToPath(new URL('read-source.ts', import.meta.url)),
    platform: 'node',
    output: { file, format: 'cjs' },
  });
  return file;
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-bench-'));
  try {
    const reader = await readerIn(folder);
    const medians: number[] = [];
    for (const count of COUNTS) {
      writeTree(join(folder, String(count)), count);
      const runs: { ms: number; bytes: number; asked: number }[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { stdout } = await execaNode(reader, [join(folder, String(count))]);
        runs.push(JSON.parse(stdout));
      }
      const time = spread(runs.map(({ ms }) => ms));
      const memory = spread(runs.map(({ bytes }) => bytes));
      medians.push(time.median / count);
      console.log(
        `${count} files of 10 KB: ${Math.round(time.median)} ms (${Math.round(time.least)}-${Math.round(time.most)}), ` +
          `${Math.round(memory.median / 1e6)} MB at most, ${runs[0]?.asked} options`,
      );
      if (count !== COUNTS.at(-1)) continue;
      if (time.median > BUDGET_MS || memory.median > BUDGET_BYTES) process.exitCode = 1;
    }
    console.log(
      `per file, from the fewest to the most: ${medians.map((ms) => `${ms.toFixed(2)} ms`).join(', ')}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await measure();
