import { posix } from 'node:path';
import type { SourceLocation } from '../../model/source-location.ts';
import { isKind } from '../../nix/data.ts';
import { UNREAD_PART } from '../../nix/modules/configuration.ts';
import type { SyntaxProblem } from '../../nix/source.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import { defineSourceFact, type SourceConfiguration } from './define.ts';
import { trackedFiles } from './git-index.ts';

/** A file that nix needs and does not get. */
export interface LackingFile {
  readonly path: string;
  readonly at: SourceLocation | undefined;
}

export interface DeclaredSyntax {
  readonly files: number;
  readonly problems: readonly SyntaxProblem[];
  /** Why a file of the machine was not parsed, or which files it has is not known. */
  readonly notParsed: readonly string[];
  /** Imported, and not there. */
  readonly missing: readonly LackingFile[];
  /** There, and not known to git: nix copies of a flake what git knows. */
  readonly untracked: readonly LackingFile[];
  /** Why that is not known. */
  readonly notKnown: string | undefined;
  /** Some of its files ask whether files are there. */
  readonly asksForFiles: boolean;
}

/** What nix cannot read, in the files that the machine is made of. */
export const syntax = defineSourceFact<DeclaredSyntax>({
  id: 'syntax',
  reads: 'the text of the files',
  options: [],
  read(configuration) {
    const { host, source } = configuration;
    const own = new Set(['flake.nix', ...host.files]);
    const files = source.tree.filesRead.filter(({ path }) => own.has(path));
    const problems = source.problems().filter(({ at }) => own.has(at.file));
    const missing = missingImports(configuration);
    return {
      files: files.length,
      problems,
      notParsed: [
        ...unparsedFiles(configuration, own),
        ...unknownFiles(configuration, [
          ...problems.map(({ at }) => at.file),
          ...missing.map(({ path }) => path),
        ]),
      ],
      missing,
      asksForFiles: files.some(({ text }) => text.includes('pathExists')),
      ...untrackedFiles(configuration, own),
    };
  },
});

function unparsedFiles(
  { host, source: { tree } }: SourceConfiguration,
  own: ReadonlySet<string>,
): readonly string[] {
  const imported = host.gaps.flatMap(({ kind, file }) => (kind === 'outside' ? [] : (file ?? [])));
  return [...new Set([...own, ...imported])].flatMap((path) => {
    const file = tree.kind(path) === 'file' ? tree.file(path) : undefined;
    return typeof file === 'string' ? [`${path} ${file}`] : [];
  });
}

/** Files that may be elsewhere, and what is not known of a list of modules, unless it is only that a file is wrong. */
function unknownFiles({ host }: SourceConfiguration, wrong: readonly string[]): readonly string[] {
  return host.gaps.flatMap(({ kind, reason, file, at }) =>
    (kind === 'unread' || kind === 'missing') && !wrong.includes(file ?? at?.file ?? 'flake.nix')
      ? [`${UNREAD_PART} (${reason})`]
      : [],
  );
}

function missingImports({ host, source }: SourceConfiguration): readonly LackingFile[] {
  const { tree } = source;
  const isFlake = source.layout === 'flake';
  // A file that nobody imports may be left over, unless it is called what a machine is called.
  const isMachine = isFlake || (tree.kind('flake.nix') === 'absent' && host.files.some(isConfiguration));
  if (!isMachine) return [];
  const found = host.gaps.flatMap(({ kind, file = '', at }): LackingFile[] =>
    kind === 'missing' && !mayBeElsewhere(file, tree, isFlake) ? [{ path: file, at }] : [],
  );
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

const isConfiguration = (path: string) => posix.basename(path) === 'configuration.nix';

/** Outside of the folder, behind a link or in a submodule of git; without a flake, also what only the machine itself has. */
function mayBeElsewhere(path: string, tree: SourceTree, isFlake: boolean): boolean {
  if (path.startsWith('/') || path.startsWith('..')) return true;
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  if (above.some((each) => tree.link(each) !== undefined)) return true;
  if (linesOf(tree, '.gitmodules').some((line) => above.includes(/^path\s*=\s*(.+)$/.exec(line)?.[1] ?? '')))
    return true;
  if (isFlake) return false;
  const name = posix.basename(path);
  const ignored = linesOf(tree, '.gitignore').map((line) => line.replace(/^\/|\/$/g, ''));
  return name === 'hardware-configuration.nix' || [...above, name].some((each) => ignored.includes(each));
}

function linesOf(tree: SourceTree, path: string): readonly string[] {
  const read = tree.kind(path) === 'file' ? tree.text(path) : undefined;
  return read !== undefined && 'text' in read ? read.text.split('\n').map((line) => line.trim()) : [];
}

function untrackedFiles(
  { host, source }: SourceConfiguration,
  own: ReadonlySet<string>,
): Pick<DeclaredSyntax, 'untracked' | 'notKnown'> {
  const tracked = source.layout === 'flake' ? trackedFiles(source.tree) : undefined;
  if (tracked === undefined || 'reason' in tracked) return { untracked: [], notKnown: tracked?.reason };
  // Of another folder's git, which this one is a part of.
  if (!tracked.has('flake.nix'))
    return { untracked: [{ path: 'flake.nix', at: undefined }], notKnown: undefined };
  const encrypted = host.attributes(['age', 'secrets']).items.flatMap((name): LackingFile[] => {
    const option = host.option(['age', 'secrets', name, 'file']);
    const isInTree =
      option.state === 'known' &&
      isKind(option.value, 'path') &&
      source.tree.kind(option.value.path) === 'file';
    return isInTree && isKind(option.value, 'path') ? [{ path: option.value.path, at: option.at }] : [];
  });
  const all = [...[...own].map((path) => ({ path, at: undefined })), ...encrypted];
  const untracked = all.filter(({ path }) => !tracked.has(path) && source.tree.link(path) === undefined);
  return {
    untracked: [...new Map(untracked.map((each) => [each.path, each])).values()],
    notKnown: undefined,
  };
}
