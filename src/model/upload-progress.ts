import type { FileResult } from './upload-report.ts';

/** Told what happens during an upload. */
export interface UploadProgress {
  /** More files were found, with their sizes together. */
  found(files: number, bytes: number): void;
  phase(phase: 'connecting' | 'settling' | 'uploading'): void;
  /** Bytes went out. */
  sent(bytes: number): void;
  /** A file is at its end. */
  done(result: FileResult): void;
  note(sentence: string): void;
}
