import type { MissingOutcome } from './fact.ts';

/** The value of `uname -s`, in lower case. */
type Platform = 'linux' | 'darwin';

/** The collected output of one probe's script, decoded, redacted, and not yet parsed. */
export interface RawOutput {
  /** Exit status of the script; 128 + signal when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was longer than the probe's limit and was cut there. */
  readonly capped: boolean;
}

/** What a target brought back for one probe: raw output, or the reason why there is none. */
export type RawResult = { readonly durationMs: number } & (
  | ({ readonly outcome: 'ran' } & RawOutput)
  | { readonly outcome: MissingOutcome; readonly reason: string }
);

/** What `parse` may return in place of a bare value when the output shows only a part of the truth. */
export class PartialValue<T> {
  readonly value: T;
  readonly incomplete: string;

  constructor(value: T, incomplete: string) {
    this.value = value;
    this.incomplete = incomplete;
  }
}

/** One named, read-only thing to read on a target. All times that it tells are milliseconds since 1970. */
export interface Probe<T = unknown> {
  /** kebab-case, stable: it names the probe in JSON and in bundles. */
  readonly id: string;
  /** What is read, for people: `podman ps and inspect`. */
  readonly reads: string;
  readonly platforms: readonly Platform[];
  /** Only root sees the truth; without root the fact is `denied`, because what an ordinary user sees would be a lie. */
  readonly root: boolean;
  /** Programs without which there is nothing to read: one that is missing makes the fact `not-installed`. */
  readonly tools: readonly string[];
  /** Milliseconds from the start of the collection after which the script is killed with its children. */
  readonly timeLimitMs: number;
  /** Bytes of standard output that are kept. */
  readonly outputLimit: number;
  /**
   * POSIX sh, run with standard input closed, `LC_ALL=C` and `TZ=UTC`. `$journal_window` holds the journalctl
   * options of the time window. It must not write, and must not print the content of a secret.
   */
  readonly script: string;
  /**
   * @throws {FactUnavailable} where the output says why the thing could not be read. Any other error
   *   makes the fact `unparsable`.
   */
  readonly parse: (raw: RawOutput) => T | PartialValue<T>;
}

type ProbeDefaults = 'platforms' | 'root' | 'tools' | 'timeLimitMs' | 'outputLimit';

export function defineProbe<T>(
  definition: Omit<Probe<T>, ProbeDefaults> & Partial<Pick<Probe<T>, ProbeDefaults>>,
): Probe<T> {
  return {
    platforms: ['linux'],
    root: false,
    tools: [],
    timeLimitMs: 10_000,
    outputLimit: 1_000_000,
    ...definition,
  };
}

/** Whether what it reads depends on the time window. */
export const readsJournal = ({ script }: Pick<Probe, 'script'>): boolean =>
  script.includes('$journal_window');
