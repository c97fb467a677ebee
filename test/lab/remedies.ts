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

type EditStep = Step & { readonly kind: 'edit' };

/** The option set as the step says: in place of what it says now, else on a line of its own. */
function edited(text: string, { option, before, after, items = [] }: EditStep): string {
  if (before === undefined && items.length === 0)
    return text.replace(/\}\s*$/, () => `  ${option} = ${after};\n}\n`);
  const container = /\.containers\.([\w-]+)\./.exec(option)?.[1];
  const from = container === undefined ? 0 : text.search(new RegExp(`\\b${container}(?: = \\{|\\.)`));
  if (items.length > 0)
    return items.reduce((now, change) => withItems(now, { option, from, ...change }), text);
  const at = text.indexOf(before ?? '', from);
  if (at < 0) throw new Error(`${option} is not ${before} in ${CONFIGURATION}`);
  return `${text.slice(0, at)}${after}${text.slice(at + (before?.length ?? 0))}`;
}

interface ItemsChange {
  readonly option: string;
  /** Where the container begins. */
  readonly from: number;
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** The list with other items in the place of these, or with more at its end. */
function withItems(text: string, { option, from, remove, add }: ItemsChange): string {
  const name = option.split('.').at(-1);
  const [head = '', list = ''] = new RegExp(`\\b${name} = \\[([^\\]]*)\\]`).exec(text.slice(from)) ?? [];
  const start = text.indexOf(head, from) + head.length - list.length - 1;
  const written = [...list.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((match) => ({
    item: match[0],
    start: start + match.index,
    end: start + match.index + match[0].length,
  }));
  const found = written.flatMap((_, index) => {
    const here = written.slice(index, index + remove.length);
    return here.length > 0 &&
      here.length === remove.length &&
      here.every(({ item }, each) => item === remove[each])
      ? [here]
      : [];
  });
  const end = start + list.length;
  const place = remove.length === 0 ? [{ start: end, end }] : found[0];
  const [first, last] = [place?.[0], place?.at(-1)];
  if (head === '' || first === undefined || last === undefined || found.length > 1)
    throw new Error(`${remove.join(' ')} is not once in ${option} in ${CONFIGURATION}`);
  const added = `${add.join(' ')}${remove.length === 0 ? ' ' : ''}`;
  return `${text.slice(0, first.start)}${added}${text.slice(last.end)}`;
}
