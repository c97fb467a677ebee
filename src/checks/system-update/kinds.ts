import { byHand, edit, run } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { rebuild } from '../shared/steps.ts';

const reboot = (why: string) => run(['systemctl', 'reboot'], { root: true, risk: 'restart', why });

export const upgradeFailed = defineKind<{
  readonly error: string | undefined;
  readonly isRebuiltSince: boolean;
}>({
  id: 'upgrade-failed',
  name: 'The automatic upgrade failed',
  meaning: 'The host keeps running the generation that it had, without the updates.',
  status: 'warn',
  title: ({ error }) =>
    error === undefined
      ? 'The automatic upgrade failed (nixos-upgrade.service)'
      : `The automatic upgrade failed: ${error}`,
  summary: ({ isRebuiltSince }) =>
    isRebuiltSince
      ? 'The system was rebuilt after that. The unit stays failed until the upgrade runs again.'
      : 'The host keeps running the generation that it had, without the updates.',
  remedy: () => ({
    lasting: [
      run(['journalctl', '--unit=nixos-upgrade.service', '--lines=100'], {
        root: true,
        why: 'Show why it failed.',
      }),
      run(['systemctl', 'start', '--', 'nixos-upgrade.service'], {
        root: true,
        risk: 'restart',
        why: 'Once the cause is fixed, run it again. It may reboot the host.',
      }),
    ],
  }),
});

interface Systems {
  /** `generation 211`, or its place in the store. */
  readonly running: string;
  /** `generation 212`: what the next boot starts. */
  readonly next: string;
}

export const notActive = defineKind<Systems & { readonly isBootedOld: boolean }>({
  id: 'not-active',
  name: 'The generation that the next boot starts is not the running one',
  meaning: 'The host does not run what its configuration says.',
  status: 'warn',
  title: ({ running, next }) => `The host runs ${running}, but the next boot starts ${next}`,
  summary: ({ isBootedOld, next }) =>
    isBootedOld
      ? `The host did not boot ${next}, although it was there. Either another one was chosen in the boot menu, the boot loader was not updated, or ${next} was selected only after the boot.`
      : `Either ${next} was made for the next boot (nixos-rebuild boot), or the switch to it failed.`,
  remedy: ({ next, isBootedOld }) => ({
    lasting: isBootedOld
      ? [
          run(['df', '-h', '/boot'], {
            why: 'Check that /boot is not full: then the boot loader is not updated.',
          }),
          byHand(
            `Decide which generation should run. nixos-rebuild switch activates the configuration; a reboot starts ${next}.`,
          ),
        ]
      : [
          reboot(
            `Reboot into ${next} when convenient. If the switch to it failed, nixos-rebuild switch shows why.`,
          ),
        ],
  }),
});

export const notKept = defineKind<{ readonly next: string }>({
  id: 'not-kept',
  name: 'The running system is in no generation',
  meaning:
    'It was activated without a generation (nixos-rebuild test), or its generation was removed. The next boot starts another system.',
  status: 'warn',
  title: ({ next }) => `The running system is in no generation: a reboot starts ${next}`,
  remedy: () => ({ lasting: [rebuild()] }),
});

export const activationFailed = defineKind<{ readonly snippet: string }>({
  id: 'activation-failed',
  name: 'Part of the last activation failed',
  meaning: 'The users, folders or files that this part sets up may be missing or outdated.',
  status: 'warn',
  title: ({ snippet }) => `Part of the last activation failed: ${snippet}`,
  remedy: () => ({
    lasting: [
      run(['journalctl', '--boot', '--grep=stage-2-init|activation|Activation'], {
        root: true,
        why: 'Show its messages before the failure.',
      }),
      rebuild(),
    ],
  }),
});

export const switchFailed = defineKind<{ readonly exitStatus: number }>({
  id: 'switch-failed',
  name: 'The last switch to a configuration failed',
  meaning: 'Units may be old, stopped or failed, because the switch ended with an error.',
  status: 'warn',
  title: ({ exitStatus }) => `The last switch to a configuration failed (exit status ${exitStatus})`,
  summary: ({ exitStatus }) =>
    exitStatus === 4
      ? 'The configuration was activated, but some units failed to start.'
      : 'Units may be old or stopped, because the switch ended with an error.',
  remedy: () => ({
    lasting: [run(['systemctl', 'list-units', '--failed'], { why: 'Show which units failed.' }), rebuild()],
  }),
});

export const rebootDue = defineKind<{
  readonly booted: string;
  readonly installed: string;
  readonly days: number;
}>({
  id: 'reboot-due',
  name: 'A newer kernel has needed a reboot for more than 30 days',
  meaning: 'The fixes in it have no effect until the host is rebooted.',
  status: 'warn',
  title: ({ booted, installed, days }) =>
    `Kernel ${installed} has been installed for ${days} days, but ${booted} is running`,
  remedy: () => ({ lasting: [reboot('Reboot when convenient.')] }),
});

export const rebootsAtAnyTime = defineKind<{
  readonly at: { readonly file: string; readonly line?: number; readonly column?: number } | undefined;
}>({
  id: 'reboots-at-any-time',
  name: 'The automatic upgrade may reboot the host at any time',
  meaning:
    'A missed upgrade runs at the next start and may reboot the host at once, even while photos upload or a backup runs.',
  status: 'warn',
  title: () => 'The automatic upgrade may reboot the host at any time of the day',
  remedy: ({ at }) => ({
    lasting: [
      edit({
        option: 'system.autoUpgrade.rebootWindow',
        after: '{ lower = "01:00"; upper = "05:00"; }',
        why: 'Let it reboot only at night, when no backup runs.',
        at,
      }),
      rebuild(),
    ],
  }),
});
