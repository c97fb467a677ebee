import type { MissingOutcome } from '../model/fact.ts';
import type { Evidence, Finding } from '../model/report.ts';
import type { FactName, Facts } from '../probes/index.ts';

/** Another check's finding that, where it is present, explains this one. */
export interface Explanation {
  readonly check: string;
  /** Only a finding about this thing explains it. */
  readonly subject?: string;
  /** Only one that is as bad explains it. */
  readonly status?: 'fail';
}

export type FindingDraft = Omit<
  Finding,
  'check' | 'causedBy' | 'causedByFingerprint' | 'fingerprint' | 'evidence'
> & {
  readonly evidence:
    | readonly Omit<Evidence, 'at'>[]
    | readonly (Omit<Evidence, 'at'> & { readonly at?: number })[];
  /** Possible explanations, the most basic one first. */
  readonly explainedBy?: readonly Explanation[];
};

export interface Verdict {
  readonly findings: readonly FindingDraft[];
  /** Parts that could not be judged, each in a sentence: with them there is no `ok`. */
  readonly unseen?: readonly string[];
  /** What an `ok` should add. */
  readonly note?: string;
}

export interface Blindness {
  readonly probe: string;
  readonly reads: string;
  readonly outcome: MissingOutcome | 'incomplete';
  readonly reason: string;
}

/** What the settings say of things whose names do not tell what they are. */
export interface Names {
  /** The container that does Immich's machine learning, where its image does not tell. */
  readonly machineLearning?: string;
  /** The address that this host has to have in the tailnet. */
  readonly tailscaleAddress?: string;
  /** Containers that have to run, whatever their units say. */
  readonly containers: readonly string[];
  /** Paths of secrets that have to exist, whether anything declares them or not. */
  readonly secrets: readonly string[];
}

export interface Context {
  /** The target's own clock at the time of the collection, milliseconds since 1970. */
  readonly now: number;
  /** Older evidence is history. Milliseconds since 1970. */
  readonly windowStart: number;
  /** Folder of the NixOS configuration, for commands. */
  readonly configuration: string;
  /** The command that looks at this target again. */
  readonly again: string;
  readonly names: Names;
  /** Everything that could not be read, or not wholly. */
  readonly blind: readonly Blindness[];
}

type Needed<N extends FactName> = { readonly [K in N]: Facts[K] };
type Wanted<W extends FactName> = { readonly [K in W]: Facts[K] | undefined };

export interface Check {
  readonly id: string;
  /** What is in order when it is `ok`. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  readonly tags: readonly string[];
  /** Without these facts nothing can be said: the check is `unknown`, or `skipped` where the thing is not installed. */
  readonly needs: readonly FactName[];
  /** Without these a fault can be proven, but not its absence: an `ok` becomes `unknown`. */
  readonly wants: readonly FactName[];
  /** It is about the sources themselves, beside those that it judges by: alone, it reads all of them. */
  readonly everySource?: true;
  readonly evaluate: (facts: Partial<Facts>, context: Context) => Verdict | { readonly skip: string };
}

/** Gives `evaluate` exactly the facts that the check declares, typed. */
export function defineCheck<N extends FactName, W extends FactName = never>(
  check: Omit<Check, 'needs' | 'wants' | 'evaluate'> & {
    readonly needs: readonly N[];
    readonly wants?: readonly W[];
    readonly evaluate: (
      facts: Needed<N> & Wanted<W>,
      context: Context,
    ) => Verdict | { readonly skip: string };
  },
): Check {
  // The engine hands over the declared facts and calls only when all that are needed are there.
  return { wants: [], ...check } as unknown as Check;
}
