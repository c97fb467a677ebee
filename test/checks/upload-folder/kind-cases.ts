import { MINUTE, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import { agent, agents, FILE, log, type MacFacts, NAME, named, script, UPLOAD } from '../sick-macs.ts';

/** macOS protects what is in there. */
const PROTECTED = `/Users/${NAME}/Downloads/photos`;

const holding = (extension: string, oldest: number): MacFacts => ({
  uploadFolder: [
    {
      path: FILE,
      state: 'read',
      files: [{ extension, count: 2, bytes: 9_000_000, oldest, newest: oldest }],
      below: [],
    },
  ],
});

const holdingBelow = (extension: string): MacFacts => ({
  uploadFolder: [
    {
      path: FILE,
      state: 'read',
      files: [],
      below: [{ extension, count: 2, bytes: 9, oldest: NOW - 16 * MINUTE, newest: NOW }],
    },
  ],
});

export const cases: KindCases = {
  stranded: { mac: holding('jpg', NOW - 16 * MINUTE), near: holding('jpg', NOW - 14 * MINUTE) },
  'in-subfolders': { mac: holdingBelow('jpg'), near: script(`${UPLOAD} --recursive`) },
  denied: {
    mac: {
      ...agents(agent({ watched: [named('folder', PROTECTED)] })),
      ...log({ kind: 'denied', text: `${PROTECTED}: Operation not permitted` }),
      uploadFolder: [{ path: PROTECTED, state: 'read', files: [], below: [] }],
    },
    near: log({ kind: 'done' }),
  },
};
