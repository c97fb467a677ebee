import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

/** Never a folder below the working directory, which somebody else may have filled: HOME may be empty, or relative. */
export function homeFolder(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}

/** Where such a variable leads; a relative one is to be ignored, says their specification. */
export function xdgFolder(
  variable: 'XDG_CONFIG_HOME' | 'XDG_CACHE_HOME' | 'XDG_STATE_HOME',
  usual: string,
): string {
  const { [variable]: base = '' } = process.env;
  return isAbsolute(base) ? base : join(homeFolder(), usual);
}

/** The path with a leading `~/` replaced, which no shell did where it stood in a file or behind an equals sign. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeFolder(), path.slice(1)) : path;
}
