import { expect, test } from 'vitest';
import { problemOfAnswer } from '../../../src/upload/server/problem-of-answer.ts';

const problem = (status: number, message: string) =>
  problemOfAnswer(
    { status, headers: { 'content-type': 'application/json' }, text: JSON.stringify({ message }) },
    { url: 'http://minipc:2283', path: '/assets', permission: undefined },
  );

test.each([
  [
    500,
    'Internal server error',
    'busy',
    /had an internal error \(500: .+\): check its log and its free space/,
  ],
  [502, 'Bad Gateway', 'busy', /is not available now \(502: .+\): check that Immich is running/],
  [429, 'Too Many Requests', 'busy', /is too busy \(429: .+\): run it again later/],
  [400, 'Quota has been exceeded!', 'quota', /is used up \(400: .+\): raise it, or free some space/],
  [400, 'Bad file', 'refused', /refuses the request \(400: .+\): look for the reason in the log of Immich/],
])('an answer %d, %s, names the next step', (status, message, kind, sentence) => {
  const told = problem(status, message);
  expect(told.kind).toBe(kind);
  expect(told.message).toMatch(sentence);
});
