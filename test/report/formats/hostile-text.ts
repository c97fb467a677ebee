import fc from 'fast-check';
import { visible } from '../../../src/text/visible.ts';

/** What ends, begins or forges something in one format or another. */
const PIECES = [
  ']]>',
  '</failure>',
  '<testcase name="x"/>',
  '&amp;',
  '&#0;',
  '"/>',
  '<!--',
  '::error file=a,line=1::b',
  '::stop-commands::x',
  '##[error]x',
  '##vso[task.setvariable variable=x]y',
  '%0A::error::x',
  '%25',
  ',line=9',
  '\n',
  '\r\n',
  '\u2028',
  '\u0085',
  '\t',
  'not ok 1 - x',
  'ok 99 # SKIP x',
  ' # SKIP ',
  ' # TODO ',
  '1..0',
  'Bail out!',
  '  ...\n',
  '  ---\n',
  '| a | b |',
  '`',
  '```',
  '~~~',
  '# x',
  '- x',
  '1. x',
  '> x',
  '---',
  '[a](https://example.org)',
  '![a](b)',
  '[^1]: x',
  '<img src=x onerror=y>',
  '<!-- x -->',
  '@ann',
  'a@example.org',
  '**x**',
  '_x_',
  '~~x~~',
  '\\',
  '$x$',
  '{0}',
  '\ufffe',
  '\uffff',
  '\ud800',
  '\udc00',
  '\u001b[31m',
  '\u0000',
  '\u202e',
  '../',
  '/',
  '?a=b',
];

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'grapheme' })), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
);

/** Text of a host or a file. */
export const hostileText = text.filter((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(visible(value)));

/** The lines that a runner would take for its commands; Azure's is like the older one of GitHub. */
export function commandsIn(printed: string): string[] {
  return printed.split(/[\r\n]/).filter((line) => /^\s*::/.test(line) || /##(?:\[|vso)/.test(line));
}
