import type { Binding, NodeId, Part } from '../syntax/expression.ts';
import type { SyntaxTree } from '../syntax/tree.ts';

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
  | { readonly type: 'from'; readonly start: number; readonly name: string; readonly source: NodeId }
  | { readonly type: 'set'; readonly start: number; readonly plan: Plan }
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

/** What a set, or a `let`, binds. */
export interface Bindings {
  readonly bindings: readonly Binding[];
  readonly recursive: boolean;
}

const made = new WeakMap<SyntaxTree, Map<NodeId, Plan | undefined>>();

/** Kept from the second time on: what is in no function is made once, and its plan would only take memory. */
export function planOf(tree: SyntaxTree, id: NodeId, { bindings, recursive }: Bindings): Plan {
  let plans = made.get(tree);
  if (plans === undefined) {
    plans = new Map();
    made.set(tree, plans);
  }
  const plan = plans.get(id) ?? draftOf(tree, bindings, recursive);
  plans.set(id, plans.has(id) ? plan : undefined);
  return plan;
}

function emptyDraft(tree: SyntaxTree, recursive: boolean): Draft {
  return { tree, recursive, slots: new Map(), computed: [] };
}

function draftOf(tree: SyntaxTree, bindings: readonly Binding[], recursive: boolean): Draft {
  const draft = emptyDraft(tree, recursive);
  addAll(draft, bindings);
  return draft;
}

function addAll(draft: Draft, bindings: readonly Binding[]): void {
  for (const binding of bindings) {
    if (binding.type === 'binding')
      addBinding(draft, [binding.name, ...binding.below], binding.value, binding.start);
    else
      for (const { name, start } of binding.names)
        addNew(
          draft,
          name,
          binding.from === undefined
            ? { type: 'outer', start, name }
            : { type: 'from', start, name, source: binding.from },
        );
  }
}

function addBinding(into: Draft, path: readonly Part[], value: NodeId, start: number): void {
  let draft = into;
  for (const [index, attribute] of path.entries()) {
    const last = index === path.length - 1;
    if (typeof attribute !== 'string') {
      const inner = emptyDraft(into.tree, false);
      draft.computed.push({
        name: attribute,
        slot: last ? { type: 'value', start, expression: value } : { type: 'set', start, plan: inner },
      });
      draft = inner;
    } else if (last) addValue(draft, attribute, value, start);
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
      : draftOf(draft.tree, literal?.bindings ?? [], literal?.recursive ?? false);
  if (inner.recursive) {
    draft.slots.set(name, {
      type: 'broken',
      start,
      reason: `"${name}" is a recursive set and has attributes in another place as well`,
    });
    return undefined;
  }
  draft.slots.set(name, { type: 'set', start: slot?.start ?? start, plan: inner });
  return inner;
}

function addValue(draft: Draft, name: string, expression: NodeId, start: number): void {
  const value = draft.slots.has(name) ? draft.tree.read(expression) : undefined;
  if (value?.type !== 'set') {
    addNew(draft, name, { type: 'value', start, expression });
    return;
  }
  const inner = within(draft, name, start);
  if (inner === undefined) return;
  if (value.recursive)
    draft.slots.set(name, {
      type: 'broken',
      start,
      reason: `"${name}" is a recursive set and has attributes in another place as well`,
    });
  else {
    // Only this one level is brought together: below it, a name may still not be set twice.
    const more = draftOf(draft.tree, value.bindings, false);
    for (const [each, slot] of more.slots) addNew(inner, each, slot);
    inner.computed.push(...more.computed);
  }
}

function addNew(draft: Draft, name: string, slot: DraftSlot): void {
  draft.slots.set(name, draft.slots.has(name) ? duplicate(name, slot.start) : slot);
}

const duplicate = (name: string, start: number): DraftSlot => ({
  type: 'broken',
  start,
  reason: `attribute "${name}" is defined twice`,
});

function setLiteralOf(slot: DraftSlot, tree: SyntaxTree) {
  const expression = slot.type === 'value' ? tree.read(slot.expression) : undefined;
  return expression?.type === 'set' ? expression : undefined;
}
