import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log, Result } from 'sarif';
import { expect, test } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { formats } from '../../../src/report/formats.ts';
import { exampleReport, rendered } from './example.ts';
import { commandsIn, hostileText } from './hostile-text.ts';

const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

async function logOf(report: Report): Promise<Log> {
  const log = JSON.parse(await rendered('sarif', report));
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  return log;
}

const resultsOf = (log: Log): Result[] => log.runs.flatMap(({ results }) => results ?? []);
const uriOf = ({ locations }: Result) => locations?.[0]?.physicalLocation?.artifactLocation?.uri;

test('what is printed is valid', async () => {
  const text = await rendered('sarif', exampleReport());
  await expect(text).toMatchFileSnapshot('../../golden/formats/sarif.exit-1.sarif');
  await logOf(exampleReport());
});

test('however many findings there are, no piece of the text holds two', async () => {
  const report = exampleReport();
  const [target] = report.targets;
  if (target === undefined) throw new Error('the example has no target');
  const about = {
    color: false,
    width: 100,
    failOn: 'fail',
    checks: [],
    exitStatus: 1,
    verbose: false,
  } as const;
  const pieces = [...(await formats.sarif())({ ...report, targets: Array(50).fill(target) }, about)];
  expect(pieces.filter((piece) => piece.split('"hsdoctorFinding/v1"').length > 2)).toEqual([]);
  expect(pieces.join('').split('"hsdoctorFinding/v1"').length).toBeGreaterThan(100);
});

test('faults are errors, waived ones are suppressed, and what could not be judged is told', async () => {
  const results = resultsOf(await logOf(exampleReport()));
  const told = results.map(({ ruleId, level, suppressions }) => [
    ruleId,
    level,
    suppressions?.map(({ kind, justification }) => `${kind}: ${justification}`).join(),
  ]);
  expect(told).toEqual([
    ['ml-oom/example', 'error', undefined],
    ['container-oom/example', 'error', undefined],
    ['oci-backend/example', 'note', 'inSource: it moves next month (until 2026-02-01)'],
    ['tailscale-bind', 'warning', undefined],
    ['visibility/example', 'warning', undefined],
    ['failed-units/example', 'warning', undefined],
    ['tailscale-up/example', 'note', 'external: it is renewed by hand'],
    ['ml-oom', 'warning', undefined],
  ]);
  expect(results.map(({ kind }) => kind).filter(Boolean)).toEqual([]);
});

test('a place leads to the file from the working directory', async () => {
  const [first] = resultsOf(await logOf(exampleReport()));
  expect(first?.locations?.[0]?.physicalLocation).toEqual({
    artifactLocation: {
      uri: 'nix%20config/modules/with%20space/immich%231.nix',
      uriBaseId: '%SRCROOT%',
    },
    region: { startLine: 12, startColumn: 5 },
  });
  expect(first?.relatedLocations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
    'nix%20config/hosts/minipc.nix',
  );
});

// A log with one result that has none is refused as a whole by code scanning.
test('every result has a place', async () => {
  const report = {
    ...exampleReport(),
    targets: exampleReport().targets.map((target) => ({ ...target, folder: '' })),
  };
  for (const result of resultsOf(await logOf(report))) expect(uriOf(result)).not.toBe('');
});

test('every rule that is referred to is there, and says what it is about', async () => {
  const log = await logOf(exampleReport());
  const rules = log.runs[0]?.tool.driver.rules ?? [];
  for (const { ruleId, ruleIndex = -1 } of resultsOf(log)) expect(rules[ruleIndex]?.id).toBe(ruleId);
  for (const rule of rules) expect(rule.help?.text).toContain(`hsdoctor explain ${rule.id.split('/')[0]}`);
});

test('fingerprints are those of the findings, and none comes twice', async () => {
  const results = resultsOf(await logOf(exampleReport()));
  const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
  expect(new Set(prints).size).toBe(results.length);
  expect(results[0]?.partialFingerprints).toEqual({
    'hsdoctorFinding/v1': 'ml-oom/immich-ml may take no more than 1 GiB',
  });
});

test('whatever the texts are, it is valid, and none is a link or a command of a runner', async () => {
  const expected = resultsOf(await logOf(exampleReport('x'))).map(({ ruleId, level }) => [ruleId, level]);
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const report = exampleReport(text);
      const results = resultsOf(await logOf(report));
      expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual(expected);
      for (const { message } of results) expect(message.text).not.toMatch(/\]\(|(?<!\{)\{\d+\}/);
      expect(commandsIn(await rendered('sarif', report))).toEqual([]);
    }),
  );
});
