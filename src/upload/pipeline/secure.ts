import pLimit from 'p-limit';
import type { Outcome, Verification } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import type { HashCache } from '../files/hash-cache.ts';
import { bulkCheck, type Knowledge, restore as restoreAssets } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import { ServerProblem } from '../server/problem.ts';
import { batched } from './batched.ts';
import { prove } from './proof.ts';
import { readUntilEnd } from './read.ts';
import type { Companions, Sender } from './sender.ts';
import { sentence } from './sentence.ts';
import type { Trouble } from './trouble.ts';

/** The bytes of a file are on the server. */
export interface Secured {
  readonly outcome: Extract<Outcome, 'uploaded' | 'present' | 'restored'>;
  readonly checksum: string;
  readonly assetId: string;
  readonly verified: Verification;
  /** The checksum is of an earlier run: this one has not read the file. */
  readonly remembered: boolean;
  /** The server made this very asset of what was sent, and so took the sidecar that was sent with it. */
  readonly sidecarSent: boolean;
}

/** They are not, or nobody can say so. */
interface Unsecured {
  readonly outcome: Exclude<Outcome, Secured['outcome'] | 'attached' | 'incomplete'>;
  readonly reason?: string;
  readonly checksum?: string;
  readonly assetId?: string;
}

export type Custody = Secured | Unsecured;

export function isSecured(custody: Custody): custody is Secured {
  return 'verified' in custody;
}

/** Sees to it that the server holds the bytes of a file, once however many files have them. */
export type Secure = (file: FoundFile, companions: Companions) => Promise<Custody>;

export interface SecureOptions {
  readonly connection: Connection;
  readonly sender: Sender;
  readonly cache: HashCache;
  readonly trouble: Trouble;
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

export function securing(options: SecureOptions): Secure {
  const { connection, sender, cache, trouble, signal, concurrency, restoreTrashed, dryRun } = options;
  let { quotaLeft } = options;
  const hashing = pLimit(HASHING);
  const sending = pLimit(sender.width);
  const asking = pLimit(concurrency);
  const check = batched<string, Knowledge | undefined>(async (checksums) => {
    const items = [...new Set(checksums)].map((checksum) => ({ id: checksum, checksum }));
    const known = await asking(() => bulkCheck(connection, items));
    return checksums.map((checksum) => known.get(checksum));
  }, CHECKS);
  const restore = batched<string, void>(async (assetIds) => {
    await restoreAssets(connection, assetIds);
    return assetIds.map(() => undefined);
  }, RESTORATIONS);
  /** The last that came with each checksum: whoever comes after it waits, and finds its bytes on the server. */
  const underway = new Map<string, Promise<unknown>>();

  async function bring(work: Work): Promise<Custody> {
    const { checksum, file } = work;
    const held = await check(checksum);
    if (held === undefined)
      return { outcome: 'failed', checksum, reason: 'the server did not say whether it has it' };
    if (held.known) {
      if (held.trashed !== true || !restoreTrashed || dryRun) return proven(work, held, 'present');
      await restore(held.assetId);
      return proven(work, await check(checksum), 'restored');
    }
    if (held.unsupported)
      return { outcome: 'failed', checksum, reason: 'the server does not take such files' };
    if (dryRun) return { outcome: 'would-upload', checksum };
    if (file.identity.bytes > quotaLeft)
      return { outcome: 'failed', checksum, reason: "it does not fit into what is left of the user's quota" };
    return send(work);
  }

  async function send(work: Work): Promise<Custody> {
    const { file, checksum, companions } = work;
    const { created, sidecarWith, complaint } = await withinQuota(file, () =>
      sending(() => sender.send(file, checksum, companions)),
    );
    work.sent = true;
    const custody = await proven(work, await check(checksum), created ? 'uploaded' : 'present');
    if (isSecured(custody)) return { ...custody, sidecarSent: sidecarWith === custody.assetId };
    return complaint === undefined ? custody : { ...custody, reason: complaint };
  }

  /** What is on its way counts as if it had arrived. */
  async function withinQuota(
    { identity: { bytes } }: FoundFile,
    deliver: () => ReturnType<Sender['send']>,
  ): ReturnType<Sender['send']> {
    quotaLeft -= bytes;
    try {
      const sent = await deliver();
      if (!sent.created) quotaLeft += bytes;
      return sent;
    } catch (error) {
      quotaLeft += bytes;
      // Smaller ones may still fit.
      if (error instanceof ServerProblem && error.kind === 'quota')
        quotaLeft = Math.min(quotaLeft, bytes - 1);
      throw error;
    }
  }

  async function proven(
    work: Work,
    held: Knowledge | undefined,
    outcome: Secured['outcome'],
  ): Promise<Custody> {
    const { checksum, file } = work;
    if (held?.known !== true) {
      const reason = work.sent
        ? 'the server answered that it took the file, and does not know its bytes'
        : 'the server does not know its bytes any more';
      return { outcome: 'unproven', checksum, reason };
    }
    const level = outcome === 'present' && !options.proveAll ? 'checksum' : options.verification;
    const claim = { checksum, bytes: file.identity.bytes };
    const proof = await asking(() => prove(connection, held, claim, level));
    if (!proof.proven) {
      const { outcome: fault, assetId, reason } = proof;
      return { outcome: fault, checksum, assetId, reason };
    }
    const { assetId, verified } = proof;
    return { outcome, checksum, assetId, verified, sidecarSent: false, remembered: false };
  }

  /** Makes a result of whatever the server, the file or the end of the run did. */
  async function guarded(work: Work): Promise<Custody> {
    const { checksum } = work;
    if (signal.aborted) return { outcome: 'not-reached', checksum };
    try {
      const custody = await bring(work);
      trouble.passed();
      return custody;
    } catch (error) {
      const reason = sentence(error, signal);
      if (work.sent) return { outcome: 'unproven', checksum, reason: `it was sent, and then: ${reason}` };
      if (signal.aborted || !(error instanceof ServerProblem)) return { outcome: 'not-reached', checksum };
      if (error.kind === 'changed' || error.kind === 'vanished')
        return { outcome: error.kind, checksum, reason };
      trouble.met(error);
      return { outcome: 'failed', checksum, reason };
    }
  }

  async function afterTwins(work: Work): Promise<Custody> {
    const before = underway.get(work.checksum);
    const own = (async () => {
      await before;
      return guarded(work);
    })();
    underway.set(work.checksum, own);
    try {
      return await own;
    } finally {
      if (underway.get(work.checksum) === own) underway.delete(work.checksum);
    }
  }

  return async (file, companions) => {
    const checksum = cache.get(file);
    if (checksum !== undefined) {
      const custody = await afterTwins({ file, checksum, companions, sent: false });
      return isSecured(custody) ? { ...custody, remembered: true } : custody;
    }
    const hashed = await hashing(() => readUntilEnd(file, signal));
    if (hashed === undefined) return { outcome: 'not-reached' };
    if ('problem' in hashed) return { outcome: hashed.problem, reason: hashed.reason };
    cache.set(file, hashed);
    return afterTwins({ file, checksum: hashed.checksum, companions, sent: false });
  };
}
