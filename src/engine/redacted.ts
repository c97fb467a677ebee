import type { Remedy, Step } from '../model/remedy.ts';
import { byHand } from '../remedy/steps.ts';
import { redact } from '../text/redact.ts';

/** Names of things, which lead to them. */
const NAMES = new Set([
  'check',
  'id',
  'kind',
  'fingerprint',
  'causedBy',
  'causedByFingerprint',
  'location',
  'docs',
]);

/** Without what looks like a secret: whoever writes one into a configuration shall not find it in a log as well. */
export function redacted<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redacted) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactedBelow(key, each)])) as T;
}

function redactedBelow(key: string, value: unknown): unknown {
  if (key !== 'remedy' || value === undefined) return NAMES.has(key) ? value : redacted(value);
  const { now, lasting } = value as Remedy;
  return { now: now.map(redactedStep), lasting: lasting.map(redactedStep) };
}

/** What is typed is never changed: a command without a part of it would do something else. */
function redactedStep(step: Step): Step {
  if (step.kind === 'byHand') return { ...step, text: redacted(step.text) };
  const why = redacted(step.why);
  if (typedIn(step).every((text) => redact(text) === text)) return { ...step, why };
  const text = `${why} A part of it looks like a secret and is not shown.`;
  if (step.kind !== 'edit') return byHand(text);
  const { file, line, column } = step;
  return { kind: 'byHand', text, file, line, column };
}

function typedIn(step: Exclude<Step, { readonly kind: 'byHand' }>): readonly string[] {
  if (step.kind !== 'edit') return [step.text, ...(step.kind === 'run' ? step.words : [])];
  const { option, before = '', after = '', items = [] } = step;
  const lists = items.flatMap(({ remove, add }) => [remove, add, [...remove, ...add]]);
  return [before, after, ...lists.map((list) => list.join(' '))].flatMap((value) => [
    value,
    `${option} = ${value}`,
  ]);
}
