import type { SourceLocation } from '../../model/source-location.ts';
import type { Entry } from './expression.ts';

/** An option that the files were read to be something else than nix says. */
export interface Difference {
  readonly path: readonly string[];
  readonly at: SourceLocation | undefined;
  /** As it would be written in Nix. */
  readonly ours: string;
  readonly theirs: string;
}

/** What came of asking nix itself. */
export interface Evaluation {
  /** Where the files were read otherwise. */
  readonly differences: readonly Difference[];
  /** Why nix has no answer, in its own words. */
  readonly failure?: string;
  /** Where that is, in the files. */
  readonly failedAt?: SourceLocation | undefined;
  readonly entry: Entry;
}
