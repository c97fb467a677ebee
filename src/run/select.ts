import type { Check } from '../checks/define.ts';
import { type FactName, probes } from '../probes/index.ts';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';

interface Selection {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly tags: readonly string[];
}

/** @throws {UsageError} for an id or a tag that no check has */
export function selectChecks(checks: readonly Check[], { only, skip, tags }: Selection): Check[] {
  const ids = checks.map(({ id }) => id);
  const allTags = [...new Set(checks.flatMap((check) => check.tags))];
  for (const id of [...only, ...skip]) {
    if (!ids.includes(id))
      throw new UsageError(`there is no check "${id}"${didYouMean(id, ids) || hintFor(id)}`);
  }
  for (const tag of tags) {
    if (!allTags.includes(tag))
      throw new UsageError(
        `no check has the tag "${tag}"${didYouMean(tag, allTags) || `; there are: ${allTags.join(', ')}`}`,
      );
  }
  const selected = checks.filter(
    (check) =>
      (only.length === 0 || only.includes(check.id)) &&
      // Who names a check wants it, whatever the settings leave out.
      (only.includes(check.id) || !skip.includes(check.id)) &&
      (tags.length === 0 || check.tags.some((tag) => tags.includes(tag))),
  );
  if (selected.length === 0)
    throw new UsageError('no check is left to run: name fewer tags, or skip fewer checks');
  return selected;
}

function hintFor(word: string): string {
  if (/\.(?:tgz|gz|tar)$|\//.test(word)) return `; a bundle is named by \`--bundle ${word}\``;
  return `; \`hsdoctor list\` shows them all, and a host is named by \`--host ${word}\``;
}

/** The facts that these checks are about. */
export function factsFor(checks: readonly Check[]): FactName[] {
  const all = Object.keys(probes) as FactName[];
  if (checks.every(({ everySource }) => everySource)) return all;
  const declared = new Set(['system', ...checks.flatMap(({ needs, wants }) => [...needs, ...wants])]);
  return all.filter((name) => declared.has(name));
}
