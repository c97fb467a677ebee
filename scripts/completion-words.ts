import type { CompletedFlag, CompletionWords, ValueKind } from '../src/commands/completion/words.ts';
import { checks } from '../src/engine/catalogue.ts';
import { formats } from '../src/report/formats.ts';
import { type DocumentedCommand, type DocumentedFlag, documentedCommands } from './commands.ts';

/** By what the help shows as the value. */
const VALUES: Readonly<Record<string, ValueKind>> = {
  'DEST[,DEST]': 'host',
  DEST: 'host',
  'CHECK[,CHECK]': 'check',
  'TAG[,TAG]': 'tag',
  'NAME[=FILE]': 'format',
  PATH: 'file',
  FILE: 'file',
  DIR: 'folder',
  FOLDER: 'folder',
};

const ARGUMENTS: Readonly<Record<string, ValueKind>> = {
  check: 'check',
  folder: 'folder',
  shell: ['bash', 'zsh', 'fish'],
};

export const completionWords: CompletionWords = {
  commands: documentedCommands.map((command) => ({
    word: command.name,
    description: command.summary,
    flags: command.flags.flatMap(flagsOf),
    ...argumentOf(command),
  })),
  checks: checks.map(({ id, title }) => ({ word: id, description: title })),
  kinds: checks.flatMap(({ id, kinds }) =>
    kinds.map((kind) => ({ word: `${id}/${kind.id}`, description: kind.name })),
  ),
  tags: [...new Set(checks.flatMap(({ tags }) => tags))].sort(),
  formats: Object.keys(formats),
};

function flagsOf({ name, char, description, value, allowNo }: DocumentedFlag): CompletedFlag[] {
  const flag = { word: `--${name}`, description, ...(char === undefined ? {} : { char }) };
  if (value !== undefined) return [{ ...flag, value: valueKind(value) }];
  return allowNo ? [flag, { word: `--no-${name}`, description: `not: ${description}` }] : [flag];
}

function valueKind(shown: string): ValueKind {
  const [, choices] = /^\(([\w|-]+)\)$/.exec(shown) ?? [];
  return choices?.split('|') ?? VALUES[shown] ?? 'any';
}

function argumentOf({ name, args: [argument] }: DocumentedCommand): { argument?: ValueKind } {
  if (argument === undefined) return {};
  return { argument: name === 'explain' ? 'check-or-kind' : (ARGUMENTS[argument.name] ?? 'any') };
}
