/** `# ...` or a block comment, with its marks. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

/**
 * `name`, `integer`, `float`, `path`, `search path`, `uri`, `end`, `unknown`, or the characters of a keyword, an
 * operator or a bracket itself: `let`, `++`, `${`. Of a text only its opening quotes are a token: what stands in it is
 * read by `TextReader`, as an interpolation in it may be any expression.
 */
type TokenType = string;

const KEYWORDS = ['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or'];
const OPERATORS = ['...', '${', "''", '==', '!=', '<=', '>=', '&&', '||', '->', '++', '//', '|>', '<|'];
const SINGLE = '{}[]();:,.=?@!+-*/<>"';

const INTEGER = /\d+/y;
const FLOAT = /(?:[1-9]\d*\.\d*|0?\.\d+)(?:[eE][+-]?\d+)?/y;
/** A slash at the end is told as a mistake, as nix does, unless an interpolation stands behind it. */
const PATH = /(?:[\w.+-]*|~)(?:\/[\w.+-]+)+\/?/y;
/** The beginning of a path that goes on with an interpolation: `./${x}`. */
const PATH_BEFORE_INTERPOLATION = /(?:[\w.+-]*\/|~\/)(?=\$\{)/y;
const SEARCH_PATH = /<[\w.+-]+(?:\/[\w.+-]+)*>/y;
const LINE_END = /[\r\n]/g;
const URI = /[a-zA-Z][\w+.-]*:[\w%/?:@&=+$,.!~*'-]+/y;

/** What a character may be, by its code: this is asked for every character of every file. */
const SPACE = 1;
const BEGINS_NAME = 2;
const IN_NAME = 4;
const BEGINS_LITERAL = 8;
const GOES_ON = 16;
const IN_PATH = 32;
const DIGIT = 64;
const IN_URI = 128;
const SLASH = 47;
const COLON = 58;
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/[ \t\r\n]/.test(character) ? SPACE : 0) |
    (/[a-zA-Z_]/.test(character) ? BEGINS_NAME : 0) |
    (/[\w'-]/.test(character) ? IN_NAME : 0) |
    (/[\d./~+<-]/.test(character) ? BEGINS_LITERAL : 0) |
    (/[./+:-]/.test(character) ? GOES_ON : 0) |
    (/[\w.+-]/.test(character) ? IN_PATH : 0) |
    (/\d/.test(character) ? DIGIT : 0) |
    (/[\w%/?:@&=+$,.!~*'-]/.test(character) ? IN_URI : 0)
  );
});
const NONE: readonly string[] = [];
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
/** Those that begin with a character, by its code. */
const beginning = (words: readonly string[]) =>
  ASCII.map((character) => words.filter((word) => word.startsWith(character)));
const KEYWORDS_BY = beginning(KEYWORDS);
const OPERATORS_BY = beginning(OPERATORS);
const ALONE = ASCII.map((character) => (SINGLE.includes(character) ? character : 'unknown'));

/** A look behind the end of a table is slow, and a text ends with no code at all. */
const classOf = (code: number) => CLASSES[code < 128 ? code : 0] ?? 0;

/** The token under the cursor is in `type`, `start` and `end`. */
export class Lexer {
  readonly text: string;
  readonly #hasReturns: boolean;
  readonly comments: Comment[] = [];
  type: TokenType = 'end';
  start = 0;
  end = 0;
  /** Behind the last comment that was kept: looking ahead reads some twice. */
  #commented = 0;
  /** From here on no block comment ends. */
  #unclosed = Number.POSITIVE_INFINITY;
  /** What stands without a gap, with what makes it longer. */
  #run = { start: 0, end: 0, by: 0 };

  constructor(text: string) {
    this.text = text;
    this.#hasReturns = text.includes('\r');
    this.#read(0);
  }

  get content(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Goes to the next token, and says where the one before began. */
  advance(): number {
    const { start } = this;
    this.#read(this.end);
    return start;
  }

  /** Goes on behind something that was read without tokens. */
  continueAt(offset: number): void {
    this.#read(offset);
  }

  /** The character that the next token begins with: enough for most decisions, and cheap. */
  nextCharacter(): string {
    return this.text[this.#skip(this.end)] ?? '';
  }

  /** Whether the `{` under the cursor begins the pattern of a function, without going there. */
  get isPattern(): boolean {
    let at = this.#skip(this.end);
    if (this.text.startsWith('...', at)) return true;
    if (classOf(this.text.charCodeAt(at)) & BEGINS_NAME) {
      at = this.#skip(this.#nameEnd(at));
      if (this.text[at] === ',' || this.text[at] === '?') return true;
    }
    if (this.text[at] !== '}') return false;
    const behind = this.text[this.#skip(at + 1)];
    return behind === ':' || behind === '@';
  }

  #nameEnd(start: number): number {
    let end = start + 1;
    while (classOf(this.text.charCodeAt(end)) & IN_NAME) end++;
    return end;
  }

  #set(type: TokenType, start: number, end: number): void {
    this.type = type;
    this.start = start;
    this.end = end;
  }

  #read(from: number): void {
    const start = this.#skip(from);
    if (start >= this.text.length) {
      this.#set('end', start, start);
      return;
    }
    const code = this.text.charCodeAt(start);
    const classes = classOf(code);
    if (classes & BEGINS_NAME) {
      this.#word(code, start);
      return;
    }
    if (classes & BEGINS_LITERAL && this.#literal(code, start)) return;
    for (const operator of OPERATORS_BY[code] ?? NONE)
      if (this.text.startsWith(operator, start)) {
        this.#set(operator, start, start + operator.length);
        return;
      }
    this.#set(ALONE[code] ?? 'unknown', start, start + 1);
  }

  #word(code: number, start: number): void {
    const end = this.#nameEnd(start);
    if (classOf(this.text.charCodeAt(end)) & GOES_ON && this.#longerBy(start) !== 0) {
      const uri = this.#match(URI, start);
      const path = this.#path(start);
      if (uri !== undefined && uri > (path ?? 0)) {
        this.#set('uri', start, uri);
        return;
      }
      if (path !== undefined) {
        this.#set('path', start, path);
        return;
      }
    }
    for (const keyword of KEYWORDS_BY[code] ?? NONE)
      if (keyword.length === end - start && this.text.startsWith(keyword, start)) {
        this.#set(keyword, start, end);
        return;
      }
    this.#set('name', start, end);
  }

  /**
   * What may make a path or a URI of what begins here, `/` or `:` by its code: `a.b.c` is most often neither. All that stands
   * before one is before the same one, and it is looked for once.
   */
  #longerBy(start: number): number {
    if (start < this.#run.start || start >= this.#run.end) {
      let end = start;
      while (classOf(this.text.charCodeAt(end)) & IN_PATH) end++;
      this.#run = { start, end, by: this.#goesOnAt(end) };
    }
    return this.#run.by;
  }

  #goesOnAt(at: number): number {
    const code = this.text.charCodeAt(at);
    const next = this.text.charCodeAt(at + 1);
    if (code === SLASH) return classOf(next) & IN_PATH || this.text.startsWith('${', at + 1) ? code : 0;
    return code === COLON && classOf(next) & IN_URI ? code : 0;
  }

  #literal(code: number, start: number): boolean {
    if (code === 60) return this.#taken('search path', start, this.#match(SEARCH_PATH, start));
    if (code === 126 || this.#longerBy(start) === SLASH)
      if (this.#taken('path', start, this.#path(start))) return true;
    const isDigit = classOf(code) & DIGIT;
    // What a name is selected with is a dot as well, and is the most common of all.
    if (!isDigit && (code !== 46 || !(classOf(this.text.charCodeAt(start + 1)) & DIGIT))) return false;
    return (
      this.#taken('float', start, this.#match(FLOAT, start)) ||
      this.#taken('integer', start, this.#match(INTEGER, start))
    );
  }

  #taken(type: TokenType, start: number, end: number | undefined): boolean {
    if (end !== undefined) this.#set(type, start, end);
    return end !== undefined;
  }

  #path(start: number): number | undefined {
    return this.#match(PATH, start) ?? this.#match(PATH_BEFORE_INTERPOLATION, start);
  }

  #skip(from: number): number {
    for (let at = from; ; ) {
      const code = this.text.charCodeAt(at);
      if (classOf(code) & SPACE) at++;
      else if (code === 35) at = this.#comment(at, this.#lineEnd(at), 0);
      else if (code === 47 && this.text.charCodeAt(at + 1) === 42) {
        const end = this.#blockEnd(at + 2);
        if (end < 0) return at;
        at = this.#comment(at, end, 2);
      } else return at;
    }
  }

  /** For nix a block comment that is never closed is none, but two operators. */
  #blockEnd(from: number): number {
    if (from >= this.#unclosed) return -1;
    const end = this.text.indexOf('*/', from);
    if (end < 0) this.#unclosed = from;
    return end;
  }

  /** A carriage return ends a line too, also alone; few files have any. */
  #lineEnd(from: number): number {
    if (!this.#hasReturns) return this.text.indexOf('\n', from);
    LINE_END.lastIndex = from;
    return LINE_END.exec(this.text)?.index ?? -1;
  }

  #comment(start: number, found: number, mark: number): number {
    const end = found < 0 ? this.text.length : found + mark;
    if (start >= this.#commented) {
      this.comments.push({ start, end });
      this.#commented = end;
    }
    return end;
  }

  #match(pattern: RegExp, at: number): number | undefined {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : undefined;
  }
}
