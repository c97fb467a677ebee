import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import schema from '../../../docs/report.schema.json' with { type: 'json' };
import type { Report } from '../../../src/model/report.ts';
import { json } from '../../../src/report/json.ts';
import { visible } from '../../../src/text/visible.ts';
import { exampleReport, rendered } from './example.ts';
import { commandsIn, hostileText } from './hostile-text.ts';

const ajv = new Ajv2020();
addFormats.default(ajv);
const validate = ajv.compile(schema);

test('the report is what its schema says', async () => {
  const report = exampleReport();
  const read = JSON.parse(await rendered('json', report));
  expect(read).toEqual(report);
  expect(validate(read), JSON.stringify(validate.errors)).toBe(true);
});

test('what cannot be seen is an escape, as on the screen it is a number', async () => {
  for (const char of ['\u2800', '\u202e', '\u00ad', '\u00a0', '\u{e0001}']) {
    const report = exampleReport(`a${char}b`);
    const printed = await rendered('json', report);
    expect(visible(char)).not.toContain(char);
    expect(printed).not.toContain(char);
    expect(JSON.parse(printed)).toEqual(report);
  }
});

test('every text comes through, and none is a command of a runner', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const report = exampleReport(text);
      const printed = await rendered('json', report);
      expect(JSON.parse(printed)).toEqual(report);
      expect(commandsIn(printed)).toEqual([]);
    }),
  );
});

test('it is written in pieces as it would be at once', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
      const report = { ...exampleReport(), targets: [first, { second }, [], {}] } as unknown as Report;
      const once = JSON.stringify(report, null, 2);
      expect(JSON.parse([...json(report)].join(''))).toEqual(JSON.parse(once));
    }),
  );
  expect([...json(exampleReport('x'))].join('')).toBe(`${JSON.stringify(exampleReport('x'), null, 2)}\n`);
});
