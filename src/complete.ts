import process from 'node:process';
import { configuredHosts } from './collect/ssh-config.ts';
import { candidates, wordsOf } from './commands/completion/candidates.ts';
import type { CompletionWords } from './commands/completion/words.ts';

/**
 * What the completion of a shell asks at each press of the key, so nothing of the commands is loaded. The first line says
 * what is completed: `words`, each on a line of its own with its description, or `files` or `folders` with what stands
 * before them in the same word.
 */
export function complete(words: CompletionWords, [form = '', ...typed]: readonly string[]): void {
  const given = form === 'line' ? wordsOf(typed[0] ?? '') : typed;
  const found = candidates(given, { ...words, hosts });
  const lines =
    found.kind === 'words'
      ? ['words ', ...found.words.map(({ word, description }) => `${word}\t${description}`)]
      : [`${found.kind} ${found.prefix}`];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** A shell puts these words on its command line as they are. */
const hosts = () => configuredHosts().filter((host) => /^[\w.-]+$/.test(host));
