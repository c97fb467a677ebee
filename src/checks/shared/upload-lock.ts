import type { UploadLock } from '../../facts/host/upload-locks.ts';

/** Whether it is hsdoctor's own, of a run that is over: it is in nobody's way. */
export function isLeft({ form, pid, owner }: UploadLock): boolean {
  return form === 'own' && pid !== undefined && !owner?.isUpload;
}
