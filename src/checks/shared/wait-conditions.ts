import {
  type AndOr,
  type Command,
  forEachChild,
  type LogicalOperator,
  type Pipeline,
  type PipelineNode,
  type Redirection,
  type SyntaxNode,
  type TestExpression,
  type Word,
  type WordPart,
} from 'unbash';
import { type Script, UNREAD } from '../../facts/config/text.ts';
import { entryOf } from '../../text/entry.ts';
import { RUNNERS } from '../../text/runners.ts';
import {
  codeIn,
  isShell,
  isShellScript,
  OPEN,
  readShell,
  type ShellScript,
} from '../../text/shell-script.ts';
import { isTailnetAddress } from './tailnet.ts';

/** What is known of the address of Tailscale; `never` where this cannot come about. */
type Tells = 'there' | 'not there' | 'unclear' | 'nothing' | 'never';

/** What is known after a condition has come out one way. */
export interface Outcome {
  readonly tells: Tells;
  /** It comes about after so many rounds, or seconds; 0 where the number is not known. */
  readonly limit?: { readonly count: number; readonly isSeconds: boolean } | undefined;
  /** Something has waited until it came about. */
  readonly hasWaited?: boolean | undefined;
  /** Whether it comes about also depends on something of which nothing is known. */
  readonly isUnsure?: boolean | undefined;
}

/** After a command has succeeded, and after it has failed. */
export interface Verdict {
  readonly yes: Outcome;
  readonly no: Outcome;
}

const verdict = (yes: Tells, no: Tells): Verdict => ({ yes: { tells: yes }, no: { tells: no } });
const ASKS = verdict('there', 'not there');
const UNCLEAR = verdict('unclear', 'unclear');
const UNSURE: Outcome = { tells: 'nothing', isUnsure: true };
const SILENT: Verdict = { yes: UNSURE, no: UNSURE };
const SUCCEEDS = verdict('nothing', 'never');

const not = ({ yes, no }: Verdict): Verdict => ({ yes: no, no: yes });
const FAILS = not(SUCCEEDS);

const STRONGEST_FIRST = ['never', 'there', 'not there', 'unclear'] as const;

/** Both have come about. */
export const both = (a: Outcome, b: Outcome): Outcome => ({
  tells: STRONGEST_FIRST.find((each) => a.tells === each || b.tells === each) ?? 'nothing',
  limit: a.limit ?? b.limit,
  hasWaited: a.hasWaited === true || b.hasWaited === true,
  isUnsure: a.isUnsure === true || b.isUnsure === true,
});

/** One of them has come about; undefined where none can. */
export function oneOf(a: Outcome | undefined, b: Outcome | undefined): Outcome | undefined {
  if (a === undefined || a.tells === 'never') return b?.tells === 'never' ? undefined : b;
  if (b === undefined || b.tells === 'never') return a;
  const hasWaited = a.hasWaited === true || b.hasWaited === true;
  return { tells: a.tells === b.tells ? a.tells : 'unclear', hasWaited };
}

const NEVER: Outcome = { tells: 'never' };

export const joined = (operator: LogicalOperator, a: Verdict, b: Verdict): Verdict =>
  operator === '&&'
    ? { yes: both(a.yes, b.yes), no: oneOf(a.no, both(a.yes, b.no)) ?? NEVER }
    : { yes: oneOf(a.yes, both(a.no, b.yes)) ?? NEVER, no: both(a.no, b.no) };

/** What a command prints, as far as it matters; an `address` is nothing at all before there is one. */
type Printed =
  | 'address'
  /** All addresses of the interface, which has others before that of Tailscale. */
  | 'interface'
  | 'inet lines'
  | 'all IPv4'
  | 'everything'
  /** As `Running`. */
  | 'state'
  | 'json'
  | 'status'
  | 'unclear'
  | 'nothing';

