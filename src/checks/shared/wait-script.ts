import {
  type ArithmeticExpression,
  type Command,
  type CompoundList,
  type For,
  forEachChild,
  type If,
  type Statement,
  type SyntaxNode,
} from 'unbash';
import type { Program } from '../../facts/config/text.ts';
import { isShell } from '../../text/shell-script.ts';
import {
  both,
  Conditions,
  joined,
  type Outcome,
  oneOf,
  type Run,
  secondsIn,
  type Verdict,
} from './wait-conditions.ts';

export type WaitScript =
  /** It does not ask at all. */
  | { readonly shape: 'nothing' }
  | {
      readonly shape: 'waits';
      /** Those that it finds by the PATH of its unit, and those in folders that NixOS does not have. */
      readonly programs: ReadonlySet<string>;
    }
  /** What is wrong with it, after the name of the unit. */
  | { readonly shape: 'no wait'; readonly why: string }
  | { readonly shape: 'unclear' };

/** Shorter, it ends before Tailscale has its address. */
const SHORTEST_S = 15;
/** Of the programs with which a script may ask: those that no unit of NixOS has in its PATH. */
const FOUND_BY_PATH = /^(?:tailscale|ip|ifconfig|hostname|jq|ping|awk|sh|bash)$/;

/** NixOS has no other program in these folders. */
const OF_OTHER_SYSTEMS = /^\/(?:usr\/(?:local\/)?)?s?bin\/(?!sh$)(?!env$)/;
const SHEBANG = /^#!\s*(\S+)/;

const ASKS_ONCE = 'asks tailscale once before it starts, and does not retry';

/**
 * Whether a script, or a command of systemd, goes on only when Tailscale has its address: a statement that always runs waits
 * for it. What is not understood is never taken for a wait, nor for none.
 */
export function waitScript(program: Program, isCommand = false): WaitScript {
  const known = read.get(program);
  if (known !== undefined) return known;
  const { text, scripts } = program;
  const conditions = new Conditions(isCommand ? unescaped(text) : text, scripts);
  const walked = new Walk(conditions).script();
  const judged = walked.shape === 'waits' && isCommand && !isPlain(conditions) ? UNCLEAR : walked;
  read.set(program, judged);
  return judged;
}

/** Each unit may be asked for as often as there are others. */
const read = new WeakMap<Program, WaitScript>();

const UNCLEAR: WaitScript = { shape: 'unclear' };

/** What systemd does itself before it starts a command. */
const unescaped = (command: string) =>
  command
    .replace(/^\s*[-@!:|+]+/, '')
    .replace(/\$\$/g, '$')
    .replace(/%%/g, '%');

/** systemd has no pipes and no conditions, and finds a program without its folder nowhere. */
const isPlain = ({ shell }: Conditions) =>
  shell.tree.commands.every(
    ({ command, background }) =>
      command.type === 'Command' && background !== true && /[/$]/.test(command.name?.value ?? ''),
  );

/** What leaves a loop, a function or the script, and what is known then. */
interface Exit {
  readonly by: 'break' | 'continue' | 'return' | 'exit';
  readonly when: Outcome;
  readonly fails: boolean;
}

const WAITED: Outcome = { tells: 'there', hasWaited: true };

