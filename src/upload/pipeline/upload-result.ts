import type { ProofLevel, UploadOutcome } from '../../model/upload-report.ts';

/** The bytes of a file are on the server. */
export interface VerifiedUpload {
  readonly outcome: Extract<UploadOutcome, 'uploaded' | 'present' | 'restored'>;
  readonly checksum: string;
  readonly assetId: string;
  readonly verified: ProofLevel;
  /** The server accepted its bytes in this run. */
  readonly sent?: true;
  /** The checksum is of an earlier run, or of a moment so soon after a change that another may not show: it has to be read again before it goes. */
  readonly remembered: boolean;
  /** The server made this very asset of what was sent, and so took the sidecar that was sent with it. */
  readonly sidecarSent: boolean;
  /** The server made this very asset of what was sent, and so of the live photo whose video was named with it. */
  readonly videoLinked: boolean;
}

/** They are not, or nobody can say so. */
interface UnverifiedUpload {
  readonly outcome: Exclude<UploadOutcome, VerifiedUpload['outcome'] | 'attached' | 'incomplete'>;
  readonly reason?: string;
  readonly checksum?: string;
  readonly assetId?: string;
  /** What would have to come out of the trash. */
  readonly trashedId?: string;
  /** The server accepted its bytes in this run. */
  readonly sent?: true;
}

export type UploadResult = VerifiedUpload | UnverifiedUpload;

export function isVerified(result: UploadResult): result is VerifiedUpload {
  return 'verified' in result;
}
