import type { SourceLocation } from '../model/source-location.ts';
import { isDay, type Waiver } from '../model/waiver.ts';

/** A waiver that stands beside what it is about, or why such a comment is not understood. */
export type WaiverComment = { readonly at: SourceLocation } & (
  | { readonly waiver: Waiver /** The line that it speaks of. */; readonly line: number }
  | { readonly malformed: string }
);

const MARK = /\bhsdoctor\s*:?\s*(ignore\b.*)/s;
/** Nobody writes as many in one file. */
const MOST_WAIVERS = 2000;
const FORM = 'write `# hsdoctor: ignore CHECK until 2027-01-01: why`; the date is optional';

interface CommentInPlace {
  readonly text: string;
  readonly at: SourceLocation;
  /** Nothing stands in front of it on its line. */
  readonly alone: boolean;
}

/** The waivers among the comments of a file, which are in the order in which they stand there. */
export function waiverComments(comments: readonly CommentInPlace[]): readonly WaiverComment[] {
  // A comment on a line of its own speaks of the first line below it that is no such comment.
  const lineBelow = new Map<number, number>();
  for (const { at, text, alone } of comments.toReversed())
    if (alone) {
      const below = at.line + text.split('\n').length;
      lineBelow.set(at.line, lineBelow.get(below) ?? below);
    }
  const found = comments.flatMap(({ text, at, alone }) => {
    const said = MARK.exec(text)?.[1]
      ?.replace(/\*\/\s*$/, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (said === undefined) return [];
    const line = alone ? (lineBelow.get(at.line) ?? at.line + 1) : at.line;
    return waivers(said, at).map((each) => ('malformed' in each ? each : { ...each, line }));
  });
  const next = found[MOST_WAIVERS];
  if (next === undefined) return found;
  const malformed = `hsdoctor reads at most ${MOST_WAIVERS} waivers of a file, and this and those below are more`;
  return [{ at: next.at, malformed }, ...found.slice(0, MOST_WAIVERS)];
}

function waivers(
  said: string,
  at: SourceLocation,
): ({ at: SourceLocation; waiver: Waiver } | { at: SourceLocation; malformed: string })[] {
  const malformed = (why: string) => [{ at, malformed: `${why}: ${FORM}` }];
  const [, head = '', colon, reason = ''] = /^ignore\b ?([^:]*)(:?) ?(.*)$/.exec(said) ?? [];
  const [, checks = '', , until] = /^(.*?)( ?\buntil\b ?(.*))?$/.exec(head.trim()) ?? [];
  const ids = [...new Set(checks.split(/[\s,]+/))].filter((id) => id !== '');
  if (ids.length === 0) return malformed('it does not name a check');
  if (colon === '' || reason === '') return malformed('it does not give a reason');
  // Behind the colon a day ends nothing.
  if (/^until\b/.test(reason) && until === undefined) return malformed('the date is inside the reason');
  if (until !== undefined && !isDay(until.trim())) return malformed(`"${until.trim()}" is not a date`);
  const by = `${at.file}:${at.line}`;
  return ids.map((check) => ({
    at,
    waiver: { check, reason, by, ...(until === undefined ? {} : { until: until.trim() }) },
  }));
}
