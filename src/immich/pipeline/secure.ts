import pLimit from 'p-limit';
import type { Outcome, Verification } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import { hashFile } from '../files/hash.ts';
import type { HashCache } from '../files/hash-cache.ts';
import type { ImmichApi, Known } from '../server/api.ts';
import { ServerProblem } from '../server/problem.ts';
import { batched } from './batched.ts';
import { prove } from './proof.ts';
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
  /** The server made an asset of what was sent, and so took the sidecar that was sent with it. */
  readonly sidecarSent: boolean;
}

/** They are not, or nobody can say so. */
export interface Unsecured {
  readonly outcome: Exclude<Outcome, Secured['outcome'] | 'attached' | 'incomplete'>;
  readonly reason?: string;
  readonly checksum?: string;
  readonly assetId?: string;
}

export type Custody = Secured | Unsecured;

export function isSecured(custody: Custody): custody is Secured {
  return 'verified' in custody;
}

interface SecureOptions {
  readonly api: ImmichApi;
  readonly sender: Sender;
  readonly cache: HashCache;
  readonly trouble: Trouble;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly verification: Verification;
  /** What the server held before is to be proven like what is sent: it is about to be deleted here. */
  readonly proveAll: boolean;
  readonly restoreTrashed: boolean;
  readonly dryRun: boolean;
  /** Bytes that the user may still send. */
  readonly quotaLeft: number;
}

export type Secure = (file: FoundFile, companions: Companions) => Promise<Custody>;

/** Reading a disk gains nothing from more. */
const HASHING = 2;
const CHECK = { most: 500, delayMs: 20 };

/** A function that sees to it that the server holds the bytes of a file, once however many files have them. */
export function securing(options: SecureOptions): Secure {
  const { api, sender, cache, trouble, signal, concurrency, verification, restoreTrashed, dryRun } = options;
  let { quotaLeft } = options;
  const hashing = pLimit(HASHING);
  const sending = pLimit(sender.width);
  const asking = pLimit(concurrency);
  const check = batched<string, Known>(async (checksums) => {
    const unique = [...new Set(checksums)];
    const known = await asking(() => api.bulkCheck(unique));
    return checksums.map((checksum) => known.get(checksum) ?? { known: false });
  }, CHECK);
  const restore = batched<string, void>(
    async (assetIds) => {
      await api.restore(assetIds);
      return assetIds.map(() => undefined);
    },
    { most: 500, delayMs: 50 },
  );
  /** The last that came with each checksum: whoever comes after it waits, and finds its bytes on the server. */
  const underway = new Map<string, Promise<unknown>>();

  async function withBytes(
    file: FoundFile,
    checksum: string,
    companions: Companions,
    onSent: () => void,
  ): Promise<Custody> {
    const claim = { checksum, bytes: file.identity.bytes };
    let known = await check(checksum);
    let outcome: Secured['outcome'] = 'present';
    let sidecarSent = false;
    if (known.known && known.trashed === true && restoreTrashed && !dryRun) {
      await restore(known.assetId);
      known = await check(checksum);
      outcome = 'restored';
    } else if (!known.known) {
      if (known.unsupported)
        return { outcome: 'failed', checksum, reason: 'the server does not take such files' };
      if (dryRun) return { outcome: 'would-upload', checksum };
      if (claim.bytes > quotaLeft)
        return {
          outcome: 'failed',
          checksum,
          reason: "it does not fit into what is left of the user's quota",
        };
      const sent = await sending(() => sender.send(file, checksum, companions));
      onSent();
      sidecarSent = sent.created && sent.withSidecar;
      if (sent.created) quotaLeft -= claim.bytes;
      known = await check(checksum);
      outcome = sent.created ? 'uploaded' : 'present';
      if (!known.known)
        return {
          outcome: 'unproven',
          checksum,
          reason: sent.complaint ?? 'the server said that it took the file, and does not know its bytes',
        };
    }
    if (!known.known)
      return { outcome: 'unproven', checksum, reason: 'the server does not know its bytes any more' };
    const held = known;
    const level = outcome === 'present' && !options.proveAll ? 'checksum' : verification;
    const proof = await asking(() => prove(api, held, claim, level));
    if (!proof.proven) return { checksum, ...proof };
    const { assetId, verified } = proof;
    return { outcome, checksum, assetId, verified, sidecarSent, remembered: false };
  }

  async function guarded(checksum: string, work: (onSent: () => void) => Promise<Custody>): Promise<Custody> {
    let sent = false;
    try {
      const custody = await work(() => {
        sent = true;
      });
      trouble.passed();
      return custody;
    } catch (error) {
      const reason = sentence(error, signal);
      if (sent) return { outcome: 'unproven', checksum, reason: `it was sent, and then: ${reason}` };
      if (signal.aborted || !(error instanceof ServerProblem)) return { outcome: 'not-reached', checksum };
      if (error.kind === 'changed') return { outcome: 'changed', reason: error.message };
      trouble.met(error);
      return { outcome: 'failed', reason: error.message };
    }
  }

  return async (file, companions) => {
    const remembered = cache.get(file)?.checksum;
    const hashed =
      remembered === undefined
        ? await hashing(() => (signal.aborted ? undefined : hashFile(file, { signal })))
        : { checksum: remembered };
    if (hashed === undefined || signal.aborted) return { outcome: 'not-reached' };
    if ('problem' in hashed) return { outcome: hashed.problem, reason: hashed.reason };
    const { checksum } = hashed;
    if (remembered === undefined) cache.set(file, { checksum });
    const before = underway.get(checksum);
    const own = guarded(checksum, async (onSent) => {
      await before;
      if (signal.aborted) return { outcome: 'not-reached', checksum };
      return withBytes(file, checksum, companions, onSent);
    });
    underway.set(checksum, own);
    const custody = await own;
    if (underway.get(checksum) === own) underway.delete(checksum);
    return isSecured(custody) ? { ...custody, remembered: remembered !== undefined } : custody;
  };
}
