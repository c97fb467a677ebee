import type { Evidence } from '../../model/report.ts';
import type { Place } from '../../nix/place.ts';
import { quote } from '../../text/shell.ts';

/** Evidence that stands in a file of the configuration. */
export function stands(
  at: Place | undefined,
  observed: string,
  expected?: string,
): Omit<Evidence, 'at' | 'history'> {
  return {
    source: at === undefined ? 'the configuration' : `${at.file}:${at.line}:${at.column}`,
    observed,
    ...(expected === undefined ? {} : { expected }),
    ...(at === undefined ? {} : { location: { ...at } }),
  };
}

/** The command that opens a place in the editor; none where it is not known. */
export function edit(folder: string, at: Place | undefined): string[] {
  return at === undefined ? [] : [`\${EDITOR:-vi} +${at.line} ${quote(within(folder, at.file))}`];
}

/** A file of the configuration, from the working directory. */
export function within(folder: string, file: string): string {
  const prefix = folder.replace(/^(?:\.\/)*\.?$/, '').replace(/\/+$/, '');
  return prefix === '' && !folder.startsWith('/') ? file : `${prefix}/${file}`;
}
