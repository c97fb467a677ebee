import type { Binding, NodeId } from './expression.ts';
import type { SyntaxTree } from './tree.ts';

/** A set as it will be made, with `a.b = 1; a = { c = 2; };` brought together, as Nix does before it evaluates. */
export interface Plan {
  readonly recursive: boolean;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Attributes whose names are only known when the set is made. */
  readonly computed: readonly { readonly name: NodeId; readonly slot: Slot }[];
}

export type Slot =
  | { readonly type: 'value'; readonly start: number; readonly expression: NodeId }
  | { readonly type: 'outer'; readonly start: number; readonly name: string }
  | { readonly type: 'from'; readonly start: number; readonly name: string; readonly from: NodeId }
  | { readonly type: 'set'; readonly start: number; readonly plan: Plan }
  | { readonly type: 'duplicate'; readonly start: number; readonly name: string }
  | { readonly type: 'broken'; readonly start: number; readonly reason: string };

/** A plan while it may still be added to: a copy for every `a.b = ...` would take the square of the time. */
interface Draft extends Plan {
  readonly tree: SyntaxTree;
  readonly slots: Map<string, DraftSlot>;
  readonly computed: { readonly name: NodeId; readonly slot: DraftSlot }[];
}

type DraftSlot =
  | Exclude<Slot, { readonly type: 'set' }>
  | (Slot & { readonly type: 'set'; readonly plan: Draft });

/** @param id a set or a `let` */
export function planOf(tree: SyntaxTree, id: NodeId): Plan {
  const expression = tree.read(id);
  if (expression.type === 'let') return draftOf(tree, expression.bindings, true);
  return expression.type === 'set'
    ? draftOf(tree, expression.bindings, expression.recursive)
    : emptyDraft(tree);
}

function emptyDraft(tree: SyntaxTree, recursive = false): Draft {
  return { tree, recursive, slots: new Map(), computed: [] };
}

function draftOf(tree: SyntaxTree, bindings: readonly Binding[], recursive: boolean): Draft {
  const draft = emptyDraft(tree, recursive);
  addAll(draft, bindings);
  return draft;
}

function addAll(draft: Draft, bindings: readonly Binding[]): void {
  for (const binding of bindings) {
    if (binding.type === 'binding') addBinding(draft, binding);
    else
      for (const { name, start } of binding.names)
        add(
          draft,
          name,
          binding.from === undefined
            ? { type: 'outer', start, name }
            : { type: 'from', start, name, from: binding.from },
        );
  }
}

function addBinding(
  into: Draft,
  { name, below, value, start }: Binding & { readonly type: 'binding' },
): void {
  let draft = into;
  for (let depth = 0; depth <= below.length; depth++) {
    const attribute = depth === 0 ? name : below[depth - 1];
    const last = depth === below.length;
    if (typeof attribute === 'number') {
      const inner = emptyDraft(into.tree);
      draft.computed.push({
        name: attribute,
        slot: last ? { type: 'value', start, expression: value } : { type: 'set', start, plan: inner },
      });
      draft = inner;
    } else if (attribute === undefined) return;
    else if (last) add(draft, attribute, { type: 'value', start, expression: value });
    else {
      const inner = within(draft, attribute, start);
      if (inner === undefined) return;
      draft = inner;
    }
  }
}

/** The set under a name, made where there is none; undefined where something else stands there. */
function within(draft: Draft, name: string, start: number): Draft | undefined {
  const slot = draft.slots.get(name);
  const literal = slot === undefined ? undefined : setLiteralOf(slot, draft.tree);
  if (slot !== undefined && literal === undefined && slot.type !== 'set') {
    draft.slots.set(name, duplicate(name, start));
    return undefined;
  }
  const inner =
    slot?.type === 'set'
      ? slot.plan
      : literal === undefined
        ? emptyDraft(draft.tree)
        : draftOf(draft.tree, literal.bindings, literal.recursive);
  if (inner.recursive) {
    draft.slots.set(name, recursiveAndElsewhere(name, start));
    return undefined;
  }
  draft.slots.set(name, { type: 'set', start: slot?.start ?? start, plan: inner });
  return inner;
}

/**
 * What two set literals by one name say is brought together, as deep as they go: nix once did so for their first level only,
 * and did not read a file with more.
 */
function add(draft: Draft, name: string, slot: DraftSlot): void {
  const literal = setLiteralOf(slot, draft.tree);
  if (!draft.slots.has(name)) draft.slots.set(name, slot);
  else if (slot.type !== 'set' && literal === undefined) draft.slots.set(name, duplicate(name, slot.start));
  else {
    const inner = within(draft, name, slot.start);
    if (inner === undefined) return;
    const more =
      slot.type === 'set'
        ? slot.plan
        : draftOf(draft.tree, literal?.bindings ?? [], literal?.recursive ?? false);
    if (more.recursive) draft.slots.set(name, recursiveAndElsewhere(name, slot.start));
    for (const [each, below] of more.slots) add(inner, each, below);
    for (const each of more.computed) inner.computed.push(each);
  }
}

const recursiveAndElsewhere = (name: string, start: number): DraftSlot => ({
  type: 'broken',
  start,
  reason: `"${name}" is a recursive set and has attributes in another place too`,
});

const duplicate = (name: string, start: number): DraftSlot => ({ type: 'duplicate', start, name });

/** What a set, or a `let`, gives a value twice: nix does not read the file then. */
export interface Duplicates {
  readonly found: readonly { readonly name: string; readonly start: number }[];
  /** Whether a recursive set has attributes elsewhere, for which nix binds names in ways that nobody expects. */
  readonly isMixed: boolean;
}

export function duplicatesOf(tree: SyntaxTree, bindings: readonly Binding[], recursive: boolean): Duplicates {
  const slots = slotsIn(draftOf(tree, bindings, recursive));
  return {
    found: slots.filter((slot) => slot.type === 'duplicate'),
    isMixed: slots.some(({ type }) => type === 'broken'),
  };
}

function slotsIn({ slots, computed }: Plan): readonly Slot[] {
  return [...slots.values(), ...computed.map(({ slot }) => slot)].flatMap((slot) =>
    slot.type === 'set' ? slotsIn(slot.plan) : slot,
  );
}

function setLiteralOf(slot: DraftSlot, tree: SyntaxTree) {
  const expression = slot.type === 'value' ? tree.read(slot.expression) : undefined;
  return expression?.type === 'set' ? expression : undefined;
}
