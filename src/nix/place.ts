import type { SourceLocation } from '../model/source-location.ts';

/** A place before anybody asks for it: most are never asked for. */
export interface Site {
  readonly file: { readonly path: string; readonly lines: LineStarts };
  readonly start: number;
}

export class LineStarts {
  readonly #text: string;
  /** Of the lines up to the last offset that was asked for: most files are asked for a place near their beginning. */
  readonly #starts = [0];
  #isWhole = false;

  constructor(text: string) {
    this.#text = text;
  }

  of(offset: number): { readonly line: number; readonly column: number } {
    this.#findUpTo(offset);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  #findUpTo(offset: number): void {
    while (!this.#isWhole && (this.#starts.at(-1) ?? 0) <= offset) {
      const start = this.#text.indexOf('\n', this.#starts.at(-1)) + 1;
      if (start === 0) this.#isWhole = true;
      else this.#starts.push(start);
    }
  }
}

export function placeOf({ file, start }: Site): SourceLocation {
  return { file: file.path, ...file.lines.of(start) };
}

/** Undefined for what stands in the library that is built in: nobody can look there, or edit it. */
export function ownSite(site: Site | undefined): Site | undefined {
  return site?.file.path.startsWith('<') ? undefined : site;
}
