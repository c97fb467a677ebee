import type { Evidence } from '../../model/report.ts';
import type { SourceLocation } from '../../model/source-location.ts';

/** Evidence that stands in a file of the configuration. */
export function evidenceAt(
  at: SourceLocation | undefined,
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

/** A file of the configuration, from the working directory. */
export function within(folder: string, file: string): string {
  const prefix = folder.replace(/^(?:\.\/)*\.?$/, '').replace(/\/+$/, '');
  return prefix === '' && !folder.startsWith('/') ? file : `${prefix}/${file}`;
}
