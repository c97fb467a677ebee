import { type Fact, FactUnavailable } from '../model/fact.ts';
import { PartialValue, type Probe, type RawResult } from '../model/probe.ts';

const DENIED =
  /permission denied|operation not permitted|must be root|access denied|authentication required/i;

/** Turns what a target brought back into a fact: a value, or one of the reasons why there is none. */
export function factOf<T>(probe: Probe<T>, raw: RawResult | undefined): Fact<T> {
  if (raw === undefined) return { outcome: 'failed', reason: 'it was not collected' };
  if (raw.outcome !== 'ran') return { outcome: raw.outcome, reason: raw.reason };
  try {
    const parsed = probe.parse(raw);
    if (parsed instanceof PartialValue)
      return { outcome: 'ok', value: parsed.value, incomplete: parsed.incomplete };
    return raw.capped
      ? { outcome: 'ok', value: parsed, incomplete: `its output was cut at ${probe.outputLimit} bytes` }
      : { outcome: 'ok', value: parsed };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
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

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
