import type { Check } from '../checks/define.ts';
import { checks as knownIssues } from '../checks/index.ts';
import type { Kind } from '../model/check.ts';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';
import { visibility } from './results/visibility/check.ts';
import { waivers } from './results/waivers/check.ts';
import { ALL_CHECKS, noSuchCheck } from './select.ts';
import { waivableIds } from './waivers.ts';

/** All that has a result: the known issues, and what the engine itself tells of its sources and of waivers. */
export const checks: readonly Check[] = [visibility, ...knownIssues, waivers];

export const waivable: readonly string[] = waivableIds(checks);

/** @throws {UsageError} */
export function checkOf(id: string): Check {
  const check = checks.find((each) => each.id === id);
  if (check === undefined) throw noSuchCheck(id, checks, ALL_CHECKS);
  return check;
}

/** @throws {UsageError} */
export function kindOf({ id: checkId, kinds }: Check, id: string): Kind {
  const kind = kinds.find((each) => each.id === id);
  if (kind !== undefined) return kind;
  const ids = kinds.map((each) => each.id);
  throw new UsageError(
    `${checkId} has no kind of finding "${id}"${didYouMean(id, ids) || `; there are: ${ids.join(', ')}`}`,
  );
}
