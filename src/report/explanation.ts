import { Chalk } from 'chalk';
import type { CheckInfo, Kind } from '../model/check.ts';
import { hang } from './layout.ts';
import type { Style } from './terminal.ts';

/** What is read for a check, of a host that runs and of a configuration. */
interface Reads {
  readonly host: readonly string[];
  readonly configuration: readonly string[];
}

/** The section of a check in docs/checks.md: paragraphs of Markdown. */
export function section({ why, documentation }: CheckInfo): string[] {
  const { shows, configuration, fix, notReported } = documentation;
  return [
    ...(shows === undefined ? [] : paragraphs(shows)),
    ...(configuration === undefined ? [] : paragraphs(`**In a configuration:** ${configuration}`)),
    `**Why it matters:** ${why}`,
    ...paragraphs(`**Fix:** ${fix}`),
    ...paragraphs(`**Not reported:** ${notReported}`),
  ];
}

/** A line of Markdown for each kind of its findings. */
export const kindLines = ({ id, kinds }: CheckInfo): string[] =>
  kinds.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id: kind, name }) => `\`${id}/${kind}\`: ${name}`);

const paragraphs = (markdown: string) => markdown.split(/\n{2,}/);

/** A check for people. */
export function explanation(check: CheckInfo, reads: Reads, { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const list = (title: string, all: readonly string[]) =>
    all.length === 0 ? [] : ['', paint.bold(title), ...all.flatMap((each) => hang('  · ', each, width))];
  const lines = [
    ...hang('', `${paint.bold(check.id)}  ${check.title}`, width),
    ...section(check).flatMap((paragraph) => ['', ...hang('', styled(paragraph, paint), width)]),
    ...list(
      'What it finds:',
      kindLines(check).map((line) => styled(line, paint)),
    ),
    ...list('It reads of a host:', reads.host),
    ...list('It reads of a configuration (--source):', reads.configuration),
  ];
  return `${lines.join('\n')}\n`;
}

/** One kind of finding for people, and what its check says of all of them. */
export function kindExplanation(check: CheckInfo, kind: Kind, { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { fix, notReported } = check.documentation;
  const told = [
    kind.meaning,
    `**Why it matters:** ${check.why}`,
    `**Fix:** ${fix}`,
    `**Not reported:** ${notReported}`,
    `The finding shows the steps for your case. The whole check: \`hsdoctor explain ${check.id}\`.`,
  ];
  const lines = [
    ...hang('', `${paint.bold(`${check.id}/${kind.id}`)}  ${kind.name}`, width),
    ...told.flatMap(paragraphs).flatMap((paragraph) => ['', ...hang('', styled(paragraph, paint), width)]),
  ];
  return `${lines.join('\n')}\n`;
}

function styled(markdown: string, paint: InstanceType<typeof Chalk>): string {
  return markdown
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*(.+?)\*\*/g, (_, text) => paint.bold(text))
    .replace(/`([^`]+)`/g, (quoted, text) => (paint.level > 0 ? paint.cyan(text) : quoted));
}
