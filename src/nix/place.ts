import type { SourceLocation } from '../model/source-location.ts';

/** A place before anybody asks for it: most are never asked for. */
export interface Site {
  readonly file: { readonly path: string; readonly lines: LineStarts };
  readonly start: number;
}

export class LineStarts {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  of(offset: number): { readonly line: number; readonly column: number } {
    this.#starts ??= [0, ...Array.from(this.#text.matchAll(/\n/g), ({ index }) => index + 1)];
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

export function placeOf({ file, start }: Site): SourceLocation {
  return { file: file.path, ...file.lines.of(start) };
}

/** Undefined for what stands in the library that is built in: nobody can look there, or edit it. */
export function ownSite(site: Site | undefined): Site | undefined {
  return site?.file.path.startsWith('<') ? undefined : site;
}
