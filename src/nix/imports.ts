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

/** The files that are wanted, and all that name one of them, and so on: who reaches one. */
export function reaching(isWanted: (file: SourceFile) => boolean, tree: SourceTree): ReadonlySet<string> {
  const namedBy = new Map<string, string[]>();
  const queue: string[] = [];
  for (const path of reachable(tree.nixFiles(), tree)) {
    const file = tree.file(path);
    if (typeof file === 'string') continue;
    if (isWanted(file)) queue.push(path);
    for (const named of namedFiles(file, tree)) {
      const others = namedBy.get(named);
      if (others === undefined) namedBy.set(named, [path]);
      else others.push(path);
    }
  }
  const found = new Set<string>();
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const file of namedBy.get(path) ?? []) queue.push(file);
  }
  return found;
}

/** These files and all that they name, and so on, sorted. */
export function reachable(from: Iterable<string>, tree: SourceTree): readonly string[] {
  const found = new Set<string>();
  const queue = [...from];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const file = tree.file(path);
    if (typeof file !== 'string') for (const named of namedFiles(file, tree)) queue.push(named);
  }
  return [...found].sort();
}
