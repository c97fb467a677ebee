/** How the reading of a fact ended. `ok` is the only one that carries a value. */
export const FACT_OUTCOMES = [
  'ok',
  'not-installed',
  'denied',
  'timeout',
  'failed',
  'unparsable',
  'not-applicable',
  /** By an older hsdoctor, which made the bundle and did not know the probe. */
  'not-collected',
] as const;
type Outcome = (typeof FACT_OUTCOMES)[number];
export type MissingOutcome = Exclude<Outcome, 'ok'>;

/**
 * What was read from a target, or why it could not be read.
 * `incomplete` is a value of which a part could not be seen, in a sentence that says which: it can prove that
 * something is wrong, but never that nothing is.
 */
export type Fact<T> =
  | { readonly outcome: 'ok'; readonly value: T; readonly incomplete?: string }
  | { readonly outcome: MissingOutcome; readonly reason: string };

/** Thrown by a probe's `parse` when the output shows that the thing could not be read, and why. */
export class FactUnavailable extends Error {
  readonly outcome: MissingOutcome;

  constructor(outcome: MissingOutcome, reason: string) {
    super(reason);
    this.name = 'FactUnavailable';
    this.outcome = outcome;
  }
}

/** Why a source of one platform is missing on another. */
export const onAnotherPlatform = (platform: string) => `not on ${platform}`;
