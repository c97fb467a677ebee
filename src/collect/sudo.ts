import { type ExplainFailure, lastLine } from './shell.ts';
import { SudoPassword } from './sudo-password.ts';
import type { Collection, CollectOptions } from './target.ts';

/** Collects by a command that becomes root, there or here. */
type RunCommand = (
  command: readonly [string, ...string[]],
  explainFailure: ExplainFailure,
  password?: SudoPassword,
) => Promise<Collection>;

/** As root without a password; only where sudo refuses that, and there is somebody to ask, with one. */
export async function collectThroughSudo(
  target: string,
  { askPassword, signal }: Pick<CollectOptions, 'askPassword' | 'signal'>,
  explain: ExplainFailure,
  run: RunCommand,
): Promise<Collection> {
  let isRefused = false;
  const collected = await run(['sudo', '-n', 'sh', '-s'], (code, stderr, silentSeconds) => {
    isRefused = code === 1 && /\bsudo(?:-rs)?: /.test(stderr);
    return explain(code, stderr, silentSeconds);
  });
  if (!isRefused || askPassword === undefined || signal?.aborted) return collected;
  const password = new SudoPassword(target, askPassword);
  return run(
    password.command,
    (code, stderr, silentSeconds) => {
      const told = password.withoutPrompt(stderr);
      return password.refusal(lastLine(told), silentSeconds) ?? explain(code, told, silentSeconds);
    },
    password,
  );
}
