import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { isKnown } from '../../model/known.ts';
import { imageOf } from '../shared/image.ts';

/** Images by their names, and the variables that they also read from a file, which the name with `_FILE` behind it names. */
const READ_FILES: readonly (readonly [image: RegExp, keys: RegExp])[] = [
  [/^immich-server$/, /^(?:DB_PASSWORD|DB_URL|REDIS_PASSWORD)$/],
  [/^(?:postgres|postgis|timescaledb(?:-ha)?|pgvector|pgvecto-rs)$/, /^POSTGRES_PASSWORD$/],
  [/^mysql$/, /^MYSQL_(?:ROOT_)?PASSWORD$/],
  [/^mariadb$/, /^(?:MYSQL|MARIADB)_(?:ROOT_)?PASSWORD$/],
];

/** Whether a container takes the value of a variable from a file, too: what it does not read is not to be set. */
export function readsValueFile({ image }: DeclaredContainer, key: string): boolean {
  const name = isKnown(image) ? imageOf(image.value).repository.replace(/^.*\//s, '') : '';
  return READ_FILES.some(([of, keys]) => of.test(name) && keys.test(key));
}