/** Follows a script, with what is known of the address at each place. */
class Walk {
  readonly #conditions: Conditions;
  readonly #programs = new Set<string>();
  readonly #calling = new Set<string>();
  #exits: Exit[] = [];
  /** What asks and does not wait. */
  #faults: string[] = [];
  #isUnclear = false;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  script(): WaitScript {
    const { shell, isShell } = this.#conditions;
    if (!isShell) return /tailscale/i.test(this.#conditions.text) ? UNCLEAR : { shape: 'nothing' };
    const waits = this.#waits(shell.tree);
    if (this.#conditions.isTooLong) return UNCLEAR;
    if (waits && shell.errors.length === 0)
      return {
        shape: 'waits',
        programs: shell.assigned.some(({ name }) => name === 'PATH')
          ? new Set([...this.#programs].filter((each) => each.startsWith('/')))
          : this.#programs,
      };
    const [why] = this.#faults;
    if (waits || this.#isUnclear || (shell.errors.length > 0 && why !== undefined)) return UNCLEAR;
    if (why !== undefined) return { shape: 'no wait', why };
    return this.#conditions.mentions(shell.tree) ? UNCLEAR : { shape: 'nothing' };
  }

  #waited(node: SyntaxNode, path: Outcome): Outcome {
    this.#collect(node);
    return both(path, WAITED);
  }

  /** With what it waits. */
  #collect(node: SyntaxNode): void {
    if (node.type === 'Command') {
      const name = this.#conditions.run(node).words[0]?.value ?? '';
      for (const each of [name, node.name?.value ?? ''])
        if (FOUND_BY_PATH.test(each) || OF_OTHER_SYSTEMS.test(each)) this.#programs.add(each);
      const body = this.#conditions.shell.functions.get(name);
      if (body !== undefined && !this.#calling.has(name)) {
        this.#calling.add(name);
        this.#collect(body);
        this.#calling.delete(name);
      }
    }
    forEachChild(node, (child) => {
      this.#collect(child);
    });
  }

  /** What is known at their end; undefined where it is never reached. */
  #all(statements: readonly Statement[], path: Outcome): Outcome | undefined {
    let at = path;
    for (const { command, background } of statements) {
      const next = background === true ? this.#inBackground(command, at) : this.#node(command, at);
      if (next === undefined) return undefined;
      at = next;
      this.#conditions.last = this.#conditions.of(command);
    }
    return at;
  }

  #inBackground(node: SyntaxNode, path: Outcome): Outcome {
    if (!this.#waits(node)) return path;
    // `wait` collects it.
    if (this.#conditions.has(this.#conditions.shell.tree, /^wait$/)) this.#isUnclear = true;
    else this.#faults.push('waits for the address in the background, and starts at once');
    return path;
  }

  /** Whether a process of its own ends well only after a wait. */
  #waits(node: SyntaxNode): boolean {
    const before = this.#exits;
    this.#exits = [];
    const end = this.#node(node, { tells: 'nothing' });
    const ends = [end, ...this.#exits.filter(({ fails }) => !fails).map(({ when }) => when)];
    this.#exits = before;
    const goesOn = ends.filter((each) => each !== undefined);
    const hasWaited = goesOn.some((each) => each.hasWaited === true);
    const waits = hasWaited && goesOn.every(({ tells }) => tells === 'there');
    if (hasWaited && !waits) this.#isUnclear = true;
    return waits;
  }

  #node(node: SyntaxNode, path: Outcome): Outcome | undefined {
    if (this.#conditions.isTooLong) return path;
    switch (node.type) {
      case 'Command':
        return this.#command(node, path);
      case 'AndOr': {
        const [start, ...others] = node.commands;
        if (start === undefined) return path;
        let at = this.#node(start, path);
        let before = this.#conditions.of(start);
        for (const [index, each] of others.entries()) {
          if (at === undefined) return undefined;
          const operator = node.operators[index] ?? '&&';
          const [when, otherwise] = operator === '&&' ? [before.yes, before.no] : [before.no, before.yes];
          const runs: Outcome = both(at, when);
          const isLeft: Outcome = both(at, otherwise);
          at = oneOf(when.tells === 'never' ? undefined : this.#node(each, runs), isLeft);
          before = joined(operator, before, this.#conditions.of(each));
        }
        return at;
      }
      case 'If':
        return this.#if(node, path);
      case 'While':
        return this.#loop(node, path, this.#conditions.ends(node.kind, node.clause));
      case 'For':
        return this.#loop(node, path, [rounds(roundsOf(node))]);
      case 'ArithmeticFor':
        return this.#loop(node, path, [rounds(Math.max(...[node.test, node.initialize].map(numberIn)))]);
      case 'Pipeline': {
        const [only, ...others] = node.commands;
        if (only !== undefined && others.length === 0) return this.#node(only, path);
        const faults = this.#faults.length;
        const waits = node.commands.map((each) => this.#waits(each)).includes(true);
        if (waits) return both(path, WAITED);
        this.#faults.length = faults;
        return this.#asks(node, path);
      }
      case 'Subshell':
        return this.#waits(node.body) ? both(path, WAITED) : path;
      case 'BraceGroup':
        return this.#all(node.body.commands, path);
      case 'Script':
      case 'CompoundList':
        return this.#all(node.commands, path);
      case 'Redirected':
        return this.#node(node.command, path);
      case 'Function':
        return path;
      default:
        if (this.#conditions.has(node, /^(?:exit|return|break|continue|exec)$/))
          this.#exits.push({ by: 'exit', when: { tells: 'unclear' }, fails: false });
        return this.#asks(node, path);
    }
  }

  /** What does not wait, and may ask. */
  #asks(node: SyntaxNode, path: Outcome): Outcome {
    const { yes, no } = this.#conditions.of(node);
    if (yes.tells === 'there' || no.tells === 'there' || this.#conditions.asksDaemon(node))
      this.#faults.push(ASKS_ONCE);
    else if (this.#conditions.mentions(node)) this.#isUnclear = true;
    return path;
  }

  #command(node: Command, path: Outcome): Outcome | undefined {
    const run = this.#conditions.run(node);
    const { program, args, seconds, wrapper } = run;
    switch (program) {
      case 'break':
      case 'continue':
        this.#exits.push({ by: program, when: path, fails: false });
        return undefined;
      case 'exit':
      case 'return': {
        const status = args[0]?.value ?? '0';
        const isKnown = /^\d+$/.test(status);
        this.#exits.push({
          by: program,
          when: isKnown ? path : { tells: 'unclear' },
          fails: isKnown && Number(status) > 0,
        });
        return undefined;
      }
      default: {
        const after = this.#running(node, run, path);
        const isTooShort =
          after?.hasWaited === true &&
          path.hasWaited !== true &&
          seconds !== undefined &&
          seconds < SHORTEST_S;
        const at = isTooShort ? { ...path, tells: 'unclear' as const, hasWaited: true } : after;
        if (wrapper !== 'exec' || at === undefined) return at;
        this.#exits.push({ by: 'exit', when: at, fails: false });
        return undefined;
      }
    }
  }

  #running(node: Command, run: Run, path: Outcome): Outcome | undefined {
    const { program, args } = run;
    const values = args.map(({ value }) => value);
    if (program === 'tailscale' && values.find((value) => !value.startsWith('-')) === 'wait') {
      const [, limit] = /--?timeout[= ](\S*)/.exec(values.join(' ')) ?? [];
      if (limit === undefined || (secondsIn(limit) ?? 0) >= SHORTEST_S) return this.#waited(node, path);
      this.#isUnclear = true;
      return path;
    }
    if (program === 'systemd-networkd-wait-online' && /tailscale0/.test(values.join(' '))) {
      // Any other state it has with the local address, which comes with the interface.
      if (/routable/.test(values.join(' '))) return both(path, WAITED);
      this.#isUnclear = true;
      return path;
    }
    const inner = this.#conditions.inner(run);
    if (inner === undefined) return this.#asks(node, path);
    if (inner === 'cannot run') {
      this.#faults.push(
        'names a script that cannot be run: a folder, a text, or a file without the permission to be executed',
      );
      return path;
    }
    if (!(inner instanceof Conditions)) return this.#call(program, inner, path);
    const judged = new Walk(inner).script();
    if (judged.shape === 'unclear') this.#isUnclear = true;
    if (judged.shape === 'no wait') this.#faults.push(judged.why);
    if (judged.shape !== 'waits') return path;
    for (const each of judged.programs) this.#programs.add(each);
    const [, interpreter = ''] = isShell(program) ? [] : (SHEBANG.exec(inner.text) ?? []);
    if (OF_OTHER_SYSTEMS.test(interpreter)) this.#programs.add(interpreter);
    return this.#waited(node, path);
  }

  #call(name: string, body: SyntaxNode, path: Outcome): Outcome | undefined {
    if (this.#calling.has(name)) return path;
    const before = this.#exits;
    this.#exits = [];
    this.#calling.add(name);
    const end = this.#node(body, path);
    this.#calling.delete(name);
    const returns = this.#exits.filter(({ by }) => by === 'return').map(({ when }) => when);
    this.#exits = [...before, ...this.#exits.filter(({ by }) => by !== 'return')];
    return returns.reduce<Outcome | undefined>((a, b) => oneOf(a, b), end);
  }

  #if(
    { clause, then, elif, else: otherwise }: Pick<If, 'clause' | 'then' | 'elif' | 'else'>,
    path: Outcome,
  ): Outcome | undefined {
    const branches = [
      { clause, body: then },
      ...elif.map((each) => ({ clause: each.clause, body: each.then })),
    ];
    let below: Outcome | undefined = path;
    let after: Outcome | undefined;
    for (const { clause: asked, body } of branches) {
      if (below === undefined) return after;
      const at = this.#node(asked, below);
      const { yes, no } = this.#conditions.of(asked);
      if (at === undefined) return after;
      if (yes.tells !== 'never') after = oneOf(after, this.#all(body.commands, both(at, yes)));
      below = no.tells === 'never' ? undefined : both(at, no);
    }
    if (below === undefined) return after;
    return oneOf(after, otherwise === undefined ? below : this.#all(otherwise.commands, below));
  }

  // Loops

  #loop(
    node: SyntaxNode & { readonly body: CompoundList },
    path: Outcome,
    ends: readonly Verdict[],
  ): Outcome {
    const [exitsBefore, faultsBefore, wasUnclear] = [this.#exits, this.#faults, this.#isUnclear];
    [this.#exits, this.#faults] = [[], []];
    const end = this.#all(node.body.commands, { tells: 'nothing' });
    const inside = this.#exits;
    [this.#exits, this.#faults, this.#isUnclear] = [exitsBefore, faultsBefore, wasUnclear];
    const judged = this.#loopOf(node, ends, inside, end);
    const waits = judged === 'waits';
    this.#exits.push(
      ...inside
        .filter(({ by }) => by === 'exit' || by === 'return')
        .map((exit) => (waits && !exit.fails ? { ...exit, when: WAITED } : exit)),
    );
    if (waits) return this.#waited(node, path);
    if (judged === 'unclear') this.#isUnclear = true;
    else if (judged !== 'nothing') this.#faults.push(judged);
    return path;
  }

  /** Whether it waits, or why not. */
  #loopOf(node: SyntaxNode, ends: readonly Verdict[], inside: readonly Exit[], end: Outcome | undefined) {
    const natural = ends.filter(({ yes }) => yes.tells !== 'never').map(({ yes }) => yes);
    if (!this.#conditions.mentions(node) && natural.every(({ tells }) => tells === 'nothing'))
      return 'nothing';
    const isOneRound = end === undefined && !inside.some(({ by }) => by === 'continue');
    if (isOneRound || ends.some(({ no }) => no.tells === 'never'))
      return 'leaves its loop at once, whether the address exists or not';
    if (node.type === 'For' && natural[0]?.limit?.count === 1) return 'asks in a loop with only one round';
    const exits = [
      ...natural.map((when) => ({ when, fails: false })),
      ...inside.filter(({ by }) => by !== 'continue'),
    ];
    const pause = this.#pauseIn(node);
    const isThere = ({ when, fails }: Pick<Exit, 'when' | 'fails'>) => when.tells === 'there' && !fails;
    const isGivenUp = ({ when: { tells, limit }, fails }: Pick<Exit, 'when' | 'fails'>) => {
      const isLong = limit !== undefined && limit.count * (limit.isSeconds ? 1 : pause) >= SHORTEST_S;
      return fails
        ? tells !== 'there' && (isLong || (limit?.count ?? 0) === 0)
        : tells === 'nothing' && isLong;
    };
    if (exits.some(isThere))
      return exits.every((each) => isThere(each) || isGivenUp(each)) ? 'waits' : 'unclear';
    if (exits.some(({ when }) => when.tells === 'unclear')) return 'unclear';
    if (natural.some(({ tells }) => tells === 'not there'))
      return 'repeats its loop while the address exists, instead of until it exists';
    if (exits.some(({ when, fails }) => when.tells === 'not there' && !fails))
      return 'leaves its loop when the address does not exist, and not when it does';
    return exits.every(({ when }) => when.limit !== undefined) && this.#conditions.asksDaemon(node)
      ? 'asks in a loop that does not end when the address exists'
      : 'unclear';
  }

  /** The seconds that a round takes at least. */
  #pauseIn(node: SyntaxNode): number {
    if (node.type === 'Command') {
      const { program, args } = this.#conditions.run(node);
      return program === 'sleep' ? (secondsIn(this.#conditions.whole(args[0])) ?? 0) : 0;
    }
    const inside = [0];
    forEachChild(node, (child) => {
      inside.push(this.#pauseIn(child));
    });
    return node.type === 'If' ? Math.max(...inside) : inside.reduce((sum, each) => sum + each, 0);
  }
}

/** How often it repeats; 0 where that is not known. */
function roundsOf({ wordlist = [] }: For): number {
  const [{ value } = { value: '' }] = wordlist;
  const counted = /^(?:\$\(|`)seq (?:1 ){0,2}(\d+)[)`]$|^\{0*1\.\.0*(\d+)\}$/.exec(value);
  if (wordlist.length === 1 && counted !== null) return Number(counted[1] ?? counted[2]);
  return wordlist.every((word) => /^[\w.-]+$/.test(word.value)) ? wordlist.length : 0;
}

const rounds = (count: number): Verdict => ({
  yes: { tells: 'nothing', limit: { count, isSeconds: false } },
  no: { tells: 'nothing' },
});

/** `60` of `i < 60`. */
function numberIn(expression: ArithmeticExpression | undefined): number {
  if (expression?.type !== 'ArithmeticBinary' || expression.right.type !== 'ArithmeticWord') return 0;
  return Number(expression.right.value) || 0;
}
