import { expect, test } from 'vitest';
import {
  backupJob,
  CLOCK,
  GENERATIONS,
  type Given,
  judge,
  MEMORY,
  NO_BACKUP,
  SWITCHES,
} from './home-server.ts';

/** Each output that a check is made of, with the text from which on it is whole. */
const OUTPUTS: readonly (readonly [check: string, fact: keyof Given, text: string])[] = [
  ['memory', 'memory', MEMORY],
  ['clock', 'clock', CLOCK],
  ['clock', 'clock', CLOCK.replace('NTPSynchronized=yes', 'NTPSynchronized=no')],
  ['system-update', 'generations', GENERATIONS],
  ['system-update', 'switches', SWITCHES],
  ['backup', 'backupJobs', backupJob()],
  ['backup', 'backupJobs', backupJob({ success: 0 })],
  ['backup', 'backupJobs', NO_BACKUP],
];

test.each(OUTPUTS)('of %s an output of %s that is cut anywhere proves nothing', (check, fact, text) => {
  for (let length = 0; length < text.length - 1; length += 7) {
    const { status, findings } = judge(check, { [fact]: text.slice(0, length) });
    expect([length, status, findings]).toEqual([length, 'unknown', []]);
  }
});
