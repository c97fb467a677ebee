import type { Site } from '../place.ts';
import { Thunk, type Unknown, unknown, type Value } from './value.ts';

/** The attribute of a value, unknown where the value is; undefined where the set surely has no such attribute. */
export function select(from: Value, name: string, site: Site | undefined): Thunk | undefined {
  if (from.kind === 'unknown') return Thunk.of(below(from, name, site), site);
  if (from.kind !== 'set') return undefined;
  const found = from.attributes.get(name);
  if (found !== undefined) return found;
  const { rest } = from.attributes;
  return rest === undefined ? undefined : Thunk.of(below(rest, name, site), site);
}

function below(from: Unknown, attribute: string, used: Site | undefined): Unknown {
  const { reason, name, site, isDerived, origin } = from;
  // As a text, a source is the path of its copy in the store.
  if (attribute === 'outPath' && origin !== undefined) return from;
  const written = /^[a-zA-Z_][\w'-]*$/.test(attribute) ? attribute : JSON.stringify(attribute);
  return unknown(reason, used ?? site, {
    ...(name === undefined ? {} : { name: `${name}.${written}` }),
    ...(isDerived === undefined ? {} : { isDerived }),
    ...(origin === undefined ? {} : { origin }),
  });
}
