import { brokenStage } from '../facts/host/stages.ts';
import { type Fact, FactUnavailable } from '../model/fact.ts';
import { PartialValue, type Probe, type RawResult } from '../model/probe.ts';
import { lines } from '../text/lines.ts';

const DENIED =
  /permission denied|operation not permitted|must be root|access denied|authentication required/i;

/** No name, path or message that a check looks at is longer; what is, would be told over and over. */
const LONGEST_TEXT = 4096;

/** Turns what a target brought back into a fact: a value, or one of the reasons why there is none. */
export function factOf<T>(probe: Probe<T>, raw: RawResult | undefined): Fact<T> {
  // A live target tells of every probe how it ended; a bundle has those that its hsdoctor knew.
  if (raw === undefined)
    return {
      outcome: 'not-collected',
      reason: 'an older hsdoctor made this bundle, and did not read this',
    };
  if (raw.outcome !== 'ran') return { outcome: raw.outcome, reason: raw.reason };
  try {
    const parsed = probe.parse(raw);
    const given = parsed instanceof PartialValue ? parsed.value : parsed;
    const value = shortened(given);
    const broken = brokenStage(raw.stderr);
    const incomplete = [
      ...(parsed instanceof PartialValue
        ? [parsed.incomplete]
        : raw.capped
          ? [`its output was cut at ${probe.outputLimit} bytes`]
          : []),
      ...(broken === undefined ? [] : [broken]),
      ...(Object.is(value, given) ? [] : [`a text in it was cut at ${LONGEST_TEXT} characters`]),
    ];
    return incomplete.length === 0
      ? { outcome: 'ok', value }
      : { outcome: 'ok', value, incomplete: incomplete.join('; ') };
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof FactUnavailable && error.outcome !== 'failed')
      return { outcome: error.outcome, reason };
    if (raw.exitCode !== 0 && DENIED.test(raw.stderr))
      return { outcome: 'denied', reason: lastLineOf(raw.stderr) };
    // Before "failed": what is cut off ends by a closed pipe, and its exit status is our doing.
    if (raw.capped)
      return { outcome: 'unparsable', reason: `its output was cut at ${probe.outputLimit} bytes` };
    if (error instanceof FactUnavailable) return { outcome: 'failed', reason };
    if (raw.exitCode !== 0)
      return { outcome: 'failed', reason: `exit status ${raw.exitCode}: ${lastLineOf(raw.stderr)}` };
    return { outcome: 'unparsable', reason };
  }
}

/** The same value where no text in it is too long, else one with such texts cut. */
function shortened<T>(value: T): T {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? (value.slice(0, LONGEST_TEXT) as T) : value;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Map) {
    const entries = [...value];
    const short = shortened(entries);
    return short === entries ? value : (new Map(short) as T);
  }
  if (Array.isArray(value)) {
    const items = value.map(shortened);
    return items.some((item, index) => !Object.is(item, value[index])) ? (items as T) : value;
  }
  const entries = Object.entries(value);
  const items = entries.map(([key, item]) => [key, shortened(item)] as const);
  return items.some(([, item], index) => !Object.is(item, entries[index]?.[1]))
    ? (Object.fromEntries(items) as T)
    : value;
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** No reason is longer: it stands in a sentence. */
const LONGEST_REASON = 600;

/** Of a schema the field that does not fit, for its message is a list of JSON; of a program all lines but its warnings. */
function reasonOf(error: unknown): string {
  const [issue] = issuesOf(error);
  if (issue !== undefined) {
    const field = issue.path.map(String).join('.');
    return `its output does not have the expected form${field === '' ? '' : ` (${field})`}`;
  }
  const all = lines(error instanceof Error ? error.message : String(error)).map((line) => line.trim());
  const errors = all.filter((line) => !/\blevel=(?:warning|info|debug)\b/.test(line) || line === all.at(-1));
  const text = errors.join(' ');
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)} …` : text;
}

const issuesOf = (error: unknown): readonly { readonly path: readonly PropertyKey[] }[] =>
  error instanceof Error && 'issues' in error && Array.isArray(error.issues) ? error.issues : [];
