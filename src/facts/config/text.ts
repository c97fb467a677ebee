import { ifKnown, type Known } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type Data, isKind, type Opaque } from '../../nix/data.ts';
import type { SourceTree } from '../../nix/source-tree.ts';

/** A text as the files have it: what is not known in it is written as it stands there, `${config.age.secrets.db.path}`. */
export interface Text {
  readonly text: string;
  /** What is written out, and between it what is not known. */
  readonly parts: readonly (string | Opaque)[];
  readonly at: SourceLocation | undefined;
}

export const plainText = (text: string, at?: SourceLocation): Text => ({ text, parts: [text], at });

/** The first thing in a text that is not known, and why it is not. */
export const unknownIn = ({ parts }: Pick<Text, 'parts'>): Opaque | undefined =>
  parts.find((part): part is Opaque => typeof part !== 'string' && part.text === undefined);

/** The text, where all of it is known. */
export function wholeText(it: Known<Text> | Text | undefined): string | undefined {
  const text = it !== undefined && 'state' in it ? ifKnown(it) : it;
  return text === undefined || unknownIn(text) !== undefined ? undefined : text.text;
}

/** Undefined for what is no text, number, Boolean or path. */
export function textOf(data: Data, at: SourceLocation | undefined): Text | undefined {
  if (typeof data === 'string') return plainText(data, at);
  if (typeof data === 'number' || typeof data === 'boolean') return textOf(String(data), at);
  if (data === null || !('kind' in data)) return undefined;
  switch (data.kind) {
    case 'path':
      return textOf(data.path.startsWith('/') ? data.path : `./${data.path}`, at);
    case 'text':
      return ofParts(data.parts, at);
    case 'unknown':
      return ofParts([data], at ?? data.at);
    default:
      return undefined;
  }
}

function ofParts(parts: readonly (string | Opaque)[], at: SourceLocation | undefined): Text {
  const text = parts.map((part) => (typeof part === 'string' ? part : written(part))).join('');
  return { text, parts, at };
}

function written({ name, path, text }: Opaque): string {
  if (text !== undefined) return text;
  return `\${${name ?? (path === undefined ? '…' : `./${path}`)}}`;
}

/** A text with the scripts that it names: what a package writes, and files of this tree. */
export function contentOf({ parts }: Text, tree: SourceTree): string {
  return parts.map((part) => (typeof part === 'string' ? part : contentOfUnknown(part, tree))).join('');
}

function contentOfUnknown(part: Opaque, tree: SourceTree): string {
  const { path, arguments: given } = part;
  const file = path === undefined || path.startsWith('/') ? undefined : tree.text(path);
  return [
    written(part),
    ...(file !== undefined && 'text' in file ? [file.text] : []),
    ...given.map((argument) => contentOfData(argument, tree)),
  ].join('\n');
}

function contentOfData(data: Data, tree: SourceTree): string {
  const text = textOf(data, undefined);
  if (text !== undefined) return contentOf(text, tree);
  if (data === null || typeof data !== 'object') return '';
  if (!('kind' in data)) return data.map((item) => contentOfData(item, tree)).join('\n');
  return data.kind === 'set'
    ? [...data.attributes.values()].map((value) => contentOfData(value, tree)).join('\n')
    : '';
}

/** What writes a script, and from where it runs: the file itself, or one in its folder `bin`. */
const WRITERS = /(?:^|\.)write(?:Shell|Bash|Dash)?(?:Script|Application|TextFile|Text)?(?:Bin)?$/;

/** A script that a command runs by the name of its package, or of a file of this tree. */
export interface Script {
  readonly text: string;
  /** What stands behind its name: `bin` for `${wait}/bin/wait`; undefined for what cannot be run. */
  readonly runsAs: 'file' | 'bin' | undefined;
}

