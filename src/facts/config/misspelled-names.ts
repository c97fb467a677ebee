import type { SourceLocation } from '../../model/source-location.ts';
import { namedValues } from '../../nix/bindings.ts';
import type { Data } from '../../nix/data.ts';
import type { SourceFile } from '../../nix/source-tree.ts';
import { slipOf } from '../../text/nearest.ts';
import type { SourceConfiguration } from './define.ts';

/** A name that is looked up where there is none like it but one that is nearly the same. */
export interface MisspelledName {
  /** With those in front of it: `constants.network.minipcTailscaleIp`. */
  readonly written: string;
  readonly meant: string;
  readonly at: SourceLocation;
}

/** What nix makes of each machine, whatever else it asks for. */
const ROOTS = [
  ['virtualisation', 'oci-containers', 'containers'],
  ['systemd', 'services'],
];
const MISSING = /^attribute "(.+)" is missing$/;
/** What has attributes that are not in these files. */
const NOT_OWN = /^(?:config|osConfig|options|lib|pkgs|inputs|self|builtins|super|prev|final)$/;
const LOOKED_UP = /([A-Za-z_][\w'-]*)(?:\.[\w'-]+)*\.$/;

export function misspelledNames(
  { host, source }: SourceConfiguration,
  files: readonly string[],
): readonly MisspelledName[] {
  const lookups = ROOTS.flatMap((root) =>
    host.attributes(root).items.flatMap((name) => missingIn(host.reading([...root, name]).value())),
  );
  if (lookups.length === 0) return [];
  const read = files.map((path) => source.tree.file(path)).filter((file) => typeof file !== 'string');
  const known = [...new Set(read.flatMap(namesIn))];
  const found = lookups.flatMap(({ name, at }): MisspelledName[] => {
    const [before = '', root = ''] = LOOKED_UP.exec(textBefore(source.tree.file(at.file), at)) ?? [];
    const meant = NOT_OWN.test(root) ? undefined : slipOf(name, known);
    return before === '' || meant === undefined ? [] : [{ written: `${before}${name}`, meant, at }];
  });
  return [...new Map(found.map((each) => [JSON.stringify(each.at), each])).values()];
}

interface Lookup {
  readonly name: string;
  readonly at: SourceLocation;
}

function missingIn(data: Data): readonly Lookup[] {
  if (data === null || typeof data !== 'object') return [];
  if (!('kind' in data)) return data.flatMap(missingIn);
  switch (data.kind) {
    case 'set':
      return [...data.attributes.values()].flatMap(missingIn);
    case 'text':
      return data.parts.flatMap((part) => (typeof part === 'string' ? [] : missingIn(part)));
    case 'unknown': {
      const [, name] = MISSING.exec(data.reason) ?? [];
      return name === undefined || data.at === undefined
        ? data.arguments.flatMap(missingIn)
        : [{ name, at: data.at }];
    }
    default:
      return [];
  }
}

const namesIn = (file: SourceFile): readonly string[] => namedValues(file).flatMap(({ path }) => path);

const textBefore = (file: SourceFile | string, { line, column }: SourceLocation): string =>
  typeof file === 'string' ? '' : (file.text.split('\n')[line - 1] ?? '').slice(0, column - 1);
