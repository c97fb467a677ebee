import { joined, plainText, type TextValue, text, unknown, type Value } from './value.ts';

/** Stands for where the store has this tree, in texts that are cut and compared: as long as the real one. */
const STAND_IN = `/nix/store/${'0'.repeat(32)}-source`;

/**
 * A text with the paths of files of this tree in it, written as under the stand-in; a path likewise. Undefined where another
 * part is not known, and for the copy of one file alone, whose name in the store is its own.
 */
export function writtenOut(value: Value): string | undefined {
  const plain = plainText(value);
  if (plain !== undefined) return plain;
  if (value.kind === 'path') return placed(value.path);
  if (value.kind !== 'text') return undefined;
  let written = '';
  for (const [index, part] of value.parts.entries()) {
    if (typeof part === 'string') written += part;
    else {
      const next = value.parts[index + 1];
      const isAlone = typeof next !== 'string' || !next.startsWith('/');
      if (part.path === undefined || part.path.startsWith('/') || (part.isCopy === true && isAlone))
        return undefined;
      written += placed(part.path);
    }
  }
  return written;
}

const placed = (path: string) =>
  path.startsWith('/') ? path : path === '.' ? STAND_IN : `${STAND_IN}/${path}`;

/** The text that was made of one that `writtenOut` gave: where the stand-in is in it, this tree is. */
export function readBack(written: string): TextValue {
  if (!written.includes(STAND_IN)) return text(written);
  const root = unknown('the path of this tree in the store is not known', undefined, { path: '.' });
  return joined(written.split(STAND_IN).flatMap((part, index) => (index === 0 ? [part] : [root, part])));
}
