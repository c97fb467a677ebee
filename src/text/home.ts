import { homedir } from 'node:os';
import { join } from 'node:path';

/** The path with a leading `~/` replaced, which no shell did where it stood in a file or behind an equals sign. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
