import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileResult, UploadReport } from '../model/upload-report.ts';
import { durationText } from '../text/duration.ts';
import { mapConcurrently } from './files/concurrently.ts';
import { openFailedBefore } from './files/failed-before.ts';
import type { FoundFile } from './files/found-file.ts';
import { Hashing } from './files/hash-ahead.ts';
import { type HashCache, openHashCache } from './files/hash-cache.ts';
import { immichStorageAround } from './files/immich-storage.ts';
import { companyOf, groupUnits } from './files/media.ts';
import { hasMediaBelow } from './files/media-below.ts';
import { extensionOf, isMediaName, KNOWN_TYPES, type MediaTypes } from './files/media-types.ts';
import { openForWriting } from './files/open-files.ts';
import { hasRested, type Moment, settle } from './files/settle.ts';
import { hasSameNames, type Walk, walk } from './files/walk.ts';
import { type Journal, openJournal } from './history/journal.ts';
import { acquireLock } from './lock/lock.ts';
import type { UploadOptions } from './options.ts';
import { albumKeeper } from './pipeline/albums.ts';
import { type AssetGroup, assetGroupsOf, filesOf, uploadingGroups } from './pipeline/asset-group.ts';
import { CircuitBreaker } from './pipeline/circuit-breaker.ts';
import { disposing } from './pipeline/dispose.ts';
import { inParallel } from './pipeline/in-parallel.ts';
import { livePhotoLinker } from './pipeline/live-photos.ts';
import { ownSender } from './pipeline/own-sender.ts';
import { resting } from './pipeline/resting.ts';
import type { Sender } from './pipeline/sender.ts';
import { setAside } from './pipeline/set-aside.ts';
import { withoutUnchanged } from './pipeline/unchanged.ts';
import { uploadingAndVerifying } from './pipeline/upload-and-verify.ts';
import { RunReport } from './run-report.ts';
import { parseServerUrl } from './server/base-url.ts';
import { type Connection, connect } from './server/connection.ts';
import { type Preflight, preflight } from './server/preflight.ts';
import { ServerProblem } from './server/problem.ts';

/** Groups that are under way at once: enough to fill the batches of questions, few enough for memory. */
const WIDTH = 512;

/** Of the folders that are left out: to tell of some is enough. */
const MOST_LOOKED_INTO = 100;

/** Of files that the server held before, where that was not asked for: enough to see a storage that is lost. */
const MOST_ORIGINALS_LOOKED_AT = 200;

/** While the server is being reached. */
const MOST_READ_BEFORE = 2000;

/** Files are sent while others are asked about. */
const CONVERSATIONS = 2;

/**
 * Brings the photos of a folder to the server. What a file, the server or the user did is in the report: it rejects for
 * none of it.
 */
export async function uploadFolder(options: UploadOptions): Promise<UploadReport> {
  const report = new RunReport(options);
  const { folder, lockFolder } = options;
  const lock = await acquireLock(folder, lockFolder === undefined ? {} : { lockFolder });
  if ('busy' in lock) return report.end('locked', lock.busy);
  try {
    for (const note of lock.notes) report.note(note);
    return await new Run(options, report).toEnd();
  } finally {
    lock.held.release();
  }
}

interface Hashes {
  readonly cache: HashCache;
  readonly hashing: Hashing;
}

interface Conversation {
  readonly connection: Connection;
  readonly server: Preflight;
  readonly sender: Sender;
}

interface Listing extends Omit<Walk, 'files'> {
  /** When it was begun. */
  readonly at: Moment;
  /** Emptied as soon as they are on their way: they may be most of the memory of the run. */
  files: readonly FoundFile[];
}

class OwnStorage extends Error {
  constructor(path: string) {
    super(
      `${path} is part of Immich's own storage, which holds the only originals of the server: name another folder, or leave it out with --ignore`,
    );
  }
}

class Run {
  readonly #options: UploadOptions;
  readonly #report: RunReport;
  readonly #timeout: AbortSignal;
  readonly #lost = new AbortController();
  /** Aborted when the run has to end, for whatever reason. */
  readonly #signal: AbortSignal;
  /** The server has been asked something. */
  #asks = false;

  constructor(options: UploadOptions, report: RunReport) {
    this.#options = options;
    this.#report = report;
    this.#timeout = AbortSignal.timeout(options.timeoutMs);
    const stop = options.signal === undefined ? [] : [options.signal];
    this.#signal = AbortSignal.any([this.#lost.signal, this.#timeout, ...stop]);
  }

