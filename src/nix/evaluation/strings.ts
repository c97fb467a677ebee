import { entryOf } from '../../text/entry.ts';
import { readBack } from './store-path.ts';
import type { Value } from './value.ts';

/** So many bytes of a string from a place on; undefined where that cuts a character. */
export function bytes(subject: string, start: number, length: number): Value | undefined {
  const all = Buffer.from(subject);
  const cut = all.subarray(start, length < 0 ? undefined : start + length);
  const result = cut.toString();
  return Buffer.from(result).equals(cut) ? readBack(result) : undefined;
}

/** Numbers and words of a version, as `1`, `2`, `pre` of `1.2pre`. */
export function splitVersion(version: string): readonly string[] {
  return version.match(/\d+|[^\d.-]+/g) ?? [];
}

/** -1 where `a` is older than `b`, 0 where they are the same, 1 where it is newer. */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  const [left, right] = [splitVersion(a), splitVersion(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (isOlder(one, other)) return -1;
    if (isOlder(other, one)) return 1;
  }
  return 0;
}

function isOlder(a: string, b: string): boolean {
  const [left, right] = [wholeNumber(a), wholeNumber(b)];
  if (left !== undefined && right !== undefined) return left < right;
  if (a === '' && right !== undefined) return true;
  if (a === 'pre' && b !== 'pre') return true;
  if (b === 'pre') return false;
  if (right !== undefined) return true;
  if (left !== undefined) return false;
  return a < b;
}

function wholeNumber(part: string): number | undefined {
  return /^\d+$/.test(part) ? Number(part) : undefined;
}

/** So many ways to share out a string among the repetitions of an expression may have to be tried. */
const MOST_WAYS = 20_000_000;

/**
 * The groups of a POSIX extended expression that matches the whole string, null where it does not; undefined where
 * the expression means, or may mean, something else in JavaScript.
 */
export function matchWhole(
  pattern: string,
  subject: string,
): readonly (string | undefined)[] | null | undefined {
  const translated = translate(pattern);
  const repetitions = pattern.match(/[*+{]/g)?.length ?? 0;
  if (translated === undefined || subject.length ** repetitions > MOST_WAYS) return undefined;
  try {
    const match = new RegExp(`^(?:${translated})$`, 's').exec(subject);
    return match === null ? null : match.slice(1);
  } catch {
    return undefined;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  xdigit: '0-9A-Fa-f',
};

function translate(pattern: string): string | undefined {
  // Alternatives may be taken in another order, and repeated groups may take very long.
  if (/[|]/.test(pattern) || /\)[*+{]/.test(pattern) || /\(\?/.test(pattern)) return undefined;
  let result = '';
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const set = /^\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]/.exec(rest);
    const escaped = /^\\([.[\]{}()*+?^$|\\])/.exec(rest);
    if (set !== null) {
      const [all, not = '', members = ''] = set;
      let known = true;
      const inner = members
        .replace(/[\\[\]^](?!:)|\[(?!:)/g, '\\$&')
        .replace(/\\?\[:(\w+):\\?\]/g, (_, name) => {
          const found = entryOf(CLASSES, name);
          known &&= found !== undefined;
          return found ?? '';
        });
      if (!known) return undefined;
      result += `[${not}${inner}]`;
      at += all.length;
    } else if (escaped !== null) {
      result += escaped[0];
      at += 2;
    } else if (/^[\\^$[]/.test(rest)) return undefined;
    else {
      result += rest[0];
      at++;
    }
  }
  return result;
}
