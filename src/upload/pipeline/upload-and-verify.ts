import pLimit, { type LimitFunction } from 'p-limit';
import type { Verification } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import { wouldShowChange } from '../files/hash.ts';
import type { Hashing } from '../files/hash-ahead.ts';
import type { HashCache } from '../files/hash-cache.ts';
import { type BulkCheckResult, bulkCheck, restore } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import { ServerProblem } from '../server/problem.ts';
import { batched } from './batched.ts';
import { type CircuitBreaker, ENDS_THE_RUN } from './circuit-breaker.ts';
import { inTurn } from './in-turn.ts';
import { type ProofOptions, prove } from './proof.ts';
import { QuotaBudget } from './quota-budget.ts';
import type { Companions, Sender } from './sender.ts';
import { sentence } from './sentence.ts';
import { isVerified, type UploadResult, type VerifiedUpload } from './upload-result.ts';

export interface UploadAndVerify {
  /** Asks whether the server has these bytes, which may not be sent yet: then nothing is left to ask when they may. */
  askAhead(checksum: string): void;
  /** Sees to it that the server holds the bytes of a file, once however many files have them. */
  upload(file: FoundFile, companions: Companions): Promise<UploadResult>;
  /** Of a video that a photo may have been given since: whether it is proven still, or now. */
  verifyVideo(file: FoundFile, before: UploadResult, photoId: string): Promise<UploadResult>;
}

interface UploaderOptions {
  readonly connection: Connection;
  readonly sender: Sender;
  readonly cache: HashCache;
  readonly hashing: Hashing;
  readonly breaker: CircuitBreaker;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly verification: Verification;
  /** What the server held before is to be proven as what is sent is, because it is about to be deleted here. */
  readonly proveAll: boolean;
  /** Whether the original of a file that the server held before is looked at, although nobody asked for it. */
  readonly isInSample: (file: FoundFile) => boolean;
  readonly mayDownload: boolean;
  /** The key may look at assets. */
  readonly mayRead: boolean;
  readonly isVideo: (file: FoundFile) => boolean;
  readonly restoreTrashed: boolean;
  readonly dryRun: boolean;
  /** Bytes that the user may still send. */
  readonly quotaLeft: number;
}

const CHECKS = { most: 200, delayMs: 20 };
const NO_QUOTA_LEFT =
  "it does not fit into the user's remaining quota: raise the quota in Immich (Administration > Users), or free some space";
const CUT_OFF = 'the run ended while it was being sent';
const RESTORATIONS = { most: 500, delayMs: 50 };

/** What is known of a file while it is worked on. */
interface Work {
  readonly file: FoundFile;
  readonly checksum: string;
  readonly companions: Companions;
  /** It is being sent. */
  isOnItsWay: boolean;
  /** Bytes of it went out. */
  begun: boolean;
  /** The server has had the whole of it in this run. */
  sent: boolean;
  /** And did not have it before. */
  accepted: boolean;
  /** Its asset is made of what was sent, and so of what the file was then. */
  made: boolean;
}

const workOn = (file: FoundFile, checksum: string, companions: Companions): Work => ({
  file,
  checksum,
  companions,
  isOnItsWay: false,
  begun: false,
  sent: false,
  accepted: false,
  made: false,
});

const withSent = (result: UploadResult, { accepted }: Work): UploadResult =>
  accepted ? { ...result, sent: true } : result;

export function uploadingAndVerifying(options: UploaderOptions): UploadAndVerify {
  return new Uploader(options);
}

class Uploader implements UploadAndVerify {
  readonly #options: UploaderOptions;
  readonly #quota: QuotaBudget;
  readonly #sending: LimitFunction;
  readonly #asking: LimitFunction;
  readonly #check: (checksum: string) => Promise<BulkCheckResult | undefined>;
  readonly #restore: (assetId: string) => Promise<void>;
  /** Whoever comes after one with the same checksum waits, and finds its bytes on the server. */
  readonly #byChecksum = inTurn<UploadResult>();
  /** What the server did not have when it was asked ahead. If it has it meanwhile, it says so of what is sent. */
  readonly #lackedBefore = new Set<string>();

