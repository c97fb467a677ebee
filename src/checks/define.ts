import type { SourceFactName, SourceFacts } from '../facts/config/index.ts';
import type { JudgedOptions } from '../facts/config/set-elsewhere.ts';
import type { FactName, Facts } from '../facts/host/index.ts';
import type { CheckInfo, Kind } from '../model/check.ts';
import type { MissingOutcome } from '../model/fact.ts';
import type { Remedy } from '../model/remedy.ts';
import type { Evidence, Finding, LookedAt } from '../model/report.ts';
import type { Parsed } from '../remedy/words.ts';

/** Another check's finding that, where it is present, explains this one. */
export interface Explanation {
  readonly check: string;
  /** Only a finding about this thing explains it. */
  readonly subject?: string;
  /** Only one that is as bad explains it. */
  readonly status?: 'fail';
}

/** What a judgement has seen of one case, beside what the texts of its kind are made of. */
type Seen = Pick<FindingDraft, 'subject' | 'evidence'> &
  Partial<Pick<FindingDraft, 'status' | 'since' | 'count' | 'affects' | 'explainedBy'>>;

/** How a kind tells of one case: `About` is what its texts and its remedy are made of. */
interface Telling<About> extends Kind {
  readonly status: FindingDraft['status'];
  readonly title: (about: About) => string;
  /** Where it is other than the meaning. */
  readonly summary?: (about: About) => string;
  readonly remedy: (about: About) => FindingDraft['remedy'];
}

export interface TellingKind<About> extends Kind {
  readonly finding: (about: About, seen: Seen) => FindingDraft;
}

/** A kind of finding: how it is called, what it means and how it is fixed, in one place. */
export function defineKind<About = void>({
  id,
  name,
  meaning,
  ...telling
}: Telling<About>): TellingKind<About> {
  return {
    id,
    name,
    meaning,
    finding: (about, seen) => ({
      kind: id,
      status: telling.status,
      title: telling.title(about),
      summary: telling.summary?.(about) ?? meaning,
      remedy: telling.remedy(about),
      ...seen,
    }),
  };
}

export type FindingDraft = Omit<
  Finding,
  | 'check'
  | 'kind'
  | 'causedBy'
  | 'causedByFingerprint'
  | 'docs'
  | 'fingerprint'
  | 'evidence'
  | 'remedy'
  | 'since'
  | 'waived'
> & {
  /** Within its check: `key-expired`. */
  readonly kind: string;
  readonly since?: number | undefined;
  readonly remedy?: Partial<Remedy> | undefined;
  readonly evidence:
    | readonly Omit<Evidence, 'at'>[]
    | readonly (Omit<Evidence, 'at'> & { readonly at?: number })[];
  /** Possible explanations, the most basic one first. */
  readonly explainedBy?: readonly Explanation[];
};

export interface Evaluation {
  readonly findings: readonly FindingDraft[];
  /** How many of each thing it judged: with none of any, there is nothing to be `ok`. */
  readonly lookedAt: LookedAt;
  /** Parts that could not be judged, each in a sentence: with them there is no `ok`. */
  readonly notChecked?: readonly string[];
  /** What an `ok` should add. */
  readonly note?: string;
}

/** There is nothing to look at. */
export interface Skip {
  readonly skip: string;
  /** Unless it is in what was not read of these facts, which the check only wants. */
  readonly unlessIn?: readonly string[];
}

/** What is said of one of the things that a check looks at. */
export interface Judged {
  readonly finding?: FindingDraft | undefined;
  readonly notChecked?: string | readonly string[] | undefined;
}

/** What is said of all of them. */
export const together = (judged: readonly Judged[]) => ({
  findings: judged.flatMap(({ finding }) => finding ?? []),
  notChecked: judged.flatMap(({ notChecked }) => notChecked ?? []),
});

export interface Unread {
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
  /**
   * Of the clock of the machine that asks, where that is another: the target told its time between these two.
   * Milliseconds since 1970.
   */
  readonly answered?: { readonly from: number; readonly to: number };
  /** Older evidence is history. Milliseconds since 1970. */
  readonly windowStart: number;
  /** Folder of the NixOS configuration, for commands. */
  readonly configuration: string;
  /** The command that looks at this target again. */
  readonly again: readonly Parsed[];
  /** What it is made of is a configuration of NixOS. */
  readonly nixos: boolean;
  readonly names: Names;
  /** Everything that could not be read, or not wholly. */
  readonly unread: readonly Unread[];
}

/** What a judgement of a configuration knows beside its facts. */
export interface SourceContext {
  readonly host: string;
  /** The folder that was read, from the working directory, for commands. */
  readonly folder: string;
  /** The same, absolute: a command there can be pasted wherever one is. */
  readonly root: string;
  readonly system: 'nixos' | 'darwin' | 'home' | 'unknown';
  readonly names: Names;
}

/** How one kind of thing is judged: by which facts, and by what rule. */
interface Judgement<Name extends string, About> {
  /** Without these facts nothing can be said: the check is `unknown`, or `skipped` where there is no such thing. */
  readonly needs: readonly Name[];
  /** Without these a fault can be proven, but not its absence: an `ok` becomes `unknown`. */
  readonly wants: readonly Name[];
  /** By these only the remedy is chosen: without them the same is found. */
  readonly forRemedy?: readonly Name[];
  readonly evaluate: (facts: Readonly<Partial<Record<Name, unknown>>>, context: About) => Evaluation | Skip;
}

export type HostJudgement = Judgement<FactName, Context>;

export interface SourceJudgement extends Judgement<SourceFactName, SourceContext> {
  /** Where another system of the machine sets one of these, that is not judged, and the check says so. */
  readonly elsewhere?: JudgedOptions;
}

/** A known issue: how it shows on a host, and in the configuration that the host is made of. */
export interface Check extends CheckInfo {
  readonly host?: HostJudgement;
  readonly source?: SourceJudgement;
}

type Declared<All, N extends keyof All, W extends keyof All> = { readonly [K in N]: All[K] } & {
  readonly [K in W]: All[K] | undefined;
};

/** Gives each `evaluate` exactly the facts that its judgement declares, typed. */
interface Typed<All, About, N extends keyof All, W extends keyof All, R extends keyof All> {
  readonly needs: readonly N[];
  readonly wants?: readonly W[];
  readonly forRemedy?: readonly R[];
  readonly evaluate: (facts: Declared<All, N, W | R>, context: About) => Evaluation | Skip;
}

/** The judgement of a host, in a file of its own. */
export function judgeHost<N extends FactName, W extends FactName = never, R extends FactName = never>(
  judgement: Typed<Facts, Context, N, W, R>,
): HostJudgement {
  // The engine hands over the declared facts and calls only when all that are needed are there.
  return { wants: [], ...judgement } as unknown as HostJudgement;
}

/** The judgement of a configuration, in a file of its own. */
export function judgeSource<N extends SourceFactName, W extends SourceFactName = never>(
  judgement: Typed<SourceFacts, SourceContext, N, W, never> & Pick<SourceJudgement, 'elsewhere'>,
): SourceJudgement {
  return { wants: [], ...judgement } as unknown as SourceJudgement;
}
