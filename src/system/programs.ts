import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import process from 'node:process';
import { homeFolder } from '../text/home.ts';

/** Where systems keep their programs: whoever works above such a folder works in no project. */
const OF_SYSTEMS = [
  ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/snap/bin'],
  ['/nix/store', '/nix/var/nix/profiles', '/run/current-system/sw/bin', '/run/wrappers/bin'],
  ['/etc/profiles/per-user', '/opt/homebrew/bin', '/opt/homebrew/sbin', '/opt/local/bin'],
].flat();

/** Where execvp looks when nobody tells it; an empty PATH would be the working directory. */
const USUAL = ['/usr/bin', '/bin'];

/** For every child: it finds its programs, and its own children theirs, where nobody's project puts them. */
export function programEnvironment(): { readonly PATH: string } {
  return { PATH: trustedPath(process.env.PATH ?? '', workingDirectory(), homeFolder()) };
}

/** Where a program is, for who has to say which one he runs. */
export function findProgram(name: string): string | undefined {
  const candidates = programEnvironment()
    .PATH.split(delimiter)
    .map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/**
 * The folders of a PATH that are not the working directory's: `npx` and `npm run` put `node_modules/.bin` there, of the
 * folder itself and of all above it, and people a dot or `./bin`. Who stands in his home or above it, or in a system folder,
 * stands in no project; what npm installed there is nobody's choice all the same.
 */
export function trustedPath(path: string, workingDirectory: string | undefined, home: string): string {
  const here = workingDirectory === undefined ? undefined : real(workingDirectory);
  const isProject =
    here !== undefined &&
    ![home, ...OF_SYSTEMS].some((each) => isWithin(each, here) || isWithin(real(each), here));
  const isStrange = (folder: string) => {
    if (here === undefined) return false;
    const [owner, ...modules] = folder.split(`${sep}node_modules${sep}`);
    const isInstalled =
      modules.length > 0 && owner !== undefined && (isWithin(owner, here) || isWithin(here, owner || sep));
    return isInstalled || (isProject && isWithin(folder, here));
  };
  const kept = path.split(delimiter).filter((entry) => {
    const folder = isAbsolute(entry) ? real(entry) : undefined;
    // A link of the working directory may lead anywhere.
    return folder !== undefined && !isStrange(folder) && !isStrange(entry);
  });
  return (kept.length === 0 ? USUAL : kept).join(delimiter);
}

function isWithin(path: string | undefined, folder: string): boolean {
  return path !== undefined && `${path}${sep}`.startsWith(folder === sep ? sep : `${folder}${sep}`);
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** It may have been removed. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
