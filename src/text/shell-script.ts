import {
  type Assignment,
  type Command,
  forEachChild,
  type ParameterExpansionPart,
  type ParsedScript,
  parse,
  type Redirection,
  type Function as ShellFunction,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash';

/** Stands in a value for what is not known of it, and is one word or a part of one. */
export const OPEN = '\uE000';
/** The same, where it may be several words, or none. */
export const WORDS = '\uE001';

/** One command of a script, wherever it stands in it: in a condition, a function, `$(...)`, a trap. */
interface ShellCommand {
  /** From 1. */
  readonly line: number;
  /** Its name and its arguments; none where it only assigns or redirects. */
  readonly words: readonly Word[];
  /** Of each word. */
  readonly lines: readonly number[];
  readonly redirects: readonly Redirection[];
  /** The command at the beginning of its pipe, where that is another one. */
  readonly from: readonly Word[];
}

/** A script of bash, or of a shell that is read like it, taken apart. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** Lines that are not understood. */
  readonly errors: readonly number[];
  /** The script itself; that of `sh -c` is another one. */
  readonly tree: ParsedScript;
  readonly functions: ReadonlyMap<string, ShellFunction['body']>;
  /** The names that it assigns, and where. */
  readonly assigned: readonly { readonly name: string; readonly line: number }[];
  /**
   * What a word may stand for, each value with `OPEN` for what is not known of it; variables are followed to whatever the
   * script sets them to, and `$HOME` and the like stay.
   */
  valuesOf(word: Word): readonly string[];
  /** What a variable is set to; undefined for what is told nowhere. */
  wordsOf(name: string): readonly (Word | undefined)[];
}

