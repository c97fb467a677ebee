import { defineConfig } from 'rolldown';

// One file for what every command needs, so that start-up reads one file and loads oclif once;
// what only some commands need is behind a dynamic import and becomes a chunk of its own.
export default defineConfig({
  input: { cli: 'src/cli.ts' },
  platform: 'node',
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    minify: { compress: true, mangle: false, codegen: true },
    sourcemap: true,
  },
});
