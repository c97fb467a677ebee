/** @module-tag hosts */
import { expect, test } from 'vitest';
import { probes } from '../../../src/facts/host/index.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { Sandbox } from './sandbox.ts';

const STORE = '/var/lib/containers/storage';
const FOLDERS = [
  ...['/etc/systemd/system', '/run/systemd/generator', '/run/systemd/resolve', '/etc/resolv.conf'],
  ...['/etc/nix/nix.conf', STORE],
];

/** A host with one container unit, `photos.service`, which only its own file tells. */
function host(
  script = 'exec podman run ghcr.io/immich-app/immich-server:v2 docker.io/louislam/uptime-kuma:1',
): Sandbox {
  const sandbox = new Sandbox();
  const own = '[Service]\nEnvironment="PODMAN_SYSTEMD_UNIT=%n"\n';
  sandbox.write('etc/systemd/system/photos.service', own);
  sandbox.write('run/systemd/generator/x', '');
  const start = sandbox.write('start', `${script}\n`);
  sandbox.program(
    'systemctl',
    `case "$*" in
*list-units*--state=failed*) echo 'photos.service loaded failed failed Photos' ;;
list-*) ;;
*Version*) echo Version=257 ;;
*) printf '%s\\n' Id=photos.service LoadState=loaded ActiveState=failed 'ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no }' ;;
esac`,
  );
  sandbox.write('etc/resolv.conf', 'nameserver 127.0.0.1\n');
  sandbox.write('etc/nix/nix.conf', 'substituters = https://cache.nixos.org\n');
  for (const name of ['podman', 'journalctl', 'ip', 'getent', 'nft', 'iptables-save', 'ip6tables-save'])
    sandbox.program(name, 'exit 0');
  sandbox.program('id', 'echo 0');
  return sandbox;
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
  [probes.unitCommands, 'uniq', '*'],
  [probes.unitCommands, 'grep', '*service*'],
  [probes.unitCommands, 'grep', '*-aoE*'],
  [probes.unitCommands, 'tr', '*'],
  [probes.dataPaths, 'tr', '*'],
  [probes.dataPaths, 'grep', '*--mount*'],
  [probes.dataPaths, 'sort', '*'],
  [probes.dataPaths, 'awk', '*AUTOMOUNTS*'],
  [probes.dataPaths, 'cat', '*'],
  [probes.passedDevices, 'tr', '*'],
  [probes.passedDevices, 'awk', '*userns*'],
  [probes.passedDevices, 'awk', '*device*'],
  [probes.decryptionErrors, 'grep', '*'],
  [probes.tailscaleDns, 'grep', '*'],
  [probes.tailscaleDns, 'sed', '*'],
  [probes.tailscaleDns, 'tail', '*'],
  [probes.lookups, 'awk', '*'],
  [probes.lookups, 'podman', '*'],
  [probes.lookups, 'head', '*'],
  [probes.lookups, 'bash', '*'],
  [probes.resolvConf, 'sed', '*nameserver*'],
  [probes.resolvConf, 'systemctl', '*'],
  [probes.portForwarding, 'awk', '*base*'],
  [probes.portForwarding, 'awk', '*family*'],
  [probes.portForwarding, 'find', '*'],
  [probes.portForwarding, 'systemctl', '*'],
];

test.each(STAGES.map(([probe, ...rest]) => [probe.id, ...rest, probe] as const))(
  'what %s prints is not whole where its %s is killed (%s)',
  async (_, program, words, probe) => {
    const sandbox = host();
    if (probe === probes.lookups) sandbox.write(`${STORE}/x`, '');
    expect(await isWhole(sandbox, probe)).toBe(true);
    sandbox.kill(program, words);
    expect(await isWhole(sandbox, probe)).toBe(false);
  },
);

test('of a boot before this one of which journalctl was killed, it is not told how it ended', async () => {
  const sandbox = host();
  const lines = "echo '1000.5 minipc systemd[1]: x'; echo '1000.4 minipc systemd-shutdown[1]: x'";
  sandbox.program('journalctl', lines);
  expect(await sandbox.fact(probes.lastBoot)).toMatchObject({ value: { isClean: true } });
  sandbox.program('journalctl', `${lines.split(';')[0]}; kill -s KILL "$$"`);
  expect(await sandbox.fact(probes.lastBoot)).toMatchObject({ outcome: 'failed' });
});

test('a name of which the shell that asks was killed is not left out in silence', async () => {
  const sandbox = host();
  sandbox.program('timeout', 'kill -s KILL "$PPID"');
  expect(await isWhole(sandbox, probes.lookups)).toBe(false);
});

test('of a unit in whose command no engine was searched for, because grep was killed, it is not said that there is none', async () => {
  const sandbox = host('exec photos');
  expect(await sandbox.fact(probes.unitCommands, ...FOLDERS)).toMatchObject({
    value: [{ runsNoEngine: true }],
  });
  sandbox.kill('grep', '*nerdctl*');
  expect(await isWhole(sandbox, probes.unitCommands)).toBe(false);
});
