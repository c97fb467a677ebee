import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generations } from '../../../src/facts/host/generations.ts';
import { lastBoot } from '../../../src/facts/host/last-boot.ts';
import { switches } from '../../../src/facts/host/switches.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import { BOOT, FILESYSTEMS, GENERATIONS, judge, judgeAll, NOW } from '../home-server.ts';
import { bootedKernel, ended, notSwitched, snippet, upgrade } from './kind-cases.ts';

const of = (given: Parameters<typeof judge>[1]) =>
  judge('system-update', given).findings.map(({ title }) => title);

const OTHER = '/nix/store/dd-nixos-system-minipc-25.11';

describe('a system that runs and is not the one of the profile', () => {
  test('made since the boot it waits for the next one', () => {
    expect(of({ generations: notSwitched(NOW - 3_600_000) })).toEqual([
      'The host runs generation 211, but the next boot starts generation 212',
    ]);
  });

  test('made before the boot it was not chosen', () => {
    const [finding] = judge('system-update', { generations: notSwitched(BOOT - 3_600_000) }).findings;
    expect(finding?.summary).toContain('boot menu');
  });

  test.each([
    ['a specialisation', notSwitched(NOW - 3_600_000, OTHER).replace('end\n', `other ${OTHER}\nend\n`)],
    [
      'a rollback by nixos-rebuild',
      notSwitched(NOW - 3_600_000).replace('profile system-212-link', 'profile system-211-link'),
    ],
    ['a host without a profile', GENERATIONS.replace(/^(?:profile|generation) .*\n/gm, '')],
    [
      'a generation that was made again',
      GENERATIONS.replace('profile system-212-link', 'profile system-213-link').replace(
        'system previous',
        `generation ${NOW / 1000 - 9000} system-213-link /nix/store/cc-nixos-system-minipc-25.11\nsystem previous`,
      ),
    ],
  ])('%s is none', (_, text) => {
    expect(judge('system-update', { generations: text })).toMatchObject({ status: 'ok', findings: [] });
  });
});

describe('a kernel that waits for a reboot', () => {
  test('is a note at first', () => {
    expect(judge('system-update', { generations: bootedKernel('6.12.9', 29) })).toMatchObject({
      status: 'ok',
      reason: 'a reboot is due: kernel 6.12.9 is running, 6.12.11 is installed',
    });
  });

  test('is told of kernels of all names', () => {
    const zen = bootedKernel('6.12.9', 45).replace('linux-6.12.9/bzImage', 'linux-zen-6.12.9/Image');
    expect(of({ generations: zen })).toEqual([
      'Kernel 6.12.11 has been installed for 45 days, but 6.12.9 is running',
    ]);
  });
});

describe('what an activation or a switch said', () => {
  test.each([
    ['before the running generation was made', snippet('users', BOOT - 700_000)],
    [
      'of an activation that a switch to the same generation followed',
      ended(0, BOOT + 90_000, snippet('users')),
    ],
    ['of a switch that another one followed', ended(0, BOOT + 90_000, ended(4, BOOT + 1000))],
  ])('%s is history', (_, text) => {
    expect(judge('system-update', { switches: text })).toMatchObject({ status: 'ok', findings: [] });
  });

  test('an activation that failed after the last switch is told', () => {
    expect(of({ switches: ended(0, BOOT - 90_000, snippet('users')) })).toEqual([
      'Part of the last activation failed: users',
    ]);
  });

  test('an upgrade is told with its error, and once', () => {
    const given = {
      switches: upgrade('failed', 'building the system configuration...', 'error: attribute immich missing'),
      failedUnits: 'Id=nixos-upgrade.service\nResult=exit-code\nDescription=NixOS Upgrade\n',
    };
    expect(of(given)).toEqual(['The automatic upgrade failed: attribute immich missing']);
    expect(judge('failed-units', given).findings).toMatchObject([{ causedBy: 'system-update' }]);
  });

  test('an upgrade that failed before the last rebuild does not say that the updates are missing', () => {
    const summaryOf = (made: number) =>
      judge('system-update', {
        switches: upgrade('failed', 'error: attribute immich missing'),
        generations: GENERATIONS.replace(/generation \d+(?= system-212)/, `generation ${made / 1000}`),
      }).findings[0]?.summary;
    expect(summaryOf(NOW - 3_600_000)).toContain('The system was rebuilt after that.');
    expect(summaryOf(BOOT - 600_000)).toContain('without the updates');
  });

  test('of a full /boot that is the fault', () => {
    const roots = judgeAll({
      switches: upgrade('failed', "OSError: [Errno 28] No space left on device: '/boot/EFI/nixos/x.efi'"),
      filesystems: FILESYSTEMS.replace('/boot 4096 130000 90000', '/boot 4096 130000 10'),
    }).flatMap(({ findings }) => findings.filter(({ causedBy }) => causedBy === undefined));
    expect(roots.map(({ kind }) => kind)).toEqual(['storage/full']);
  });

  test('a host that is not NixOS has none of it', () => {
    expect(judge('system-update', { generations: 'not-nixos\n' }).status).toBe('skipped');
  });
});

