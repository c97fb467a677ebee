import { run } from '../../remedy/steps.ts';
import { joined, unitName } from '../../remedy/words.ts';
import { elapsed } from '../../text/amount.ts';
import { defineKind } from '../define.ts';

const SHOW = (id: string) =>
  run(['systemctl', 'status', '--', unitName(id)], { why: 'Show its state and its last messages.' });
const READ = (id: string) =>
  run(['journalctl', joined('--unit=', unitName(id)), '--lines=50'], {
    root: true,
    why: 'Read why it fails.',
  });

export const notRunning = defineKind<{ readonly id: string; readonly why: string }>({
  id: 'not-running',
  name: 'A service that the configuration starts is not running',
  meaning: 'The configuration starts it at boot, but it is not running. systemd does not list it as failed.',
  status: 'warn',
  title: ({ id, why }) => `${id} should be running: ${why}`,
  remedy: ({ id }) => ({
    lasting: [
      SHOW(id),
      run(['systemctl', 'start', '--', unitName(id)], {
        root: true,
        risk: 'restart',
        why: 'Start it, unless somebody stopped it on purpose.',
      }),
    ],
  }),
});

export const keepsFailing = defineKind<{ readonly id: string; readonly restarts: number }>({
  id: 'keeps-failing',
  name: 'A service that the configuration starts keeps failing',
  meaning: 'systemd restarts it each time, so it is never listed as failed.',
  status: 'warn',
  title: ({ id, restarts }) => `${id} keeps failing: systemd restarted it ${restarts} times`,
  remedy: ({ id }) => ({ lasting: [READ(id)] }),
});

export const longStart = defineKind<{ readonly id: string; readonly minutes: number }>({
  id: 'long-start',
  name: 'A service has been starting for too long',
  meaning: 'It waits for something before its start, or never reports that it is ready.',
  status: 'warn',
  title: ({ id, minutes }) => `${id} has been starting for ${elapsed(minutes * 60_000)}`,
  remedy: ({ id }) => ({ lasting: [SHOW(id), READ(id)] }),
});
