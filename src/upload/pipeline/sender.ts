import type { FoundFile } from '../files/found-file.ts';

/** What goes to the server with a file. */
export interface Companions {
  readonly sidecar?: FoundFile;
  /** The asset of the moving part of a live photo. */
  readonly livePhotoVideoId?: string;
}

/** What sending told; whether the bytes arrived is asked of the server afterwards. */
export interface Sent {
  /** The server made an asset of it; else it had one with these bytes. */
  readonly created: boolean;
  /** The asset that the server made of it together with its companions. */
  readonly madeWith?: string;
  /** What went wrong, in the words of what sent it. */
  readonly complaint?: string;
}

/** What brings bytes to the server. */
export interface Sender {
  /** Files that it takes at once. */
  readonly width: number;
  /**
   * @param onBegin called when bytes of it went out: from then on, the server may have it
   * @throws {ServerProblem}
   */
  send(file: FoundFile, checksum: string, companions: Companions, onBegin: () => void): Promise<Sent>;
}
