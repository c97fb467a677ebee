import { posix } from 'node:path';
import type { SourceFile, SourceTree } from './source-tree.ts';

/** The files of Nix that a file names by a path that is written out, existing ones only: what it may import. */
export function namedFiles(file: SourceFile, tree: SourceTree): readonly string[] {
  const found = new Set<string>();
  for (const written of file.syntax.paths) {
    if (!/^\.{0,2}[^/~]*\//.test(written) || written.startsWith('/')) continue;
    const path = posix.normalize(`${posix.dirname(file.path)}/${written}`).replace(/(?<=.)\/$/, '');
    if (path.startsWith('..')) continue;
    const target = tree.kind(path) === 'folder' ? posix.join(path, 'default.nix') : path;
    if (target.endsWith('.nix') && tree.kind(target) === 'file') found.add(target);
  }
  return [...found];
}

/** These files and all that they name, and so on, sorted. */
export function reachable(from: Iterable<string>, tree: SourceTree): readonly string[] {
  const found = new Set<string>();
  const queue = [...from];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const file = tree.file(path);
    if (typeof file !== 'string') queue.push(...namedFiles(file, tree));
  }
  return [...found].sort();
}
