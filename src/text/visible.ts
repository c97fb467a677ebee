/*
 * The one door between texts of hosts, files and servers and the people who read them. Nothing is taken out: a name
 * without its odd characters would be another thing's. Each is shown by its number, so that two names never look alike.
 */

/** Not seen, or seen as something else, or steering what shows it: control, format and direction characters, odd blanks. */
export const HIDDEN = '[\\p{C}\\p{Default_Ignorable_Code_Point}\\u2800]|(?! )\\p{Z}';
/** What a text would have to hold to pass for what is made of the former. */
const ALIKE = '\\\\(?=u\\{)|⏎';
/** Commands to a CI that reads its own log: anywhere in a line, and at the beginning of one, where wrapping may bring them. */
const COMMANDS = '#(?=#[a-z]*\\[)|(?<=^|\\s):(?=:(?!ffff:)[a-z])';

const ANY = new RegExp(`${HIDDEN}|${ALIKE}|${COMMANDS}`, 'iu');
const EACH = new RegExp(ANY.source, 'giu');
const IS_HIDDEN = new RegExp(HIDDEN, 'u');

/** Whether every character of it is seen for what it is, in whatever log it stands. */
export function isPrintable(text: string): boolean {
  return !IS_HIDDEN.test(text) && !/##[a-z]*\[/i.test(text);
}

/** A text on one line, every character of which is seen: `\u{202e}` for what is not, `⏎` for the end of a line. */
export function visible(text: string): string {
  if (!ANY.test(text)) return text;
  return text.replace(EACH, (char) =>
    char === '\n' ? '⏎' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
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
