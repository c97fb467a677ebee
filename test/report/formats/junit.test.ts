import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'junit2json';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { exampleReport, rendered } from './example.ts';
import { commandsIn, hostileText } from './hostile-text.ts';

const schema = readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8');

async function errorsOf(documents: readonly string[]) {
  const xml = documents.map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  return (await validateXML({ xml, schema })).errors;
}

interface Case {
  name?: string;
  [outcome: string]: unknown;
}

async function casesOf(xml: string): Promise<Case[]> {
  const read = (await parse(xml)) as { testsuite?: { testcase?: Case[] }[] };
  return (read.testsuite ?? []).flatMap(({ testcase }) => testcase ?? []);
}

const outcomeOf = ({ failure, error, skipped }: Case) =>
  failure !== undefined
    ? 'failure'
    : error !== undefined
      ? 'error'
      : skipped !== undefined
        ? 'skipped'
        : 'passed';

test('what is printed is valid', async () => {
  const xml = await rendered('junit', exampleReport());
  await expect(xml).toMatchFileSnapshot('../../golden/formats/junit.exit-1.xml');
  expect(await errorsOf([xml])).toEqual([]);
});

test('a check is a failure, an error, skipped or passed', async () => {
  const cases = await casesOf(await rendered('junit', exampleReport()));
  expect(cases.map((each) => [each.name, outcomeOf(each)])).toEqual([
    ['ml-oom', 'failure'],
    ['container-oom', 'failure'],
    ['oci-backend', 'skipped'],
    ['tailscale-bind', 'error'],
    ['launchd-agent', 'skipped'],
    ['container-state', 'passed'],
    ['failed-units', 'passed'],
    ['visibility', 'error'],
    ['tailscale-up', 'skipped'],
    ['tailscale-wait', 'passed'],
    ['ml-oom', 'error'],
  ]);
});

test('a warning is a failure where warnings count', async () => {
  const cases = await casesOf(await rendered('junit', exampleReport(), 'warn'));
  const warned = cases.find(({ name }) => name === 'failed-units');
  expect(warned && outcomeOf(warned)).toBe('failure');
});

test('a target of which nothing could be read, and no check was judged, is an error', async () => {
  const report = exampleReport();
  const [, , nas] = report.targets;
  const xml = await rendered('junit', { ...report, targets: [{ ...nas, results: [] } as never] });
  expect((await casesOf(xml)).map(outcomeOf)).toEqual(['error']);
});

test('no text ends an element, makes a case or is a command of a runner', async () => {
  const expected = (await casesOf(await rendered('junit', exampleReport('x')))).map(outcomeOf);
  const documents: string[] = [];
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const xml = await rendered('junit', exampleReport(text));
      documents.push(xml);
      expect((await casesOf(xml)).map(outcomeOf)).toEqual(expected);
      expect(commandsIn(xml)).toEqual([]);
    }),
  );
  expect(await errorsOf(documents)).toEqual([]);
});
