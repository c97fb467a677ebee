import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { logFolder } from '../../../agent/property-list.ts';
import { isProtected } from '../../../checks/shared/protected-folders.ts';
import { expandHome } from '../../../text/home.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { isPrintable, visible } from '../../../text/visible.ts';
import { sourceFolder } from '../../immich/upload/folders.ts';

const BETTER = 'use a folder such as ~/FolderActions/upload-immich';

/**
 * The folder that the agent watches, absolute and without links.
 * @param mayBeAbsent whether the configuration that declares the agent makes it
 * @throws {UsageError} for one that an agent cannot read, or whose changes are not about photos
 */
export async function agentFolder(
  given: string,
  home: string,
  { mayBeAbsent }: { readonly mayBeAbsent: boolean },
): Promise<string> {
  const named = resolve(expandHome(given));
  // Before it is opened: Terminal may have the permission that an agent has not.
  refuseProtected(named, 'the folder', home, BETTER);
  const isAbsent = mayBeAbsent && (await stat(named).catch(() => undefined)) === undefined;
  if (isAbsent && given !== '') return named;
  const folder = await realpath(await sourceFolder(given));
  refuseProtected(folder, 'the folder', home, BETTER);
  await refuseOtherDisk(folder, home);
  if (!isPrintable(folder))
    throw new UsageError(
      `the name of the folder ${visible(folder)} has characters that cannot be shown: rename it`,
    );
  if (`${logFolder(home)}/`.startsWith(`${folder === '/' ? '' : folder}/`))
    throw new UsageError(
      `the folder ${folder} holds more than photos, and launchd would start a run each time that something in it changes: ${BETTER}`,
    );
  return folder;
}

/** @throws {UsageError} for what macOS keeps from an agent, whatever its mode */
export function refuseProtected(path: string, what: string, home: string, better: string): void {
  if (!isProtected(path, home)) return;
  throw new UsageError(
    `${what} ${path} is in a place that macOS protects (Desktop, Documents, Downloads, cloud drives, other disks and network drives), where an agent gets "operation not permitted": ${better}`,
  );
}

async function refuseOtherDisk(folder: string, home: string): Promise<void> {
  const [place, own] = await Promise.all([stat(folder), stat(home)]);
  if (place.dev === own.dev) return;
  throw new UsageError(
    `the folder ${folder} is on another disk or a network drive, which macOS protects: an agent gets "operation not permitted" there; ${BETTER}`,
  );
}
