import { PROJECT_FILE, readProjectFile, userFileName } from './file.ts';
import type { SettingsLayer } from './origins.ts';
import { parse } from './parse.ts';
import { projectSchema, settingsSchema } from './schema.ts';

/**
 * What a configuration says of how it is to be checked, in a file beside it. Undefined where there is none.
 * @throws {UsageError} for a file that cannot be read or that says anything else
 */
export async function readProject(
  folder: string,
  checkIds: readonly string[],
): Promise<SettingsLayer | undefined> {
  const file = await readProjectFile(folder);
  if (file === undefined) return undefined;
  const users = settingsSchema(checkIds).keys;
  const values = parse(projectSchema(checkIds), file.values, file.place, (key, section) =>
    users[section].includes(key)
      ? `this belongs in your own settings (${userFileName()}): the file of a configuration may only have [[waivers]], [names], and skip and fail-on under [check]`
      : undefined,
  );
  return { values, place: file.place, origin: 'file', projectFile: PROJECT_FILE };
}
