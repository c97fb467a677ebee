import { ifKnown, type Known } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Data, Opaque } from '../../nix/data.ts';
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
