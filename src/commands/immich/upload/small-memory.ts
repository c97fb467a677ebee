import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 keep its memory small for the rest of this process. An upload waits for disks and servers: what optimised code
 * would save of the processor's time is little, and its compiler takes a third of the memory of the whole run.
 */
export function keepMemorySmall(): void {
  for (const flag of ['--optimize-for-size', '--no-turbofan', '--no-maglev']) setFlagsFromString(flag);
}
