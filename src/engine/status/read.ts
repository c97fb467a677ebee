import type { Fact } from '../../model/fact.ts';

/** A fact as a part of the status: its value, and in sentences what is missing of it. */
export interface Read<T> {
  readonly value: T | undefined;
  readonly notRead: readonly string[];
}

/** Undefined where this kind of machine has no such thing. */
export function read<T>(fact: Fact<T> | undefined): Read<T> | undefined {
  if (fact === undefined) return { value: undefined, notRead: ['it was not read'] };
  if (fact.outcome === 'ok')
    return { value: fact.value, notRead: fact.incomplete === undefined ? [] : [fact.incomplete] };
  return fact.outcome === 'not-applicable' ? undefined : { value: undefined, notRead: [fact.reason] };
}

/** The sentences of several facts, each once. */
export const gaps = (...facts: readonly (Read<unknown> | undefined)[]): string[] => [
  ...new Set(facts.flatMap((each) => each?.notRead ?? [])),
];

export const isoTime = (at: number | undefined): string | undefined =>
  at === undefined || !(at > 0) ? undefined : new Date(at).toISOString();
