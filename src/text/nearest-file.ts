import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { didYouMean } from './nearest.ts';

/** `; did you mean "x"?` for a path that leads nowhere, from the names in its folder. */
export async function didYouMeanFile(path: string): Promise<string> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const name = basename(path);
  // Of short names nearly every other one is near: /home of /nope.
  const alike = names.filter((each) => each.charAt(0) === name.charAt(0));
  return didYouMean(name, alike).replace(/"(.+)"/, (_, name) => `"${join(folder, name)}"`);
}
