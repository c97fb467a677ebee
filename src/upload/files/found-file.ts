import type { FileIdentity } from './identity.ts';

/** A regular file below the folder, as it was when the list was made. */
export interface FoundFile {
  /** Absolute, as the file system has it: never normalised. */
  readonly path: string;
  /** Below the folder, with `/`; for people and for the report. */
  readonly name: string;
  readonly identity: FileIdentity;
  /** Reached through a symbolic link: it is uploaded, and never deleted or moved. */
  readonly linked: boolean;
}

/** What is sent as one: a photo or video with what belongs to it. */
export interface MediaUnit {
  readonly main: FoundFile;
  /** The moving part of a live photo, which the server shows as one with it. */
  readonly video?: FoundFile;
  /** `.xmp`; several units may share one. */
  readonly sidecar?: FoundFile;
}