/** Stands for a program of which these files tell nothing: a package of their own, of another flake, or that is not known. */
export const UNREAD = `\${unread program}`;
const PACKAGE = /^(?:pkgs\.[\w.-]+|config\.\S+\.package)$/;
/** Packages that an overlay hardly makes something else of. */
const USUAL =
  /^pkgs\.(?:tailscale|coreutils(?:-full)?|bash|podman|docker|systemd|util-linux|gnu\w+|gawk|findutils|iproute2|iputils|curl|jq|acl|shadow|su|rsync|openssl)$/;

/** A command or a script, in which each script that it names stands as `${script 0}`, by its place in `scripts`. */
export interface Program {
  readonly text: string;
  readonly scripts: readonly Script[];
}

/**
 * @param hasOverlays then a package may be one of these files, whatever its name
 * @param before what stands in front of it where it runs
 */
export function programOf({ parts }: Text, tree: SourceTree, hasOverlays: boolean, before = ''): Program {
  const scripts: Script[] = [];
  const said = (pieces: readonly (string | Opaque)[]): string =>
    pieces.map((part) => (typeof part === 'string' ? part : named(part))).join('');
  const saidOf = (data: Data | undefined): string | undefined => {
    const text = data === undefined ? undefined : textOf(data, undefined);
    return text === undefined ? undefined : said(text.parts);
  };
  const named = (part: Opaque): string => {
    const script = scriptOf(part);
    if (script === undefined) return isUnread(part, hasOverlays) ? UNREAD : written(part);
    scripts.push(script);
    return `\${script ${scripts.length - 1}}`;
  };
  const scriptOf = ({ name = '', path, text, arguments: given }: Opaque): Script | undefined => {
    const file = path === undefined || path.startsWith('/') ? undefined : tree.text(path);
    if (file !== undefined && path !== undefined)
      return 'text' in file
        ? { text: file.text, runsAs: tree.isExecutable(path) ? 'file' : undefined }
        : undefined;
    // The real nix tells of what it has stored what is written there, as the last argument; of a file no writer.
    const isStored = text !== undefined;
    if (!WRITERS.test(isStored && name === '' ? 'writeScript' : name)) return undefined;
    const set = given.find((each) => isKind(each, 'set'))?.attributes;
    const last = isStored || set === undefined ? given.slice(isStored ? 0 : 1).at(-1) : set.get('text');
    const content = saidOf(last);
    if (content === undefined) return undefined;
    const exported = isStored ? '' : inputs(set?.get('runtimeInputs'));
    const strict = name.endsWith('writeShellApplication') ? bashOptions(set?.get('bashOptions')) : '';
    return { text: `${strict}${exported}${content}`, runsAs: runsAs(name, set) };
  };
  return { text: `${before}${said(parts)}`, scripts };
}

function isUnread({ name, path, text, arguments: given }: Opaque, hasOverlays: boolean): boolean {
  if (text !== undefined || path !== undefined) return false;
  const isPackage = given.length === 0 && PACKAGE.test(name ?? '');
  return !isPackage || (hasOverlays && !USUAL.test(name ?? ''));
}

function runsAs(writer: string, set: ReadonlyMap<string, Data> | undefined): Script['runsAs'] {
  if (/(?:Application|Bin)$/.test(writer)) return 'bin';
  if (/TextFile$/.test(writer) && set?.get('executable') === true)
    return set.has('destination') ? 'bin' : 'file';
  return /Text(?:File)?$/.test(writer) ? undefined : 'file';
}

/** As `writeShellApplication` begins a script, and NixOS one of a unit with `enableStrictShellChecks`. */
export const STRICT = 'set -o errexit\nset -o nounset\nset -o pipefail\n';

/** As `writeShellApplication` writes them into its script. */
function bashOptions(given: Data | undefined): string {
  if (!Array.isArray(given)) return STRICT;
  return given.map((option) => (typeof option === 'string' ? `set -o ${option}\n` : '')).join('');
}

/** As the package writes it into its script. */
function inputs(packages: Data | undefined): string {
  if (packages === undefined || (Array.isArray(packages) && packages.length === 0)) return '';
  return 'export PATH=/run/inputs:$PATH\n';
}
