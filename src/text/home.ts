import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Never a folder below the working directory, which somebody else may have filled: HOME may be empty, or relative. */
export function homeFolder(): string {
  const home = homedir();
  return isAbsolute(home) ? home : userInfo().homedir;
}

/** The path with a leading `~/` replaced, which no shell did where it stood in a file or behind an equals sign. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeFolder(), path.slice(1)) : path;
}
