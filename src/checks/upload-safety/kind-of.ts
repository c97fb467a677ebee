import type { DangerKind } from '../shared/upload-dangers.ts';
import * as kinds from './kinds.ts';

const KINDS: Readonly<Record<DangerKind, typeof kinds.uploaderDeletes>> = {
  'uploader-deletes': kinds.uploaderDeletes,
  'deletes-duplicates': kinds.deletesDuplicates,
  'deletes-unproven': kinds.deletesUnproven,
  'unpinned-uploader': kinds.unpinnedUploader,
};

/** By the worst that a script does. */
export const kindOf = (worst: DangerKind) => KINDS[worst];
