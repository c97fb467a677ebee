import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRELUDE } from '../../src/nix/library/prelude.ts';
import { type NixSource, openNixSource } from '../../src/nix/source.ts';
import { EXPRESSIONS, IMPORTED, LIBRARY } from './expressions.ts';
import { expressionOf } from './generator.ts';
import { evaluateWithNix, HAS_NIX } from './nix.ts';
import { asJson, writeTree } from './tree.ts';

/** HSDOCTOR_SEED=7 looks at the same again. */
const SEED = Number(process.env.HSDOCTOR_SEED ?? Date.now() % 1e9);

describe.skipIf(!HAS_NIX)('the same as nix-instantiate (skipped without Debian’s nix-bin)', () => {
  test.each(Object.entries(EXPRESSIONS))('%s', (_, expressions) => {
    const { ours, theirs, problems } = both(expressions, IMPORTED);
    expect(problems).toEqual([]);
    expect(ours).toEqual(theirs);
  });

  test('functions of lib', () => {
    const expressions = LIBRARY.map((expression) => `let lib = import ./lib.nix; in ${expression}`);
    const { ours, theirs } = both(expressions, { 'lib.nix': PRELUDE });
    expect(ours).toEqual(theirs);
  });

  test('what it claims to know of made-up expressions is what nix says', { tags: 'source' }, () => {
    let known = 0;
    fc.assert(
      fc.property(fc.array(expressionOf, { minLength: 80, maxLength: 80 }), (expressions) => {
        const folder = treeOf(expressions, {});
        const source = openNixSource(folder);
        const claims = expressions
          .map((text, index) => ({ text, value: asJson(source.value(`e${index}.nix`)) }))
          .filter(({ value }, index) => value !== undefined && !isBroken(source, `e${index}.nix`));
        const texts = claims.map(({ text }) => text);
        const real = evaluateWithNix(texts, folder);
        known += claims.length;
        expect(claims.filter((claim, index) => !isFoundBeside(claim, real[index]))).toEqual(
          texts
            .map((text, index) => ({ text, value: real[index] }))
            .filter((_, index) => !isFoundBeside(claims[index], real[index])),
        );
      }),
      { numRuns: 10, endOnFailure: true, seed: SEED },
    );
    // Else the test would say nothing.
    expect(known).toBeGreaterThan(200);
  });
});

/** An item that is found is found, whatever an unread item before it is: only a list in which nix ends there has no answer. */
function isFoundBeside(claim: { readonly text: string } | undefined, real: unknown): boolean {
  return real === undefined && claim?.text.includes('builtins.elem') === true;
}

/** `"$` before `${` makes another text than was meant, and no Nix. */
function isBroken(source: NixSource, path: string): boolean {
  return source.problems().some(({ at }) => at.file === path);
}

function treeOf(expressions: readonly string[], more: Readonly<Record<string, string>>): string {
  return writeTree({
    ...more,
    ...Object.fromEntries(expressions.map((text, index) => [`e${index}.nix`, text])),
  });
}

function both(expressions: readonly string[], more: Readonly<Record<string, string>>) {
  const folder = treeOf(expressions, more);
  const source = openNixSource(folder);
  const values = evaluateWithNix(expressions, folder);
  return {
    ours: expressions.map((text, index) => ({ text, value: asJson(source.value(`e${index}.nix`)) })),
    theirs: expressions.map((text, index) => ({ text, value: values[index] })),
    problems: source.problems(),
  };
}
