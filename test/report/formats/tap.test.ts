import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { Parser, type Result } from 'tap-parser';
import { expect, test } from 'vitest';
import { visible } from '../../../src/text/visible.ts';
import { exampleReport, rendered } from './example.ts';
import { commandsIn, hostileText } from './hostile-text.ts';

function parse(text: string) {
  const points: Result[] = [];
  const extra: string[] = [];
  const parser = new Parser({ strict: true });
  parser.on('assert', (result: Result) => points.push(result));
  parser.on('extra', (line: string) => extra.push(line));
  parser.on('bailout', (reason: string) => extra.push(`bail out: ${reason}`));
  parser.on('child', () => extra.push('a child'));
  parser.end(text);
  return { points, extra, results: parser.results };
}

const outcomeOf = ({ ok, skip, todo }: Result) => ({
  ok,
  skip: skip !== undefined && skip !== false,
  todo: todo !== undefined && todo !== false,
});

test('what is printed is what its consumers take', async () => {
  const text = await rendered('tap', exampleReport());
  await expect(text).toMatchFileSnapshot('../../golden/formats/tap.exit-1.txt');
  const { extra, results, points } = parse(text);
  expect(extra).toEqual([]);
  expect(results).toMatchObject({ count: 11, fail: 6, skip: 3, todo: 1, ok: false });
  expect(points.every(({ ok, skip, diag }) => ok || skip || diag !== null)).toBe(true);
});

test('a warning fails where warnings count', async () => {
  const { results } = parse(await rendered('tap', exampleReport(), 'warn'));
  expect(results).toMatchObject({ fail: 6, todo: 0 });
});

test('nothing to check is no failure', async () => {
  const { results } = parse(await rendered('tap', { ...exampleReport(), targets: [] }));
  expect(results).toMatchObject({ count: 0, ok: true });
});

test('no text makes a test point, a directive, an end or a command of a runner', async () => {
  const expected = parse(await rendered('tap', exampleReport('x'))).points.map(outcomeOf);
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const printed = await rendered('tap', exampleReport(text));
      const { points, extra, results } = parse(printed);
      expect(extra).toEqual([]);
      expect(points.map(outcomeOf)).toEqual(expected);
      expect(results?.failures.filter(({ tapError }) => tapError)).toEqual([]);
      expect(points[3]?.diag).toMatchObject({ reason: visible(text) });
      expect(commandsIn(printed)).toEqual([]);
    }),
  );
});

/** What the parser behind `prove` makes of a stream: how many points it has, and what is wrong with it. */
const PERL = `use TAP::Parser;
my $parser = TAP::Parser->new({ tap => do { local $/; <STDIN> } });
1 while $parser->next;
print join ' ', $parser->tests_run, $parser->parse_errors;`;

function perl(script: string, input = ''): string | undefined {
  try {
    return execFileSync('perl', ['-e', script], { input, encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return undefined;
  }
}

test.skipIf(perl('use TAP::Parser;') === undefined)(
  'prove takes it, whatever the texts are (skipped without Perl’s TAP::Parser)',
  { tags: 'hosts' },
  async () => {
    expect(perl(PERL, await rendered('tap', exampleReport()))).toBe('11');
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        expect(perl(PERL, await rendered('tap', exampleReport(text)))).toBe('11');
      }),
    );
  },
);
