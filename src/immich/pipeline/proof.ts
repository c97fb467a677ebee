import type { Verification } from '../../model/upload-report.ts';
import type { ImmichApi, Known } from '../server/api.ts';

/** What is to be proven: that the server holds these bytes. */
export interface Claim {
  /** SHA-1 in hex. */
  readonly checksum: string;
  readonly bytes: number;
}

export type Proof =
  | { readonly proven: true; readonly assetId: string; readonly verified: Verification }
  | {
      readonly proven: false;
      readonly outcome: 'trashed' | 'unproven';
      readonly assetId: string;
      readonly reason: string;
    };

/**
 * What the server can show for bytes that it says it knows. It remembers a checksum although its file be gone: only the
 * size, or the bytes themselves, show that the file is on its disk.
 *
 * @throws {ServerProblem} where it could not be asked
 */
export async function prove(
  api: ImmichApi,
  { assetId, trashed }: Extract<Known, { known: true }>,
  { checksum, bytes }: Claim,
  level: Verification,
): Promise<Proof> {
  const not = (outcome: 'trashed' | 'unproven', reason: string): Proof => ({
    proven: false,
    outcome,
    assetId,
    reason,
  });
  if (trashed ?? (await trashedByAsset(api, assetId, checksum)))
    return not('trashed', "the server's only copy is in its trash");
  if (level === 'checksum') return { proven: true, assetId, verified: level };
  if (level === 'size') {
    const size = await api.originalSize(assetId);
    if (size === 'gone') return not('unproven', 'the server knows it, but its file is gone from the server');
    if (size === 'untold') return not('unproven', 'the server does not tell the size of its file');
    if (size !== bytes) return not('unproven', `the server's file has ${size} bytes, and this one ${bytes}`);
    return { proven: true, assetId, verified: level };
  }
  const original = await api.originalChecksum(assetId);
  if (original === 'gone')
    return not('unproven', 'the server knows it, but its file is gone from the server');
  if (original.checksum !== checksum || original.bytes !== bytes)
    return not('unproven', "the server's file has other bytes");
  return { proven: true, assetId, verified: level };
}

/** For servers before 1.115, whose bulk check does not tell. */
async function trashedByAsset(api: ImmichApi, assetId: string, checksum: string): Promise<boolean> {
  const asset = await api.asset(assetId);
  return asset.trashed || asset.checksum !== checksum;
}
