import type { Remedy, RunStep, Step } from '../model/remedy.ts';
import type { ListChange } from '../text/list-changes.ts';
import { quote } from '../text/shell.ts';
import { isPrintable } from '../text/visible.ts';
import { nixString } from './nix-text.ts';
import { isRefused, type Literal, type Parsed, type Refused } from './words.ts';

interface StepOptions {
  /** What it is for; it begins with a verb. */
  readonly why: string;
  readonly directory?: Parsed;
  readonly where?: RunStep['where'];
  readonly root?: boolean;
  readonly risk?: RunStep['risk'];
}

/**
 * A command as a list of words: texts of ours, and words that were proven to be what they are. With one that was refused
 * nothing is to be run: the step says what to do, and names the thing.
 */
export function run<const Words extends readonly (string | Refused)[]>(
  words: Words & { [I in keyof Words]: Literal<Words[I]> },
  { why, directory, where = 'target', root = false, risk = 'none' }: StepOptions,
): Step {
  const all = words as readonly (string | Refused)[];
  const refused = [...all, directory].find(isRefused);
  if (refused !== undefined) return untypable(why, refused);
  const texts = all as readonly string[];
  if (!texts.every(isPrintable))
    throw new Error(`a word of a command cannot be shown: ${JSON.stringify(texts)}`);
  return {
    kind: 'run',
    words: [...texts],
    ...(directory === undefined ? {} : { directory: directory as string }),
    text: commandText(texts, root),
    where,
    root,
    risk,
    why,
  };
}

interface EditOptions extends StepLocation {
  readonly option: string | Refused;
  readonly before?: string | undefined;
  readonly after: string;
  readonly why: string;
}

interface StepLocation {
  readonly at?: { readonly file: string; readonly line?: number; readonly column?: number } | undefined;
}

/** What an option should say. Before and after are text of Nix. */
export function edit({ option, before, after, why, at }: EditOptions): Step {
  const refused = [option].find(isRefused);
  if (refused !== undefined) return untypable(why, refused);
  if (![before ?? '', after].every(isPrintable)) return byHand(why, at);
  return {
    kind: 'edit',
    option: option as string,
    ...at,
    ...(before === undefined ? {} : { before }),
    after,
    why,
  };
}

interface ItemsOptions extends StepLocation {
  readonly option: string | Refused;
  readonly changes: readonly ListChange[];
  readonly why: string;
}

/** What changes in a list that is there. */
export function editItems({ option, changes, why, at }: ItemsOptions): Step {
  if (isRefused(option)) return untypable(why, option);
  const items = changes.map(({ remove, add }) => ({
    remove: remove.map(nixString),
    add: add.map(nixString),
  }));
  if (!items.flatMap(({ remove, add }) => [...remove, ...add]).every(isPrintable)) return byHand(why, at);
  return { kind: 'edit', option, ...at, items, why };
}

/** Write an encrypted file by agenix, in the folder of its secrets.nix. */
export function secret(
  file: Parsed,
  {
    directory,
    why,
    where = 'target',
    root = false,
    identity,
  }: StepOptions & { readonly directory: Parsed; readonly identity?: string },
): Step {
  const refused = [file, directory].find(isRefused);
  if (refused !== undefined) return untypable(why, refused);
  return {
    kind: 'secret',
    file: file as string,
    directory: directory as string,
    text: commandText(
      ['agenix', '-e', file as string, ...(identity === undefined ? [] : ['-i', identity])],
      root,
    ),
    where,
    root,
    why,
  };
}

export function byHand(text: string, at?: StepLocation['at']): Step {
  return { kind: 'byHand', text, ...at };
}

/** No step is made of what cannot be typed: the text of it is shown like any other, with its odd characters by number. */
function untypable(why: string, { refused, what }: Refused): Step {
  return byHand(
    `${why} No command is shown for it: "${refused}" cannot be written safely into one as ${what}.`,
  );
}

/** The one place in which words become shell text. */
function commandText(words: readonly string[], root: boolean): string {
  return [...(root ? ['sudo'] : []), ...words].map(quote).join(' ');
}

/** The lines to paste for a step, in their order; none for what is done in an editor or by hand. */
export function commandLines(step: Step): string[] {
  if (step.kind !== 'run' && step.kind !== 'secret') return [];
  return [...(step.directory === undefined ? [] : [`cd -- ${quote(step.directory)}`]), step.text];
}

/** Undefined where there is nothing to do. */
export function remedy({ now = [], lasting = [] }: Partial<Remedy>): Remedy | undefined {
  return now.length + lasting.length === 0 ? undefined : { now, lasting };
}
