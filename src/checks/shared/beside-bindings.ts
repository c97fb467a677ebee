import type { DeclaredListening } from '../../facts/config/listening.ts';
import type { Evaluation } from '../define.ts';
import { type Binding, besidesFindings } from './declared-wait.ts';

const MOST_TOLD = 5;

/** In a sentence each, addresses of which the option that they stand in does not tell what they are for. */
export function unexplainedAddresses({ written }: DeclaredListening): string[] {
  const told = written.slice(0, MOST_TOLD).map(({ address, option, at }) => {
    const place = at === undefined ? option : `${at.file}:${at.line}: ${option}`;
    return `${place} has ${address}, and hsdoctor cannot tell what uses it: check that what listens on it waits for Tailscale, or accept exit status 3`;
  });
  const left = written.length - told.length;
  return left === 0 ? told : [...told, `so have ${left} more options`];
}

type Beside = Omit<Evaluation, 'findings'> | { readonly skip: string };

/** The units that start by themselves, and what is said beside the findings of these. */
export function startedBindings(
  listening: DeclaredListening,
  bound: readonly Binding[],
): { readonly started: readonly Binding[]; readonly beside: Beside } {
  const { idle } = listening;
  const started = bound.filter(({ unit }) => !idle.items.includes(unit));
  const others = bound.filter((each) => !started.includes(each)).map((each) => notStarted(each, idle));
  const beside = besidesFindings(listening, started);
  const open = [...unexplainedAddresses(listening), ...(idle.rest === undefined ? [] : others)];
  const left = idle.rest === undefined ? others : [];
  if ('skip' in beside) {
    if (open.length === 0)
      return { started, beside: { skip: left.length > 0 ? left.join('; ') : beside.skip } };
    return { started, beside: withNote({ notChecked: open, lookedAt: {} }, left) };
  }
  const { notChecked = [] } = beside;
  return { started, beside: withNote({ ...beside, notChecked: [...notChecked, ...open] }, left) };
}

function withNote(beside: Omit<Evaluation, 'findings'>, sentences: readonly string[]): Beside {
  const note = [...(beside.note === undefined ? [] : [beside.note]), ...sentences].join('; ');
  return note === '' ? beside : { ...beside, note };
}

/** It is no failure that it does not wait: whoever starts it by hand does so when the address is there. */
function notStarted({ unit, addresses }: Binding, { rest }: DeclaredListening['idle']): string {
  const what = `${unit}, which listens on ${addresses.join(' and ')}`;
  return rest === undefined
    ? `nothing starts ${what}: it has no wantedBy, and no timer, socket, path or other unit starts it`
    : `whether anything starts ${what} is not known: ${rest.reason}`;
}
