import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Text } from '../../facts/config/text.ts';
import { HOLE, withHoles } from './holes.ts';

/** A reference to an image, taken apart; in it a hole is what is not known. */
interface Image {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export function imageOf(text: Text): Image {
  const [reference = '', digest] = withHoles(text).split('@');
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0
    ? { repository: reference, tag: undefined, digest }
    : { repository: reference.slice(0, colon), tag: reference.slice(colon + 1), digest };
}

/** The containers whose image has such a name, and in sentences those that may have. */
export function withImage(
  containers: readonly DeclaredContainer[],
  isNamed: (name: string) => boolean,
): { readonly found: readonly DeclaredContainer[]; readonly open: readonly string[] } {
  const found: DeclaredContainer[] = [];
  const open: string[] = [];
  for (const container of containers) {
    const { image, name } = container;
    if (image.state === 'unset') continue;
    if (image.state === 'unknown') {
      open.push(`which image ${name} runs is not known: ${image.reason}`);
      continue;
    }
    const { repository } = imageOf(image.value);
    const last = repository.slice(Math.max(repository.lastIndexOf('/'), repository.indexOf(HOLE)) + 1);
    const known = repository.slice(repository.lastIndexOf('/') + 1).split(HOLE);
    if (isNamed(last) || known.some((part) => part !== '' && isNamed(part))) found.push(container);
    else if (known.length > 1) open.push(`which image ${name} runs is not known: it is ${image.value.text}`);
  }
  return { found, open };
}
