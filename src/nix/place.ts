/** Where something stands: the file relative to the folder that was read, line and column from 1 (in UTF-16 units). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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
    this.#starts ??= lineStarts(this.#text);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function placeOf({ file, start }: Site): Place {
  return { file: file.path, ...file.lines.of(start) };
}

/** Undefined for what stands in the library that is built in: nobody can look there, or edit it. */
export function ownSite(site: Site | undefined): Site | undefined {
  return site?.file.path.startsWith('<') ? undefined : site;
}
