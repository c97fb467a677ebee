import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli.ts';
import { BIN, ROOT } from './support/hsdoctor.ts';

interface Node {
  readonly type: string;
  readonly lang?: string | null;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/** What people read, by its path in the project. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((path) => path.endsWith('.md'));

const nodesOf = (page: string) => {
  const all = (node: Readonly<Node>): readonly Node[] => [node, ...(node.children ?? []).flatMap(all)];
  const root: unknown = fromMarkdown(readFileSync(join(ROOT, page), 'utf8'), {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return all(root as Node);
};
const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (page: string) =>
  nodesOf(page)
    .filter(({ type }) => type === 'heading')
    .map((heading) =>
      textOf(heading)
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration of docs/ci.md: a wait is missing in it. */
function configuration(): string {
  const path = join(folder, 'configuration');
  if (existsSync(path)) return path;
  cpSync(join(import.meta.dirname, 'nix', 'seed-layout'), path, { recursive: true });
  const file = join(path, 'modules/nixos/programs/docker/immich.nix');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^ *serviceConfig\.ExecStartPre = .*\n/m, ''));
  return path;
}

async function printed(command: string): Promise<string> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const [, ...words] = command.split(' ');
  const { all } = await execa(process.execPath, [BIN, ...words], {
    reject: false,
    all: true,
    cwd: command.includes('--source .') ? configuration() : folder,
    env: { HOME: home, TZ: 'Europe/Berlin', NO_COLOR: '1' },
  });
  return all;
}

/** Where a line is `…`, any lines may stand; within a line, any text. */
const pattern = (shown: string) =>
  new RegExp(
    `^${shown
      .split('\n')
      .map((line) =>
        line === '…' ? '[^]*' : line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*'),
      )
      .join('\n')
      .replaceAll('\n[^]*\n', '\n[^]*')
      .replace(/\n\[\^\]\*$/, '\n[^]*')}$`,
  );

describe.each(PAGES)('%s', (page) => {
  const nodes = nodesOf(page);

  const runs = nodes
    .filter(({ type, lang }) => type === 'code' && lang === 'console')
    .flatMap(({ value = '' }) => value.split(/^\$ /m).slice(1))
    .map((run) => [run.slice(0, run.indexOf('\n')), run.slice(run.indexOf('\n') + 1).trimEnd()] as const);
  test.each(runs)('shows what `%s` prints', async (command, shown) => {
    expect(await printed(command)).toMatch(pattern(shown));
  });

  test('has no command and no flag that there is not', () => {
    const code = nodes.filter(({ type }) => type === 'code' || type === 'inlineCode').map(textOf);
    const commands = code.flatMap((text) => [
      ...text.matchAll(/^(?:\S*npx |sudo )?hsdoctor ([a-z][^\n#|]*)/gm),
    ]);
    for (const [called, rest = ''] of commands) {
      const words = rest.split(/\s+/);
      const id = [`${words[0]}:${words[1]}`, `${words[0]}`].find((each) => Object.hasOwn(COMMANDS, each));
      if (id === undefined) {
        // A topic, as in "hsdoctor agent", or a sentence of a message.
        expect(called, called).toMatch(/hsdoctor (needs|immich|agent)\b/);
        continue;
      }
      const { flags = {} } = COMMANDS[id as keyof typeof COMMANDS] as {
        flags?: Record<string, { char?: string }>;
      };
      for (const word of words.filter((each) => each.startsWith('-'))) {
        const name = word
          .replace(/^--?(no-)?/, '')
          .replace(/=.*/, '')
          .replace(/[^\w-].*$/, '');
        const known = [...Object.keys(flags), ...Object.values(flags).flatMap(({ char = [] }) => char)];
        expect([...known, 'help', 'no-color'], called).toContain(name);
      }
    }
  });

  test('has links that lead somewhere', () => {
    for (const { url = '' } of nodes.filter(({ type }) => type === 'link')) {
      if (/^https?:/.test(url)) continue;
      const [path = '', anchor] = url.split('#');
      const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      expect(existsSync(join(ROOT, target)), url).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), url).toContain(anchor);
    }
  });
});

test('the README is short', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(81);
});
