import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { hasProjectFile, PROJECT_FILE, userFileName } from '../settings/file.ts';
import { visible } from '../text/visible.ts';

interface Asked {
  readonly config?: string | undefined;
  readonly source?: string | undefined;
}

/**
 * Says that hsdoctor.toml of the working directory was not read, where one lies there and nobody asked for it: somebody
 * may have written it for that, and whoever wrote it must not be believed for where it lies.
 */
export async function tellUnreadFile({ config, source }: Asked): Promise<void> {
  if (!(await hasProjectFile('.'))) return;
  if (config !== undefined && resolve(config) === resolve(PROJECT_FILE)) return;
  const real = (folder: string) => realpath(folder).catch(() => undefined);
  if (source !== undefined && (await real(source)) === (await real('.'))) return;
  process.stderr.write(
    visible(
      `hsdoctor: ${PROJECT_FILE} in this folder was not read: put your own settings in ${userFileName()}; the waivers, names, skip and fail-on of a configuration are read by \`hsdoctor check --source .\``,
    ).concat('\n'),
  );
}
