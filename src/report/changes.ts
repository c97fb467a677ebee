import type { Changes, TargetReport } from '../model/report.ts';
import { elapsed } from '../text/amount.ts';

/** What began longer after a change, it is not told beside. */
const AFTER_GENERATION_MS = 3_600_000;
const AFTER_BOOT_MS = 900_000;
const MINUTE_MS = 60_000;
const MOST_DIFFERENCES = 3;
/** As git shortens a commit. */
const COMMIT = /^([0-9a-f]{7})[0-9a-f]{33}(-dirty)?$/;

/** `immich-server began 3 min after generation 212 was made (kernel: 6.12.9 -> 6.12.11)`: by the times alone, and said so. */
export function changesBefore({
  headline,
  changes,
}: Pick<TargetReport, 'headline' | 'changes'>): readonly string[] {
  if (changes === undefined) return [];
  const told = headline.flatMap(({ what, since }) => {
    const after = since === undefined ? [] : changesJustBefore(changes, Date.parse(since));
    return after.length === 0 ? [] : [{ what, after: together(after) }];
  });
  const lines = [...Map.groupBy(told, ({ after }) => after)].map(
    ([after, of]) => `${of.map(({ what }) => what).join(', ')}: the problem began ${after}`,
  );
  return lines.length === 0 ? [] : [...lines, 'Only the times match; this does not prove the cause.'];
}

function changesJustBefore(
  { generation, differences = [], bootedAt, bootBefore }: Changes,
  since: number,
): Passed[] {
  const passed = (at: string | undefined, most: number) => {
    const ms = at === undefined ? Number.NaN : since - Date.parse(at);
    return ms >= 0 && ms <= most ? ms : undefined;
  };
  const sinceBoot = passed(bootedAt, AFTER_BOOT_MS);
  const sinceGeneration = passed(generation?.createdAt, AFTER_GENERATION_MS);
  const unclean = bootBefore?.clean === false ? ' (the boot before it ended without a shutdown)' : '';
  return [
    ...(sinceBoot === undefined ? [] : [{ distance: about(sinceBoot), change: `a boot${unclean}` }]),
    ...(sinceGeneration === undefined || generation === undefined
      ? []
      : [
          {
            distance: about(sinceGeneration),
            change: `${nameOf(generation)}${differencesText(differences)}`,
          },
        ]),
  ];
}

interface Passed {
  /** `less than 1 min after`, `3 min after`. */
  readonly distance: string;
  readonly change: string;
}

/** `less than 1 min after a boot and after generation 2 was made`: what is the same of both is told once. */
function together(all: readonly Passed[]): string {
  return all
    .map(({ distance, change }, index) => {
      const isSame = index > 0 && all[index - 1]?.distance === distance;
      return `${isSame ? distance.slice(distance.lastIndexOf(' ') + 1) : distance} ${change}`;
    })
    .join(' and ');
}

/** Services that one change took down do not go down in the same second. */
const about = (ms: number) =>
  ms < MINUTE_MS ? 'less than 1 min after' : `${elapsed(ms - (ms % MINUTE_MS))} after`;

const nameOf = ({ number }: NonNullable<Changes['generation']>) =>
  number === undefined ? 'the running system was made' : `generation ${number} was made`;

function differencesText(differences: NonNullable<Changes['differences']>): string {
  if (differences.length === 0) return '';
  const named = differences.slice(0, MOST_DIFFERENCES).map(({ what, from = 'none', to = 'none' }) => {
    const same = sharedRepository(from, to);
    return `${what}: ${short(from.slice(same))} -> ${short(to.slice(same))}`;
  });
  const others = differences.length - named.length;
  return ` (${named.join('; ')}${others > 0 ? `; and ${others} more` : ''})`;
}

/** Length of `ghcr.io/immich-app/immich-server:` where only the tags of two images differ; else 0. */
function sharedRepository(from: string, to: string): number {
  const length = from.lastIndexOf(':') + 1;
  return from.includes('/') && to.lastIndexOf(':') + 1 === length && to.startsWith(from.slice(0, length))
    ? length
    : 0;
}

const short = (text: string) => text.replace(COMMIT, '$1$2');
