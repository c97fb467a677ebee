import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadReport } from '../../../model/upload-report.ts';
import { visibleName } from '../../../text/visible.ts';
import { hasSameNames, type Walk, type WalkOptions, walk } from '../../../upload/files/walk.ts';

interface WatchOptions {
  readonly listing: WalkOptions;
  readonly signal: AbortSignal;
  readonly run: (folder: string) => Promise<UploadReport>;
  /** Is given what a person has to know: not what is as it was after the run before. */
  readonly show: (report: UploadReport) => Promise<void>;
  readonly say: (sentence: string) => void;
}

/** Cheap: only the times of folders are looked at. */
const LOOK_MS = 1000;
/** The same on a disk whose folders may not tell of what comes into them, such as one of the network. */
const BLIND_LOOK_MS = 30_000;
/** Of the time at most: there may be thousands of folders. */
const LOOKING_SHARE = 0.05;
/** A file that is overwritten in its place shows in no folder. */
const WHOLE_LOOK_MS = 10 * 60_000;
const RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 15 * 60_000;

/** Uploads what comes into the folders until it is stopped, one run at a time. */
export async function watchFolders(folders: readonly string[], options: WatchOptions): Promise<void> {
  const { signal } = options;
  const watched = folders.map((folder) => new WatchedFolder(folder, options));
  while (!signal.aborted) {
    for (const folder of watched) if (!signal.aborted) await folder.look();
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

class WatchedFolder {
  readonly #folder: string;
  readonly #options: WatchOptions;
  #isHere = true;
  /** As it was before the last run: what came during it is news. */
  #before: Pick<Walk, 'stamps'> | undefined;
  #ranAt = 0;
  #nextLookAt = 0;
  #retryMs = 0;
  /** What was told last. */
  #told = '';

  constructor(folder: string, options: WatchOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async look(): Promise<void> {
    if (!(await this.#isThere()) || !(await this.#isDue())) return;
    const { signal, run, show } = this.#options;
    const stamps = await this.#stamps();
    if (stamps === undefined) return;
    this.#before = { stamps };
    const report = await run(this.#folder);
    this.#ranAt = performance.now();
    this.#retryMs =
      report.exitStatus === 0 ? 0 : Math.min(LONGEST_RETRY_MS, Math.max(RETRY_MS, this.#retryMs * 2));
    const state = stateOf(report);
    const isNews = state !== this.#told && !signal.aborted;
    this.#told = state;
    if (isNews || hasDone(report)) await show(report);
  }

  /** Undefined where it is stopped. */
  async #stamps(): Promise<Walk['stamps'] | undefined> {
    const { listing, signal } = this.#options;
    try {
      return (await walk(this.#folder, { ...listing, signal })).stamps;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async #isThere(): Promise<boolean> {
    const isHere = await stat(this.#folder).then(
      (about) => about.isDirectory(),
      () => false,
    );
    if (isHere !== this.#isHere)
      this.#options.say(
        isHere
          ? `${visibleName(this.#folder)} is back`
          : `${visibleName(this.#folder)} is gone: waiting until it comes back`,
      );
    this.#isHere = isHere;
    if (!isHere) this.#before = undefined;
    return isHere;
  }

  async #isDue(): Promise<boolean> {
    if (this.#before === undefined) return true;
    const waited = performance.now() - this.#ranAt;
    if (waited >= WHOLE_LOOK_MS || (this.#retryMs > 0 && waited >= this.#retryMs)) return true;
    if (this.#before.stamps.size === 0) return waited >= BLIND_LOOK_MS;
    const begun = performance.now();
    if (begun < this.#nextLookAt) return false;
    const isSame = await hasSameNames(this.#before);
    const now = performance.now();
    this.#nextLookAt = now + (now - begun) / LOOKING_SHARE;
    return !isSame;
  }
}

function hasDone({ summary: { sent, deleted, moved }, files }: UploadReport): boolean {
  return sent + deleted + moved > 0 || files.some(({ outcome }) => outcome === 'restored');
}

/** What is wrong. */
const stateOf = ({ exitStatus, message, files }: UploadReport): string =>
  exitStatus === 0
    ? ''
    : JSON.stringify([
        exitStatus,
        message,
        ...files.flatMap(({ path, outcome, reason }) =>
          outcome === 'present' || outcome === 'uploaded' ? [] : [path, outcome, reason],
        ),
      ]);
