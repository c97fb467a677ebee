import { type Data, isKind, type Opaque } from '../data.ts';

type Parts = readonly (string | Opaque)[];

/**
 * Whether a value that the files tell can be what nix says. What a module outside of the files adds is no
 * contradiction: more items of a list, more attributes of a set, more lines of a text.
 */
export function agrees(ours: Data, theirs: Data): boolean {
  if (isUndecided(ours) || isUndecided(theirs)) return true;
  if (Array.isArray(ours)) return Array.isArray(theirs) && isWithin(ours, theirs);
  if (isKind(ours, 'set'))
    return (
      isKind(theirs, 'set') &&
      [...ours.attributes].every(([name, value]) => {
        const other = theirs.attributes.get(name);
        return other !== undefined && agrees(value, other);
      })
    );
  if (ours === null || theirs === null) return ours === theirs;
  // A setting of a unit may be one text, which becomes an item where another module has one too.
  if (Array.isArray(theirs)) return theirs.some((item) => agrees(ours, item));
  if (isKind(ours, 'path')) return agreesWithPath(ours.path, theirs);
  const text = plain(theirs);
  if (text === undefined) return false;
  if (isKind(ours, 'text')) return holesOf(ours.parts, text) !== undefined || isSomewhere(ours.parts, text);
  const own = String(ours);
  return own === text || (typeof ours === 'string' && isWithin(own.split('\n'), text.split('\n'), true));
}

const MOST_LINES = 100;

/** Among the lines of nix's text, which other modules may have added to. */
function isSomewhere(parts: Parts, text: string): boolean {
  const lines = text.split('\n').slice(0, MOST_LINES);
  return lines.some((_, from) =>
    lines.some((__, to) => to >= from && holesOf(parts, lines.slice(from, to + 1).join('\n')) !== undefined),
  );
}

/** What stands in nix's text where ours has holes; undefined where it cannot be the same text. */
export function holesOf(parts: Parts, text: string): readonly string[] | undefined {
  const holes: string[] = [];
  let start = 0;
  let hole: number | undefined;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'string') {
      // Of two holes side by side the first has all of it.
      if (hole !== undefined) holes.push(text.slice(hole, start));
      hole = start;
      continue;
    }
    const isLast = index === parts.length - 1;
    const at = hole === undefined ? start : isLast ? text.length - part.length : text.indexOf(part, start);
    if (at < start || !text.startsWith(part, at)) return undefined;
    if (hole !== undefined) holes.push(text.slice(hole, at));
    hole = undefined;
    start = at + part.length;
  }
  if (hole !== undefined) {
    holes.push(text.slice(hole));
    return holes;
  }
  return start === text.length ? holes : undefined;
}

/** The text of what has one, as nix says it. */
export function plain(data: Data): string | undefined {
  if (typeof data === 'string') return data;
  if (typeof data === 'number' || typeof data === 'boolean') return String(data);
  if (isKind(data, 'text'))
    return data.parts.map((part) => (typeof part === 'string' ? part : (part.text ?? ''))).join('');
  return isKind(data, 'path') ? data.path : undefined;
}

const isUndecided = (data: Data) => isKind(data, 'function') || isKind(data, 'unknown');

/** Whether they stand among the others in this order. */
function isWithin(ours: readonly Data[], theirs: readonly Data[], exactly = false): boolean {
  let next = 0;
  for (const item of theirs) {
    const own = ours[next];
    if (own !== undefined && (exactly ? own === item : agrees(own, item))) next++;
  }
  return next === ours.length;
}

/** A file of this tree may be told as itself, as a copy in the store, or as its path there. */
function agreesWithPath(path: string, theirs: Data): boolean {
  if (isKind(theirs, 'path') && theirs.path === path) return true;
  const text = plain(theirs);
  if (text === undefined) return false;
  if (text === path) return true;
  if (path.startsWith('/')) return false;
  if (isKind(theirs, 'text') && theirs.parts.some((part) => typeof part !== 'string' && part.path === path))
    return true;
  const name = path.split('/').at(-1) ?? '';
  return text.endsWith(`-${name}`) || (path !== '.' && text.endsWith(`/${path}`));
}
