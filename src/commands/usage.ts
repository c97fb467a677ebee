import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';

/** What the parser of the command line tells of a mistake, beside its message of several lines. */
interface ParseMistake extends Error {
  /** Flags that there are not. */
  readonly flags?: readonly string[];
  /** Arguments that are missing, or that nobody asked for. */
  readonly args?: readonly (string | { readonly name: string })[];
  readonly parse?: {
    readonly input?: { readonly flags?: Readonly<Record<string, { name: string; hidden?: boolean }>> };
  };
}

/** A mistake in the command line as one sentence: what, and what to write instead. */
export function usageSentence(error: Error, commands: readonly string[]): string {
  // What it quotes may have several lines, which are shown as such.
  if (error instanceof UsageError) return error.message;
  const { flags, args, parse } = error as ParseMistake;
  if (flags?.[0] !== undefined) {
    const all = Object.entries(parse?.input?.flags ?? {});
    const known = all.flatMap(([name, { hidden }]) => (hidden ? [] : [name]));
    // Its value may be a secret.
    const flag = flags[0].replace(/=.*$/s, '');
    const nearest = didYouMean(flag.replace(/^-+/, ''), known).replace('"', '"--');
    return `there is no flag ${flag}${nearest || `; there are: --${known.join(', --')}`}`;
  }
  const missing = args?.flatMap((arg) => (typeof arg === 'string' ? [] : [arg.name]));
  if (missing?.[0] !== undefined) return `no ${missing[0]} was given: see --help`;
  if (args?.[0] !== undefined) return `unexpected argument "${args[0]}": see --help`;
  const words = /^command (.*?) not found\.?$/i.exec(error.message)?.[1]?.split(':');
  if (words !== undefined) return unknownCommand(words, commands);
  return error.message
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(
      // Of a switch, the value is nothing that its user wrote; and that of another flag may be a secret.
      /(--[\w-]+)(?:=.*?)? cannot also be provided when using (--[\w-]+)(?:=\S*)?/gs,
      '$1 and $2 cannot be used together: choose one of them',
    )
    .replace(/^Missing required flag (\S+)/, '--$1 is required')
    .replace(/^Flag (--\S+) expects a value/, '$1 needs a value: see --help')
    .replace(/(?:: see --help)?\s*See more help with --help$/, ': see --help')
    .replace(/(choose one of them): see --help$/, '$1')
    .replace(/\s*\n\s*/g, '; ');
}

/** @param ids of the commands, as oclif has them: `agent:status` */
function unknownCommand(words: readonly string[], ids: readonly string[]): string {
  const commands = ids.map((id) => id.replaceAll(':', ' '));
  const called = commands.find((command) => `${words.join(' ')} `.startsWith(`${command} `));
  if (called !== undefined) return `unexpected argument "${words[called.split(' ').length]}": see --help`;
  const [topic = ''] = words;
  const ofTopic = commands.filter((command) => command.startsWith(`${topic} `));
  const [word, known] = ofTopic.length > 0 ? [words.slice(0, 2).join(' '), ofTopic] : [topic, commands];
  return `there is no command "${word}"${didYouMean(word, known) || `; there are: ${known.join(', ')}`}`;
}
