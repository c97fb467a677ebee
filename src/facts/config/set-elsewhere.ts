import { ifKnown, isKnown } from '../../model/known.ts';
import type { Reading } from '../../nix/reading.ts';
import type { HostReading } from './define.ts';
import { type Elsewhere, namedElsewhere } from './elsewhere.ts';
import { type OtherSystem, otherSystems } from './other-systems.ts';

/** Options that a check judges of the machine itself alone: `*` is any name, `podman-*` any that begins so. */
export interface JudgedOptions {
  /** Each makes a thing to judge, in whatever system. */
  readonly things?: readonly string[];
  /** Things of the machine depend on these: a variant of it may have others, and not be in order with them. */
  readonly settings?: readonly string[];
}

/** In sentences, where systems of the machine that are not judged set some of these; undefined where none does. */
export interface NotJudged {
  readonly things: string | undefined;
  readonly settings: string | undefined;
}

export function notJudgedOf(host: HostReading, { things = [], settings = [] }: JudgedOptions): NotJudged {
  return {
    things: told(setElsewhere(host, things)),
    settings: told(
      allSet(host, settings).filter(
        ({ isVariant, reading, path }) => isVariant && !isSame(reading, host.reading(path)),
      ),
    ),
  };
}

interface SetOption extends Elsewhere {
  readonly reading: Reading;
  /** That of the machine. */
  readonly path: readonly string[];
  readonly isVariant: boolean;
}

/** What sets these, and is not switched off. */
export const setElsewhere = (host: HostReading, options: readonly string[]): readonly SetOption[] =>
  allSet(host, options).filter(({ reading }) => ifKnown(reading.option()) !== false);

const allSet = (host: HostReading, options: readonly string[]) =>
  options.length === 0 ? [] : otherSystems(host).flatMap((system) => setIn(host, system, options));

function told(all: readonly Elsewhere[]): string | undefined {
  const names = namedElsewhere(all);
  return names && `there are settings that are not read: ${names}`;
}

const setIn = (host: HostReading, { path: base, what, isVariant }: OtherSystem, options: readonly string[]) =>
  options
    .flatMap((option) => pathsOf(host, base, option.split('.')))
    .flatMap((path): SetOption[] => {
      const reading = host.reading([...base, ...path]);
      const [first] = reading.definitions().filter(({ holds }) => ifKnown(holds) !== false);
      if (first === undefined) return [];
      return [
        { what: `${path.join('.')} of ${what}`, at: first.at, addresses: [], reading, path, isVariant },
      ];
    });

function pathsOf(
  host: HostReading,
  base: readonly string[],
  pattern: readonly string[],
): readonly (readonly string[])[] {
  return pattern.reduce<readonly (readonly string[])[]>(
    (paths, part) =>
      paths.flatMap((path) =>
        part.endsWith('*')
          ? host
              .attributes([...base, ...path])
              .items.filter((name) => name.startsWith(part.slice(0, -1)))
              .map((name) => [...path, name])
          : [[...path, part]],
      ),
    [[]],
  );
}

/** Only of plain values anybody can say so. */
function isSame(there: Reading, here: Reading): boolean {
  const [one, other] = [there.option(), here.option()];
  return isKnown(one) && isKnown(other) && one.value === other.value;
}