  constructor(options: UploaderOptions) {
    const { connection, sender, concurrency, quotaLeft } = options;
    this.#options = options;
    this.#quota = new QuotaBudget(quotaLeft);
    this.#sending = pLimit(sender.width);
    this.#asking = pLimit(concurrency);
    this.#check = batched((checksums) => this.#checkAll(checksums), CHECKS);
    this.#restore = batched(async (assetIds) => {
      await restore(connection, assetIds);
      return assetIds.map(() => undefined);
    }, RESTORATIONS);
  }

  askAhead(checksum: string): void {
    void this.#check(checksum).then(
      (held) => {
        if (held?.known === false && held.unsupported !== true) this.#lackedBefore.add(checksum);
      },
      // It is asked again when it is its turn, and told then.
      () => {},
    );
  }

  async upload(file: FoundFile, companions: Companions): Promise<UploadResult> {
    const { cache, hashing } = this.#options;
    const checksum = cache.get(file);
    if (checksum !== undefined) {
      const result = await this.#afterTwins(workOn(file, checksum, companions));
      return isVerified(result) ? { ...result, remembered: true } : result;
    }
    const hashed = await hashing.take(file);
    if (hashed === undefined) return { outcome: 'not-reached' };
    if ('problem' in hashed) return { outcome: hashed.problem, reason: hashed.reason };
    cache.set(file, hashed);
    const work = workOn(file, hashed.checksum, companions);
    const result = await this.#afterTwins(work);
    const isSure = work.made || wouldShowChange(file, hashed);
    return isVerified(result) && !isSure ? { ...result, remembered: true } : result;
  }

  async verifyVideo(file: FoundFile, before: UploadResult, photoId: string): Promise<UploadResult> {
    const { proveAll, mayRead } = this.#options;
    const { checksum } = before;
    if (!proveAll || !mayRead || checksum === undefined) return before;
    const accepted = before.sent === true;
    const work = { ...workOn(file, checksum, {}), sent: before.outcome === 'uploaded', accepted };
    const remembered = isVerified(before) && before.remembered;
    const outcome = isVerified(before) ? before.outcome : 'present';
    const result = await this.#guarded(work, async () =>
      this.#verified(work, await this.#check(checksum), outcome, { shown: 'ask', photoId }),
    );
    return isVerified(result) ? { ...result, remembered } : result;
  }

  async #checkAll(checksums: readonly string[]): Promise<(BulkCheckResult | undefined)[]> {
    const items = [...new Set(checksums)].map((checksum) => ({ id: checksum, checksum }));
    const known = await this.#asking(() => bulkCheck(this.#options.connection, items));
    return checksums.map((checksum) => known.get(checksum));
  }

  #afterTwins(work: Work): Promise<UploadResult> {
    return this.#byChecksum(work.checksum, () => this.#guarded(work, () => this.#bring(work)));
  }

  /** Makes a result of whatever the server, the file or the end of the run did. */
  async #guarded(work: Work, bring: () => Promise<UploadResult>): Promise<UploadResult> {
    const { breaker, signal } = this.#options;
    if (signal.aborted) return { outcome: 'not-reached', checksum: work.checksum };
    try {
      const result = await bring();
      breaker.succeeded();
      return withSent(result, work);
    } catch (error) {
      return withSent(this.#resultOf(error, work), work);
    }
  }

  #resultOf(error: unknown, { checksum, sent, begun, isOnItsWay }: Work): UploadResult {
    const { breaker, signal } = this.#options;
    const reason = sentence(error, signal);
    const isOfServer =
      error instanceof ServerProblem && error.kind !== 'changed' && error.kind !== 'vanished';
    if (isOfServer && !signal.aborted) breaker.failed(error, isOnItsWay && error.status !== undefined);
    if (sent) return { outcome: 'unproven', checksum, reason: `it was sent, but then: ${reason}` };
    const isAnswered = error instanceof ServerProblem && error.status !== undefined;
    if (signal.aborted && isOnItsWay && begun && !isAnswered)
      return { outcome: 'unproven', checksum, reason: CUT_OFF };
    if (signal.aborted || !(error instanceof ServerProblem) || ENDS_THE_RUN.includes(error.kind))
      return { outcome: 'not-reached', checksum };
    if (error.kind === 'changed' || error.kind === 'vanished')
      return { outcome: error.kind, checksum, reason };
    return { outcome: 'failed', checksum, reason };
  }

  async #bring(work: Work): Promise<UploadResult> {
    const { checksum, file } = work;
    const { restoreTrashed, dryRun } = this.#options;
    const held: BulkCheckResult | undefined = this.#lackedBefore.delete(checksum)
      ? { known: false }
      : await this.#check(checksum);
    if (held === undefined)
      return { outcome: 'failed', checksum, reason: 'the server did not say whether it has it' };
    if (held.known)
      return restoreTrashed ? this.#restored(work, held) : this.#verified(work, held, 'present');
    if (held.unsupported)
      return { outcome: 'failed', checksum, reason: 'the server does not take this type of file' };
    if (dryRun) return { outcome: 'would-upload', checksum };
    if (!this.#quota.has(file.identity.bytes)) return { outcome: 'failed', checksum, reason: NO_QUOTA_LEFT };
    return this.#send(work);
  }

  async #restored(work: Work, held: BulkCheckResult): Promise<UploadResult> {
    let result = await this.#verified(work, held, 'present');
    // Its own asset, and then that of the photo that it belongs to.
    for (let rounds = 0; rounds < 2 && result.outcome === 'trashed'; rounds += 1) {
      if (this.#options.dryRun) {
        const { checksum, assetId } = result;
        return {
          outcome: 'would-restore',
          ...(checksum === undefined ? {} : { checksum }),
          ...(assetId === undefined ? {} : { assetId }),
        };
      }
      await this.#restore(result.trashedId ?? result.assetId ?? '');
      result = await this.#verified(work, await this.#check(work.checksum), 'restored');
    }
    return result;
  }

  async #send(work: Work): Promise<UploadResult> {
    const { file, checksum, companions } = work;
    const { sender, signal } = this.#options;
    const { created, madeWith, complaint } = await this.#quota.spend(file.identity.bytes, () =>
      this.#sending(() => {
        work.isOnItsWay = true;
        return sender.send(file, checksum, companions, () => {
          work.begun = true;
        });
      }),
    );
    // A program that the end of the run stopped does not say how far it came.
    work.isOnItsWay = signal.aborted && complaint !== undefined;
    work.sent = !work.isOnItsWay;
    work.accepted = madeWith !== undefined;
    const result = await this.#verified(work, await this.#check(checksum), created ? 'uploaded' : 'present');
    if (isVerified(result)) {
      work.accepted = result.outcome === 'uploaded';
      work.made = madeWith === result.assetId;
      const { sidecar, livePhotoVideoId } = companions;
      return {
        ...result,
        sidecarSent: work.made && sidecar !== undefined,
        videoLinked: work.made && livePhotoVideoId !== undefined,
      };
    }
    return complaint === undefined ? result : { ...result, reason: complaint };
  }

  async #verified(
    { checksum, file, sent }: Work,
    held: BulkCheckResult | undefined,
    outcome: VerifiedUpload['outcome'],
    { shown = this.#shown(outcome), photoId }: Partial<Pick<ProofOptions, 'shown' | 'photoId'>> = {},
  ): Promise<UploadResult> {
    if (held?.known !== true) {
      const reason = sent
        ? 'the server accepted the file, but has no asset with its checksum'
        : 'the server no longer has an asset with its checksum';
      return { outcome: 'unproven', checksum, reason };
    }
    const { connection, proveAll, verification, isVideo, mayDownload, isInSample } = this.#options;
    const isKnown = outcome === 'present' && !proveAll;
    const claim = { checksum, bytes: file.identity.bytes, path: file.path, isVideo: isVideo(file) };
    const options: ProofOptions = {
      level: isKnown ? 'checksum' : verification,
      original: !mayDownload || (isKnown && !isInSample(file)) ? 'unasked' : isKnown ? 'size' : 'existence',
      shown,
      photoId,
    };
    const proof = await this.#asking(() => prove(connection, held, claim, options));
    if (!proof.proven) {
      const { proven: _, outcome: fault, ...rest } = proof;
      return { outcome: fault, checksum, ...rest };
    }
    const { assetId, verified } = proof;
    const companions = { sidecarSent: false, videoLinked: false };
    return { outcome, checksum, assetId, verified, ...companions, remembered: false };
  }

  /** What this run has made an asset of is shown. */
  #shown(outcome: VerifiedUpload['outcome']): ProofOptions['shown'] {
    const { proveAll, mayRead } = this.#options;
    if (!proveAll || outcome === 'uploaded') return 'unasked';
    return mayRead ? 'ask' : 'impossible';
  }
}
