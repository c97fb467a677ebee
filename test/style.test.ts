import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/hsdoctor.ts';

/** Turns that readers had to read twice, and what to write. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/(?<![Tt]here )\b(?:is|are) no (?!longer\b|more\b|different\b)/, 'is not a …'],
  [/\b(?:is|are) none\b/, 'is not a …, does not exist'],
  [/\b(?:could|can|cannot) (?:not )?be seen\b/, 'could not be read, could not be checked'],
  [/\btold by\b/, 'the active voice'],
  [/\bfor ever\b/, 'never, always'],
  [/\bstands? (?:in|on|at|there|below|beside|behind|beneath)\b/, 'is in …'],
  [/\bended with \d/, 'exit status …'],
  [/\b(?:anew|wherefore|whosoever|thereof)\b/, 'again, why'],
  [/\b[Mm]end(?:s|ed|ing)?\b/, 'fix'],
  [/\bagain and again\b/, 'keeps …ing'],
  [/\bof which\b/, 'whose, or two sentences'],
];

/** Texts in code: what stands in quotes, outside of comments and of what is matched in foreign output. */
const textsOf = (code: string) =>
  [
    ...code
      .replace(/^\s*(?:\/\*\*?|\*|\/\/).*$/gm, '')
      .matchAll(/'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g),
  ].map(([, single, double, template]) => single ?? double ?? template ?? '');

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT })];
const CODE = globSync('src/**/*.ts', { cwd: ROOT }).filter((path) => !path.startsWith('src/facts/host/'));

test.each([...PAGES, ...CODE])('%s is plain technical English', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const texts = path.endsWith('.md') ? text.split('\n') : textsOf(text);
  const found = texts.flatMap((each) =>
    BANNED.flatMap(([turn, better]) => (turn.test(each) ? [`${each.trim()}: write "${better}"`] : [])),
  );
  expect(found).toEqual([]);
});
