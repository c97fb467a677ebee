import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/lab/*.test.ts'],
    globalSetup: 'test/lab/setup.ts',
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 1_200_000,
  },
});
