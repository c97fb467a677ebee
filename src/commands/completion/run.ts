import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { didYouMean } from '../../text/nearest.ts';
import { UsageError } from '../../text/usage-error.ts';

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', 'hsdoctor.bash'],
  ['zsh', '_hsdoctor'],
  ['fish', 'hsdoctor.fish'],
]);

/** @param root of the package */
export async function printCompletion(shell: string, root: string): Promise<void> {
  const script = SCRIPTS.get(shell);
  if (script === undefined) {
    const shells = [...SCRIPTS.keys()];
    throw new UsageError(
      `there is no completion for "${shell}"${didYouMean(shell, shells) || `; there are: ${shells.join(', ')}`}`,
    );
  }
  process.stdout.write(await readFile(join(root, 'completions', script)));
}
