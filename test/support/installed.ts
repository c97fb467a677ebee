import { copyFileSync, cpSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './hsdoctor.ts';

/** hsdoctor and node as their user installed them for all projects, below a prefix of npm's. */
export function installGlobally(prefix: string): { readonly node: string; readonly hsdoctor: string } {
  const home = join(prefix, 'lib', 'node_modules', 'hsdoctor');
  const programs = { node: join(prefix, 'bin', 'node'), hsdoctor: join(prefix, 'bin', 'hsdoctor') };
  for (const folder of [home, join(prefix, 'bin')]) mkdirSync(folder, { recursive: true });
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(home, name), { recursive: true });
  symlinkSync('../lib/node_modules/hsdoctor/bin/run.js', programs.hsdoctor);
  try {
    linkSync(process.execPath, programs.node);
  } catch {
    // On another disk.
    copyFileSync(process.execPath, programs.node);
  }
  return programs;
}
