import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { exampleReport, rendered } from './example.ts';
import { commandsIn, hostileText } from './hostile-text.ts';

const parse = (text: string) =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** The kinds of a tree's nodes, in which an address that only became one to click on is text. */
function shapeOf(node: Nodes): unknown {
  if (!('children' in node)) return node.type;
  const shapes: unknown[] = (node.children as Nodes[]).map((child) =>
    child.type === 'link' && isBareAddress(child) ? 'text' : shapeOf(child),
  );
  const merged = shapes.filter((shape, index) => shape !== 'text' || shapes[index - 1] !== 'text');
  return { [node.type]: merged };
}

function isBareAddress(link: Extract<Nodes, { type: 'link' }>): boolean {
  const [child] = link.children;
  return child?.type === 'text' && !link.url.startsWith('mailto:') && link.url.endsWith(child.value);
}

test('what is printed shows as it is meant', async () => {
  const text = await rendered('markdown', exampleReport());
  await expect(text).toMatchFileSnapshot('../../golden/formats/markdown.exit-1.md');
});

test('no text is markup, makes a block of its own or is a command of a runner', {
  tags: 'hosts',
}, async () => {
  const expected = shapeOf(parse(await rendered('markdown', exampleReport('x'))));
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const printed = await rendered('markdown', exampleReport(text));
      expect(shapeOf(parse(printed))).toEqual(expected);
      expect(commandsIn(printed)).toEqual([]);
    }),
    // What every object has.
    { examples: [['toString'], ['constructor'], ['__proto__']] },
  );
});

test('what is called Nix is Nix, and says in the sentence above where it belongs', async () => {
  const report = exampleReport();
  const [target] = report.targets;
  const [edit] = target?.results[0]?.findings[0]?.remedy?.lasting ?? [];
  Object.assign(edit ?? {}, { before: undefined });
  const printed = await rendered('markdown', report);
  const blocks = parse(printed).children.filter((node) => node.type === 'code');
  expect(blocks.filter(({ lang }) => lang === 'nix').map(({ value }) => value)).toEqual([
    'virtualisation.oci-containers.containers.plex.image = "plex:1.41";',
  ]);
  expect(printed).toContain('Name the version. (modules/plex.nix)');
});

test('nobody is mentioned, and no issue referred to', async () => {
  const printed = await rendered('markdown', exampleReport('see @ann and #12, a/b#3'));
  const texts: string[] = [];
  const collect = (node: Nodes) => {
    if (node.type === 'text') texts.push(node.value);
    if ('children' in node) for (const child of node.children) collect(child as Nodes);
  };
  collect(parse(printed));
  expect(texts.join('\n')).toContain('see @\u200bann');
  expect(texts.join('\n')).not.toMatch(/@\w|#\d/);
});
