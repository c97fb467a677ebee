import type { Check, Kind } from '../checks/define.ts';
import { checks } from '../checks/index.ts';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';
import { noSuchCheck } from './select.ts';

/** @throws {UsageError} */
export function checkOf(id: string): Check {
  const check = checks.find((each) => each.id === id);
  if (check === undefined) throw noSuchCheck(id, checks);
  return check;
}

/** @throws {UsageError} */
export function kindOf({ id: checkId, kinds = [] }: Check, id: string): Kind {
  const kind = kinds.find((each) => each.id === id);
  if (kind !== undefined) return kind;
  const ids = kinds.map((each) => each.id);
  throw new UsageError(
    `${checkId} has no kind of finding "${id}"${didYouMean(id, ids) || `; there are: ${ids.join(', ')}`}`,
  );
}
