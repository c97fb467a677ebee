import { bare } from '../evaluation/open-list.ts';
import {
  plainText,
  type SetValue,
  Thunk,
  TRUE,
  type Unknown,
  unknown,
  type Value,
} from '../evaluation/value.ts';
import type { Site } from '../place.ts';

/** The priority of a value that is written without `mkForce` (50), `mkDefault` (1000) and the like: lower wins. */
export const PLAIN_PRIORITY = 100;
export const DEFAULT_PRIORITY = 1500;
export const PLAIN_ORDER = 1000;
const DEEPEST = 50;
const DEEPEST_CHOICE = 6;

/** One place that sets an option, with everything that `mkIf` and its like said above it. */
export interface Definition {
  readonly value: Thunk;
  /** All must hold. Not evaluated before somebody asks, as they may depend on other options. */
  readonly conditions: readonly Thunk[];
  readonly priority: number;
  readonly order: number;
  /**
   * `overridden`: the priority is that of a `mkOverride` around it, within which NixOS takes no other.
   * `perhaps`: it is a part of what is not known, which may not have it.
   */
  readonly standing?: 'overridden' | 'perhaps' | undefined;
  readonly site: Site | undefined;
}

export function definition(value: Thunk, given: Partial<Definition> = {}): Definition {
  return {
    value,
    conditions: [],
    priority: PLAIN_PRIORITY,
    order: PLAIN_ORDER,
    site: given.site ?? value.site,
    ...given,
  };
}

/** A definition whose value is no `mkIf`, `mkMerge`, `mkOverride` or `mkOrder` any more. */
export interface DischargedDefinition extends Definition {
  readonly content: Value;
}

/** Takes apart what `mkIf` and its like wrap. No condition is evaluated. */
export function dischargeProperties(wrapped: Definition, depth = 0): readonly DischargedDefinition[] {
  const content = wrapped.value.force();
  const def = (value: Value): readonly DischargedDefinition[] => [dischargedOf(wrapped, value)];
  if (content.kind === 'unknown' && content.either !== undefined && depth < DEEPEST_CHOICE)
    return ofChoice(wrapped, content, content.either, depth);
  if (content.kind !== 'set') return def(content);
  const type = propertyOf(content);
  if (type === undefined) return def(content);
  if (depth > DEEPEST) return def(unknown('it is nested too deeply', wrapped.site));
  const inner = (name: string) => content.attributes.get(name);
  const missing = () => def(unknown(`a part of this ${type} is missing`, wrapped.site));
  if (type === 'merge') {
    const contents = inner('contents')?.force();
    if (contents?.kind !== 'list') return contents?.kind === 'unknown' ? def(contents) : missing();
    return contents.items.flatMap((value) => dischargeProperties({ ...wrapped, value }, depth + 1));
  }
  const value = inner('content');
  if (value === undefined) return missing();
  if (type === 'if') {
    const condition = inner('condition');
    if (condition === undefined) return missing();
    return dischargeProperties(
      { ...wrapped, value, conditions: [...wrapped.conditions, condition] },
      depth + 1,
    );
  }
  if (type === 'override' && wrapped.standing === 'overridden')
    return def(unknown('one priority (mkForce, mkDefault) is inside another', wrapped.site));
  const priority = inner('priority')?.force();
  if (priority?.kind !== 'integer') return priority?.kind === 'unknown' ? def(priority) : missing();
  const given =
    type === 'override'
      ? { priority: priority.value, standing: 'overridden' as const }
      : { order: priority.value };
  return dischargeProperties({ ...wrapped, value, ...given }, depth + 1);
}

/** Each of the sets that it may be, as one whose condition is not known; a value that is no set is just not known. */
function ofChoice(
  wrapped: Definition,
  content: Unknown,
  either: readonly Thunk[],
  depth: number,
): readonly DischargedDefinition[] {
  if (!either.some((value) => value.force().kind === 'set')) return [dischargedOf(wrapped, content)];
  const conditions = [...wrapped.conditions, Thunk.of(bare(content))];
  return either.flatMap((value) => dischargeProperties({ ...wrapped, value, conditions }, depth + 1));
}

/** Written out, as a copy with one more property than its kind of object was made for takes twice the memory. */
function dischargedOf(
  { value, conditions, priority, order, standing, site }: Definition,
  content: Value,
): DischargedDefinition {
  return { value, conditions, priority, order, standing, site, content };
}

/** What `mkIf` and its like make of a value: which of them it is. */
function propertyOf({ attributes }: SetValue): string | undefined {
  const type = attributes.get('_type');
  const name = type === undefined ? undefined : plainText(type.force());
  return name !== undefined && ['if', 'merge', 'override', 'order'].includes(name) ? name : undefined;
}

/**
 * The value of a thunk without a `mkIf` that holds and its like; undefined where more has to be known of it: whether it is in
 * force, or what NixOS itself sets.
 */
export function dischargedValue(thunk: Thunk): Value | undefined {
  const value = thunk.look();
  if (value.kind === 'unknown' && value.either !== undefined) return undefined;
  if (value.kind !== 'set' || propertyOf(value) === undefined) return value;
  const [def, another] = dischargeProperties(definition(Thunk.of(value)));
  if (def === undefined || another !== undefined || isWeak(def)) return undefined;
  return holds(def) === true ? def.content : undefined;
}

/** Whether NixOS may set something of a higher priority. */
export const isWeak = ({ priority }: Definition): boolean => priority > PLAIN_PRIORITY;

/** Whether all conditions of a definition hold, or why that is not known. */
export function holds({ conditions }: Definition): boolean | Unknown {
  let open: Unknown | undefined;
  for (const condition of conditions) {
    const value = condition.force();
    if (value.kind === 'unknown') open ??= value;
    else if (value.kind !== 'boolean') open ??= unknown('the condition is not a Boolean', condition.site);
    else if (value !== TRUE && !value.value) return false;
  }
  return open ?? true;
}
