import { BOOT, GENERATIONS, NOW, SWITCHES, stamp } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const DAY = 86_400_000;
const PREVIOUS = '/nix/store/bb-nixos-system-minipc-25.11';
const CURRENT = '/nix/store/cc-nixos-system-minipc-25.11';

/** Generation 211 runs, and the profile says 212, which was made then. */
export const notSwitched = (made: number, running = PREVIOUS) =>
  GENERATIONS.replace(CURRENT, running)
    .replace(/generation \d+(?:\.\d+)?(?= system-212)/, `generation ${made / 1000}`)
    .replace('end\n', `system newest ${CURRENT}\nkernel /nix/store/k2-linux-6.12.11/bzImage\nend\n`);

export const bootedKernel = (version: string, days: number) =>
  GENERATIONS.replace(/(?<=system booted .*\n.*\n.*-linux-)[\d.]+/, version).replace(
    /generation \d+(?= system-212)/,
    `generation ${(NOW - days * DAY) / 1000}`,
  );

const line = (at: number, text: string) => `${at / 1000}.5 minipc ${text}\n`;

/** What the journal says beside the unit of the upgrade. */
const saying = (text: string, unit = SWITCHES) => unit.replace(/end\n$/, `${text}end\n`);

export const snippet = (name: string, at = BOOT + 5000) =>
  saying(line(at, `stage-2-init: Activation script snippet '${name}' failed (1)`));

const UNIT = 'nixos-rebuild-switch-to-configuration.service';
export const ended = (status: number, at = BOOT + DAY, unit = SWITCHES) =>
  saying(
    line(
      at,
      `systemd[1]: ${UNIT}: ${status === 0 ? 'Deactivated successfully.' : `Main process exited, code=exited, status=${status}/n/a`}`,
    ),
    unit,
  );

export const upgrade = (state: string, ...errors: readonly string[]) =>
  saying(
    errors.map((text) => `error ${(NOW - DAY) / 1000}.1 minipc nixos-upgrade-start[77]: ${text}\n`).join(''),
    SWITCHES.replace(
      'ActiveState=inactive\nResult=success',
      `ActiveState=${state}\nResult=exit-code`,
    ).replace(/(?<=ExitTimestamp=).*/, stamp(NOW - DAY)),
  );

export const cases: KindCases = {
  'upgrade-failed': {
    host: { switches: upgrade('failed', 'error: attribute immich missing') },
    near: { switches: upgrade('activating') },
  },
  'not-active': {
    host: { generations: notSwitched(NOW - 3_600_000) },
    near: { generations: notSwitched(NOW - 60_000) },
  },
  'not-kept': {
    host: { generations: notSwitched(NOW - 3_600_000, '/nix/store/dd-nixos-system-minipc-25.11') },
    near: { generations: notSwitched(NOW - 3_600_000, CURRENT) },
  },
  'activation-failed': {
    host: { switches: snippet('users') },
    near: { switches: snippet('agenixInstall') },
  },
  'reboots-at-any-time': {
    source: `{ system.autoUpgrade = { enable = true; allowReboot = true; }; }`,
    near: [
      'allowReboot = true;',
      'allowReboot = true; rebootWindow = { lower = "01:00"; upper = "05:00"; };',
    ],
  },
  'switch-failed': { host: { switches: ended(1) }, near: { switches: ended(0) } },
  'reboot-due': {
    host: { generations: bootedKernel('6.12.9', 45) },
    near: { generations: bootedKernel('6.12.9', 5) },
  },
};
