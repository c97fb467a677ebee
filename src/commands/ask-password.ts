import process from 'node:process';
import pLimit from 'p-limit';
import type { AskPassword } from '../collect/target.ts';
import type { Progress } from '../model/progress.ts';
import { visible } from '../text/visible.ts';

/** What asks on the terminal for the password of sudo, for one host after the other, where there is a terminal. */
export function askingPassword(
  { sudo }: { readonly sudo: boolean },
  shown: Pick<Progress, 'aside'> | undefined,
): { readonly askPassword?: AskPassword } {
  if (!sudo || !process.stdin.isTTY || !process.stderr.isTTY) return {};
  const oneAfterTheOther = pLimit(1);
  const aside = shown?.aside ?? ((work) => work());
  return {
    askPassword: (target, again, ended) =>
      oneAfterTheOther(() =>
        ended.aborted ? undefined : aside(() => typed(`${again ? WRONG : ''}${question(target)}`, ended)),
      ),
  };
}

const WRONG = 'sudo did not accept it. ';
const question = (target: string) => `Password for sudo on ${visible(target)} (not shown): `;

/** What reads it is loaded only where somebody is asked. */
async function typed(prompt: string, ended: AbortSignal): Promise<string | undefined> {
  return (await import('./hidden-line.ts')).hiddenLine(prompt, ended);
}
