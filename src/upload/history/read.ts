import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type HistoryEntry, historyEntrySchema } from '../../model/upload-history.ts';
import { ioCode } from '../../text/io-error.ts';

/** What left its folder, in the order in which it went; nothing where no file ever did. A line that is torn is left out. */
export async function readHistory(
  file: string,
  isWanted: (entry: HistoryEntry) => boolean = () => true,
): Promise<readonly HistoryEntry[]> {
  const entries = new Map<string, HistoryEntry>();
  try {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: 0 }))
      take(line, entries, isWanted);
  } catch (error) {
    if (ioCode(error) !== 'ENOENT') throw error;
  }
  return [...entries.values()];
}

function take(
  line: string,
  entries: Map<string, HistoryEntry>,
  isWanted: (entry: HistoryEntry) => boolean,
): void {
  const { id, done, ...fields } = objectIn(line);
  if (typeof id !== 'string') return;
  const before = entries.get(id);
  if (done === undefined) {
    const { success, data } = historyEntrySchema.safeParse({ ...fields, what: 'begun' });
    if (success && isWanted(data)) entries.set(id, data);
  } else if (before === undefined) return;
  else if (done === 'stays') entries.delete(id);
  else if (done === 'deleted') entries.set(id, { ...before, what: done });
  else if (done === 'moved' && typeof fields.movedTo === 'string')
    entries.set(id, { ...before, what: done, movedTo: fields.movedTo });
}

function objectIn(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
