import type { Check, Kind } from '../checks/define.ts';
import { checks as knownIssues } from '../checks/index.ts';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';
import { visibility } from './results/visibility/check.ts';
import { waivers } from './results/waivers/check.ts';
import { noSuchCheck } from './select.ts';

/** All that has a result: the known issues, and what the engine itself tells of its sources and of waivers. */
export const checks: readonly Check[] = [visibility, ...knownIssues, waivers];

/** What can be waived: the checks, and each of their kinds of findings: `ml-oom`, `ml-oom/limit-too-low`. */
export const waivable: readonly string[] = checks.flatMap(({ id, kinds }) => [
  id,
  ...kinds.map((kind) => `${id}/${kind.id}`),
]);

/** @throws {UsageError} */
export function checkOf(id: string): Check {
  const check = checks.find((each) => each.id === id);
  if (check === undefined) throw noSuchCheck(id, checks);
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
