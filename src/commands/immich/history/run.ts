import process from 'node:process';
import type { HistoryEntry } from '../../../model/upload-history.ts';
import { humanHistory } from '../../../report/upload/history.ts';
import { ioCode, readProblem } from '../../../text/io-error.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { visible } from '../../../text/visible.ts';
import { readHistory } from '../../../upload/history/read.ts';
import { historyFile } from './file.ts';

const MOST_SHOWN = 100;

export async function history(name: string | undefined, json: boolean): Promise<void> {
  if (name === '') throw new UsageError('the name of the file is empty: leave it out to see all files');
  const file = historyFile();
  const entries = await readHistory(file, name === undefined ? undefined : isNamed(name)).catch((error) => {
    if (ioCode(error) === undefined) throw error;
    throw new UsageError(`${file} cannot be read: ${readProblem(error)}`);
  });
  if (json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, entries }, null, 2)}\n`);
  else if (entries.length > 0) process.stdout.write(humanHistory(entries, MOST_SHOWN));
  else
    process.stdout.write(
      name === undefined
        ? 'hsdoctor has deleted or moved no files on this machine\n'
        : `no file that hsdoctor deleted or moved on this machine matches ${visible(JSON.stringify(name))}; to see all files: hsdoctor immich history\n`,
    );
}

/** Unicode writes some letters in two ways. */
function isNamed(name: string): (entry: HistoryEntry) => boolean {
  const wanted = name.normalize();
  return ({ folder, path, checksum, assetId }) =>
    `${folder}/${path}`.normalize().includes(wanted) || checksum === name || assetId === name;
}
