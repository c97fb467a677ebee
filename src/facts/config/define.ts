import { FactUnavailable } from '../../model/fact.ts';
import type { Unknown } from '../../model/known.ts';
import type { PartialValue } from '../../model/probe.ts';
import type { Host } from '../../nix/host.ts';
import type { Evaluation } from '../../nix/nix-eval/evaluation.ts';
import type { NixSource } from '../../nix/source.ts';

/** One machine of a configuration, among the others of the same folder. */
export interface SourceConfiguration {
  readonly host: HostReading;
  /** All machines that the folder configures, this one too. */
  readonly all: readonly HostReading[];
  readonly source: NixSource;
  /** What came of asking nix, where it was asked. */
  readonly evaluation?: Evaluation;
}

/** What can be asked of a machine: of the files alone, or with the values that nix itself gives. */
export type HostReading = Pick<
  Host,
  'name' | 'system' | 'option' | 'items' | 'attributes' | 'definitions' | 'reading' | 'files' | 'gaps'
>;

/** One named thing that the files tell of a machine: what a probe is for a host that runs. */
export interface SourceFact<T = unknown> {
  /** kebab-case, stable: it names the fact in JSON. */
  readonly id: string;
  /** What is read, for people: `virtualisation.oci-containers.containers`. */
  readonly reads: string;
  /** The options that it asks for, `*` for any name: nix is asked for these where it is to tell the truth. */
  readonly options: readonly string[];
  /**
   * @throws {FactUnavailable} `not-applicable` where there is no such thing on this machine, which makes its checks
   *   `skipped`; `failed` where it cannot be told
   */
  readonly read: (configuration: SourceConfiguration) => T | PartialValue<T>;
}

/** Gives a fact its type by what it reads. */
export const defineSourceFact = <T>(fact: SourceFact<T>): SourceFact<T> => fact;

/**
 * For options that only a machine of NixOS has.
 * @throws {FactUnavailable} `not-applicable` for a configuration of nix-darwin or home-manager
 */
export function requireNixos({ system }: HostReading): void {
  if (system === 'darwin' || system === 'home')
    throw new FactUnavailable(
      'not-applicable',
      `does not apply to a configuration of ${system === 'home' ? 'home-manager' : 'nix-darwin'}`,
    );
}

/** Why there may be more of these than were found. */
export const mayBeMore = (what: string, { reason }: Unknown): string =>
  `there may be ${what} that could not be read: ${reason}`;
