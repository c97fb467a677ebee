#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { homedir } = require('node:os');
const { isAbsolute, join } = require('node:path');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `hsdoctor needs Node 22.13 or newer, and this is Node ${process.versions.node} (${process.execPath}): install a newer Node; in a clone of hsdoctor, \`npm ci && npx hsdoctor\` runs with the right one.\n`,
  );
  process.exit(2);
}

if (!existsSync(join(__dirname, '../dist/cli.cjs'))) {
  process.stderr.write(
    `hsdoctor: this source tree has no dist/: take the tag of a release (v${require('../package.json').version}), or run \`npm ci\` in its folder.\n`,
  );
  process.exit(2);
}

const { XDG_CACHE_HOME } = process.env;
const cacheHome = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');

// Neither in the working directory nor, as is Node's default, below the shared temporary folder, where another user could plant code for this one to run.
require('node:module').enableCompileCache(join(cacheHome, 'hsdoctor', 'compile-cache'));

if (process.argv[2] === '__complete')
  require('../dist/complete.cjs').complete(require('../dist/completion.json'), process.argv.slice(3));
else require('../dist/cli.cjs').main();
