import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, env: { TZ: 'UTC' } };
/** They put stand-ins in the place of modules. */
const APART = 'test/upload/lock/**/*.test.ts';

export default defineConfig({
  test: {
    // Each test mostly waits for the processes that it starts: one more than the cores.
    maxWorkers: availableParallelism() + 1,
    // What takes long bears one of these: `npm test` leaves it out, and a command of its own runs it.
    tags: [
      { name: 'source', description: 'npm run test:source' },
      { name: 'upload', description: 'npm run test:upload' },
      { name: 'hosts', description: 'npm run test:hosts' },
    ],
    reporters: ['default', './test/support/left-out.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', APART],
          // Files of one process share what they import: starting anew for each takes half of the time.
          isolate: false,
        },
      },
      { test: { ...common, name: 'apart', include: [APART] } },
    ],
  },
});
