import type { KindCases } from '../kind-cases.ts';
import { script } from '../sick-macs.ts';

export const cases: KindCases = {
  'uploader-deletes': {
    mac: script({ deleteOptions: [{ line: 2, option: '--delete' }] }),
    near: script({}),
  },
  'deletes-duplicates': {
    mac: script({ deleteOptions: [{ line: 2, option: '--delete-duplicates' }] }),
    near: script({}),
  },
  'deletes-unproven': {
    mac: script({ removals: [3] }),
    near: script({ removals: [3], verifies: true }),
  },
  'unpinned-uploader': {
    mac: script({ cli: [{ line: 1, version: 'latest' }] }),
    near: script({ cli: [{ line: 1, version: '2.5.6' }] }),
  },
};
