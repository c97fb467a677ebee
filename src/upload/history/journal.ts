import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryEntry } from '../../model/upload-history.ts';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { makeFolders } from '../files/make-folders.ts';

type Departure = Omit<HistoryEntry, 'at' | 'what' | 'folder' | 'server' | 'movedTo'>;

type Ended = { readonly done: 'deleted' } | { readonly done: 'moved'; readonly to: string } | 'stays';

/** Writes down which files leave their folder: each before it goes, and whether it went. */
export interface Journal {
  /** @returns to be called with what became of it */
  begins(file: Departure): (ended: Ended) => void;
  close(): void;
}

interface JournalOptions {
  readonly file: string;
  readonly folder: string;
  readonly server: string;
  /** Is told why nothing is written down. */
  readonly note: (sentence: string) => void;
}

/** A file that cannot be written keeps no file from being deleted: it proves nothing. */
export function openJournal({ file, folder, server, note }: JournalOptions): Journal {
  let opened: number | undefined | 'failed';
  const write = (line: object) => {
    if (opened === 'failed') return;
    try {
      opened ??= open(file);
      writeSync(opened, `${JSON.stringify(line)}\n`);
    } catch (error) {
      if (ioCode(error) === undefined) throw error;
      if (typeof opened === 'number') closeSync(opened);
      opened = 'failed';
      note(`what is deleted is not written down for hsdoctor immich history: ${ioReason(error)}`);
    }
  };
  return {
    begins(departure) {
      const id = randomUUID();
      write({ id, at: new Date().toISOString(), folder, server, ...departure });
      return (ended) => {
        if (ended === 'stays') write({ id, done: 'stays' });
        else write({ id, done: ended.done, ...('to' in ended ? { movedTo: ended.to } : {}) });
      };
    },
    close() {
      if (typeof opened === 'number') closeSync(opened);
      opened = undefined;
    },
  };
}

/** What was torn by a kill must not take the next line with it. */
function open(path: string): number {
  makeFolders(dirname(path), 0o700);
  const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
  if (fstatSync(file).size > 0) writeSync(file, '\n');
  return file;
}
