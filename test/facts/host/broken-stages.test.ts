import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probes } from '../../../src/facts/host/index.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { Sandbox } from './sandbox.ts';

const FOLDERS = ['/etc/systemd/system', '/run/systemd/generator', '/var/lib/containers/storage'];

/** A host with one container unit, `photos.service`, which only its own file tells. */
function host(): Sandbox {
  const sandbox = new Sandbox();
  const own = '[Service]\nEnvironment="PODMAN_SYSTEMD_UNIT=%n"\n';
  sandbox.write('etc/systemd/system/photos.service', own);
  sandbox.write('run/systemd/generator/x', '');
  const start = sandbox.write(
    'start',
    'exec podman run ghcr.io/immich-app/immich-server:v2 docker.io/louislam/uptime-kuma:1\n',
  );
  sandbox.program(
    'systemctl',
    `case "$*" in
*list-units*--state=failed*) echo 'photos.service loaded failed failed Photos' ;;
list-*) ;;
*Version*) echo Version=257 ;;
*) printf '%s\\n' Id=photos.service LoadState=loaded ActiveState=failed 'ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no }' ;;
esac`,
  );
  sandbox.program('podman', 'exit 0');
  sandbox.program('journalctl', 'exit 0');
  return sandbox;
}

/** Puts a program first on the PATH that is killed where its words match the pattern, and else is the real one. */
function kill(sandbox: Sandbox, program: string, words: string): void {
  const path = `${join(sandbox.folder, 'bin')}:${process.env.PATH}`;
  const found = execFileSync('sh', ['-c', `command -v ${program}`], {
    encoding: 'utf8',
    env: { PATH: path },
  }).trim();
  const real = join(sandbox.folder, `real-${program}`);
  if (found.startsWith(sandbox.folder)) renameSync(found, real);
  else symlinkSync(found, real);
  sandbox.program(program, `case "$*" in ${words}) kill -s KILL "$$" ;; esac\nexec ${real} "$@"`);
}

const isWhole = async (sandbox: Sandbox, probe: Probe) => {
  const fact = await sandbox.fact(probe, ...FOLDERS);
  return fact.outcome === 'ok' && fact.incomplete === undefined;
};

const STAGES: readonly (readonly [probe: Probe, program: string, words: string])[] = [
  [probes.units, 'grep', '*PODMAN_SYSTEMD_UNIT*'],
  [probes.units, 'awk', '*-F*'],
  [probes.units, 'awk', '*docker-prune*'],
  [probes.units, 'sort', '*'],
  [probes.containers, 'awk', '*'],
  [probes.containers, 'sort', '*'],
  [probes.failedUnits, 'awk', '*'],
  [probes.containerLog, 'awk', '*images*'],
  [probes.containerLog, 'awk', '*CONTAINER_NAME=systemd*'],
  [probes.containerLog, 'grep', '*-l*Ee*'],
  [probes.containerLog, 'podman', 'ps*'],
  [probes.containerLog, 'systemctl', 'show*'],
  [probes.containerLog, 'grep', '*MESSAGE*'],
  [probes.containerLog, 'awk', '*as_text*'],
  [probes.appDatabaseLog, 'grep', '*MESSAGE*'],
];

test.each(STAGES.map(([probe, ...rest]) => [probe.id, ...rest, probe] as const))(
  'what %s prints is not whole where its %s is killed (%s)',
  async (_, program, words, probe) => {
    const sandbox = host();
    expect(await isWhole(sandbox, probe)).toBe(true);
    kill(sandbox, program, words);
    expect(await isWhole(sandbox, probe)).toBe(false);
  },
);
