import { equal } from '../evaluation/equality.ts';
import { joined, list, TRUE, type Unknown, unknown, type Value } from '../evaluation/value.ts';
import { placeOf, type Site } from '../place.ts';
import { type Definition, type DischargedDefinition, holds } from './definition.ts';
import type { OptionType } from './option-type.ts';

/** Options of nixpkgs whose values are joined line by line; the type of most others is not needed. */
const LINES =
  /^(?:extra[A-Z]\w*|script|(?:pre|post)[A-Z]\w*|\w*Init|\w*Commands|text|description|config|reload)$/;
/** Settings of a systemd unit: one value and a list of values make one list. */
const UNIT = /^systemd\.(?:user\.)?\w+\.[^.]+\.\w+Config\.\w+$/;

/** Those definitions that are in force: their conditions hold, and none has a higher priority. Or why that is open. */
export function inForce(
  definitions: readonly DischargedDefinition[],
): readonly DischargedDefinition[] | Unknown {
  const [only] = definitions;
  // As most are.
  if (only !== undefined && definitions.length === 1 && holds(only) === true) return definitions;
  const sure: DischargedDefinition[] = [];
  const open: { readonly def: DischargedDefinition; readonly reason: Unknown }[] = [];
  for (const def of definitions) {
    const inEffect = holds(def);
    if (inEffect === true) sure.push(def);
    else if (inEffect !== false) open.push({ def, reason: inEffect });
  }
  const best = strongestOf(sure);
  const winners = sure.filter(({ priority }) => priority === best);
  const doubt = open.find(({ def }) => def.priority <= best);
  if (doubt !== undefined) {
    const { reason, site, name } = doubt.reason;
    return unknown(`whether it is set is not known: ${reason}`, site, name === undefined ? {} : { name });
  }
  return winners.toSorted((a, b) => a.order - b.order);
}

/** Their priority, of which the least number is the highest. */
export function strongestOf(definitions: readonly DischargedDefinition[]): number {
  let strongest = Number.POSITIVE_INFINITY;
  for (const { priority } of definitions) if (priority < strongest) strongest = priority;
  return strongest;
}

/** One value of the definitions in force, of which there is at least one, as NixOS merges those that are no sets. */
export function merged(
  option: { readonly path: readonly string[] },
  winners: readonly DischargedDefinition[],
  type: OptionType | undefined,
): Value {
  const [first, ...others] = winners;
  if (first === undefined) return unknown('nothing sets it', undefined);
  const open = winners.find(({ content }) => content.kind === 'unknown');
  if (open !== undefined) return open.content;
  if (type?.name === 'coercedTo') return unknown('its type changes the value', first.site);
  if (type?.separator !== undefined) return separated(winners, type.separator);
  if (others.length === 0) return first.content;
  if (winners.every(({ content }) => content.kind === 'list')) return concatenated(winners);
  const { path } = option;
  const key = path.join('.');
  if (UNIT.test(key) && winners.some(({ content }) => content.kind === 'list')) return concatenated(winners);
  if (type === undefined && first.content.kind === 'text' && LINES.test(path.at(-1) ?? ''))
    return unknown('it has several definitions, and hsdoctor does not know how they are merged', first.site);
  for (const other of others)
    if (equal(first.content, other.content, first.site) !== TRUE) return conflict(first, other);
  return first.content;
}

function concatenated(winners: readonly DischargedDefinition[]): Value {
  return list(winners.flatMap(({ content, value }) => (content.kind === 'list' ? content.items : [value])));
}

function separated(winners: readonly DischargedDefinition[], separator: string): Value {
  const parts = winners.flatMap(({ content }, index) =>
    content.kind === 'text' ? [...(index === 0 ? [] : [separator]), ...content.parts] : [],
  );
  return joined(parts);
}

function conflict(one: Definition, other: Definition): Unknown {
  const [first, second] = [placeText(one.site), placeText(other.site)];
  return unknown(`${first} and ${second} set different values`, other.site);
}

function placeText(site: Site | undefined): string {
  if (site === undefined) return 'an unknown position';
  const { file, line } = placeOf(site);
  return `${file}:${line}`;
}