describe('the probes', () => {
  const link = (sandbox: Sandbox, path: string, to: string) => {
    const at = join(sandbox.folder, path);
    mkdirSync(join(at, '..'), { recursive: true });
    symlinkSync(to, at);
  };

  test('generations, kernels, versions and images are read by links and files', async () => {
    const sandbox = new Sandbox();
    const store = join(sandbox.folder, 'nix/store');
    for (const [name, kernel, tag] of [
      ['aa-nixos-system', '6.12.9', 'v2.4.1'],
      ['bb-nixos-system', '6.12.11', 'v2.5.0'],
    ]) {
      sandbox.write(`nix/store/${name}/nixos-version`, `25.11.${tag}`);
      link(sandbox, `nix/store/${name}/kernel`, `/nix/store/x-linux-${kernel}/bzImage`);
      sandbox.write(
        `nix/store/${name}/sw/bin/nixos-version`,
        `#!/bin/sh\nprintf '{"configurationRevision":"rev-${tag}"}\\n'`,
        0o755,
      );
      const start = sandbox.write(
        `nix/store/${name}-start`,
        `exec podman \\\n  run \\\n  --name=immich-server \\\n  -e 'KEY=x hooks.example.com/secret y' \\\n  ghcr.io/immich-app/immich-server:${tag} \\\n  start\n`,
      );
      sandbox.write(
        `nix/store/${name}/etc/systemd/system/podman-immich-server.service`,
        `[Service]\nExecStart=${start} \n`,
      );
    }
    link(sandbox, 'nix/var/nix/profiles/system', 'system-2-link');
    link(sandbox, 'nix/var/nix/profiles/system-1-link', `${store}/aa-nixos-system`);
    link(sandbox, 'nix/var/nix/profiles/system-2-link', `${store}/bb-nixos-system`);
    link(sandbox, 'run/current-system', `${store}/bb-nixos-system`);
    link(sandbox, 'run/booted-system', `${store}/aa-nixos-system`);
    const fact = expectValue(
      await sandbox.fact(generations, '/run/current-system', '/run/booted-system', '/nix/var/nix/profiles'),
    );
    expect(fact).toMatchObject({
      current: {
        number: 2,
        version: '25.11.v2.5.0',
        kernel: '6.12.11',
        revision: 'rev-v2.5.0',
        images: { 'immich-server': 'ghcr.io/immich-app/immich-server:v2.5.0' },
      },
      booted: { number: 1, kernel: '6.12.9' },
      previous: {
        number: 1,
        kernel: '6.12.9',
        revision: 'rev-v2.4.1',
        images: { 'immich-server': 'ghcr.io/immich-app/immich-server:v2.4.1' },
      },
      profile: { number: 2 },
      others: [],
    });
  });

  test('of very many generations the running one is found', async () => {
    const sandbox = new Sandbox();
    for (let number = 1; number <= 60; number++) {
      sandbox.write(`nix/store/s${number}-nixos-system/nixos-version`, '25.11');
      link(
        sandbox,
        `nix/var/nix/profiles/system-${number}-link`,
        join(sandbox.folder, `nix/store/s${number}-nixos-system`),
      );
    }
    link(sandbox, 'nix/var/nix/profiles/system', 'system-60-link');
    link(sandbox, 'run/current-system', join(sandbox.folder, 'nix/store/s2-nixos-system'));
    const fact = expectValue(
      await sandbox.fact(generations, '/run/current-system', '/run/booted-system', '/nix/var/nix/profiles'),
    );
    expect(fact).toMatchObject({ current: { number: 2 }, profile: { number: 60 } });
  });

  test('systems of other profiles are told', async () => {
    const sandbox = new Sandbox();
    const store = join(sandbox.folder, 'nix/store');
    sandbox.write('nix/store/aa-nixos-system/nixos-version', '25.11');
    link(sandbox, 'nix/var/nix/profiles/system-profiles/test-1-link', `${store}/aa-nixos-system`);
    link(sandbox, 'run/current-system', `${store}/aa-nixos-system`);
    const folders = ['/run/current-system', '/run/booted-system', '/nix/var/nix/profiles'];
    const { others } = expectValue(await sandbox.fact(generations, ...folders));
    expect(others).toEqual(['/nix/store/aa-nixos-system']);
  });

  test('another host says that it is none of NixOS', async () => {
    expect(await new Sandbox().fact(generations, '/run/current-system')).toMatchObject({
      outcome: 'not-applicable',
    });
  });

  test.each([
    ['that was shut down', 'systemd-journald[99]: Journal stopped', true],
    ['that was shut down long ago', 'systemd[1]: Reached target Shutdown.', true],
    ['that was rebooted', 'systemd[1]: Reached target System Reboot.', true],
    ['that lost its power', 'podman[77]: Journal stopped, says a container', false],
  ])('a boot %s', async (_, last, isClean) => {
    const sandbox = new Sandbox();
    sandbox.program(
      'journalctl',
      `echo '1773000000.123456 minipc ${last}'; echo '1772999999.1 minipc kernel: x'`,
    );
    expect(expectValue(await sandbox.fact(lastBoot))).toEqual({ endedAt: 1_773_000_000_123.456, isClean });
  });

  test.each([
    'Data from the specified boot (-1) is not available: No such boot ID in journal',
    'No journal boot entry found for the specified boot (-1).',
  ])('the first boot has none before it: %s', async (said) => {
    const sandbox = new Sandbox();
    sandbox.program('journalctl', `echo "${said}" >&2; exit 1`);
    expect(await sandbox.fact(lastBoot)).toMatchObject({ outcome: 'not-applicable' });
  });

  test.each([
    ['killed, status=9/KILL', 137],
    ['dumped, status=6/ABRT', 134],
  ])('of a switch that was %s', async (end, exitStatus) => {
    const sandbox = new Sandbox();
    sandbox.program(
      'systemctl',
      'printf "%s\\n" Id=nixos-upgrade.service LoadState=not-found ActiveState=inactive Result=success ExecMainExitTimestamp=',
    );
    sandbox.program(
      'journalctl',
      `case "$*" in *lines=0*) exit ;; esac
echo '1773000002.1 minipc systemd[1]: nixos-rebuild-switch-to-configuration.service: Main process exited, code=${end}'`,
    );
    expect(expectValue(await sandbox.fact(switches))).toMatchObject({
      failedSwitch: { at: 1_773_000_002_100, exitStatus },
    });
  });

  test('switches are read of the journal', async () => {
    const sandbox = new Sandbox();
    sandbox.program(
      'systemctl',
      'printf "%s\\n" Id=nixos-upgrade.service LoadState=loaded ActiveState=failed Result=exit-code ExecMainExitTimestamp=',
    );
    sandbox.program(
      'journalctl',
      `case "$*" in *lines=0*) exit ;; esac
echo "1773000000.1 minipc stage-2-init: Activation script snippet 'etc' failed (1)"
echo '1773000001.1 minipc nixos-upgrade-start[7]: error: no such attribute'
echo '1773000002.1 minipc systemd[1]: nixos-rebuild-switch-to-configuration.service: Main process exited, code=exited, status=4/NOPERMISSION'`,
    );
    expect(expectValue(await sandbox.fact(switches))).toEqual({
      upgrade: { activeState: 'failed', result: 'exit-code' },
      upgradeErrors: [{ at: 1_773_000_001_100, text: 'error: no such attribute' }],
      activationErrors: [{ at: 1_773_000_000_100, snippet: 'etc' }],
      failedSwitch: { at: 1_773_000_002_100, exitStatus: 4 },
    });
  });
});
