import { rmSync, symlinkSync } from 'node:fs';

// npm links the commands of dependencies only. Without this link `npx hsdoctor` makes a copy in npx's cache at its
// first call, and when that call fails every later one does.
const link = new URL('../node_modules/.bin/hsdoctor', import.meta.url);
rmSync(link, { force: true });
symlinkSync('../../bin/run.js', link);
