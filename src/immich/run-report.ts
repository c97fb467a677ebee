import { type FileResult, PROVEN, type UploadReport } from '../model/upload-report.ts';
import type { UploadOptions } from './options.ts';

type Ending = UploadReport['ending'];

/** Keeps what a run tells, and makes its report of it. */
export class RunReport {
  readonly #startedAt = new Date();
  readonly #options: UploadOptions;
  readonly #files: FileResult[] = [];
  readonly #notes: string[] = [];
  #server: UploadReport['server'];
  #sent = { files: 0, bytes: 0 };

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
    this.#options.progress?.note(sentence);
  }

  reached(server: NonNullable<UploadReport['server']>): void {
    this.#server = server;
  }

  done(result: FileResult): void {
    this.#files.push(result);
    if (result.outcome === 'uploaded' || result.outcome === 'attached') {
      this.#sent.files++;
      this.#sent.bytes += result.bytes;
    }
    this.#options.progress?.done(result);
  }

  end(ending: Ending, message?: string): UploadReport {
    const files = this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const proven = files.filter(({ outcome }) => PROVEN.includes(outcome)).length;
    const count = (local: FileResult['local']) => files.filter((file) => file.local === local).length;
    return {
      schemaVersion: 1,
      tool: { name: 'hsdoctor', version: this.#options.version },
      startedAt: this.#startedAt.toISOString(),
      durationMs: Date.now() - this.#startedAt.getTime(),
      folder: this.#options.folder,
      dryRun: this.#options.dryRun,
      ...(this.#server === undefined ? {} : { server: this.#server }),
      ending,
      ...(message === undefined ? {} : { message }),
      notes: this.#notes,
      files,
      summary: {
        files: files.length,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        proven,
        sent: this.#sent.files,
        bytesSent: this.#sent.bytes,
        deleted: count('deleted'),
        moved: count('moved'),
        notProven: files.length - proven,
      },
      exitStatus: this.#exitStatus(ending, files),
    };
  }

  #exitStatus(ending: Ending, files: readonly FileResult[]): number {
    if (ending === 'locked') return 4;
    if (ending === 'refused') return 3;
    const open = files.filter(({ outcome }) => !PROVEN.includes(outcome));
    if (ending === 'interrupted') return this.#options.signal?.reason === 'SIGINT' ? 130 : 143;
    if (open.length === 0) return 0;
    return open.length === files.length && open.every(({ outcome }) => outcome === 'unsettled') ? 5 : 1;
  }
}
