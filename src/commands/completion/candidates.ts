import type { CompletedCommand, CompletedFlag, CompletionWords, Described, ValueKind } from './words.ts';

/** Words to choose from, or what the shell itself is to complete behind `prefix`. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly Described[] }
  | { readonly kind: 'files' | 'folders'; readonly prefix: string };

interface Sources extends CompletionWords {
  readonly hosts: () => readonly string[];
}

/** What may stand in the place of the last of these words, the first of which follows the program's name. */
export function candidates(words: readonly string[], sources: Sources): Candidates {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandOf(before, sources.commands);
  if (command === undefined)
    return fitting(current, isFirstFlag(words) ? GLOBAL_FLAGS : nextWords(before, sources.commands));
  const rest = before.slice(command.word.split(' ').length);
  const isOperand = rest.includes('--');
  const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  if (name !== undefined && value !== undefined && !isOperand)
    return valuesOf(flagOf(name, command)?.value, `${name}=`, value, sources);
  const asking = isOperand ? undefined : flagOf(rest.at(-1) ?? '', command);
  if (asking?.value !== undefined) return valuesOf(asking.value, '', current, sources);
  if (current.startsWith('-') && !isOperand) return fitting(current, flagWords(command));
  return valuesOf(command.argument, '', current, sources);
}

const isFirstFlag = ([first = '', ...more]: readonly string[]) => more.length === 0 && first.startsWith('-');

const GLOBAL_FLAGS: readonly Described[] = [
  { word: '--help', description: 'show what hsdoctor does' },
  { word: '--version', description: 'show the version of hsdoctor' },
];

/** As one line of text with a program's name at its head, which is what bash gives. */
export function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s\\'"])+/gs)].map(([word]) =>
    word.replace(/\\(.)|["']/gs, '$1'),
  );
  return /(?:^|[^\\])\s$/.test(line) ? [...words.slice(1), ''] : words.slice(1);
}

function commandOf(
  words: readonly string[],
  commands: readonly CompletedCommand[],
): CompletedCommand | undefined {
  return commands.find(({ word }) => `${words.join(' ')} `.startsWith(`${word} `));
}

/** The words of commands behind those that were typed. */
function nextWords(before: readonly string[], commands: readonly CompletedCommand[]): readonly Described[] {
  const [first, ...more] = before[0] === 'help' ? before.slice(1) : before;
  if (more.length > 0) return [];
  const next = new Map<string, Described>();
  for (const { word, description } of commands) {
    const [topic = '', sub] = word.split(' ');
    if (first !== undefined && first !== topic) continue;
    if (first === undefined)
      next.set(topic, { word: topic, description: sub === undefined ? description : '' });
    else if (sub !== undefined) next.set(sub, { word: sub, description });
  }
  return [...next.values()];
}

const flagOf = (word: string, { flags }: CompletedCommand): CompletedFlag | undefined =>
  flags.find((flag) => flag.word === word || (flag.char !== undefined && `-${flag.char}` === word));

const flagWords = ({ flags }: CompletedCommand): readonly Described[] => [
  ...flags,
  { word: '--help', description: 'show what the command does' },
];

function valuesOf(kind: ValueKind | undefined, prefix: string, value: string, sources: Sources): Candidates {
  if (kind === 'file') return { kind: 'files', prefix };
  if (kind === 'folder') return { kind: 'folders', prefix };
  if (kind === 'format' && value.includes('='))
    return { kind: 'files', prefix: `${prefix}${value.slice(0, value.indexOf('=') + 1)}` };
  // A list: what stands before the last comma is complete.
  const done = kind === 'check' || kind === 'tag' || kind === 'host' ? value.replace(/[^,]*$/, '') : '';
  const words = offered(kind, sources).filter(({ word }) => !done.split(',').includes(word));
  return fitting(
    `${prefix}${value}`,
    words.map(({ word, description }) => ({ word: `${prefix}${done}${word}`, description })),
  );
}

function offered(kind: ValueKind | undefined, sources: Sources): readonly Described[] {
  const { checks, kinds, tags, formats, hosts } = sources;
  if (kind === 'check') return checks;
  if (kind === 'check-or-kind') return [...checks, ...kinds];
  if (kind === 'tag') return tags.map(plain);
  if (kind === 'host') return hosts().map(plain);
  if (kind === 'format') return formats.map(plain);
  return typeof kind === 'object' ? kind.map(plain) : [];
}

const plain = (word: string): Described => ({ word, description: '' });

function fitting(begun: string, words: readonly Described[]): Candidates {
  return { kind: 'words', words: words.filter(({ word }) => word.startsWith(begun)) };
}
