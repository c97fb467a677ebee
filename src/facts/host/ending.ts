import { PartialValue, type RawOutput } from '../../model/probe.ts';

/** Shell text that prints the end of an output: where a program that should have printed more was killed, it does not run. */
export const END = 'echo end';

/** Shell text for where there is nothing to look at. */
export const NOTHING = `{ ${END}; exit 0; }`;

/**
 * Parses what stands before the end that END prints. Without it the rest of the output is missing: what is whole of it is
 * parsed all the same.
 */
export function untilEnd<T>(
  parse: (raw: RawOutput) => T | PartialValue<T>,
): (raw: RawOutput) => T | PartialValue<T> {
  return (raw) => {
    const { stdout } = raw;
    const isWhole = !raw.capped && /(?:^|\n)end\n$/.test(stdout.slice(-5));
    const length = isWhole ? stdout.length - 'end\n'.length : stdout.lastIndexOf('\n') + 1;
    const value = parse({ ...raw, stdout: stdout.slice(0, length) });
    return isWhole || value instanceof PartialValue
      ? value
      : new PartialValue(value, 'the end of its output is missing');
  };
}
