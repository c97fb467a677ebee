import { expect, test } from 'vitest';
import { type Check, judgeHost } from '../../src/checks/define.ts';
import { evaluate, type FactTable } from '../../src/engine/evaluate.ts';
import { probes } from '../../src/facts/host/index.ts';
import type { Fact } from '../../src/model/fact.ts';

const context = {
  now: Date.parse('2026-01-02T00:00:00Z'),
  windowStart: Date.parse('2026-01-01T00:00:00Z'),
  configuration: '/etc/nixos',
  names: { containers: [], secrets: [] },
  again: [],
  nixos: true,
  unread: [],
};

function facts(given: Partial<FactTable>): FactTable {
  const none: Fact<never> = { outcome: 'failed', reason: 'not given' };
  return {
    ...Object.fromEntries(Object.keys(probes).map((name) => [name, none])),
    ...given,
  } as unknown as FactTable;
}

const finding = { kind: 'x', status: 'fail' as const, title: 't', summary: 's', subject: 'x', evidence: [] };
const noUnits: Fact<readonly []> = { outcome: 'ok', value: [] };
const judge = (checks: Check[], given: Partial<FactTable>) => evaluate(checks, facts(given), context, 'host');
const SOMETHING = { units: 1 };
const base = { title: '', why: '', tags: [], kinds: [], documentation: { fix: '', notReported: '' } };

test('a check without a fact that it needs is unknown, with the reason', () => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({ needs: ['units'], evaluate: () => ({ findings: [], lookedAt: SOMETHING }) }),
  };
  expect(judge([check], { units: { outcome: 'denied', reason: 'only root' } })[0]).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('only root'),
  });
});

test('a check of something that is not installed is skipped', () => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({ needs: ['units'], evaluate: () => ({ findings: [], lookedAt: SOMETHING }) }),
  };
  expect(judge([check], { units: { outcome: 'not-installed', reason: 'no systemctl' } })[0]).toMatchObject({
    status: 'skipped',
  });
});

test.each([
  ['a wanted fact is missing', { units: noUnits }],
  ['a needed fact is incomplete', { units: { ...noUnits, incomplete: 'cut' }, containers: noUnits }],
] as [string, Partial<FactTable>][])('there is no ok when %s', (_, given) => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({
      needs: ['units'],
      wants: ['containers'],
      evaluate: () => ({ findings: [], lookedAt: SOMETHING }),
    }),
  };
  expect(judge([check], given)[0]?.status).toBe('unknown');
});

test('a fault is told although a wanted fact is missing', () => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({
      needs: ['units'],
      wants: ['containers'],
      evaluate: () => ({ findings: [finding], lookedAt: {} }),
    }),
  };
  expect(judge([check], { units: noUnits })[0]?.status).toBe('fail');
});

test('a check that throws is unknown, and stops no other', () => {
  const broken: Check = {
    ...base,
    id: 'broken',
    host: judgeHost({
      needs: ['units'],
      evaluate: () => {
        throw new Error('boom');
      },
    }),
  };
  const sound: Check = {
    ...base,
    id: 'sound',
    host: judgeHost({ needs: ['units'], evaluate: () => ({ findings: [], lookedAt: SOMETHING }) }),
  };
  expect(judge([broken, sound], { units: noUnits })).toMatchObject([
    { status: 'unknown', reason: expect.stringContaining('boom') },
    { status: 'ok' },
  ]);
});

test('a symptom names its cause only where the cause is found for the same thing', () => {
  const cause: Check = {
    ...base,
    id: 'cause',
    host: judgeHost({
      needs: ['units'],
      evaluate: () => ({ findings: [{ ...finding, subject: 'a' }], lookedAt: {} }),
    }),
  };
  const symptom: Check = {
    ...base,
    id: 'symptom',
    host: judgeHost({
      needs: ['units'],
      evaluate: () => ({
        lookedAt: {},
        findings: ['a', 'b'].map((subject) => ({
          ...finding,
          subject,
          explainedBy: [{ check: 'cause', subject }],
        })),
      }),
    }),
  };
  const [, result] = judge([cause, symptom], { units: noUnits });
  expect(result?.findings.map(({ causedBy }) => causedBy)).toEqual(['cause', undefined]);
});

test('evidence from before the window is history, and text stays as it is', () => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({
      needs: ['units'],
      evaluate: () => ({
        lookedAt: {},
        findings: [
          {
            ...finding,
            title: 'a\u001b[31mb\u0007',
            evidence: [{ source: 's', observed: 'o', at: Date.parse('2025-12-31T00:00:00Z') }],
          },
        ],
      }),
    }),
  };
  expect(judge([check], { units: noUnits })[0]?.findings[0]).toMatchObject({
    title: 'a\u001b[31mb\u0007',
    evidence: [{ history: true }],
  });
});

test.each([
  ['ok', [], 'a note'],
  ['fail', [finding], undefined],
] as const)('the note of a check belongs to its ok: %s', (status, findings, reason) => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({
      needs: ['units'],
      evaluate: () => ({ findings: [...findings], lookedAt: SOMETHING, note: 'a note' }),
    }),
  };
  const [result] = judge([check], { units: noUnits });
  expect([result?.status, result?.reason]).toEqual([status, reason]);
});

test('what was seen only in part is not said not to apply', () => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({ needs: ['units'], wants: [], evaluate: () => ({ skip: 'nothing' }) }),
  };
  const [result] = judge([check], {
    units: { ...noUnits, incomplete: 'the list was cut' } as Fact<readonly []>,
  });
  expect(result).toMatchObject({ status: 'unknown', reason: 'the list was cut' });
});

test.each([
  [{}, 'skipped'],
  [{ units: 0, secrets: 0 }, 'skipped'],
  [{ units: 0, secrets: 1 }, 'ok'],
] as const)('a check that looked at %j is %s', (lookedAt, status) => {
  const check: Check = {
    ...base,
    id: 'a',
    host: judgeHost({ needs: ['units'], evaluate: () => ({ findings: [], lookedAt }) }),
  };
  expect(judge([check], { units: noUnits })[0]?.status).toBe(status);
});
