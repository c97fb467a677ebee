import { byHand, run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

const MEANING = 'Its work is not done, and services that need it may not work.';

export const failed = defineKind<{ readonly id: string; readonly description: string }>({
  id: 'failed',
  name: 'A unit that is not a container has failed',
  meaning: MEANING,
  status: 'warn',
  title: ({ id }) => `${id} has failed`,
  // systemd takes the name where a unit has no description.
  summary: ({ id, description }) =>
    description === id || description === '' ? MEANING : `This is "${description}". ${MEANING}`,
  remedy: ({ id }) => ({
    lasting: [
      run(['systemctl', 'status', '--', unitName(id)], { why: 'Show why it failed.' }),
      run(['systemctl', 'reset-failed', '--', unitName(id)], {
        root: true,
        why: 'Clear the failure once its cause is fixed.',
      }),
      ...(id.endsWith('.scope')
        ? []
        : [
            byHand(
              'Start it again with systemctl if its work is still to be done; if it has a timer, you can leave it to that.',
            ),
          ]),
    ],
  }),
});

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
