import { Chalk } from 'chalk';
import { hang } from './layout.ts';
import type { Style } from './terminal.ts';

interface Explained {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** What is read for it, of a host that runs and of a configuration. */
  readonly reads: { readonly host: readonly string[]; readonly configuration: readonly string[] };
}

/** A check for people, with its part of `page`, which is docs/checks.md. */
export function explanation(check: Explained, page: string, { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const [what = '', ...others] = sectionOf(page, check.id);
  const paragraphs = [what, `**Why it matters:** ${check.why}`, ...others];
  const sources = (title: string, all: readonly string[]) =>
    all.length === 0 ? [] : ['', paint.bold(title), ...all.flatMap((each) => hang('  · ', each, width))];
  const lines = [
    ...hang('', `${paint.bold(check.id)}  ${check.title}`, width),
    ...paragraphs.flatMap((paragraph) => ['', ...hang('', styled(paragraph, paint), width)]),
    ...sources('It reads of a host:', check.reads.host),
    ...sources('It reads of a configuration (--source):', check.reads.configuration),
  ];
  return `${lines.join('\n')}\n`;
}

/** The paragraphs below the heading of that check. */
function sectionOf(page: string, id: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${id}\n`));
  return (section ?? '')
    .split(/\n{2,}/)
    .slice(1)
    .filter(Boolean);
}

function styled(markdown: string, paint: InstanceType<typeof Chalk>): string {
  return markdown
    .trim()
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*(.+?)\*\*/g, (_, text) => paint.bold(text))
    .replace(/`([^`]+)`/g, (quoted, text) => (paint.level > 0 ? paint.cyan(text) : quoted));
}
