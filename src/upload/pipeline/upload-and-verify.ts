import pLimit, { type LimitFunction } from 'p-limit';
import type { Verification } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import type { HashCache } from '../files/hash-cache.ts';
import { type BulkCheckResult, bulkCheck, restore } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import { ServerProblem } from '../server/problem.ts';
import { batched } from './batched.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { inTurn } from './in-turn.ts';
import { prove } from './proof.ts';
import { QuotaBudget } from './quota-budget.ts';
import { readUntilEnd } from './read.ts';
import type { Companions, Sender } from './sender.ts';
import { sentence } from './sentence.ts';
import { isVerified, type UploadResult, type VerifiedUpload } from './upload-result.ts';

/** Sees to it that the server holds the bytes of a file, once however many files have them. */
export type UploadAndVerify = (file: FoundFile, companions: Companions) => Promise<UploadResult>;

interface UploaderOptions {
  readonly connection: Connection;
  readonly sender: Sender;
  readonly cache: HashCache;
  readonly breaker: CircuitBreaker;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly verification: Verification;
  /** What the server held before is to be proven as what is sent is, because it is about to be deleted here. */
  readonly proveAll: boolean;
  readonly restoreTrashed: boolean;
  readonly dryRun: boolean;
  /** Bytes that the user may still send. */
  readonly quotaLeft: number;
}

/** A disk gains nothing from more readers. */
const HASHING = 2;
const CHECKS = { most: 50, delayMs: 20 };
const RESTORATIONS = { most: 500, delayMs: 50 };

/** What is known of a file while it is worked on. */
interface Work {
  readonly file: FoundFile;
  readonly checksum: string;
  readonly companions: Companions;
  /** The server has had the whole of it in this run. */
  sent: boolean;
}

export function uploadingAndVerifying(options: UploaderOptions): UploadAndVerify {
  const uploader = new Uploader(options);
  return (file, companions) => uploader.uploadAndVerify(file, companions);
}

class Uploader {
  readonly #options: UploaderOptions;
  readonly #quota: QuotaBudget;
  readonly #hashing = pLimit(HASHING);
  readonly #sending: LimitFunction;
  readonly #asking: LimitFunction;
  readonly #check: (checksum: string) => Promise<BulkCheckResult | undefined>;
  readonly #restore: (assetId: string) => Promise<void>;
  /** Whoever comes after one with the same checksum waits, and finds its bytes on the server. */
  readonly #byChecksum = inTurn<UploadResult>();

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

  async uploadAndVerify(file: FoundFile, companions: Companions): Promise<UploadResult> {
    const { cache, signal } = this.#options;
    const checksum = cache.get(file);
    if (checksum !== undefined) {
      const result = await this.#afterTwins({ file, checksum, companions, sent: false });
      return isVerified(result) ? { ...result, remembered: true } : result;
    }
    const hashed = await this.#hashing(() => readUntilEnd(file, signal));
    if (hashed === undefined) return { outcome: 'not-reached' };
    if ('problem' in hashed) return { outcome: hashed.problem, reason: hashed.reason };
    cache.set(file, hashed);
    return this.#afterTwins({ file, checksum: hashed.checksum, companions, sent: false });
  }

  async #checkAll(checksums: readonly string[]): Promise<(BulkCheckResult | undefined)[]> {
    const items = [...new Set(checksums)].map((checksum) => ({ id: checksum, checksum }));
    const known = await this.#asking(() => bulkCheck(this.#options.connection, items));
    return checksums.map((checksum) => known.get(checksum));
  }

  #afterTwins(work: Work): Promise<UploadResult> {
    return this.#byChecksum(work.checksum, () => this.#guarded(work));
  }

  /** Makes a result of whatever the server, the file or the end of the run did. */
  async #guarded(work: Work): Promise<UploadResult> {
    const { breaker, signal } = this.#options;
    if (signal.aborted) return { outcome: 'not-reached', checksum: work.checksum };
    try {
      const result = await this.#bring(work);
      breaker.succeeded();
      return result;
    } catch (error) {
      return this.#resultOf(error, work);
    }
  }

  #resultOf(error: unknown, { checksum, sent }: Work): UploadResult {
    const { breaker, signal } = this.#options;
    const reason = sentence(error, signal);
    if (sent) return { outcome: 'unproven', checksum, reason: `it was sent, but then: ${reason}` };
    if (signal.aborted || !(error instanceof ServerProblem)) return { outcome: 'not-reached', checksum };
    if (error.kind === 'changed' || error.kind === 'vanished')
      return { outcome: error.kind, checksum, reason };
    breaker.failed(error);
    return { outcome: 'failed', checksum, reason };
  }

  async #bring(work: Work): Promise<UploadResult> {
    const { checksum, file } = work;
    const { restoreTrashed, dryRun } = this.#options;
    const held = await this.#check(checksum);
    if (held === undefined)
      return { outcome: 'failed', checksum, reason: 'the server did not say whether it has it' };
    if (held.known) {
      if (held.trashed !== true || !restoreTrashed || dryRun) return this.#verified(work, held, 'present');
      await this.#restore(held.assetId);
      return this.#verified(work, await this.#check(checksum), 'restored');
    }
    if (held.unsupported)
      return { outcome: 'failed', checksum, reason: 'the server does not take this type of file' };
    if (dryRun) return { outcome: 'would-upload', checksum };
    if (!this.#quota.has(file.identity.bytes))
      return { outcome: 'failed', checksum, reason: "it does not fit into the user's remaining quota" };
    return this.#send(work);
  }

  async #send(work: Work): Promise<UploadResult> {
    const { file, checksum, companions } = work;
    const { created, sidecarWith, complaint } = await this.#quota.spend(file.identity.bytes, () =>
      this.#sending(() => this.#options.sender.send(file, checksum, companions)),
    );
    work.sent = true;
    const result = await this.#verified(work, await this.#check(checksum), created ? 'uploaded' : 'present');
    if (isVerified(result)) return { ...result, sidecarSent: sidecarWith === result.assetId };
    return complaint === undefined ? result : { ...result, reason: complaint };
  }

  async #verified(
    { checksum, file, sent }: Work,
    held: BulkCheckResult | undefined,
    outcome: VerifiedUpload['outcome'],
  ): Promise<UploadResult> {
    if (held?.known !== true) {
      const reason = sent
        ? 'the server accepted the file, but has no asset with its checksum'
        : 'the server no longer has an asset with its checksum';
      return { outcome: 'unproven', checksum, reason };
    }
    const { connection, proveAll, verification } = this.#options;
    const level = outcome === 'present' && !proveAll ? 'checksum' : verification;
    const claim = { checksum, bytes: file.identity.bytes };
    const proof = await this.#asking(() => prove(connection, held, claim, level));
    if (!proof.proven) {
      const { outcome: fault, assetId, reason } = proof;
      return { outcome: fault, checksum, assetId, reason };
    }
    const { assetId, verified } = proof;
    return { outcome, checksum, assetId, verified, sidecarSent: false, remembered: false };
  }
}
