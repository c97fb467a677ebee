import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { UsageError } from '../text/usage-error.ts';

/** What runs now, and where its user's programs are. */
interface Running {
  /** Of node, without links. */
  readonly execPath: string;
  /** Of hsdoctor: what node was started with. */
  readonly script: string;
  readonly path: string;
  readonly temporaryFolder: string;
}

const INSTALL = 'install it as step 1 of docs/mac.md of the project shows, and run this again';

/**
 * The words that start hsdoctor, by paths that an agent can rely on for years: those that the next version has, too.
 * @throws {UsageError} where hsdoctor or node is in a place that goes away
 */
export function lastingCommand(running: Running): readonly string[] {
  const script = real(running.script) ?? running.script;
  const root = dirname(dirname(script));
  const passing = passingPlace(root, running.temporaryFolder);
  if (passing !== undefined)
    throw new UsageError(
      `hsdoctor runs from ${passing} (${root}), which an agent cannot rely on: ${INSTALL}`,
    );
  const [own] = linksTo(script, 'hsdoctor', running);
  if (own !== undefined) return [lastingNode(running), own];
  const object = storeObject(script);
  if (object === undefined)
    throw new UsageError(
      `hsdoctor runs from ${root}, and no folder of the PATH has a link to it that an upgrade leaves in place: ${INSTALL}`,
    );
  const wrapper = lastingLinks('hsdoctor', running).find((link) => storeObject(real(link)) === object);
  if (wrapper !== undefined) return [wrapper];
  throw new UsageError(
    `hsdoctor runs from ${object}, which the garbage collector of Nix may remove: add hsdoctor to your packages in Nix, and run this again`,
  );
}

/** A folder that somebody empties, or works in. */
function passingPlace(root: string, temporaryFolder: string): string | undefined {
  const parts = root.split(sep);
  if (parts.includes('_npx')) return 'the cache of npx';
  if (parts.some((part) => /^(?:bunx-|dlx(?:-|$))/.test(part))) return 'the cache of a package manager';
  if (existsSync(join(root, '.git')) || existsSync(join(root, 'src', 'cli.ts')))
    return 'a clone of its repository';
  if (isWithin(root, [temporaryFolder, '/private/tmp', '/private/var/folders'])) return 'a temporary folder';
  // The packages of a project go with its next installation; those for all projects are in lib/node_modules.
  const isOfProject = parts.includes('node_modules') && !/\/lib\/node_modules\/|\/global\//.test(root);
  return isOfProject ? 'the packages of a project' : undefined;
}

/** Each version of Homebrew's and Nix's programs has a folder of its own, which goes with it. */
const OF_ONE_VERSION = /^\/nix\/store\/|\/Cellar\//;

function lastingNode(running: Running): string {
  const { execPath, temporaryFolder } = running;
  const isPassing = [OF_ONE_VERSION, IN_PACKAGES].some((place) => place.test(execPath));
  if (!isPassing && !isWithin(execPath, [temporaryFolder])) return execPath;
  const [link] = linksTo(execPath, 'node', running);
  if (link !== undefined) return link;
  throw new UsageError(
    `node runs from ${dirname(execPath)}, which goes away with its next version, and no folder of the PATH has a lasting link to it: put the folder that has one on the PATH (of Homebrew /opt/homebrew/bin, of Nix /etc/profiles/per-user/NAME/bin)`,
  );
}

const linksTo = (target: string, name: string, running: Running): readonly string[] =>
  lastingLinks(name, running).filter((link) => real(link) === target);

const IN_PACKAGES = /\/node_modules\//;
/** fnm makes a folder for each shell. */
const OF_ONE_SHELL = /\/fnm_multishells\//;

/** Programs of that name below the folders of the PATH, and where npm puts its links, that outlast a version. */
function lastingLinks(name: string, { script, path, temporaryFolder }: Running): readonly string[] {
  const [, prefix] = /^(.*)\/lib\/node_modules\//.exec(real(script) ?? '') ?? [];
  return [...path.split(delimiter), ...(prefix === undefined ? [] : [join(prefix, 'bin')])]
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .filter((link) => ![OF_ONE_VERSION, IN_PACKAGES, OF_ONE_SHELL].some((place) => place.test(link)))
    .filter((link) => isExecutable(link) && !isWithin(dirname(link), [temporaryFolder]));
}

const storeObject = (path: string | undefined) => /^\/nix\/store\/[^/]+/.exec(path ?? '')?.[0];

function isWithin(path: string, folders: readonly string[]): boolean {
  const place = `${real(path) ?? path}${sep}`;
  return folders.some((folder) => place.startsWith(`${real(folder) ?? folder}${sep}`));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
