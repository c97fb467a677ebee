import type { NodeId, Part } from './expression.ts';

/** A piece of an indented text; what was escaped ends the indentation of its line, even where it is a space. */
interface Piece {
  readonly text: string;
  readonly escaped: boolean;
}

/**
 * Reads what stands between the quotes at `from`. `interpolation` reads the expression behind the `${` that ends at
 * its argument, and says where its `}` ends. Without an end of the text, `end` is undefined.
 */
export type Interpolation = (from: number) => { readonly expression: NodeId; readonly end: number };

interface Read {
  readonly parts: readonly Part[];
  readonly end: number | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const PLAIN = /[^$"\\\r]+/y;
const INDENTED_PLAIN = /[^$']+/y;

export function readText(text: string, from: number, interpolation: Interpolation): Read {
  const parts: Part[] = [];
  let gathered = '';
  for (let at = from; at < text.length; ) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (character === '"') {
      if (parts.length === 0) return { parts: gathered === '' ? parts : [gathered], end: at + 1 };
      if (gathered !== '') parts.push(gathered);
      return { parts, end: at + 1 };
    }
    if (character === '$' && next === '{') {
      if (gathered !== '') parts.push(gathered);
      gathered = '';
      const { expression, end } = interpolation(at + 2);
      parts.push(expression);
      at = end;
    } else if (character === '\\') {
      gathered += ESCAPES[next ?? ''] ?? next ?? '';
      at += 2;
    } else if (character === '\r') {
      gathered += '\n';
      at += next === '\n' ? 2 : 1;
    } else if (character === '$') {
      // The second of two is taken with the first: `$${x}` is no interpolation.
      gathered += next === '$' ? '$$' : '$';
      at += next === '$' ? 2 : 1;
    } else {
      const end = matchEnd(PLAIN, text, at);
      gathered += text.slice(at, end);
      at = end;
    }
  }
  return { parts, end: undefined };
}

export function readIndentedText(text: string, from: number, interpolation: Interpolation): Read {
  const pieces: (Piece | NodeId)[] = [];
  const first = /^ *\n/.exec(text.slice(from, from + 200));
  for (let at = from + (first?.[0].length ?? 0); at < text.length; ) {
    const next = text[at + 1];
    if (text.startsWith('${', at)) {
      const { expression, end } = interpolation(at + 2);
      pieces.push(expression);
      at = end;
    } else if (text.startsWith("''$", at)) {
      pieces.push({ text: '$', escaped: true });
      at += 3;
    } else if (text.startsWith("'''", at)) {
      pieces.push({ text: "''", escaped: true });
      at += 3;
    } else if (text.startsWith("''\\", at)) {
      const escaped = text[at + 3] ?? '';
      pieces.push({ text: ESCAPES[escaped] ?? escaped, escaped: true });
      at += 4;
    } else if (text.startsWith("''", at)) {
      return { parts: withoutIndentation(pieces), end: at + 2 };
    } else if (text[at] === '$') {
      const pair = next !== undefined && next !== "'";
      pieces.push({ text: pair ? `$${next}` : '$', escaped: !pair });
      at += pair ? 2 : 1;
    } else if (text[at] === "'") {
      const pair = next !== undefined && next !== '$';
      pieces.push({ text: pair ? `'${next}` : "'", escaped: !pair });
      at += pair ? 2 : 1;
    } else {
      const end = matchEnd(INDENTED_PLAIN, text, at);
      pieces.push({ text: text.slice(at, end), escaped: false });
      at = end;
    }
  }
  return { parts: [], end: undefined };
}

/** Takes the spaces away that all lines begin with; lines of nothing but spaces do not count, and tabs never do. */
function withoutIndentation(pieces: readonly (Piece | NodeId)[]): Part[] {
  const indentation = leastIndentation(pieces);
  const parts: Part[] = [];
  let gathered = '';
  let atStart = true;
  let column = 0;
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'number') {
      if (gathered !== '') parts.push(gathered);
      gathered = '';
      parts.push(piece);
      atStart = false;
      continue;
    }
    const kept = piece.text.split('\n');
    for (let line = 0; line < kept.length; line++) {
      const content = kept[line] ?? '';
      if (line > 0) {
        atStart = true;
        column = 0;
      }
      const spaces = atStart ? countSpaces(content) : 0;
      const dropped = Math.min(spaces, Math.max(0, indentation - column));
      column += spaces;
      if (spaces < content.length) atStart = false;
      if (dropped > 0) kept[line] = content.slice(dropped);
    }
    const text = kept.join('\n');
    // The line of the closing quotes.
    gathered +=
      index === pieces.length - 1
        ? text.replace(/(^|\n) *$/, (all, start) => (text.includes('\n') ? start : all))
        : text;
  }
  if (gathered !== '') parts.push(gathered);
  return parts;
}

function countSpaces(line: string): number {
  let count = 0;
  while (line[count] === ' ') count++;
  return count;
}

function leastIndentation(pieces: readonly (Piece | NodeId)[]): number {
  let least = Number.POSITIVE_INFINITY;
  let atStart = true;
  let column = 0;
  const begin = () => {
    if (atStart) least = Math.min(least, column);
    atStart = false;
  };
  for (const piece of pieces) {
    if (typeof piece === 'number' || piece.escaped) {
      begin();
      continue;
    }
    const { text } = piece;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10) {
        atStart = true;
        column = 0;
      } else if (atStart) {
        if (code === 32) column++;
        else begin();
      } else {
        // Nothing more of this line counts.
        const next = text.indexOf('\n', at);
        if (next < 0) break;
        at = next - 1;
      }
    }
  }
  return least;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
}
