import { run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

export const notRunning = defineKind<{ readonly id: string; readonly why: string }>({
  id: 'not-running',
  name: 'A service that the configuration starts is not running',
  meaning:
    'It is started at boot and should be running, but is not, and systemd does not call that a failure.',
  status: 'warn',
  title: ({ id, why }) => `${id} should be running: ${why}`,
  remedy: ({ id }) => ({
    lasting: [
      run(['systemctl', 'status', '--', unitName(id)], { why: 'Show its state and its last messages.' }),
      run(['systemctl', 'start', '--', unitName(id)], {
        root: true,
        risk: 'restart',
        why: 'Start it, unless somebody stopped it on purpose.',
      }),
    ],
  }),
});
