import { dirname } from 'node:path';
import type { FoundFile } from './found-file.ts';
import type { MediaTypes } from './media.ts';

/**
 * Files of one folder whose names say that they may belong together: a photo, its raw form, its moving part, its sidecar.
 * None of them is begun before all have settled.
 */
export function kin(files: readonly FoundFile[], types: MediaTypes): FoundFile[][] {
  const media = new Set([...types.image, ...types.video]);
  const groups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const name = withoutExtension(file.name.normalize('NFC').toLowerCase(), media);
    const key = `${dirname(file.path)}\0${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

function withoutExtension(name: string, media: ReadonlySet<string>): string {
  const photo = name.replace(/\.xmp$/, '');
  const extension = /\.[^./]+$/.exec(photo)?.[0];
  return extension !== undefined && media.has(extension) ? photo.slice(0, -extension.length) : photo;
}
