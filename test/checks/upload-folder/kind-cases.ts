import { MINUTE, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import { FILE, log, type MacFacts } from '../sick-macs.ts';

const holding = (extension: string, oldest: number): MacFacts => ({
  uploadFolder: [
    {
      path: FILE,
      state: 'read',
      files: [{ extension, count: 2, bytes: 9_000_000, oldest, newest: oldest }],
      below: 0,
    },
  ],
});

export const cases: KindCases = {
  stranded: { mac: holding('jpg', NOW - 16 * MINUTE), near: holding('jpg', NOW - 14 * MINUTE) },
  denied: {
    mac: log({ kind: 'denied', text: `${FILE}: Operation not permitted` }),
    near: log({ kind: 'done' }),
  },
};
