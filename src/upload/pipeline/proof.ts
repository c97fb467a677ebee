import type { Verification } from '../../model/upload-report.ts';
import { asset, type BulkCheckResult, originalChecksum, originalSize } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';

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

const FILE_GONE = 'the server has a record of it, but its original file is missing on the server';
const IN_TRASH = 'the server has it only in its trash';

/**
 * What the server can show for bytes that it says it knows. It remembers a checksum although its file be gone: only the
 * size, or the bytes themselves, show that the file is on its disk.
 *
 * @throws {ServerProblem} where it could not be asked
 */
export async function prove(
  connection: Connection,
  { assetId, trashed }: Extract<BulkCheckResult, { known: true }>,
  { checksum, bytes }: Claim,
  level: Verification,
): Promise<Proof> {
  const not = (outcome: 'trashed' | 'unproven', reason: string): Proof => ({
    proven: false,
    outcome,
    assetId,
    reason,
  });
  if (trashed === true) return not('trashed', IN_TRASH);
  // Servers before 1.115 do not tell by themselves.
  if (trashed === undefined) {
    const found = await asset(connection, assetId);
    if (found === 'gone') return not('unproven', 'the server has a record of it, but does not show it');
    if (found.trashed) return not('trashed', IN_TRASH);
    if (found.offline) return not('unproven', FILE_GONE);
    if (found.checksum !== checksum) return not('unproven', 'the file on the server has different content');
  }
  if (level === 'checksum') return { proven: true, assetId, verified: level };
  if (level === 'size') {
    const size = await originalSize(connection, assetId);
    if (size === 'gone') return not('unproven', FILE_GONE);
    if (size === 'untold') return not('unproven', 'the server does not report the size of its file');
    if (size !== bytes)
      return not('unproven', `the file on the server has ${size} bytes, and this one has ${bytes}`);
    return { proven: true, assetId, verified: level };
  }
  const original = await originalChecksum(connection, assetId);
  if (original === 'gone') return not('unproven', FILE_GONE);
  if (original.checksum !== checksum || original.bytes !== bytes)
    return not('unproven', 'the file on the server has different content');
  return { proven: true, assetId, verified: level };
}
