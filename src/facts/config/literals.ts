import { isKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type NamedValue, namedValues } from '../../nix/bindings.ts';
import type { Data } from '../../nix/data.ts';
import type { SourceFile } from '../../nix/source-tree.ts';
import { defineSourceFact, type SourceConfiguration } from './define.ts';
import { oncePer } from './once-per.ts';

/** What an option is now, where a new value can be written in its place: then it is that, and nothing else changes. */
export interface Literal<T> {
  /** Undefined where nothing sets it. */
  readonly now: T | undefined;
  readonly at: SourceLocation | undefined;
}

/** Asked for by those who propose an edit: each is looked for only then. Undefined where another value may not take. */
export interface Literals {
  text(path: readonly string[]): Literal<string> | undefined;
  list(path: readonly string[]): Literal<readonly string[]> | undefined;
}

export const literals = defineSourceFact<Literals>({
  id: 'literals',
  reads: 'options whose value is written out in exactly one place (a fix can then show what to change there)',
  options: [],
  read: (configuration) => ({
    text: (path) => literalOf(configuration, path, ({ text }) => text),
    list: (path) => literalOf(configuration, path, ({ list }) => list),
  }),
});

const CONTAINERS = 'virtualisation.oci-containers.containers';

function literalOf<T extends Data>(
  { host, source }: SourceConfiguration,
  path: readonly string[],
  written: (named: NamedValue) => T | undefined,
): Literal<T> | undefined {
  // What makes the container is another module.
  const [first, second, third, name = ''] = path;
  if (
    `${first}.${second}.${third}` === CONTAINERS &&
    host.definitions(path.slice(0, 4)).length === 0 &&
    name !== ''
  )
    return undefined;
  const option = host.option(path);
  const [definition, another] = host.definitions(path);
  if (option.state === 'unset' && definition === undefined) return { now: undefined, at: undefined };
  const at = definition?.at;
  if (!isKnown(option) || at === undefined || another !== undefined) return undefined;
  const file = source.tree.file(at.file);
  const named = typeof file === 'string' ? undefined : namedAt(file, at);
  const now = named === undefined || !isBelow(named.path, path) ? undefined : written(named);
  // A function around it may have made something else of it.
  return now !== undefined && isSame(now, option.value) ? { now, at } : undefined;
}

const namedByPlace = oncePer(
  (file: SourceFile) => new Map(namedValues(file).map((each) => [keyOf(each.at), each])),
);

const namedAt = (file: SourceFile, { line, column }: SourceLocation): NamedValue | undefined =>
  namedByPlace(file).get(keyOf({ line, column }));

const keyOf = ({ line, column }: Omit<SourceLocation, 'file'>) => `${line}:${column}`;

/** The names around a value may begin with others, such as `config`. */
const isBelow = (names: readonly string[], path: readonly string[]) =>
  names.length >= path.length && path.every((name, index) => names.at(index - path.length) === name);

const isSame = (one: Data, other: Data) => JSON.stringify(one) === JSON.stringify(other);
