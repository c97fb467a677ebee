import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 keep its heap near to what is in use, for the rest of this process. Most of what a configuration is read into is
 * kept, and to V8 that is a reason to give new objects up to 130 MB of room, as much as all that is kept of a thousand
 * files; and to let the heap grow to four times of what was in use before it looks for what is not any more, such as the
 * syntax trees of modules. From here on new objects have the room that they have by now, and the heap may double.
 */
export function keepHeapSmall(): void {
  for (const flag of ['--semi-space-growth-factor=1', '--heap-growing-percent=100']) setFlagsFromString(flag);
}
