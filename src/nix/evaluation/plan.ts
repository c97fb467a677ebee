import type { AttributeName, Binding, Expression } from '../syntax/tree.ts';

/** A set as it will be made, with `a.b = 1; a = { c = 2; };` brought together, as Nix does before it evaluates. */
export interface Plan {
  readonly recursive: boolean;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Attributes whose names are only known when the set is made. */
  readonly computed: readonly { readonly name: Expression; readonly slot: Slot }[];
}

export type Slot =
  | { readonly type: 'value'; readonly start: number; readonly expression: Expression }
  | { readonly type: 'outer'; readonly start: number; readonly name: string }
  | { readonly type: 'from'; readonly start: number; readonly name: string; readonly source: Expression }
  | { readonly type: 'set'; readonly start: number; readonly plan: Plan }
  | { readonly type: 'broken'; readonly start: number; readonly reason: string };

/** A plan while it may still be added to: a copy for every `a.b = ...` would take the square of the time. */
interface Draft extends Plan {
  readonly slots: Map<string, DraftSlot>;
  readonly computed: { readonly name: Expression; readonly slot: DraftSlot }[];
}

type DraftSlot =
  | Exclude<Slot, { readonly type: 'set' }>
  | (Slot & { readonly type: 'set'; readonly plan: Draft });

const plans = new WeakMap<readonly Binding[], Plan>();
const planned = new WeakSet<readonly Binding[]>();

/** Kept from the second time on: what is in no function is made once, and its plan would only take memory. */
export function planOf(bindings: readonly Binding[], recursive: boolean): Plan {
  const kept = plans.get(bindings);
  if (kept !== undefined) return kept;
  const plan = draftOf(bindings, recursive);
  if (planned.has(bindings)) plans.set(bindings, plan);
  else planned.add(bindings);
  return plan;
}

function emptyDraft(recursive: boolean): Draft {
  return { recursive, slots: new Map(), computed: [] };
}

function draftOf(bindings: readonly Binding[], recursive: boolean): Draft {
  const draft = emptyDraft(recursive);
  addAll(draft, bindings);
  return draft;
}

function addAll(draft: Draft, bindings: readonly Binding[]): void {
  for (const binding of bindings) {
    if (binding.type === 'binding') addBinding(draft, binding.path, binding.value, binding.start);
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

function addBinding(into: Draft, path: readonly AttributeName[], value: Expression, start: number): void {
  let draft = into;
  for (const [index, attribute] of path.entries()) {
    const last = index === path.length - 1;
    if (typeof attribute !== 'string') {
      const inner = emptyDraft(false);
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
  if (slot !== undefined && setLiteralOf(slot) === undefined && slot.type !== 'set') {
    draft.slots.set(name, duplicate(name, start));
    return undefined;
  }
  const literal = slot === undefined ? undefined : setLiteralOf(slot);
  const inner =
    slot?.type === 'set' ? slot.plan : draftOf(literal?.bindings ?? [], literal?.recursive ?? false);
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

function addValue(draft: Draft, name: string, value: Expression, start: number): void {
  if (value.type !== 'set' || !draft.slots.has(name)) {
    addNew(draft, name, { type: 'value', start, expression: value });
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
    const more = draftOf(value.bindings, false);
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

function setLiteralOf(slot: DraftSlot) {
  return slot.type === 'value' && slot.expression.type === 'set' ? slot.expression : undefined;
}
