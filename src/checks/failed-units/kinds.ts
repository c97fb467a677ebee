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
              'If its work still has to be done, start it again with systemctl start, or wait for its timer if it has one.',
            ),
          ]),
    ],
  }),
});
