import type { Probe } from './probe.ts';
import type { CheckedTarget } from './report.ts';

/** Told what happens during a run; nothing of it reaches standard output. */
export interface Progress {
  started(targets: readonly string[], probes: readonly Probe[]): void;
  read(target: string, probe: Probe): void;
  checked(report: CheckedTarget): void;
  /** Does what needs the terminal for itself, while nothing is shown. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** Takes away what is shown: after it the terminal is as it was. */
  end(): Promise<void>;
}