/** What only speaks, and what has containers of the name. */
const SPEAKS = /^(?:echo|printf|logger|podman|docker|systemd-notify)$/;
const ENGINE = /^(?:podman|docker)$/;
const OF_FILES =
  /^(?:mkdir|chmod|chown|install|touch|ln|cp|mv|rm|cat|cd|umask|export|local|declare|readonly|echo|printf|logger|test|\[|podman|docker)$/;
/** Ends within moments, whatever it is told. */
const QUICK =
  /^(?:true|false|:|echo|printf|seq|test|\[|break|continue|exit|return|logger|e?grep|fgrep|jq|head|tail|cut|tr|sort|sed|g?awk|ip|hostname)$/;
const DEEPEST = 5;
const MOST_STEPS = 50_000;
const PASSES_ON = /^(?:head|tail|cut|tr|sort|uniq|xargs|tee|cat|sed|g?awk)$/;
const OTHER_STATE = /Stopped|NeedsLogin|NoState|Starting|NeedsMachineAuth/;
const OWN_IPV4 = /(?:^|[^\d.\\])100(?:\\*\.|\[)/;
const OWN_ADDRESS = /(?:^|[^\d.\\])100(?:\\*\.|\[)|fd7a:/;

export interface Run {
  /** Its name, without the folder. */
  readonly program: string;
  readonly args: readonly Word[];
  /** Where a `timeout` is over. */
  readonly seconds: number | undefined;
  readonly wrapper: string | undefined;
  readonly redirects: readonly Redirection[];
  readonly words: readonly Word[];
}

/** Tells of the conditions of one script what they tell. */
export class Conditions {
  readonly text: string;
  readonly shell: ShellScript;
  readonly isShell: boolean;
  /** The status of the command before: `$?`. */
  last: Verdict = SILENT;
  readonly #scripts: readonly Script[];
  readonly #depth: number;

  constructor(text: string, scripts: readonly Script[], depth = 0) {
    this.isShell = isShellScript(text);
    this.text = text;
    this.shell = readShell(this.isShell ? text : '');
    this.#scripts = scripts;
    this.#depth = depth;
  }

  #left = MOST_STEPS;

  /** Functions that call each other would take forever: a script like that is not understood. */
  get isTooLong(): boolean {
    return this.#left-- <= 0;
  }

  of(node: SyntaxNode): Verdict {
    if (this.isTooLong) return UNCLEAR;
    switch (node.type) {
      case 'Statement':
        return node.background === true ? SILENT : this.of(node.command);
      case 'Script':
      case 'CompoundList': {
        const [end] = node.commands.slice(-1);
        const leaves = node.commands.slice(0, -1).some((each) => this.has(each, /^(?:exit|return)$/));
        if (end === undefined) return SILENT;
        return leaves ? UNCLEAR : this.of(end);
      }
      case 'AndOr':
        return this.#ofAll(node);
      case 'Pipeline':
        return this.#ofPipeline(node);
      case 'Subshell':
      case 'BraceGroup':
        return this.of(node.body);
      case 'Redirected':
        return this.of(node.command);
      case 'TestCommand':
        return this.#ofExpression(node.expression);
      case 'ArithmeticCommand':
        return this.#ofArithmetic(node.body);
      case 'Command':
        return this.#ofCommand(node);
      default:
        return this.#unknown(node);
    }
  }

  /** The parts of the condition of a loop, each of which ends it: operands of `||` in `until`, and of `&&` in `while`. */
  ends(kind: 'while' | 'until', node: SyntaxNode): readonly Verdict[] {
    if (node.type === 'Statement') return node.background === true ? [SILENT] : this.ends(kind, node.command);
    if (node.type === 'CompoundList' && node.commands.length === 1 && node.commands[0] !== undefined)
      return this.ends(kind, node.commands[0]);
    const isUntil = kind === 'until';
    if (node.type === 'AndOr' && node.operators.every((each) => each === (isUntil ? '||' : '&&')))
      return node.commands.flatMap((each) => this.ends(kind, each));
    return [isUntil ? this.of(node) : not(this.of(node))];
  }

  #ofAll({ commands, operators }: AndOr): Verdict {
    return commands
      .map((each) => this.of(each))
      .reduce((before, each, index) => joined(operators[index - 1] ?? '&&', before, each));
  }

  #ofPipeline({ prefixes, commands, operators }: Pipeline): Verdict {
    const isNegated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
    const told = this.#pipe(commands, operators).status;
    return isNegated ? not(told) : told;
  }

  #pipe(
    commands: readonly PipelineNode[],
    operators: readonly string[] = [],
  ): { readonly status: Verdict; readonly printed: Printed } {
    const [start, ...filters] = commands;
    if (start === undefined) return { status: SILENT, printed: 'nothing' };
    if (filters.length === 0) return { status: this.of(start), printed: this.printed(start) };
    let printed = operators.includes('|&') ? this.#unclear(commands) : this.printed(start);
    let status = SILENT;
    for (const each of filters) ({ status, printed } = this.#filtered(printed, each));
    return { status, printed };
  }

  #unclear(nodes: readonly SyntaxNode[]): Printed {
    return nodes.some((each) => this.mentions(each)) ? 'unclear' : 'nothing';
  }

  /** What it is called and what it is given, behind `timeout 60`, `env A=b` and the like. */
  run(node: Command): Run {
    let words = [node.name, ...node.args].flatMap((each) => (each?.type === 'Word' ? [each] : []));
    let seconds: number | undefined;
    let wrapper: string | undefined;
    for (;;) {
      const program = programIn(this.whole(words[0]));
      const isLookUp = program === 'command' && /^-[vV]/.test(words[1]?.value ?? '');
      // What xargs hands on is told elsewhere.
      const runner = program === 'xargs' ? undefined : entryOf(RUNNERS, program);
      if (runner === undefined || isLookUp || words.length < 2)
        return { program, args: words.slice(1), seconds, wrapper, redirects: node.redirects, words };
      wrapper ??= program;
      words = words.slice(1);
      while (/^-/.test(words[0]?.value ?? '') || (program === 'env' && /=/.test(words[0]?.value ?? '')))
        words = words.slice(runner.valued?.test(words[0]?.value ?? '') === true ? 2 : 1);
      if (program === 'timeout') seconds = secondsIn(this.whole(words[0])) ?? 0;
      words = words.slice(runner.skip ?? 0);
    }
  }

  /** The one value that a word has; as it stands there, or in the variable that it names, where that is not known. */
  whole(word: Word | undefined, depth = 0): string {
    if (word === undefined) return '';
    const [value, ...others] = this.shell.valuesOf(word);
    if (value !== undefined && others.length === 0 && !value.includes(OPEN)) return value;
    const [, name] = /^\$\{?(\w+)\}?$/.exec(word.value) ?? [];
    const [set, ...more] = name === undefined ? [] : this.shell.wordsOf(name);
    return set === undefined || more.length > 0 || depth > DEEPEST ? word.value : this.whole(set, depth + 1);
  }

  /** A script that it runs: one that is written elsewhere, `sh -c`, a function. */
  inner({ program, args, words }: Run): Conditions | SyntaxNode | 'cannot run' | undefined {
    if (this.#depth > DEEPEST) return undefined;
    const body = this.shell.functions.get(program);
    if (body !== undefined) return body;
    const code = codeIn(words);
    if (code !== undefined) return new Conditions(code, this.#scripts, this.#depth + 1);
    const isByShell = isShell(program) || program === '.' || program === 'source';
    const named = isByShell ? args.find(({ value }) => !value.startsWith('-')) : words[0];
    const [, index, behind] = /^\$\{script (\d+)\}(.*)$/.exec(named?.value ?? '') ?? [];
    const script = this.#scripts[Number(index)];
    if (index === undefined || script === undefined) return undefined;
    const { text, runsAs } = script;
    const isInFolder = behind !== '';
    if (
      isByShell
        ? (runsAs === 'bin') !== isInFolder
        : runsAs === undefined || (runsAs === 'bin') !== isInFolder
    )
      return 'cannot run';
    return new Conditions(text, this.#scripts, this.#depth + 1);
  }

  #ofCommand(node: Command): Verdict {
    const run = this.run(node);
    const { program, args } = run;
    if (run.words.length === 0) {
      const script = substituted(node);
      return script === undefined ? SUCCEEDS : this.of(script);
    }
    const own = this.shell.functions.get(program);
    if (own !== undefined) return this.#following(program, () => this.of(own), UNCLEAR);
    switch (program) {
      case 'true':
      case ':':
      case 'echo':
      case 'printf':
      case 'sleep':
      case 'logger':
        return SUCCEEDS;
      case 'false':
        return FAILS;
      case 'exit':
      case 'return':
        return /^[1-9]/.test(args[0]?.value ?? '') ? FAILS : SUCCEEDS;
      case '[':
        return args.at(-1)?.value === ']' ? this.#ofTest(args.slice(0, -1)) : FAILS;
      case 'test':
        return this.#ofTest(args);
      case 'tailscale':
        return this.#ofTailscale(args);
      case 'ping':
      case 'ping6':
        // That of another machine is reached by way of the own one.
        return args.some((each) => isTailnetAddress(this.whole(each)))
          ? verdict('there', 'unclear')
          : this.#unknown(node);
      case 'grep':
      case 'egrep':
      case 'fgrep': {
        const given = node.redirects.find(({ operator }) => operator === '<<<');
        if (given?.type !== 'HereString' || given.target === undefined) return this.#unknown(node);
        return this.#filtered(this.#printedIn(given.target), node).status;
      }
      default: {
        const inner = this.inner(run);
        if (inner === undefined || inner === 'cannot run') return this.#unknown(node);
        return inner instanceof Conditions ? inner.of(inner.shell.tree) : UNCLEAR;
      }
    }
  }

  #ofTailscale(args: readonly Word[]): Verdict {
    const [command, ...others] = plain(args);
    const isAnyState = args.some(({ value }) => /^--?json/.test(value));
    if (command === 'wait' || (command === 'status' && !isAnyState)) return ASKS;
    if (command === 'ip' && others.length === 0) return ASKS;
    return UNCLEAR;
  }

  /** Whether a command of such a name stands anywhere in it. */
  has(node: SyntaxNode, name: RegExp): boolean {
    if (node.type === 'Command' && name.test(node.name?.value ?? '')) return true;
    return node.type !== 'Function' && someChild(node, (each) => this.has(each, name));
  }

  /** Whether it asks tailscaled itself, once or more. */
  asksDaemon(node: SyntaxNode): boolean {
    if (node.type === 'Command') {
      const { program, args } = this.run(node);
      if (program === 'tailscale' && /^(?:ip|status)$/.test(plain(args)[0] ?? '')) return true;
    }
    return node.type !== 'Function' && someChild(node, (each) => this.asksDaemon(each));
  }

  /** Whether something in it depends on an answer of tailscaled. */
  branchesOn(node: SyntaxNode): boolean {
    if ((node.type === 'If' || node.type === 'AndOr') && this.asksDaemon(node)) return true;
    return node.type !== 'Function' && someChild(node, (each) => this.branchesOn(each));
  }

  #unknown(node: SyntaxNode): Verdict {
    return this.mentions(node) ? UNCLEAR : SILENT;
  }

  /** Whether it may ask for the address in a way that is not understood. */
  mentions(node: SyntaxNode): boolean {
    if (this.isTooLong) return true;
    if (node.type === 'Command') {
      const { program, args, words } = this.run(node);
      const [called] = isShell(program) ? args : words;
      if (called?.value.startsWith(UNREAD) === true) return true;
      const asksContainer = ENGINE.test(program) && args[0]?.value === 'exec';
      if (SPEAKS.test(program) && !asksContainer)
        return [...node.args].some((each) => someChild(each, (it) => this.mentions(it)));
      const asks = /^(?:ping6?|curl|wget|nc|ncat|ip|ss|grep)$/.test(program);
      if (asks && args.some(({ value }) => OWN_ADDRESS.test(value))) return true;
      const inner = this.inner(this.run(node));
      if (inner instanceof Conditions) return inner.mentions(inner.shell.tree);
      if (inner !== undefined && inner !== 'cannot run')
        return this.#following(program, () => this.mentions(inner), false);
      if (program === 'command') return false;
    }
    if (node.type === 'Function') return false;
    if (node.type === 'HereDocBody') return /tailscale/i.test(node.text);
    if (
      node.type === 'Word' &&
      /tailscale/i.test(node.parts === undefined ? node.value : literalOf(node.parts))
    )
      return true;
    return someChild(node, (it) => this.mentions(it));
  }

  // Loops

  /** What a loop has asked before it, it does not learn again. */
  inLoop<T>(node: SyntaxNode, judge: () => T): { readonly told: T; readonly isStale: boolean } {
    const before = { renewed: this.#renewed, isStale: this.#isStale };
    [this.#renewed, this.#isStale] = [this.#assignedIn(node), false];
    const told = judge();
    const isStale = this.#isStale;
    [this.#renewed, this.#isStale] = [before.renewed, before.isStale];
    return { told, isStale };
  }

  /** The variables that a loop sets in each round; undefined where that is not known. */
  #renewed: ReadonlySet<string> | 'all' = 'all';
  #isStale = false;

  #assignedIn(node: SyntaxNode): ReadonlySet<string> | 'all' {
    if (this.isTooLong || this.has(node, /^(?:eval|source|\.|read|mapfile|readarray|printf|let)$/))
      return 'all';
    const found = new Set<string>();
    const seen = new Set<string>();
    const visit = (each: SyntaxNode): void => {
      if (each.type === 'Assignment') found.add(each.name);
      if (each.type === 'For') found.add(each.name.value);
      if (each.type === 'Command') call(each.name?.value ?? '');
      forEachChild(each, visit);
    };
    const call = (name: string) => {
      const body = this.shell.functions.get(name);
      if (body === undefined || seen.has(name)) return;
      seen.add(name);
      visit(body);
    };
    visit(node);
    return found;
  }

  /** What a command makes known where any part of its pipe may fail it. */
  withPipefail(node: SyntaxNode): Verdict {
    const script = withinAssignment(node);
    if (script?.type !== 'Pipeline' || script.prefixes.length > 0) return this.of(node);
    return (
      script.commands.map((each) => this.of(each)).find(({ no }) => no.tells === 'not there') ?? this.of(node)
    );
  }

  /** Whether what it asks may fail it; folders and files of the name are none. */
  mayFail(node: SyntaxNode): boolean {
    const inner = withinAssignment(node);
    const decides = inner?.type === 'Pipeline' ? inner.commands.at(-1) : inner;
    if (decides?.type !== 'Command') return true;
    const { program } = this.run(decides);
    return !(decides === inner ? OF_FILES : PASSES_ON).test(program);
  }

  /** Whether a loop reads a variable that only its own body sets, by itself or behind what it is tested for. */
  isUnset({ clause, body }: { readonly clause?: SyntaxNode; readonly body: SyntaxNode }): boolean {
    const renewed = this.#assignedIn(body);
    if (renewed === 'all') return false;
    const isOwn = (name: string) =>
      /^[a-z_]\w*$/.test(name) &&
      renewed.has(name) &&
      countIn(body, name) === this.shell.assigned.filter((each) => each.name === name).length;
    const countsItself = (node: SyntaxNode): boolean =>
      (node.type === 'Assignment' &&
        isOwn(node.name) &&
        new RegExp(`\\$\\(\\((?:[^)]*[^\\w)])?${node.name}(?!\\w)`).test(node.text)) ||
      (node.type !== 'Function' && someChild(node, countsItself));
    if (countsItself(body)) return true;
    if (clause === undefined) return false;
    const tests = (node: SyntaxNode): boolean =>
      (node.type === 'SimpleExpansion' && isOwn(node.text.slice(1))) ||
      (node.type === 'ParameterExpansion' && node.operation === undefined && isOwn(node.parameter)) ||
      someChild(node, tests);
    return tests(clause);
  }

  /** `((n++))` of zero is a failure. */
  isZeroAtFirst(node: SyntaxNode): boolean {
    const body =
      node.type === 'ArithmeticCommand'
        ? node.body
        : node.type === 'Command' && node.name?.value === 'let'
          ? wordsIn(node.args)
          : '';
    const [, name] = /^\s*([a-z_]\w*)\s*\+\+\s*$/i.exec(body) ?? [];
    if (name === undefined) return false;
    return this.shell.wordsOf(name).every((word) => word?.value === '0' || word?.value === '');
  }

  /** Whether it only runs what ends within moments. */
  isQuick(node: SyntaxNode): boolean {
    if (node.type === 'Command') {
      const { program, args } = this.run(node);
      const isAsking = program === 'tailscale' && /^(?:ip|status)$/.test(plain(args)[0] ?? '');
      const isCounted = program === 'sleep' && secondsIn(this.whole(args[0])) !== undefined;
      if (program !== '' && !isAsking && !isCounted && !QUICK.test(program)) return false;
    }
    return !someChild(node, (each) => !this.isQuick(each));
  }

  // What is printed

  printed(node: SyntaxNode): Printed {
    switch (node.type) {
      case 'Statement':
        return this.printed(node.command);
      case 'Script':
      case 'CompoundList':
        return node.commands.length === 1 && node.commands[0] !== undefined
          ? this.printed(node.commands[0])
          : this.#unclear([node]);
      case 'Subshell':
      case 'BraceGroup':
        return this.printed(node.body);
      case 'AndOr': {
        const [start, ...others] = node.commands;
        const isQuiet =
          node.operators.every((each) => each === '||') &&
          others.every((each) => each.type === 'Command' && isQuietCommand(each));
        return isQuiet && start !== undefined ? this.printed(start) : this.#unclear([node]);
      }
      case 'Pipeline':
        return this.#pipe(node.commands, node.operators).printed;
      case 'Command':
        return this.#printedBy(node);
      default:
        return this.#unclear([node]);
    }
  }

  #printedBy(node: Command): Printed {
    const run = this.run(node);
    const { program, args } = run;
    // What is said of an error is an answer too.
    const saysErrors = run.redirects.some(
      (each) =>
        each.operator === '>&' &&
        each.descriptor?.type === 'FileDescriptor' &&
        each.descriptor.value === 2 &&
        each.target?.value === '1',
    );
    if (saysErrors) return this.#unclear([node]);
    const words = plain(args);
    const isOfInterface = args.some(({ value }) => /^tailscale0$/.test(value));
    switch (program) {
      case 'tailscale': {
        const [command, ...others] = words;
        if (command === 'ip') return others.length === 0 ? 'address' : 'unclear';
        if (command !== 'status') return 'unclear';
        return args.some(({ value }) => /^--?json/.test(value)) ? 'json' : 'status';
      }
      case 'ip': {
        const [object] = words.filter((each) => !/^(?:inet6?|json)$/.test(each));
        if (object === undefined || !/^ad?/.test(object) || !'address'.startsWith(object))
          return this.#unclear([node]);
        const isIpv4 = args.some(({ value }) => value === '-4');
        const isGlobal = words.includes('global') && words.includes('scope');
        if (isOfInterface) return isIpv4 || isGlobal ? 'address' : 'interface';
        return isIpv4 ? 'all IPv4' : 'everything';
      }
      case 'ifconfig':
        return isOfInterface ? 'interface' : 'everything';
      case 'hostname':
        return 'everything';
      case 'echo':
      case 'printf': {
        const told = args.map((each) => this.#printedIn(each)).filter((each) => each !== 'nothing');
        return told.length > 1 ? 'unclear' : (told[0] ?? 'nothing');
      }
      default: {
        const inner = this.inner(run);
        if (inner === undefined || inner === 'cannot run') return this.#unclear([node]);
        return inner instanceof Conditions
          ? inner.printed(inner.shell.tree)
          : this.#following(program, () => this.printed(inner), 'unclear');
      }
    }
  }

  #filtered(given: Printed, node: SyntaxNode): { readonly status: Verdict; readonly printed: Printed } {
    const kept = (printed: Printed, status = given === 'nothing' ? SILENT : UNCLEAR) => ({ printed, status });
    const unclear = kept(
      given === 'nothing' ? this.#unclear([node]) : 'unclear',
      given === 'nothing' ? this.#unknown(node) : UNCLEAR,
    );
    if (node.type !== 'Command') return unclear;
    const { program, args } = this.run(node);
    const texts = args.map((each) => this.whole(each));
    if (/^(?:[ef]?grep|rg)$/.test(program)) {
      const { pattern, isInverted, isWord } = patternIn(texts);
      if (pattern === undefined) return unclear;
      if (isInverted)
        return given === 'inet lines' && /inet6|fe80|:/.test(pattern) ? kept('address', UNCLEAR) : unclear;
      const wanted = isWord ? `\\b${pattern}\\b` : pattern;
      if (isDecisive(given, wanted))
        return { printed: given === 'json' ? 'unclear' : 'address', status: ASKS };
      if (given === 'interface' && /^\s*\^?\s*inet$/.test(wanted)) return kept('inet lines');
      if (given === 'everything' && /^tailscale0:?$/.test(wanted)) return kept('interface');
      if (given === 'json' && /^["']?BackendState["']?$/.test(wanted)) return kept('state');
      return unclear;
    }
    if (program === 'jq') {
      const filter = texts.find((each) => !each.startsWith('-')) ?? '';
      if (given !== 'json' || !/\.BackendState\b/.test(filter)) return unclear;
      if (/^\s*\.BackendState\s*$/.test(filter)) return kept('state');
      const isAsked = /^\s*\.BackendState\s*==\s*\\?"Running\\?"\s*$/.test(filter);
      const isStatus = texts.some((each) => /^-\w*e|^--exit-status$/.test(each));
      return isAsked && isStatus ? { printed: 'unclear', status: ASKS } : unclear;
    }
    if (!PASSES_ON.test(program)) return unclear;
    if (given === 'address' || given === 'state') return kept(given);
    const [, pattern] = /\/((?:[^/\\]|\\.)+)\/\s*[{pP]/.exec(texts.join(' ')) ?? [];
    if (pattern !== undefined && /awk|sed/.test(program) && isDecisive(given, pattern))
      return kept('address');
    return /^(?:sort|tee|cat|head)$/.test(program) && given !== 'status' ? kept(given) : unclear;
  }

  /** What a word holds: of `$(...)` and variables that is all of it. */
  #printedIn({ parts }: Word): Printed {
    return parts === undefined ? 'nothing' : this.#printedByParts(parts);
  }

  #printedByParts(parts: readonly WordPart[]): Printed {
    const told = parts.map((part): Printed => {
      switch (part.type) {
        case 'DoubleQuoted':
          return this.#printedByParts(part.parts);
        case 'CommandExpansion':
          return part.script === undefined ? 'nothing' : this.printed(part.script);
        case 'SimpleExpansion':
          return this.#printedTo(part.text.slice(1));
        case 'ParameterExpansion':
          return this.#printedTo(part.parameter);
        default:
          return someChild(part, (it) => this.mentions(it)) ? 'unclear' : 'nothing';
      }
    });
    const some = [...new Set(told.filter((each) => each !== 'nothing'))];
    return some.length > 1 ? 'unclear' : (some[0] ?? 'nothing');
  }

  #printedTo(name: string): Printed {
    const words = this.shell.wordsOf(name).filter((word) => word === undefined || word.value !== '');
    const told = new Set(
      words.map((word) =>
        word === undefined ? 'nothing' : this.#following(`$${name}`, () => this.#printedIn(word), 'nothing'),
      ),
    );
    const [only = 'nothing'] = told;
    if (only !== 'nothing' && this.#renewed !== 'all' && !this.#renewed.has(name)) {
      this.#isStale = true;
      return 'nothing';
    }
    return told.size > 1 ? 'unclear' : only;
  }

  readonly #followed = new Set<string>();

  /** Of a function or a variable, which may name itself. */
  #following<T>(name: string, inside: () => T, otherwise: T): T {
    if (this.#followed.has(name) || this.#followed.size > DEEPEST) return otherwise;
    this.#followed.add(name);
    const found = inside();
    this.#followed.delete(name);
    return found;
  }

  // Tests

  #ofExpression(expression: TestExpression): Verdict {
    switch (expression.type) {
      case 'TestLogical':
        return expression.operands
          .map((each) => this.#ofExpression(each))
          .reduce((a, b) => joined(expression.operator, a, b));
      case 'TestNot': {
        const inner = this.#ofExpression(expression.operand);
        return expression.negations.length % 2 === 1 ? not(inner) : inner;
      }
      case 'TestGroup':
        return this.#ofExpression(expression.expression);
      case 'TestUnary':
        return this.#ofUnary(expression.operator, expression.operand);
      default:
        return this.#ofBinary(expression.operator, expression.left, expression.right);
    }
  }

  #ofTest(args: readonly Word[]): Verdict {
    const [a, b, c] = args;
    if (a === undefined) return FAILS;
    if (args.length > 1 && a.value === '!') return not(this.#ofTest(args.slice(1)));
    if (b === undefined) return this.#isNotEmpty(a);
    if (c === undefined) return /^-[a-zA-Z]$/.test(a.value) ? this.#ofUnary(a.value, b) : FAILS;
    if (args.length === 3) return this.#ofBinary(b.value, a, c);
    return args.some((each) => this.mentions(each) || this.#printedIn(each) !== 'nothing') ? UNCLEAR : SILENT;
  }

  #ofUnary(operator: string, word: Word): Verdict {
    if (operator === '-n') return this.#isNotEmpty(word);
    return operator === '-z' ? not(this.#isNotEmpty(word)) : this.#unknown(word);
  }

  #isNotEmpty(word: Word): Verdict {
    const text = word.parts === undefined ? word.value : literalOf(word.parts);
    if (text !== '') return SUCCEEDS;
    if (word.parts === undefined) return FAILS;
    const printed = this.#printedIn(word);
    if (printed === 'address') return ASKS;
    return printed === 'nothing' ? SILENT : UNCLEAR;
  }

  #ofBinary(operator: string, left: Word, right: Word): Verdict {
    const value = this.whole(right);
    if (left.value === '$?') {
      if (/^(?:-eq|==?)$/.test(operator) && value === '0') return this.last;
      if (/^(?:-ne|-gt|!=)$/.test(operator) && value === '0') return not(this.last);
      return this.last === SILENT ? SILENT : UNCLEAR;
    }
    switch (operator) {
      case '=':
      case '==':
      case '=~':
        return this.#isEqual(left, right);
      case '!=':
        return not(this.#isEqual(left, right));
      case '-gt':
      case '-ge':
      case '-eq':
        return this.#compared(left, right);
      case '-lt':
      case '-le':
        return not(this.#compared(left, right));
      default:
        return this.#unknown(left);
    }
  }

  #isEqual(left: Word, right: Word): Verdict {
    const [word, other] = left.parts === undefined ? [right, left] : [left, right];
    const printed = this.#printedIn(word);
    const value = this.whole(other);
    if (printed === 'nothing') return joined('&&', this.#unknown(left), this.#unknown(right));
    if (word.parts === undefined || literalOf(word.parts) !== '') return UNCLEAR;
    if (printed === 'address') return value === '' ? not(ASKS) : ASKS;
    return printed === 'state' && /^["^]*Running["$]*$/.test(value) ? ASKS : UNCLEAR;
  }

  /** True from some round, or second, on. */
  #compared(left: Word, right: Word): Verdict {
    if (this.#printedIn(left) !== 'nothing' || this.mentions(left)) return UNCLEAR;
    return limited(left.text, this.whole(right));
  }

  #ofArithmetic(body: string): Verdict {
    const [, left = '', operator, right = ''] = /^(.*?)(<=?|>=?|==)(.*)$/.exec(body) ?? [];
    if (operator === undefined) return /^\s*[1-9]\d*\s*$/.test(body) ? SUCCEEDS : SILENT;
    const name = right.trim().replace(/^\$\{?(\w+)\}?$/, '$1');
    const [word, ...others] = this.shell.wordsOf(name);
    const reached = limited(left, word !== undefined && others.length === 0 ? this.whole(word) : name);
    return operator.startsWith('<') ? not(reached) : reached;
  }
}

/** A number of rounds; or of seconds, also as `$((SECONDS + 60))`. */
function limited(left: string, right: string): Verdict {
  const [, number] =
    /^(\d+)$|(?:SECONDS|date\b.*|start\w*)\s*\)*\s*\+\s*(\d+)/i
      .exec(right)
      ?.filter((each) => each !== undefined) ?? [];
  const count = Number(number ?? 0);
  const isSeconds = /SECONDS|date|elapsed|time|start/i.test(left + right);
  const limit = { count: count > 1 ? count : 0, isSeconds };
  return { yes: { tells: 'nothing', limit }, no: { tells: 'nothing' } };
}

/** Where a match says that the address is there. */
function isDecisive(printed: Printed, pattern: string): boolean {
  switch (printed) {
    case 'address':
      return true;
    case 'interface':
      return OWN_ADDRESS.test(pattern) || /inet(?:\\b|\\s|\[|\s)/.test(pattern);
    case 'inet lines':
    case 'status':
      return OWN_ADDRESS.test(pattern);
    case 'all IPv4':
      return OWN_IPV4.test(pattern) || /tailscale0/.test(pattern);
    case 'everything':
      return OWN_ADDRESS.test(pattern) || /inet\b(?!6).*tailscale0/.test(pattern);
    case 'json':
      return /Running/.test(pattern) && !OTHER_STATE.test(pattern);
    case 'state':
      return /Running/.test(pattern) && !OTHER_STATE.test(pattern);
    default:
      return false;
  }
}

function patternIn(args: readonly string[]) {
  const letters = args.filter((each) => /^-\w+$/.test(each)).join('');
  const at = args.findIndex((each) => /^-\w*e$|^--regexp$/.test(each));
  const pattern = at >= 0 ? args[at + 1] : args.find((each) => !each.startsWith('-'));
  const files = args.filter((each) => !each.startsWith('-') && each !== pattern);
  return {
    pattern: files.length > 0 || letters.includes('L') ? undefined : pattern,
    isInverted: letters.includes('v') || args.includes('--invert-match'),
    isWord: letters.includes('w'),
  };
}

const wordsIn = ([first]: Command['args']) => (first?.type === 'Word' ? first.value : '');

const plain = (args: readonly Word[]) =>
  args.map(({ value }) => value).filter((value) => !value.startsWith('-'));

const isQuietCommand = ({ name, args }: Command) =>
  /^(?:true|:|exit)$/.test(name?.value ?? '') ||
  (name?.value === 'echo' && args.every((each) => each.type === 'Word' && each.value === ''));

/** What is written out in a word. */
const literalOf = (parts: readonly WordPart[]): string =>
  parts
    .map((part) => {
      if (part.type === 'DoubleQuoted') return literalOf(part.parts);
      if (part.type === 'ParameterExpansion') return part.operation?.type === 'Unknown' ? part.text : '';
      return part.type === 'SimpleExpansion' || part.type === 'CommandExpansion' ? '' : part.text;
    })
    .join('');

/** A command, or the one that an assignment runs. */
function withinAssignment(node: SyntaxNode): SyntaxNode | undefined {
  const inner = node.type === 'Command' && node.name === undefined ? substituted(node) : node;
  return inner?.type === 'Script' && inner.commands.length === 1 ? inner.commands[0]?.command : inner;
}

/** What a command that only assigns runs last: the status is that of it. */
export const substituted = ({ prefix }: Command): SyntaxNode | undefined =>
  prefix.map((each) => substitutionIn(each)).findLast((each) => each !== undefined);

function substitutionIn(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'CommandExpansion') return node.script;
  let found: SyntaxNode | undefined;
  forEachChild(node, (child) => {
    found ??= substitutionIn(child);
  });
  return found;
}

function countIn(node: SyntaxNode, name: string): number {
  let count = node.type === 'Assignment' && node.name === name ? 1 : 0;
  forEachChild(node, (child) => {
    count += countIn(child, name);
  });
  return count;
}

function someChild(node: SyntaxNode, test: (node: SyntaxNode) => boolean): boolean {
  let found = false;
  forEachChild(node, (child) => {
    found ||= test(child);
  });
  return found;
}

/** `tailscale` of `${pkgs.tailscale}/bin/tailscale`, or of the main program of a package. */
function programIn(value: string): string {
  if (value.startsWith('${script ')) return value;
  const [, main] = /\/bin\/\$\{(?:[\w'-]+\.)*?([\w-]+)\.(?:package\.)?meta\.mainProgram\}$/.exec(value) ?? [];
  if (main !== undefined) return main;
  const [, got] = /^\$\{(?:lib\.)?getExe\s+\(?(?:[\w'-]+\.)*?([\w-]+)(?:\.package)?\)?\}$/.exec(value) ?? [];
  return got ?? (/^\$\{[^}]*\}$/.test(value) ? value : (/[^/]*$/.exec(value)?.[0] ?? ''));
}

const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** `60`, `1.5m`, as `sleep` and `timeout` read them. */
export function secondsIn(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d*\.?\d+)(ms|[smhd]?)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
}
