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
const NEWLINE = 10;
const SPACE = 32;
const PLAIN_END = /[$"\\\r]/g;
const INDENTED_PLAIN_END = /[$']/g;

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
      const end = endOfPlain(PLAIN_END, text, at + 1);
      gathered += text.slice(at, end);
      at = end;
    }
  }
  return { parts, end: undefined };
}

export function readIndentedText(text: string, from: number, interpolation: Interpolation): Read {
  const pieces: (Piece | NodeId)[] = [];
  const first = from + countSpaces(text, from);
  for (let at = text[first] === '\n' ? first + 1 : from; at < text.length; ) {
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
      addText(pieces, pair ? `$${next}` : '$', !pair);
      at += pair ? 2 : 1;
    } else if (text[at] === "'") {
      const pair = next !== undefined && next !== '$';
      addText(pieces, pair ? `'${next}` : "'", !pair);
      at += pair ? 2 : 1;
    } else {
      const end = endOfPlain(INDENTED_PLAIN_END, text, at + 1);
      addText(pieces, text.slice(at, end), false);
      at = end;
    }
  }
  return { parts: [], end: undefined };
}

/** What nothing escapes is one piece, whatever stands in it. */
function addText(pieces: (Piece | NodeId)[], text: string, escaped: boolean): void {
  const last = pieces.at(-1);
  if (typeof last === 'object' && !last.escaped && !escaped)
    pieces[pieces.length - 1] = { text: last.text + text, escaped };
  else pieces.push({ text, escaped });
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
    const { text } = piece;
    let from = 0;
    if (atStart) {
      const spaces = countSpaces(text, 0);
      from = Math.min(spaces, Math.max(0, indentation - column));
      column += spaces;
      atStart = spaces === text.length;
    }
    for (let line = text.indexOf('\n') + 1; line > 0; line = text.indexOf('\n', line) + 1) {
      const spaces = countSpaces(text, line);
      const dropped = Math.min(spaces, indentation);
      if (dropped > 0) {
        gathered += text.slice(from, line);
        from = line + dropped;
      }
      column = spaces;
      atStart = line + spaces === text.length;
    }
    gathered += text.slice(from, index === pieces.length - 1 ? endOf(text, from) : text.length);
  }
  if (gathered !== '') parts.push(gathered);
  return parts;
}

function countSpaces(text: string, from: number): number {
  let end = from;
  while (text.charCodeAt(end) === SPACE) end++;
  return end - from;
}

/** Where a text ends of which the last line is that of the closing quotes, and nothing but spaces. */
function endOf(text: string, from: number): number {
  const line = text.lastIndexOf('\n') + 1;
  return line > 0 && line + countSpaces(text, line) === text.length ? Math.max(line, from) : text.length;
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
      if (code === NEWLINE) {
        atStart = true;
        column = 0;
      } else if (atStart) {
        if (code === SPACE) column++;
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

/** Where what nothing escapes and nothing ends goes on to. */
function endOfPlain(ends: RegExp, text: string, from: number): number {
  ends.lastIndex = from;
  return ends.exec(text)?.index ?? text.length;
}
