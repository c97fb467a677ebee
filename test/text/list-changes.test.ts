import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedList, listChanges } from '../../src/text/list-changes.ts';

test.each([
  ['an item at the end', ['a'], ['a', 'b'], [{ remove: [], add: ['b'] }]],
  ['an item in the place of another', ['a', 'b', 'c'], ['a', 'x', 'c'], [{ remove: ['b'], add: ['x'] }]],
  ['an item less', ['a', 'b'], ['b'], [{ remove: ['a'], add: [] }]],
  ['two items as one', ['-m', '1g', 'b'], ['b'], [{ remove: ['-m', '1g'], add: [] }]],
])('a change is %s', (_, before, after, changes) => {
  expect(listChanges(before, after)).toEqual(changes);
});

test.each([
  ['nothing changes', ['a'], ['a']],
  ['an item comes in the middle: behind which one, is not told', ['a', 'c'], ['a', 'b', 'c']],
  ['one of two that are alike leaves', ['-e', 'a', '-l', 'a'], ['-e', 'a', '-l', 'b']],
])('no change is told where %s', (_, before, after) => {
  expect(listChanges(before, after)).toBeUndefined();
});

test('what is not in a list cannot be changed in it', () => {
  expect(changedList(['a'], [{ remove: ['b'], add: [] }])).toBeUndefined();
});

const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 7 });

test('changes make the one list of the other, and name no item that stays in its place', () => {
  let told = 0;
  fc.assert(
    fc.property(list, list, fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }), (before, after, kept) => {
      const [from, to] = [
        [...kept, ...before],
        [...kept, ...after],
      ];
      const changes = listChanges(from, to);
      if (changes === undefined) return;
      told++;
      expect(changedList(from, changes)).toEqual(to);
      expect(changes.flatMap(({ remove, add }) => [...remove, ...add])).not.toContain('x');
    }),
  );
  expect(told).toBeGreaterThan(20);
});
