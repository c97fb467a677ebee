/** What people can read of a check, in Markdown. */
export interface CheckDocumentation {
  /** How it shows on a host, or wherever it is looked for. */
  readonly shows?: string;
  /** How it shows in a configuration. */
  readonly configuration?: string;
  readonly fix: string;
  /** When it is `unknown`: conditions, after "if". */
  readonly unknownIf?: string;
  /** What looks like it and is not reported. */
  readonly notReported: string;
  /** What of a configuration is left out, in paragraphs. */
  readonly notJudged?: string;
}

/** One way in which a known issue shows, as it is documented, waived and counted. */
export interface Kind {
  /** Within its check: `key-expired`. */
  readonly id: string;
  /** What is wrong, in a few words that hold for every case of it. */
  readonly name: string;
  /** What it means for the people and the photos. */
  readonly meaning: string;
}

/** What there is to be told of a check beside its results. */
export interface CheckInfo {
  readonly id: string;
  /** What is in order when it is `ok`. */
  readonly title: string;
  readonly why: string;
  readonly tags: readonly string[];
  readonly documentation: CheckDocumentation;
  /** Every kind of finding that it can have. */
  readonly kinds: readonly Kind[];
}
