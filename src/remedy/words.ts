import { isPrintable } from '../text/visible.ts';

/*
 * Words of commands that come from a host, a file or a person. Each is parsed as what it has to be, wherever it came
 * from. What does not parse is refused whole: nothing is ever taken out of a name, for what is left names another thing.
 */

declare const proof: unique symbol;

/** A text that was proven to be what it is called. */
export type Word<What extends string = string> = string & { readonly [proof]: What };

/** A text that is not what it would have to be, and so stands in no command. */
export interface Refused {
  readonly refused: string;
  /** What it would have to be: `a unit name`. */
  readonly what: string;
}

export type Parsed<What extends string = string> = Word<What> | Refused;

const LONGEST = 4095;

const word =
  <What extends string>(what: What, fits: (text: string) => boolean) =>
  (text: string): Parsed<What> =>
    text !== '' && text.length <= LONGEST && isPrintable(text) && fits(text)
      ? (text as Word<What>)
      : { refused: text, what };

const matching = <What extends string>(what: What, pattern: RegExp, most = LONGEST) =>
  word(what, (text) => text.length <= most && pattern.test(text));

/** Without the characters of a pattern, and nothing that a program could take for an option. */
export const unitName = matching(
  'a unit name',
  /^[A-Za-z0-9:_][A-Za-z0-9:_.@\\-]*\.(?:service|socket|target|timer|mount|path|scope|slice|swap|device|automount)$/,
  255,
);
export const containerName = matching('a container name', /^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 255);
export const imageReference = matching(
  'an image name',
  /^[a-z0-9][a-z0-9._:/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$/,
);
export const memorySize = matching('a memory size', /^[0-9]{1,15}[bkmg]?$/);
export const ipAddress = matching(
  'an address',
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]+)$/,
  45,
);
/** A role or a database of Postgres, as it is without quotes. */
export const databaseRole = matching('a database role', /^[A-Za-z_][A-Za-z0-9_]*$/, 63);
export const wholeNumber = matching('a number', /^(?:0|[1-9]\d{0,14})$/);
/** As launchd takes it, in the domain of a user: a slash would lead to another. */
export const launchdLabel = matching('an agent label', /^[A-Za-z0-9_][A-Za-z0-9_.+ -]*$/, 255);
/** As ssh takes it; not an option. */
export const hostName = matching('a host name', /^[A-Za-z0-9_[][A-Za-z0-9_.:@%[\]/-]*$/, 255);
const IN_BRACKETS = /^https?:\/\/\[[^\]]*\]/;
/** As curl takes it; not a pattern for many. */
export const webAddress = word('a web address', (text) => {
  const url = URL.parse(text);
  return (
    (url?.protocol === 'http:' || url?.protocol === 'https:') &&
    url.username + url.password === '' &&
    !/[ {}[\]]/.test(text.replace(IN_BRACKETS, ''))
  );
});

/** A path without a way back in it, so that it leads where it seems to. */
export const absolutePath = word(
  'an absolute path',
  (text) => text.startsWith('/') && !text.split('/').includes('..'),
);
/** A path from the working directory, or an absolute one; not an option. */
export const path = word('a path', (text) => !text.startsWith('-'));
/** A file as git takes it: neither an option nor a pattern. */
export const gitPath = word('a path that git takes literally', (text) => !/^[-:/]|[*?[\\]/.test(text));
/** An encrypted file, from the folder of its secrets.nix. agenix puts it into a Nix expression, in which quotes and dollars speak. */
export const secretFile = word(
  'the name of an encrypted file',
  (text) => /^(?![-/])[\p{L}\p{M}\p{N}@%+=:,./ _-]+\.age$/u.test(text) && !text.split('/').includes('..'),
);

export function isRefused(parsed: unknown): parsed is Refused {
  return typeof parsed === 'object' && parsed !== null && 'refused' in parsed;
}

/** A text of ours, known when this is compiled: never one with something else in it. */
export type Literal<T> = T extends Word | Refused
  ? T
  : T extends string
    ? Record<never, never> extends Record<T, 1>
      ? never
      : T
    : never;

/** One word made of several: `gui/501/com.example.agent`. */
export function joined<const Parts extends readonly (string | Refused)[]>(
  ...parts: Parts & { [I in keyof Parts]: Literal<Parts[I]> }
): Parsed {
  const all = parts as readonly (string | Refused)[];
  return all.find(isRefused) ?? (all.join('') as Word);
}

const PLAIN_ATTRIBUTE = /^[A-Za-z_][\w'-]*$/;
/** Nix decodes what follows a per cent sign, and takes what follows `^` for outputs, in quotes too. */
const quotedAttribute = word('an attribute name', (text) => !/["\\$%^]/.test(text));

/** A name as it stands in the path behind a flake: in quotes where it is not plain. */
export function attributeName(name: string): Parsed {
  const parsed = quotedAttribute(name);
  return PLAIN_ATTRIBUTE.test(name) ? parsed : joined('"', parsed, '"');
}
