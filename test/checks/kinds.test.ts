import { cwd } from 'node:process';
import { describe, expect, test } from 'vitest';
import { exampleOf } from '../../src/report/example.ts';
import { checksWithKinds, foundIn, kindsOf } from './kind-cases.ts';

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

test('`explain` shows of each kind what its case gives: `npm run generate` writes it', async () => {
  const examples = checksWithKinds.flatMap(({ id, kinds, cases }) =>
    kinds.map(({ id: kind }) => {
      const given = cases[kind];
      const found = given && foundIn(given).find((each) => each.kind === `${id}/${kind}`);
      if (given === undefined || found === undefined) throw new Error(`${id}/${kind} has no case`);
      return [`${id}/${kind}`, exampleOf(found, 'source' in given)] as const;
    }),
  );
  // The configuration of a case lies where the tests run.
  const text = JSON.stringify(Object.fromEntries(examples), null, 2).replaceAll(cwd(), '~/nixos-config');
  await expect(`${text}\n`).toMatchFileSnapshot('../../src/report/examples.json');
});
