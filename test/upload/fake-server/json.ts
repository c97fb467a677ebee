import { HttpError, invalid } from './errors.ts';

/** @throws HttpError 400 */
export async function readJson(body: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  if (chunks.length === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new HttpError(400, error instanceof Error ? error.message : 'Malformed JSON');
  }
}

/** This property, a text of at least one character. @throws HttpError 400 */
export function stringOf(value: unknown, name: string): string {
  const given: unknown = new Map(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  ).get(name);
  if (typeof given !== 'string' || given === '')
    throw invalid({
      field: name,
      sentence: `${name} must be a string`,
      problem: 'Invalid input: expected string, received undefined',
    });
  return given;
}

/** This property, where it is there. @throws HttpError 400 */
export const textOf = (value: unknown, name: string): string | undefined =>
  typeof value === 'object' && value !== null && name in value ? stringOf(value, name) : undefined;

/** The property `ids`. @throws HttpError 400 */
export function idsOf(value: unknown): string[] {
  const ids = typeof value === 'object' && value !== null && 'ids' in value ? value.ids : undefined;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
    throw invalid({
      field: 'ids',
      sentence: 'each value in ids must be a UUID',
      problem: 'Invalid input: expected array, received undefined',
    });
  return ids;
}
