import type { Binding } from './expression.ts';

/** By the next name of a path: what is below it, or that a value stands there. */
type Paths = Map<string, Paths | 'value'>;

/** So many are compared one by one. */
const FEW = 8;

/**
 * Whether a set may give one attribute two values. It may also be fine: `a = { b = 1; }; a.c = 2;` is. Asked of every set of
 * every file, as nix does before it reads on.
 */
export function mayHaveDuplicates(bindings: readonly Binding[]): boolean {
  if (bindings.length <= FEW && bindings.every(isPlain)) return bindings.some(hasNameOfEarlier);
  const paths: Paths = new Map();
  for (const binding of bindings) {
    if (binding.type === 'inherit') {
      for (const { name } of binding.names) if (!added(paths, name)) return true;
    } else if (!addedPath(paths, binding)) return true;
  }
  return false;
}

const isPlain = (binding: Binding): boolean =>
  binding.type === 'binding' && binding.below.length === 0 && typeof binding.name === 'string';

function hasNameOfEarlier(binding: Binding, index: number, all: readonly Binding[]): boolean {
  for (let at = 0; at < index; at++) if (nameOf(all[at]) === nameOf(binding)) return true;
  return false;
}

const nameOf = (binding: Binding | undefined) => (binding?.type === 'binding' ? binding.name : undefined);

function added(paths: Paths, name: string): boolean {
  if (paths.has(name)) return false;
  paths.set(name, 'value');
  return true;
}

function addedPath(paths: Paths, { name, below }: Binding & { readonly type: 'binding' }): boolean {
  let at = paths;
  for (let depth = 0; depth <= below.length; depth++) {
    const part = depth === 0 ? name : below[depth - 1];
    // Names that are computed are compared when they are.
    if (typeof part !== 'string') return true;
    if (depth === below.length) return added(at, part);
    const inner = at.get(part);
    if (inner === 'value') return false;
    const next: Paths = inner ?? new Map();
    if (inner === undefined) at.set(part, next);
    at = next;
  }
  return true;
}
