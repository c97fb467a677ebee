import type { Literals } from '../../facts/config/literals.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { nixList, nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, editItems } from '../../remedy/steps.ts';
import { listChanges } from '../../text/list-changes.ts';
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

export function rewriteText(
  { path, to, why, otherwise, at }: Change<string>,
  literals: Literals | undefined,
  folder: string,
): Step {
  const literal = literals?.text(path);
  const next = literal && to(literal.now);
  if (literal === undefined || next === undefined) return byHand(otherwise, placeIn(folder, at));
  return edit({
    option: optionPath(...path),
    before: literal.now === undefined ? undefined : nixString(literal.now),
    after: nixString(next),
    at: placeIn(folder, literal.at ?? at),
    why,
  });
}

/** Of a list that is there only what changes is told. */
export function rewriteList(
  { path, to, why, otherwise, at }: Change<readonly string[]>,
  literals: Literals | undefined,
  folder: string,
): Step {
  const literal = literals?.list(path);
  const next = literal && to(literal.now);
  const changes = literal?.now && next && listChanges(literal.now, next);
  if (literal === undefined || next === undefined || (literal.now !== undefined && changes === undefined))
    return byHand(otherwise, placeIn(folder, at));
  const told = { option: optionPath(...path), at: placeIn(folder, literal.at ?? at), why };
  return changes === undefined ? edit({ ...told, after: nixList(next) }) : editItems({ ...told, changes });
}
