import { entryOf } from '../text/entry.ts';
import type { Unknown } from './evaluation/value.ts';
import { COLLECTIONS, LIBRARIES, REGISTRY } from './knowledge/origins.ts';
import { originOfUrl } from './origin.ts';
import type { SourceTree } from './source-tree.ts';

/** An input of the flake, or one of that input: `["home-manager", "nixpkgs"]`. */
export type InputPath = readonly string[];

/** What a module that was not read may set, by where it is from. */
export type Touches = 'nothing' | 'collections' | 'everything';

/** Where the inputs of a flake are from: `nix-community/home-manager`, `codeberg.org/me/modules`. */
export class Origins {
  readonly #tree: SourceTree;
  readonly #declared: (input: InputPath) => string | undefined;
  #lock: Lock | undefined;
  #owner: { readonly name: string | undefined } | undefined;

  /** @param declared the `url` of an input in `flake.nix` */
  constructor(tree: SourceTree, declared: (input: InputPath) => string | undefined = () => undefined) {
    this.#tree = tree;
    this.#declared = declared;
  }

  /** Undefined where that is not known, or where others cannot look. */
  of(input: InputPath): string | undefined {
    this.#lock ??= lockOf(this.#tree);
    const node = nodeAt(this.#lock, input);
    if (node !== undefined) return originOfNode(node);
    const url = this.#declared(input);
    if (url !== undefined) return originOfUrl(url);
    const [name, ...below] = input;
    return name === undefined || below.length > 0 ? undefined : entryOf(REGISTRY, name);
  }

  /** What a module may set that goes by this name. */
  touchedBy(value: Unknown): Touches {
    if (value.isDerived === true) return 'everything';
    const { name = '' } = value;
    // What a package fetches is no part of nixpkgs.
    if (/^\(*(?:import )?(?:modulesPath|pkgs(?!\.fetch))\b/.test(name)) return 'nothing';
    return this.#touched(this.originOf(value));
  }

  /** Where it is from that goes by this name; undefined where that is not known. */
  originOf({ name = '', origin }: Unknown): string | undefined {
    if (origin !== undefined) return origin;
    const [, input] = /^\(*(?:import )?inputs\.([\w'-]+(?:\.inputs\.[\w'-]+)*)/.exec(name) ?? [];
    if (input !== undefined) return this.of(input.split('.inputs.'));
    const [, found] = /^\(*(?:import )?<([\w-]+)/.exec(name) ?? [];
    return found === undefined ? undefined : entryOf(REGISTRY, found);
  }

  /** Of what is a whole repository, or a folder of one: which, and the path of the folder below it. */
  sourceOf(value: Unknown): { readonly origin: string; readonly path: string } | undefined {
    const { name = '', isDerived } = value;
    if (isDerived === true) return undefined;
    if (/^pkgs\.path$/.test(name)) return { origin: REGISTRY.nixpkgs ?? '', path: '' };
    const [, path = ''] = /^<[\w-]+(\/[^>]*)?>$/.exec(name) ?? [];
    const isWhole =
      /^(?:<[^>]*>|inputs\.[\w'-]+(?:\.inputs\.[\w'-]+)*(?:\.outPath)?|builtins\.fetch\w+)$/.test(name);
    const origin = isWhole ? this.originOf(value) : undefined;
    return origin === undefined ? undefined : { origin, path };
  }

  #touched(origin: string | undefined): Touches {
    if (origin === undefined) return 'everything';
    if (LIBRARIES.has(origin)) return 'nothing';
    this.#owner ??= { name: ownerOf(this.#tree) };
    const { name } = this.#owner;
    return name === undefined || origin.split('/').at(-2) === name ? 'everything' : 'collections';
  }
}

/** Whether a module that touches so much may set one more below a path, or something at the path itself. */
export function touches(much: Touches, path: readonly string[]): boolean {
  if (much !== 'collections') return much === 'everything';
  return COLLECTIONS.some(
    (each) => each.length === path.length && each.every((name, index) => name === path[index]),
  );
}

interface Lock {
  readonly root?: unknown;
  readonly nodes?: Readonly<Record<string, LockNode>>;
}

interface Reference {
  readonly type?: unknown;
  readonly owner?: unknown;
  readonly repo?: unknown;
  readonly host?: unknown;
  readonly url?: unknown;
}

interface LockNode {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly original?: Reference;
  readonly locked?: Reference;
}

function lockOf(tree: SourceTree): Lock {
  const read = tree.kind('flake.lock') === 'file' ? tree.text('flake.lock') : undefined;
  if (read === undefined || 'reason' in read) return {};
  try {
    const lock: unknown = JSON.parse(read.text);
    return typeof lock === 'object' && lock !== null ? lock : {};
  } catch {
    return {};
  }
}

/** The node that a path of inputs leads to, through those that follow others. */
function nodeAt(lock: Lock, path: InputPath, depth = 0): LockNode | undefined {
  let at = typeof lock.root === 'string' ? lock.root : undefined;
  for (const name of path) {
    const next = at === undefined ? undefined : lock.nodes?.[at]?.inputs?.[name];
    if (typeof next === 'string') at = next;
    else if (!Array.isArray(next) || depth > 10) return undefined;
    else {
      const followed = nodeAt(lock, next.map(String), depth + 1);
      const found = Object.entries(lock.nodes ?? {}).find(([, node]) => node === followed);
      at = found?.[0];
    }
  }
  return at === undefined ? undefined : lock.nodes?.[at];
}

function originOfNode(node: LockNode | undefined): string | undefined {
  const { type, owner, repo, url, host } = node?.locked ?? node?.original ?? {};
  if (typeof owner === 'string' && typeof repo === 'string') {
    if (typeof host === 'string') return undefined;
    return originOfUrl(`${String(type)}:${owner}/${repo}`);
  }
  // A link that leads elsewhere is known by what was asked for.
  const asked = node?.original?.url ?? url;
  return typeof asked === 'string' ? originOfUrl(asked) : undefined;
}

/** Whose repository this tree is a checkout of. */
function ownerOf(tree: SourceTree): string | undefined {
  const read = tree.kind('.git/config') === 'file' ? tree.text('.git/config') : undefined;
  if (read === undefined || 'reason' in read) return undefined;
  const [, owner] = /^\s*url\s*=\s*\S+?[:/]~?([^/:\s]+)\/[^/\s]+$/m.exec(read.text) ?? [];
  return owner?.toLowerCase();
}
