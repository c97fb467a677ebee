import { defineConfig } from 'rolldown';
import { thirdPartyLicenses } from './scripts/third-party-licenses.ts';

/** What oclif loads at every start for features that this program does not have: finding plugins and commands by patterns, ... */
const UNUSED = ['tinyglobby', 'minimatch', 'wsl-utils', 'semver', 'lilconfig', 'typescript'];

/** Makes oclif start faster. */
const leanOclif = {
  name: 'lean-oclif',
  resolveId: (id) => (UNUSED.includes(id) ? `\0unused:${id}` : null),
  load: (id) => (id.startsWith('\0unused:') ? 'module.exports = {};' : null),
  transform: {
    filter: { id: /@oclif\/core\/lib\/config\/plugin\.js$/ },
    handler(code) {
      // The first comparison by the rules of a language loads those rules, for ids that are plain ASCII.
      const lean = code.replace('a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)');
      if (lean === code)
        this.error('oclif sorts its commands in another way now: see whether this is still needed');
      return { code: lean, map: { mappings: '' } };
    },
  },
};

// One file for what every command needs, so that start-up reads one file and loads oclif once;
// what only some commands need is behind a dynamic import and becomes a chunk of its own.
// CommonJS, because Node loads it faster: an ES module that imports `node:process` makes Node evaluate every getter of it.
export default defineConfig({
  input: { cli: 'src/cli.ts', complete: 'src/complete.ts' },
  platform: 'node',
  plugins: [leanOclif, thirdPartyLicenses],
  output: {
    dir: 'dist',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
    minify: { compress: true, mangle: false, codegen: true },
    sourcemap: true,
  },
});
