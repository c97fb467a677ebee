import type { Check } from '../checks/define.ts';
import { type SourceFactName, sourceFacts } from '../facts/config/index.ts';
import { type FactName, probes } from '../facts/host/index.ts';
import { VISIBILITY } from '../model/report.ts';
import { didYouMean } from '../text/nearest.ts';
import { quote } from '../text/shell.ts';
import { UsageError } from '../text/usage-error.ts';

type TargetKind = 'host' | 'source';

interface Selection {
  readonly only: readonly string[];
  readonly tags: readonly string[];
  /** What is left out of each kind that is checked. */
  readonly skip: Readonly<Partial<Record<TargetKind, readonly string[]>>>;
}

/** Of one kind of target. */
interface Selected {
  readonly checks: readonly Check[];
  /** Ids of those that would have been run, were they not left out. */
  readonly leftOut: readonly string[];
}

/**
 * The checks that are asked for and have something to check.
 * @throws {UsageError} for an id or a tag that no check has, and where none is left
 */
export function selectChecks(
  checks: readonly Check[],
  { only, tags, skip }: Selection,
): Readonly<Record<TargetKind, Selected>> {
  const kinds = Object.keys(skip) as TargetKind[];
  const ids = checks.map(({ id }) => id);
  const allTags = [...new Set(checks.flatMap((check) => check.tags))];
  for (const id of [...only, ...Object.values(skip).flat()]) {
    if (!ids.includes(id)) throw noSuchCheck(id, checks);
  }
  for (const tag of tags) {
    if (!allTags.includes(tag))
      throw new UsageError(
        `no check has the tag "${tag}"${didYouMean(tag, allTags) || `; there are: ${allTags.join(', ')}`}`,
      );
  }
  const [kind] = kinds;
  for (const { id, host, source } of checks)
    if (only.includes(id) && kinds.length === 1 && (kind === 'host' ? host : source) === undefined)
      throw new UsageError(
        kind === 'host'
          ? `${id} checks configurations, not hosts: name a configuration with \`--source DIR\``
          : `${id} checks hosts, not configurations: leave out --source`,
      );
  const of = (each: TargetKind): Selected => {
    const left = skip[each];
    const wanted = checks.filter(
      (check) =>
        left !== undefined &&
        check[each] !== undefined &&
        (only.length === 0 || only.includes(check.id)) &&
        (tags.length === 0 || check.tags.some((tag) => tags.includes(tag))),
    );
    // Who names a check wants it, whatever the settings leave out.
    const isLeftOut = ({ id }: Check) => !only.includes(id) && left?.includes(id) === true;
    return {
      checks: wanted.filter((check) => !isLeftOut(check)),
      leftOut: wanted.filter(isLeftOut).map(({ id }) => id),
    };
  };
  const selected = { host: of('host'), source: of('source') };
  if (selected.host.checks.length + selected.source.checks.length === 0)
    throw new UsageError('no check is left to run: name other checks or tags, or skip fewer checks');
  return selected;
}

export const ALL_CHECKS = '; `hsdoctor list` shows all checks';

/** @param hint what to say where no id is like it */
export function noSuchCheck(id: string, checks: readonly Check[], hint = hintFor(id)): UsageError {
  const ids = checks.map((check) => check.id);
  return new UsageError(`there is no check "${id}"${didYouMean(id, ids) || hint}`);
}

function hintFor(word: string): string {
  if (/\.(?:tgz|gz|tar)$|\//.test(word)) return `; to check a bundle: \`--bundle ${quote(word)}\``;
  if (word === '.' || word === '..') return `; to check a configuration: \`--source ${quote(word)}\``;
  if (word.trim() === '') return ALL_CHECKS;
  return `${ALL_CHECKS}; to check a host: \`--host ${quote(word)}\``;
}

/** The facts of a host that these checks are about. */
export function factsFor(checks: readonly Check[]): FactName[] {
  const all = Object.keys(probes) as FactName[];
  const targetChecks = checks.flatMap(({ host }) => host ?? []);
  // It is about the sources themselves: alone, it reads all of them.
  if (checks.every(({ id }) => id === VISIBILITY)) return all;
  const declared = new Set([
    'system',
    ...targetChecks.flatMap(({ needs, wants, forRemedy = [] }) => [...needs, ...wants, ...forRemedy]),
  ]);
  return all.filter((name) => declared.has(name));
}

/** The facts of a configuration that these checks are about. */
export function sourceFactsFor(checks: readonly Check[]): SourceFactName[] {
  const targetChecks = checks.flatMap(({ source }) => source ?? []);
  const declared = new Set(targetChecks.flatMap(({ needs, wants }) => [...needs, ...wants]));
  return (Object.keys(sourceFacts) as SourceFactName[]).filter((name) => declared.has(name));
}
