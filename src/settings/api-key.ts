import { join } from 'node:path';
import { assignments, unquoted } from '../text/assignments.ts';
import { homeFolder } from '../text/home.ts';
import { readSecretFile } from '../text/secret-file.ts';
import { UsageError } from '../text/usage-error.ts';

const NAME = 'IMMICH_API_KEY';
export const USUAL_KEY_FILE = '.config/immich/api-key';

export interface ApiKey {
  readonly key: string;
  readonly notes: readonly string[];
}

/** Nobody has put one anywhere: all else may be right. */
export class MissingKey extends UsageError {
  /** Of the server that it would be for. */
  url = '';
}

interface Given {
  /** The file was named by a flag. */
  readonly asked: boolean;
  readonly variable: string | undefined;
  readonly file: string | undefined;
}

/**
 * The key: of the file that a flag names, else of IMMICH_API_KEY, which somebody sets for one run over the file that
 * his profile names, else of the file that is named elsewhere, else of the usual one.
 * @throws {UsageError} that never shows it
 */
export async function keyFrom({ asked, variable, file }: Given): Promise<ApiKey> {
  if (!asked && variable !== undefined && variable.trim() !== '')
    return { key: sound(variable.trim(), NAME), notes: [] };
  const path = file ?? join(homeFolder(), USUAL_KEY_FILE);
  const read = await readSecretFile(path, 'the key file', {
    content: 'the API key',
    mayBeAbsent: file === undefined,
  });
  if (read === undefined)
    throw new MissingKey(
      `there is no API key: create one in Immich (Account Settings > API Keys), and put it in ~/${USUAL_KEY_FILE} (mode 600), or name another file with IMMICH_API_KEY_FILE or --key-file`,
    );
  return { key: sound(keyIn(read.text, path), path), notes: read.notes };
}

function keyIn(text: string, path: string): string {
  const { values, rest } = assignments(text);
  const assigned = values.get(NAME);
  if (assigned !== undefined) return assigned;
  // What is assigned is not named: a key that ends in an equals sign looks like an assignment.
  if (values.size > 0) throw new UsageError(`the key file ${path} has assignments, but not ${NAME}=...`);
  const [line = '', ...others] = rest;
  if (others.length > 0)
    throw new UsageError(`the key file ${path} has several lines: it must hold only the key, or ${NAME}=...`);
  return unquoted(line) ?? line;
}

function sound(key: string, where: string): string {
  if (key === '')
    throw new UsageError(
      `the key file ${where} is empty: put the API key into it (Immich, Account Settings > API Keys)`,
    );
  if (!/^[^\P{ASCII}\p{Cc}\s"'`]+$/u.test(key))
    throw new UsageError(
      `${where}: this is not an API key: it has spaces, quotes or other characters that no key has (it is not shown here): copy it again, or create a new one (Immich, Account Settings > API Keys)`,
    );
  return key;
}
