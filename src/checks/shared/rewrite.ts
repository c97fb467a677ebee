import type { Literal, Literals } from '../../facts/config/literals.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { nixList, nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit } from '../../remedy/steps.ts';
import { placeIn } from './steps.ts';

interface Change<T> {
  readonly path: readonly [string, ...string[]];
  /** Undefined where what is there cannot be rewritten. */
  readonly to: (now: T | undefined) => T | undefined;
  readonly why: string;
  /** What to do where the option is not written out in one place. */
  readonly otherwise: string;
  /** The place that was read. */
  readonly at: SourceLocation | undefined;
}

export const rewriteText = (change: Change<string>, literals: Literals | undefined, folder: string): Step =>
  rewrite(change, literals?.text(change.path), nixString, folder);

export const rewriteList = (
  change: Change<readonly string[]>,
  literals: Literals | undefined,
  folder: string,
): Step => rewrite(change, literals?.list(change.path), nixList, folder);

function rewrite<T>(
  { path, to, why, otherwise, at }: Change<T>,
  literal: Literal<T> | undefined,
  written: (value: T) => string,
  folder: string,
): Step {
  const now = literal?.now;
  const next = literal === undefined ? undefined : to(now);
  if (literal === undefined || next === undefined) return byHand(otherwise, placeIn(folder, at));
  return edit({
    option: optionPath(...path),
    before: now === undefined ? undefined : written(now),
    after: written(next),
    at: placeIn(folder, literal.at ?? at),
    why,
  });
}
