import { afterAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { corpus, found, judged } from './corpus.ts';

const SPELLINGS = 5;
/** It judges the reading itself: see source.test.ts. */
const OTHERWISE_TESTED = ['visibility'];

const cases = corpus();
const judgingSource = checks.filter(({ source }) => source !== undefined).map(({ id }) => id);
const counts = new Map(
  judgingSource.map((id) => [id, { cases: 0, right: 0, wrong: 0, false: 0, missed: 0 }]),
);

test('every check has a corpus of right and wrong, in at least five spellings each', () => {
  for (const id of judgingSource.filter((each) => !OTHERWISE_TESTED.includes(each)))
    for (const isWrong of [true, false]) {
      const own = cases.filter((each) => each.check === id && each.isWrong === isWrong);
      expect(own.length, `${id} ${isWrong ? 'wrong' : 'right'}`).toBeGreaterThanOrEqual(SPELLINGS);
    }
});

describe.each(judgingSource.filter((id) => cases.some(({ check }) => check === id)))('%s', (id) => {
  const own = cases.filter(({ check }) => check === id);
  test.each(own.map((each) => [`${each.isWrong ? 'wrong' : 'right'}/${each.name}`, each] as const))(
    '%s',
    (_, { files, expected, isWrong, status }) => {
      const results = judged(files);
      const actual = found(results);
      for (const [check, count] of counts) {
        const of = (places: readonly string[]) => places.filter((place) => place.endsWith(` ${check}`));
        count.wrong += of(expected).length;
        count.false += of(actual).filter((place) => !expected.includes(place)).length;
        count.missed += of(expected).filter((place) => !actual.includes(place)).length;
        if (check === id) {
          count.cases += 1;
          if (!isWrong) count.right += 1;
        }
      }
      expect(actual).toEqual(expected);
      // A sentence is one line, whatever of a script stands in it.
      expect(results.filter(({ reason }) => reason?.includes('\n'))).toEqual([]);
      expect(expected.some((place) => place.endsWith(` ${id}`))).toBe(isWrong);
      const statuses = results.filter(({ check }) => check === id).map((result) => result.status);
      if (!isWrong) expect(new Set(statuses)).toContain(status ?? 'ok');
    },
  );
});

afterAll(() => {
  const rows = [...counts].map(([check, count]) => {
    const ratio = (part: number, whole: number) => (whole === 0 ? '-' : (part / whole).toFixed(2));
    const hits = count.wrong - count.missed;
    return [
      check,
      count.cases,
      count.right,
      count.wrong,
      ratio(hits, hits + count.false),
      ratio(hits, count.wrong),
    ];
  });
  const table = [['check', 'cases', 'right', 'faults', 'precision', 'recall'], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => String(row[column]).length)),
  );
  console.log(
    table
      .map((row) => row.map((cell, column) => String(cell).padEnd(widths[column] ?? 0)).join('  '))
      .join('\n'),
  );
});
