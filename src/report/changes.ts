import type { Changes, TargetReport } from '../model/report.ts';
import { elapsed } from '../text/amount.ts';

/** What began longer after a change, it is not told beside. */
const AFTER_GENERATION_MS = 3_600_000;
const AFTER_BOOT_MS = 900_000;
const MINUTE_MS = 60_000;
const MOST_DIFFERENCES = 3;
/** As git shortens a commit. */
const COMMIT = /^([0-9a-f]{7})[0-9a-f]{33}(-dirty)?$/;

/** `immich-server began 3 min after generation 212 (kernel 6.12.9 -> 6.12.11)`: by the times alone, and said so. */
export function changesBefore({
  headline,
  changes,
}: Pick<TargetReport, 'headline' | 'changes'>): readonly string[] {
  if (changes === undefined) return [];
  const told = headline.flatMap(({ what, since }) => {
    const after = since === undefined ? [] : changesJustBefore(changes, Date.parse(since));
    return after.length === 0 ? [] : [{ what, after: after.join(', ') }];
  });
  const lines = [...Map.groupBy(told, ({ after }) => after)].map(
    ([after, of]) => `${of.map(({ what }) => what).join(', ')}: began ${after}`,
  );
  return lines.length === 0 ? [] : [...lines, 'Only the times say so: it need not be the cause.'];
}

function changesJustBefore({ generation, differences = [], bootedAt, bootBefore }: Changes, since: number) {
  const passed = (at: string | undefined, most: number) => {
    const ms = at === undefined ? Number.NaN : since - Date.parse(at);
    return ms >= 0 && ms <= most ? ms : undefined;
  };
  const sinceBoot = passed(bootedAt, AFTER_BOOT_MS);
  const sinceGeneration = passed(generation?.createdAt, AFTER_GENERATION_MS);
  const unclean = bootBefore?.clean === false ? ' (the boot before it ended without a shutdown)' : '';
  return [
    ...(sinceBoot === undefined ? [] : [`${about(sinceBoot)} after a boot${unclean}`]),
    ...(sinceGeneration === undefined || generation === undefined
      ? []
      : [`${about(sinceGeneration)} after ${nameOf(generation)}${differencesText(differences)}`]),
  ];
}

/** Services that one change took down do not go down in the same second. */
const about = (ms: number) => (ms < MINUTE_MS ? 'less than a minute' : elapsed(ms - (ms % MINUTE_MS)));

const nameOf = ({ number }: NonNullable<Changes['generation']>) =>
  number === undefined ? 'the running system was made' : `generation ${number}`;

function differencesText(differences: NonNullable<Changes['differences']>): string {
  if (differences.length === 0) return '';
  const named = differences.slice(0, MOST_DIFFERENCES).map(({ what, from = 'none', to = 'none' }) => {
    const same = sharedRepository(from, to);
    return `${what} ${short(from.slice(same))} -> ${short(to.slice(same))}`;
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
