/*
 * The one door between texts of hosts, files and servers and the people who read them. Nothing is taken out: a name
 * without its odd characters would be another thing's. Each is shown by its number, so that two names never look alike.
 */

/** Marks of no script of their own: behind the letter that they stand on they may pass for a part of it, as the dot of an i. */
const LOOSE_MARKS = '\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f';
/** Parts of a Hangul syllable. */
const JAMO = '\\u1100-\\u11ff\\ua960-\\ua97f\\ud7b0-\\ud7ff';
/** Of Thai and Lao, in two parts what is a letter, too; and in the scripts of India, a vowel of two vowels. */
const LETTERS_OF_TWO = [
  '[\\u0e4d\\u0ecd](?=[\\u0e32\\u0eb2])',
  ...Array.from({ length: 9 }, (_, script) => {
    const of = (offset: number) => `\\u${(0x900 + 0x80 * script + offset).toString(16).padStart(4, '0')}`;
    return `[${of(0x3a)}-${of(0x3b)}${of(0x3e)}-${of(0x4c)}](?<=[${of(0x04)}-${of(0x14)}].)`;
  }),
].join('|');

/**
 * Not seen, or seen as something else, or steering what shows it: control, format and direction characters, odd blanks,
 * and marks that make of one letter what looks like another.
 */
export const HIDDEN = `[\\p{C}\\p{Default_Ignorable_Code_Point}\\u2800${LOOSE_MARKS}${JAMO}]|(?! )\\p{Z}|${LETTERS_OF_TWO}`;
/** What a text would have to hold to pass for what is made of the former. */
const ALIKE = '\\\\(?=u\\{)|⏎';
/** Commands to a CI that reads its own log: anywhere in a line, and at the beginning of one, where wrapping may bring them. */
const COMMANDS = '#(?=#[a-z]*\\[)|(?<=^|\\s):(?=:(?!ffff:)[a-z])';

const ANY = new RegExp(`${HIDDEN}|${ALIKE}|${COMMANDS}`, 'iu');
const EACH = new RegExp(ANY.source, 'giu');
const IS_HIDDEN = new RegExp(HIDDEN, 'u');

/** Whether every character of it is seen for what it is, in whatever log it stands. */
export function isPrintable(text: string): boolean {
  return !IS_HIDDEN.test(text) && !/##[a-z]*\[/i.test(text) && isComposed(text);
}

const isComposed = (text: string) => text.normalize('NFC') === text;

const escaped = (char: string) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * A text on one line, every character of which is seen: `\u{202e}` for what is not, `⏎` for the end of a line, and `\u{nfd}`
 * behind a word whose letters and marks are apart, as some programs write names of files.
 */
export function visible(text: string): string {
  if (isComposed(text)) return withoutHidden(text);
  return text.replace(/\S+|\s+/gu, (word) => (isComposed(word) ? withoutHidden(word) : inParts(word)));
}

const withoutHidden = (text: string): string =>
  ANY.test(text) ? text.replace(EACH, (char) => (char === '\n' ? '⏎' : escaped(char))) : text;

/** A word that looks like another one, which is written with fewer characters. */
function inParts(word: string): string {
  const whole = word.normalize('NFC');
  if (whole.normalize('NFD') === word) return `${withoutHidden(whole)}\\u{nfd}`;
  return Array.from(withoutHidden(word), (char) =>
    /\p{M}/u.test(char) || !isComposed(char) ? escaped(char) : char,
  ).join('');
}

/** The lines of a text that was made visible. What ends them has no marks; a tab in front is shown as blanks. */
export function visibleLines(text: string): readonly string[] {
  return text
    .split(/⏎|\n/)
    .map((line) =>
      line
        .replace(/\\u\{d\}$/, '')
        .replace(/^(.?)((?: |\\u\{9\})+)/, (_, first, blanks) => first + blanks.replaceAll('\\u{9}', '    ')),
    );
}

/** The same of a name, of which also the blanks at its ends are seen. */
export function visibleName(name: string): string {
  return /^[\s"]|\s$/.test(name) ? `"${visible(name)}"` : visible(name);
}

/** The same value with every text in it made visible; of commands not, whose words were proven to be. */
export function visibleThroughout<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleThroughout) as T;
  if (value === null || typeof value !== 'object') return value;
  const proven = 'kind' in value && (value.kind === 'run' || value.kind === 'secret');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      proven && key !== 'why' ? item : visibleThroughout(item),
    ]),
  ) as T;
}
