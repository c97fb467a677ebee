import type { DnsAnswer } from '../../facts/host/dns-question.ts';
import { entryOf } from '../../text/entry.ts';

const CODES: Readonly<Record<string, string>> = {
  1: 'answers FORMERR',
  2: 'answers SERVFAIL',
  3: 'answers NXDOMAIN (no such name)',
  4: 'answers NOTIMP',
  5: 'answers REFUSED',
};

/** In words after a name server: `does not answer`, `answers SERVFAIL`. */
export function answerText(answer: DnsAnswer): string {
  if (answer === 'silent') return 'does not answer';
  if (answer === 'closed') return 'does not listen on port 53';
  if (answer === 'unreachable') return 'cannot be reached';
  return answer.code === 0
    ? 'answers'
    : (entryOf(CODES, String(answer.code)) ?? `answers error ${answer.code}`);
}

export const failsToAnswer = (answer: DnsAnswer): boolean => typeof answer === 'string' || answer.code !== 0;