/** Variables that every process has. */
const GIVEN = new Set(['HOME', 'TMPDIR', 'USER', 'LOGNAME', 'UID', 'HOSTNAME', 'PWD']);
/** Builtins that set the variables that they name to what is told nowhere. */
const READS = new Set(['read', 'mapfile', 'readarray', 'getopts']);
/** `"$@"`, `"${@:2}"` */
const ALL_ARGUMENTS = /^\$(?:@|\{@)/;
const MOST_VALUES = 16;
const DEEPEST = 12;

/** A shebang of a shell whose scripts can be read here, or none. */
export const isShellScript = (text: string) =>
  !text.startsWith('#!') || /^#!.*(?:[/ ](?:ba|da|k|z)?sh|\$\{[^}]*[sS]hell\})(?:\s|$)/.test(text);

/** @param given what the script is called with; undefined where that is not known */
export function readShell(text: string, given?: readonly string[]): ShellScript {
  return new Reading(text, given);
}

const wordsIn = ({ name, args }: Command) =>
  [name, ...args].flatMap((each) => (each?.type === 'Word' ? [each] : []));

class Reading implements ShellScript {
  readonly commands: ShellCommand[] = [];
  readonly errors: number[] = [];
  readonly functions = new Map<string, ShellFunction['body']>();
  readonly assigned: { name: string; line: number }[] = [];
  /** By name: words that it is set to, or undefined for what is told nowhere. */
  readonly #variables = new Map<string, (Word | undefined)[]>();
  /** Variables that are set to lines that are read: names of files, as a rule. */
  readonly #read = new Set<string>();
  /** By name of the function, the words of each call. */
  readonly #calls = new Map<string, (readonly Word[])[]>();
  /** The function in which `$1` and the like stand. */
  readonly #owners = new Map<SyntaxNode, string>();
  readonly #pipes = new Map<SyntaxNode, readonly Word[]>();
  readonly #resolving = new Set<string>();
  readonly #given: readonly string[] | undefined;
  readonly tree: ParsedScript;

  constructor(text: string, given: readonly string[] | undefined) {
    this.#given = given;
    this.tree = this.#script(text, 1);
  }

  #script(text: string, firstLine: number): ParsedScript {
    const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const tree = parse(text);
    this.#visit(tree, (at) => firstLine + countBelow(breaks, at));
    return tree;
  }

  wordsOf(name: string): readonly (Word | undefined)[] {
    return this.#variables.get(name) ?? [];
  }

  #visit(node: SyntaxNode, lineOf: (position: number) => number, owner?: string): void {
    const line = lineOf(node.pos);
    let inner = lineOf;
    let within = owner;
    switch (node.type) {
      case 'Script':
        // The positions in a script between escaped backticks are its own.
        if (node.source !== undefined) inner = () => line;
        for (const { pos } of (node as ParsedScript).errors ?? []) this.errors.push(inner(pos));
        break;
      case 'Command':
        this.#command(node, line, lineOf);
        break;
      case 'Redirected':
        this.commands.push({ line, words: [], lines: [], redirects: node.redirects, from: [] });
        break;
      case 'Function':
        this.functions.set(node.name.value, node.body);
        within = node.name.value;
        break;
      case 'Pipeline': {
        const [start, ...others] = node.commands;
        if (start?.type === 'Command') for (const each of others) this.#pipes.set(each, wordsIn(start));
        break;
      }
      case 'SimpleExpansion':
        if (owner !== undefined) this.#owners.set(node, owner);
        break;
      case 'For':
        for (const word of node.wordlist ?? [undefined]) this.#set(node.name.value, word, line);
        break;
      case 'Select':
        this.#set(node.name.value, undefined, line);
        break;
      case 'Assignment':
        this.#assign(node, line);
        break;
      case 'ParameterExpansion':
        if (owner !== undefined) this.#owners.set(node, owner);
        if (node.operation?.type === 'Default' && node.operation.operator.endsWith('='))
          this.#set(node.parameter, node.operation.operand, line);
        break;
      default:
    }
    forEachChild(node, (child) => this.#visit(child, inner, within));
  }

  #command(node: Command, line: number, lineOf: (position: number) => number): void {
    const words = wordsIn(node);
    const lines = words.map(({ pos }) => lineOf(pos));
    this.commands.push({ line, words, lines, redirects: node.redirects, from: this.#pipes.get(node) ?? [] });
    const [name = '', ...rest] = words.map(({ value }) => value);
    added(this.#calls, name, words.slice(1));
    if (READS.has(name))
      for (const each of rest) {
        this.#set(each, undefined, line);
        this.#read.add(each);
      }
    if (name === 'printf' && rest[0] === '-v') this.#set(rest[1] ?? '', undefined, line);
    // Also behind the words of another program: `find -exec sh -c`.
    const code = codeIn(
      words.slice(
        Math.max(
          words.findIndex(({ value }) => isShell(value)),
          0,
        ),
      ),
    );
    if (code !== undefined) this.#script(code, line);
  }

  #assign({ name, value, append }: Assignment, line: number): void {
    if (value.type === 'ArrayValue') for (const word of value.elements) this.#set(name, word, line);
    else this.#set(name, append === true ? undefined : value, line);
  }

  #set(name: string, word: Word | undefined, line: number): void {
    added(this.#variables, name, word);
    this.assigned.push({ name, line });
  }

  valuesOf(word: Word, depth = 0): readonly string[] {
    if (word.parts === undefined) return [word.value.replace(/^~(?=\/|$)/, '$HOME')];
    return this.#joined(word.parts, depth).map((value) =>
      word.text.startsWith('~/') ? value.replace(/^~/, '$HOME') : value,
    );
  }

  #joined(parts: readonly WordPart[], depth: number): readonly string[] {
    return parts.reduce<readonly string[]>(
      (values, part) => {
        const next = this.#ofPart(part, depth);
        return values.length * next.length > MOST_VALUES
          ? values.map((value) => value + WORDS)
          : values.flatMap((value) => next.map((each) => value + each));
      },
      [''],
    );
  }

  #ofPart(part: WordPart, depth: number): readonly string[] {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return [part.value];
      case 'DoubleQuoted':
      case 'LocaleString':
        return this.#joined(part.parts, depth).map((value) =>
          part.parts.some(({ text }) => ALL_ARGUMENTS.test(text)) ? value : value.replaceAll(WORDS, OPEN),
        );
      case 'Glob':
        return [part.text];
      case 'SimpleExpansion':
        return unquoted(this.#ofVariable(part.text.slice(1), part, depth));
      case 'ParameterExpansion':
        return unquoted(this.#expanded(part, depth));
      case 'CommandExpansion':
        return unquoted(part.script === undefined ? [OPEN] : this.#printedBy(part.script, depth));
      case 'ArithmeticExpansion':
        return [OPEN];
      default:
        return [WORDS];
    }
  }

  #expanded(part: ParameterExpansionPart, depth: number): readonly string[] {
    const { parameter, operation } = part;
    // A package in a text of Nix, or its program.
    const [, isProgram, inNix = '', isName] =
      /^\$\{(lib\.getExe )?pkgs\.([\w.-]+?)(\.meta\.mainProgram)?\}$/.exec(part.text) ?? [];
    const program = inNix.replace(/^.*\./, '').replace(/^immich-cli$/, 'immich');
    if (isName !== undefined) return [program];
    if (inNix !== '') return [`/nix/store/${inNix}${isProgram === undefined ? '' : `/bin/${program}`}`];
    if (part.prefix !== undefined) return [OPEN];
    const isSet = this.#variables.has(parameter) || isPositional(parameter) || GIVEN.has(parameter);
    const set = this.#ofVariable(parameter, part, depth);
    if (operation === undefined) return set;
    if (operation.type !== 'Default') return [OPEN];
    const otherwise = this.valuesOf(operation.operand, depth + 1);
    switch (operation.operator) {
      case '?':
      case ':?':
        return set;
      case '+':
      case ':+':
        return ['', ...otherwise];
      default:
        // What nobody sets has its default.
        return isSet ? [...new Set([...set.filter((value) => value !== ''), ...otherwise])] : otherwise;
    }
  }

  #ofVariable(name: string, node: SyntaxNode, depth: number): readonly string[] {
    if (isPositional(name)) return this.#positional(name, node, depth);
    const words = this.#variables.get(name);
    if (words === undefined) return [GIVEN.has(name) ? `$${name}` : OPEN];
    // What it is set to may be made of itself.
    if (words.length > MOST_VALUES) return [WORDS];
    if (this.#resolving.has(name)) return words.length > 1 || depth > DEEPEST ? [OPEN] : [];
    this.#resolving.add(name);
    const values = words.flatMap((word) =>
      word === undefined ? [this.#read.has(name) ? `./${OPEN}` : OPEN] : this.valuesOf(word, depth + 1),
    );
    this.#resolving.delete(name);
    return values.length > MOST_VALUES ? [WORDS] : [...new Set(values)];
  }

  /** `$1`, `$@`: of a function what its calls say. */
  #positional(name: string, node: SyntaxNode, depth: number): readonly string[] {
    const owner = this.#owners.get(node);
    const at = Number(name) - 1;
    if (owner === undefined) {
      if (this.#given === undefined) return [Number.isNaN(at) ? WORDS : OPEN];
      return Number.isNaN(at) ? ['', ...this.#given] : [this.#given[at] ?? ''];
    }
    const calls = this.#calls.get(owner) ?? [];
    if (calls.length === 0 || depth > DEEPEST || this.#resolving.has(owner)) return [WORDS];
    this.#resolving.add(owner);
    const values = calls.flatMap((words) =>
      (Number.isNaN(at) ? words : words.slice(at, at + 1)).flatMap((word) => this.valuesOf(word, depth + 1)),
    );
    this.#resolving.delete(owner);
    return values.length > MOST_VALUES ? [WORDS] : values.length === 0 ? [''] : [...new Set(values)];
  }

  /** What `$(...)` stands for, where it only makes a temporary file, looks for a program or repeats a text. */
  #printedBy({ commands }: ParsedScript, depth: number): readonly string[] {
    const [statement] = commands;
    if (commands.length !== 1 || statement === undefined) return [OPEN];
    const { command } = statement;
    const each = command.type === 'AndOr' ? command.commands : [command];
    return each.flatMap((one) => {
      if (one.type !== 'Command') return [OPEN];
      const [name, ...rest] = [one.name, ...one.args].flatMap((word) =>
        word?.type === 'Word' ? [word] : [],
      );
      const last = rest.at(-1);
      const values = last === undefined ? [''] : this.valuesOf(last, depth + 1);
      if (name?.value === 'mktemp') return [`/tmp/${OPEN}`];
      if (name?.value === 'echo' && rest.length === 1) return values;
      const looksUp = name?.value === 'which' || (name?.value === 'command' && rest[0]?.value === '-v');
      return looksUp ? values.map((value) => `${OPEN}/${value}`) : [OPEN];
    });
  }
}

/** Also as a configuration of NixOS names it: `${pkgs.bash}/bin/bash`, `${pkgs.runtimeShell}`. */
export const isShell = (program: string) =>
  /^(?:\S*\/)?(?:(?:ba|da|k|z)?sh|\$\{[^}]*(?:bash\.meta\.mainProgram|[sS]hell)\})$/.test(program);

/** The code that a word of a command is: what a trap runs, or `sh -c`. */
export function codeIn([name, ...rest]: readonly Word[]): string | undefined {
  if (name?.value === 'builtin' || name?.value === 'command') return codeIn(rest);
  const isTrap = name?.value === 'trap';
  if (!isTrap && !isShell(name?.value ?? '')) return undefined;
  const option = rest.findIndex(({ value }) => (isTrap ? value === '--' : /^-\w*c$/.test(value)));
  const code = isTrap || option >= 0 ? rest[option + 1] : undefined;
  if (code === undefined || code.value === '-') return undefined;
  return /^"[\s\S]*"$/.test(code.text) ? code.text.slice(1, -1).replace(/\\(["$`\\])/g, '$1') : code.value;
}

/** How many of these numbers, which rise, are below one. */
function countBelow(rising: readonly number[], limit: number): number {
  let from = 0;
  let to = rising.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rising[middle] ?? limit) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

function added<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

const isPositional = (name: string) => /^(?:[1-9]|[@*])$/.test(name);

const unquoted = (values: readonly string[]) => values.map((value) => value.replaceAll(OPEN, WORDS));
