import type { Site } from '../place.ts';
import { writtenOut } from './store-path.ts';
import { boolean, byBytes, describe, FALSE, plainText, TRUE, unknown, type Value } from './value.ts';

/** `a == b`, as deep as it needs; unknown as soon as something unknown must be compared. */
export function equal(a: Value, b: Value, site: Site | undefined, depth = 0): Value {
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if (depth > 100) return unknown('it is nested too deeply', site);
  if ((a.kind === 'integer' || a.kind === 'float') && (b.kind === 'integer' || b.kind === 'float'))
    return boolean(a.value === b.value);
  if (a.kind !== b.kind) return FALSE;
  switch (a.kind) {
    case 'null':
      return TRUE;
    case 'boolean':
      return boolean(b.kind === 'boolean' && a.value === b.value);
    case 'path':
      return boolean(b.kind === 'path' && a.path === b.path);
    case 'text': {
      const [left, right] = bothWritten(a, b);
      if (left === undefined || right === undefined)
        return unknown('a part of the string is not known', site);
      return boolean(left === right);
    }
    case 'list': {
      if (b.kind !== 'list' || a.items.length !== b.items.length) return FALSE;
      for (const [index, item] of a.items.entries()) {
        const other = b.items[index];
        const same = other === undefined ? FALSE : equal(item.force(), other.force(), site, depth + 1);
        if (same !== TRUE) return same;
      }
      return TRUE;
    }
    case 'set': {
      if (b.kind !== 'set') return FALSE;
      const incomplete = a.attributes.rest ?? b.attributes.rest;
      if (incomplete !== undefined) return incomplete;
      const names = a.attributes.names();
      if (a.attributes.get('type') !== undefined && b.attributes.get('type') !== undefined)
        return unknown('packages cannot be compared before they are built', site);
      const others = new Set(b.attributes.names());
      if (names.length !== others.size) return FALSE;
      const common = names.filter((name) => others.has(name));
      let result = boolean(common.length === names.length);
      // Nix compares them in an order of its own until two differ: what fails may come before these.
      for (const name of common) {
        const [left, right] = [a.attributes.get(name), b.attributes.get(name)];
        const same = left && right ? equal(left.force(), right.force(), site, depth + 1) : FALSE;
        if (same.kind === 'unknown') return same;
        if (same !== TRUE) result = FALSE;
      }
      return result;
    }
    default:
      return unknown('functions cannot be compared', site);
  }
}

/** Where this tree is, only another place in it tells. */
function bothWritten(a: Value, b: Value): readonly [string | undefined, string | undefined] {
  const plain = [plainText(a), plainText(b)] as const;
  return plain.every((each) => each === undefined) ? [writtenOut(a), writtenOut(b)] : plain;
}

export function less(a: Value, b: Value, site: Site | undefined, depth = 0): Value {
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if ((a.kind === 'integer' || a.kind === 'float') && (b.kind === 'integer' || b.kind === 'float'))
    return boolean(a.value < b.value);
  if (a.kind === 'text' && b.kind === 'text') {
    const [left, right] = bothWritten(a, b);
    if (left === undefined || right === undefined) return unknown('a part of the string is not known', site);
    return boolean(byBytes(left, right) < 0);
  }
  if (a.kind === 'list' && b.kind === 'list' && depth < 100) {
    for (const [index, item] of a.items.entries()) {
      const other = b.items[index];
      if (other === undefined) return FALSE;
      const same = equal(item.force(), other.force(), site);
      if (same.kind === 'unknown') return same;
      if (same !== TRUE) return less(item.force(), other.force(), site, depth + 1);
    }
    return boolean(a.items.length < b.items.length);
  }
  return unknown(`${describe(a)} cannot be compared with ${describe(b)}`, site);
}
