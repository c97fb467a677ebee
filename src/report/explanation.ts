import { Chalk } from 'chalk';
import type { CheckInfo, Kind } from '../model/check.ts';
import { entryOf } from '../text/entry.ts';
import type { Example } from './example.ts';
import examples from './examples.json' with { type: 'json' };
import { hang } from './layout.ts';
import type { Style } from './terminal.ts';

/** What is read for a check, of a host that runs and of a configuration. */
interface Reads {
  readonly host: readonly string[];
  readonly configuration: readonly string[];
}

/** The section of a check in docs/checks.md: paragraphs of Markdown. */
export function section({ why, documentation }: CheckInfo): string[] {
  const { shows, configuration, fix, unknownIf, notReported, notJudged } = documentation;
  return [
    ...(shows === undefined ? [] : paragraphs(shows)),
    ...(configuration === undefined ? [] : paragraphs(`**In a configuration:** ${configuration}`)),
    `**Why it matters:** ${why}`,
    ...paragraphs(`**Fix:** ${fix}`),
    ...(unknownIf === undefined ? [] : paragraphs(`**Unknown if** ${unknownIf}`)),
    ...paragraphs(`**Not reported:** ${notReported}`),
    ...(notJudged === undefined ? [] : paragraphs(notJudged)),
  ];
}

/** A line of Markdown for each kind of its findings. */
export const kindLines = ({ id, kinds }: CheckInfo): string[] =>
  kinds.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id: kind, name }) => `\`${id}/${kind}\`: ${name}`);

const paragraphs = (markdown: string) => markdown.split(/\n{2,}/);

/** A check for people: what it looks at, how it shows, why it matters, how to fix it, what it does not report. */
export function explanation(check: CheckInfo, reads: Reads, { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const list = (title: string, all: readonly string[]) =>
    all.length === 0 ? [] : ['', paint.bold(title), ...all.flatMap((each) => hang('  · ', each, width))];
  const example = check.kinds
    .map(({ id }) => exampleLines(`${check.id}/${id}`))
    .find(({ length }) => length > 0);
  const lines = [
    ...hang('', `${paint.bold(check.id)}  ${check.title}`, width),
    ...list('What it reads on a host:', reads.host),
    ...list('What it reads in a configuration (--source):', reads.configuration),
    ...section(check).flatMap((paragraph) => paragraphLines(paragraph, paint, width)),
    ...list('Example:', example ?? []),
    ...list(
      'Kinds of findings (hsdoctor explain CHECK/KIND):',
      kindLines(check).map((line) => styled(line, paint)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** One kind of finding for people; why the check matters would say the same again, less exactly. */
export function kindExplanation(check: CheckInfo, kind: Kind, { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const id = `${check.id}/${kind.id}`;
  const paragraph = (markdown: string) => paragraphLines(markdown, paint, width);
  const { notReported, notJudged } = check.documentation;
  const { fix = [], isDeclared } = entryOf<Example>(examples, id) ?? {};
  const lines = [
    ...hang('', `${paint.bold(id)}  ${kind.name}`, width),
    ...paragraph(kind.meaning),
    '',
    paint.bold('Example:'),
    ...exampleLines(id).flatMap((line) => hang('  · ', line, width)),
    ...fix.flatMap(({ heading, steps }) => [
      '',
      paint.bold(`${heading} in this example:`),
      ...steps.flatMap(({ text, lines: typed }, index) => [
        ...hang(`  ${index + 1}. `, text, width),
        ...typed.map((line) => `     ${line}`),
      ]),
    ]),
    ...paragraphs(`**Not reported:** ${notReported}`).flatMap(paragraph),
    ...(notJudged === undefined || isDeclared !== true ? [] : paragraphs(notJudged).flatMap(paragraph)),
    ...paragraph(
      `The steps depend on the case: each finding shows its own. More about the check: \`hsdoctor explain ${check.id}\`.`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A paragraph, or a list that belongs to the paragraph above it. */
function paragraphLines(markdown: string, paint: InstanceType<typeof Chalk>, width: number): string[] {
  return markdown.startsWith('- ')
    ? markdown
        .slice(2)
        .split(/\n- /)
        .flatMap((item) => hang('  · ', styled(item, paint), width))
    : ['', ...hang('', styled(markdown, paint), width)];
}

function exampleLines(id: string): readonly string[] {
  const example = entryOf<Example>(examples, id);
  return example === undefined ? [] : [example.title, ...example.evidence];
}

function styled(markdown: string, paint: InstanceType<typeof Chalk>): string {
  return markdown
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*(.+?)\*\*/g, (_, text) => paint.bold(text))
    .replace(/`([^`]+)`/g, (quoted, text) => (paint.level > 0 ? paint.cyan(text) : quoted));
}
