import { describe, expect, test } from 'vitest';
import { checksWithKinds, kindsOf } from './kind-cases.ts';

describe.each(checksWithKinds)('$id', ({ id, kinds, cases }) => {
  test('has a case of every kind of finding, and kinds for every case', () => {
    expect(Object.keys(cases).sort()).toEqual(kinds.map((kind) => kind.id).sort());
  });

  test.each(kinds.map((kind) => [kind.id, kind] as const))('%s', (kind, { name, meaning }) => {
    const given = cases[kind];
    if (given === undefined) throw new Error(`${id}/${kind} has no case`);
    const { found, near } = kindsOf(given);
    const declared = kinds.map((each) => `${id}/${each.id}`);
    expect(found).toContain(`${id}/${kind}`);
    expect(declared).toEqual(expect.arrayContaining(found.filter((each) => each.startsWith(`${id}/`))));
    expect(near).not.toContain(`${id}/${kind}`);
    expect(name).toMatch(/^\S.*[^.]$/);
    expect(meaning).toMatch(/^\S.*\.$/);
  });
});
