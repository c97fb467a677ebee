import type { KindCases } from '../kind-cases.ts';
import { script, UPLOAD } from '../sick-macs.ts';

export const cases: KindCases = {
  'uploader-deletes': {
    mac: script(`${UPLOAD} --delete`),
    near: script(`${UPLOAD} --delete --dry-run`),
  },
  'deletes-duplicates': {
    mac: script(`${UPLOAD} --delete-duplicates`),
    near: script(UPLOAD),
  },
  'deletes-unproven': {
    mac: script(UPLOAD, 'rm "$1"'),
    near: script(UPLOAD, 'curl "$URL/api/assets/bulk-upload-check"', 'rm "$1"'),
  },
  'unpinned-uploader': {
    mac: script('bunx @immich/cli@latest upload "$1"'),
    near: script(UPLOAD),
  },
};
