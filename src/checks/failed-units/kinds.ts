import { run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

export const failed = defineKind<{ readonly id: string; readonly description: string }>({
  id: 'failed',
  name: 'A unit that is no container has failed',
  meaning: 'What the unit does is not done; the services that need it suffer from it.',
  status: 'warn',
  title: ({ id }) => `${id} has failed`,
  summary: ({ description }) => description,
  remedy: ({ id }) => ({
    lasting: [
      run(['systemctl', 'status', '--', unitName(id)], { why: 'Read why it failed.' }),
      run(['systemctl', 'reset-failed', '--', unitName(id)], {
        root: true,
        why: 'Clear the failure when its cause is fixed.',
      }),
    ],
  }),
});
