import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { ioCode } from '../../text/io-error.ts';
import { isMediaName, KNOWN_TYPES } from './media-types.ts';

/** So much is looked at to find one: what is found late is worth no wait. */
const MOST_ENTRIES = 5000;

/** Whether there is a photo or video in the folder, however deep. What cannot be listed has none. */
export async function hasMediaBelow(folder: string, signal: AbortSignal): Promise<boolean> {
  const waiting = [folder];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined && looked < MOST_ENTRIES; next = waiting.pop()) {
    signal.throwIfAborted();
    try {
      for await (const entry of await opendir(next)) {
        if (entry.name.startsWith('.') || ++looked > MOST_ENTRIES) continue;
        if (entry.isDirectory()) waiting.push(join(next, entry.name));
        else if (entry.isFile() && isMediaName(entry.name, KNOWN_TYPES)) return true;
      }
    } catch (error) {
      if (ioCode(error) === undefined) throw error;
    }
  }
  return false;
}