  async toEnd(): Promise<UploadReport> {
    try {
      const listing = await this.#list();
      await this.#tellLeftOut(listing);
      if (listing.files.length + listing.problems.length === 0) return this.#end();
      return await this.#withServer(listing);
    } catch (error) {
      if (this.#signal.aborted) return this.#end();
      if (error instanceof OwnStorage) return this.#report.end('refused', error.message);
      throw error;
    }
  }

  async #list(): Promise<Listing> {
    const { folder, recursive, followSymlinks, ignore, proven } = this.#options;
    const exclude = typeof proven === 'object' ? { exclude: proven.moveTo } : {};
    const options = { recursive, followSymlinks, ignore, ...exclude, signal: this.#signal };
    const at = { now: performance.now(), wall: Date.now() };
    const listing = { at, ...(await walk(folder, options)) };
    const storage =
      immichStorageAround(await realpath(folder).catch(() => folder)) ??
      (listing.storage === undefined ? undefined : join(folder, listing.storage));
    if (storage !== undefined) throw new OwnStorage(storage);
    for (const name of listing.libraries)
      this.#report.note(
        `${name} is the library of another program, which still needs its files: it was left out`,
      );
    return listing;
  }

  /** What follows a link has no stamp, and an empty file that gets its first bytes leaves none. */
  async #hasNoNews(listing: Listing): Promise<boolean> {
    return !this.#options.followSymlinks && !this.#report.hasEmpty && (await hasSameNames(listing));
  }

  async #tellLeftOut({ folders }: Listing): Promise<void> {
    const looked = folders.slice(0, MOST_LOOKED_INTO);
    const haveMedia = await mapConcurrently(looked, CONVERSATIONS, (name) =>
      hasMediaBelow(join(this.#options.folder, name), this.#signal),
    );
    this.#report.leftOut(looked.filter((_, index) => haveMedia[index]));
  }

  async #withServer(listing: Listing): Promise<UploadReport> {
    const { cacheFolder, folder } = this.#options;
    const cache = openHashCache(cacheFolder, folder, listing.files);
    const hashing = new Hashing(cache, this.#signal);
    try {
      return await this.#connected(listing, { cache, hashing });
    } finally {
      await hashing.close();
      cache.close();
    }
  }

  async #connected(listing: Listing, hashes: Hashes): Promise<UploadReport> {
    const { url, key, transfer, concurrency, progress } = this.#options;
    progress?.phase('connecting');
    this.#asks = true;
    const first = firstMedia(listing.files, MOST_READ_BEFORE);
    // A server that is away is no news to a folder without photos, and not waited for.
    const isIdle = first.length + listing.problems.length === 0;
    const reached = new AbortController();
    hashes.hashing.readAhead(first, { end: reached.signal });
    let connection: Connection | undefined;
    try {
      connection = await connect(url, key, isIdle ? { ...transfer, retries: 0 } : transfer, {
        concurrency: CONVERSATIONS * concurrency,
        signal: this.#signal,
      });
      const server = await preflight(connection, this.#options);
      reached.abort();
      this.#report.reached({ url: server.url, version: server.version });
      for (const note of server.notes) this.#report.note(note);
      const sender = await this.#sender(connection, server);
      if (typeof sender === 'string') return this.#report.end('refused', sender);
      await this.#bringAll(listing, { ...hashes, connection, server, sender });
      return this.#end();
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof ServerProblem)) throw error;
      if (isIdle) return this.#end();
      return this.#report.end('refused', error.message);
    } finally {
      reached.abort();
      connection?.close();
    }
  }

  async #sender(connection: Connection, { version }: Preflight): Promise<Sender | string> {
    const { engine, cli, key, concurrency, progress } = this.#options;
    if (engine === 'own') return ownSender(connection, concurrency, progress);
    const { immichCli } = await import('./engines/immich-cli.ts');
    const { url } = connection;
    return immichCli({
      program: cli,
      url,
      key,
      serverVersion: version,
      concurrency,
      signal: this.#signal,
      note: (sentence) => this.#report.note(sentence),
    });
  }

  async #bringAll(
    first: Listing,
    { cache, hashing, connection, server, sender }: Hashes & Conversation,
  ): Promise<void> {
    const { album, cacheFolder, folder, proven, settleIntervalMs, verify } = this.#options;
    const { may, mediaTypes, quota, verification } = server;
    const signal = this.#signal;
    const failedBefore = openFailedBefore(cacheFolder, folder);
    const isInSample = sample(first.files.length, failedBefore.has);
    const proveAll = proven !== 'keep' || verify !== undefined;
    const uploadAndVerify = uploadingAndVerifying({
      ...this.#options,
      connection,
      sender,
      cache,
      hashing,
      signal,
      verification,
      breaker: new CircuitBreaker((problem) => this.#lost.abort(problem)),
      proveAll,
      mayRead: may('asset.read'),
      mayDownload: may('asset.download'),
      isInSample,
      isVideo: ({ name }) => mediaTypes.video.includes(extensionOf(name)),
      quotaLeft: quota === undefined ? Number.POSITIVE_INFINITY : quota.bytes - quota.used,
    });
    const note = (sentence: string) => this.#report.note(sentence);
    const onDone = (result: FileResult) => this.#report.done(result);
    const journal = this.#journal(connection);
    const restOf = resting(this.#options);
    const disposal = disposing({ ...this.#options, restOf, journal, signal, onDone });
    const bring = uploadingGroups({
      ...this.#options,
      uploadAndVerify,
      disposal,
      intoAlbum: albumKeeper(connection, note),
      linkLivePhoto: livePhotoLinker(connection, server, { signal, note }),
      cache,
      signal,
      onDone,
    });
    try {
      // What arrives during a run wakes nobody: launchd starts no second run, and none afterwards.
      for (let listing = first; ; listing = await this.#list()) {
        const found = this.#report.found(listing, mediaTypes);
        if (found.length === 0) break;
        listing.files = [];
        const { at } = listing;
        const isIdle = (file: FoundFile) => hasRested(file, at, settleIntervalMs) && !isInSample(file);
        const news =
          proveAll || album !== undefined
            ? found.flat()
            : await withoutUnchanged(found, {
                connection,
                cache,
                signal,
                isIdle,
                openFiles: () => openForWriting(folder),
                onDone,
              });
        const waitFor = (files: readonly FoundFile[], end: AbortSignal) =>
          hashing.readAhead(files, { end, onChecksum: (checksum) => uploadAndVerify.askAhead(checksum) });
        const settled = this.#assetGroups(news, at, mediaTypes, waitFor);
        const last: AssetGroup[] = [];
        const hasFailed = (group: AssetGroup) => filesOf(group).some(({ name }) => failedBefore.has(name));
        await inParallel(setAside(settled, hasFailed, last), WIDTH, bring);
        await inParallel(last, WIDTH, bring);
        await disposal.done();
        if (await this.#hasNoNews(listing)) break;
      }
    } finally {
      journal?.close();
      failedBefore.keep(this.#report.failed(failedBefore.has));
      if (cache.note !== undefined) this.#report.note(cache.note);
    }
  }

  #journal({ url }: Connection): Journal | undefined {
    const { historyFile, folder } = this.#options;
    if (historyFile === undefined) return undefined;
    const note = (sentence: string) => this.#report.note(sentence);
    return openJournal({ file: historyFile, folder, server: url, note });
  }

  /** @param meanwhile is given what has not settled, and when that is of no use any more */
  async *#assetGroups(
    files: readonly FoundFile[],
    listedAt: Moment,
    types: MediaTypes,
    meanwhile: (files: readonly FoundFile[], end: AbortSignal) => void,
  ): AsyncGenerator<AssetGroup> {
    const { folder, settleIntervalMs, settleTimeoutMs, progress } = this.#options;
    const signal = this.#signal;
    progress?.phase('settling');
    const over = new AbortController();
    const settling = settle(files, {
      intervalMs: settleIntervalMs,
      timeoutMs: settleTimeoutMs,
      listedAt,
      company: (file) => companyOf(file, types),
      onWaiting: (waiting) =>
        meanwhile(
          waiting.filter(({ name, identity }) => identity.bytes > 0 && isMediaName(name, types)),
          over.signal,
        ),
      openFiles: () => openForWriting(folder),
      signal,
    });
    try {
      for await (const { settled, left } of settling) {
        for (const { file, problem, reason } of left) this.#report.left(file, problem, reason);
        const filled = settled.filter((file) => file.identity.bytes > 0);
        for (const file of settled.filter(({ identity }) => identity.bytes === 0))
          this.#report.left(file, 'empty', 'it is empty');
        if (filled.length > 0) progress?.phase('uploading');
        const { units, orphans } = await groupUnits(filled, types, signal);
        for (const sidecar of orphans) this.#report.forget(sidecar);
        yield* assetGroupsOf(units);
      }
    } finally {
      over.abort();
    }
  }

  #end(): UploadReport {
    const { signal, timeoutMs, url } = this.#options;
    if (this.#lost.signal.aborted) {
      const { reason } = this.#lost.signal;
      return this.#report.end('server-lost', reason instanceof Error ? reason.message : String(reason));
    }
    if (signal?.aborted)
      return this.#report.end('interrupted', 'the run was stopped: the next run continues');
    if (this.#timeout.aborted)
      return this.#report.end(
        'timed-out',
        this.#report.hasReachedServer || !this.#asks
          ? `the time limit of ${durationText(timeoutMs)} was reached: the next run continues`
          : `${parseServerUrl(url).url} did not answer within the time limit of ${durationText(timeoutMs)}: check the URL, the network and the VPN`,
      );
    return this.#report.end('complete');
  }
}

function firstMedia(files: readonly FoundFile[], most: number): FoundFile[] {
  const media: FoundFile[] = [];
  for (const file of files) {
    if (media.length === most) break;
    if (isMediaName(file.name, KNOWN_TYPES)) media.push(file);
  }
  return media;
}

/** Some of so many files, by chance, and those of which `always` holds; whoever is in it stays in it. */
function sample(of: number, always: (name: string) => boolean): (file: FoundFile) => boolean {
  const chosen = new Set<string>();
  return ({ name }) => {
    if (always(name) || chosen.has(name)) return true;
    const isChosen = Math.random() * of < MOST_ORIGINALS_LOOKED_AT;
    if (isChosen) chosen.add(name);
    return isChosen;
  };
}
