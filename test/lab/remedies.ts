import type { Step } from '../../src/model/remedy.ts';
import { commandLines } from '../../src/remedy/steps.ts';
import type { Box } from './box.ts';

const CONFIGURATION = '/etc/nixos/configuration.nix';

interface Reader {
  /** What is typed where a command asks for a text. */
  readonly answer?: string | undefined;
  /** What is done where a step is in words. */
  readonly byHand?: ((box: Box) => Promise<void>) | undefined;
}

/** Does what the steps say, in their order, as their reader would: commands are pasted, options edited in an editor. */
export async function follow(
  box: Box,
  steps: readonly Step[],
  { answer = '', byHand }: Reader = {},
): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'edit') {
      const text = edited(await box.must(`cat ${CONFIGURATION}`), step);
      await box.must(`cat >${CONFIGURATION}`, text);
    } else if (step.kind === 'byHand' || (step.kind === 'run' && step.risk === 'interactive'))
      await byHand?.(box);
    else await box.ssh('minipc-sudo', commandLines(step).join('\n'), step.kind === 'secret' ? answer : '');
  }
}

/** The option set as the step says: in place of what it says now, else on a line of its own. */
function edited(text: string, { option, before, after }: Step & { readonly kind: 'edit' }): string {
  if (before === undefined) return text.replace(/\}\s*$/, `  ${option} = ${after};\n}\n`);
  const container = /containers\.([\w-]+)\./.exec(option)?.[1];
  const from = container === undefined ? 0 : text.search(new RegExp(`\\b${container}(?: = \\{|\\.)`));
  const at = text.indexOf(before, from);
  if (at < 0) throw new Error(`${option} is not ${before} in ${CONFIGURATION}`);
  return `${text.slice(0, at)}${after}${text.slice(at + before.length)}`;
}
