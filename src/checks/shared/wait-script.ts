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
  substituted,
  type Verdict,
} from './wait-conditions.ts';

export type WaitScript =
  /** It does not ask at all. */
  | { readonly shape: 'nothing' }
  | {
      readonly shape: 'waits';
      /** Those that it finds by the PATH of its unit, and those in folders that NixOS does not have. */
      readonly programs: ReadonlySet<string>;
      /** What it sleeps in any case. */
      readonly sleepsS: number;
    }
  /** What is wrong with it, after the name of the unit. */
  | {
      readonly shape: 'no wait';
      readonly why: string;
      /** Where another wait behind it would not help. */
      readonly fix?: string | undefined;
    }
  | { readonly shape: 'unclear' };

/** Shorter, it ends before Tailscale has its address. */
export const SHORTEST_S = 15;
/** Of the programs with which a script may ask: those that no unit of NixOS has in its PATH. */
const FOUND_BY_PATH = /^(?:tailscale|ip|ifconfig|hostname|jq|ping|awk|sh|bash)$/;

/** NixOS has no other program in these folders. */
const OF_OTHER_SYSTEMS = /^\/(?:usr\/(?:local\/)?)?s?bin\/(?!sh$)(?!env$)/;
const SHEBANG = /^#!\s*(\S+)(.*)/;

const ASKS_ONCE = 'asks tailscale once before it starts, and does not retry';
const FAILS_AT_ONCE = 'fails at once when the address does not exist, instead of waiting';
const ASKS_BEFORE = 'asks once before its loop, and never again in it';
const ENDS_BEFORE = 'ends before it reaches its wait';
const UNSET_VARIABLE = 'ends at once: its loop reads a variable that is not set yet, which set -u forbids';
const FIXES: ReadonlyMap<string, string> = new Map([
  [FAILS_AT_ONCE, 'Remove the command that fails before its loop has waited, or add || true behind it.'],
  [ASKS_BEFORE, 'Ask again in each round of the loop: until tailscale ip -4; do sleep 1; done'],
  [UNSET_VARIABLE, 'Set the variable to "" before the loop.'],
]);

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

/** It fails because the address does not exist, and has not waited. */
const isFailure = ({ fails, when }: Pick<Exit, 'when' | 'fails'>) =>
  fails && when.tells === 'not there' && when.limit === undefined && when.hasWaited !== true;
const mayBeFailure = ({ fails, when }: Exit) =>
  fails && when.tells === 'unclear' && when.limit === undefined && when.hasWaited !== true;
const isAtOnce = (exit: Pick<Exit, 'when' | 'fails'>) => isFailure(exit) && exit.when.isUnsure !== true;

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
  /** The seconds that scripts which it runs sleep in any case. */
  #sleeps = 0;
  /** `set -e`, `set -u`, `set -o pipefail`. */
  #stops: { readonly onFailure: boolean; readonly onUnset: boolean; readonly onPipe: boolean };
  /** A condition: a failure in it ends nothing. */
  #isCondition = false;

  /** @param options those of the shell that runs it: `-e` of `sh -ec` */
  constructor(conditions: Conditions, options: readonly string[] = []) {
    this.#conditions = conditions;
    const [, , given = ''] = SHEBANG.exec(conditions.text) ?? [];
    const set = optionsIn([...given.split(/\s+/), ...options]);
    this.#stops = {
      onFailure: set.onFailure ?? false,
      onUnset: set.onUnset ?? false,
      onPipe: set.onPipe ?? false,
    };
  }

  script(): WaitScript {
    const { shell, isShell } = this.#conditions;
    if (!isShell) return /tailscale/i.test(this.#conditions.text) ? UNCLEAR : { shape: 'nothing' };
    const waits = this.#waits(shell.tree);
    if (this.#conditions.isTooLong) return UNCLEAR;
    if (waits && shell.errors.length === 0)
      return {
        shape: 'waits',
        sleepsS: this.#sleeps + this.#sleptIn(shell.tree),
        programs: shell.assigned.some(({ name }) => name === 'PATH')
          ? new Set([...this.#programs].filter((each) => each.startsWith('/')))
          : this.#programs,
      };
    const why = this.#faults.find((each) => each !== ASKS_ONCE) ?? this.#faults[0];
    if (waits || this.#isUnclear || (shell.errors.length > 0 && why !== undefined)) return UNCLEAR;
    if (why !== undefined) return { shape: 'no wait', why, fix: FIXES.get(why) };
    return this.#conditions.mentions(shell.tree) ? UNCLEAR : { shape: 'nothing' };
  }

  #sleptIn({ commands }: Pick<CompoundList, 'commands'>): number {
    const sleeps = commands
      .filter(({ command }) => command.type === 'Command')
      .map((each) => this.#pauseIn(each));
    return sleeps.reduce((sum, each) => sum + each, 0);
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
    for (const [index, { command, background }] of statements.entries()) {
      const next = background === true ? this.#inBackground(command, at) : this.#node(command, at);
      const then = next === undefined || background === true ? next : this.#unlessItStops(command, next);
      if (then === undefined) {
        const rest = statements.slice(index + 1);
        if (at.hasWaited !== true && rest.some((each) => this.#conditions.mentions(each)))
          this.#faults.push(ENDS_BEFORE);
        return undefined;
      }
      at = then;
      this.#conditions.last = this.#conditions.of(command);
    }
    return at;
  }

  /** With `set -e`, a command that fails ends the script; one that is only a condition does not. */
  #unlessItStops(node: SyntaxNode, path: Outcome): Outcome | undefined {
    if (!this.#stops.onFailure || this.#isCondition) return path;
    const decides = node.type === 'AndOr' ? node.commands.at(-1) : node;
    if (
      decides === undefined ||
      !/^(?:Command|Subshell|Pipeline|TestCommand|ArithmeticCommand)$/.test(decides.type)
    )
      return path;
    if (decides.type === 'Pipeline' && decides.prefixes.some(({ type }) => type === 'Negation')) return path;
    const { yes, no } = this.#stops.onPipe
      ? this.#conditions.withPipefail(decides)
      : this.#conditions.of(decides);
    if (yes.tells === 'never' || this.#conditions.isZeroAtFirst(decides)) {
      if (node.type === 'AndOr') return path;
      this.#exits.push({ by: 'exit', when: both(path, { tells: 'not there' }), fails: true });
      return undefined;
    }
    const mayFail = no.tells === 'not there' || (no.tells === 'unclear' && this.#conditions.mayFail(decides));
    if (!mayFail || path.tells === 'there') return path;
    this.#exits.push({ by: 'exit', when: both(path, no), fails: true });
    return node.type === 'AndOr' || no.tells === 'unclear' ? path : both(path, yes);
  }

  /** As part of a condition, in which a failure ends nothing. */
  #tested<T>(judge: () => T): T {
    const before = this.#isCondition;
    this.#isCondition = true;
    const told = judge();
    this.#isCondition = before;
    return told;
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
    const [before, stops] = [this.#exits, this.#stops];
    this.#exits = [];
    const end = this.#node(node, { tells: 'nothing' });
    const ends = [end, ...this.#exits.filter(({ fails }) => !fails).map(({ when }) => when)];
    const failing = this.#exits.filter((exit) => isFailure(exit) || mayBeFailure(exit));
    [this.#exits, this.#stops] = [before, stops];
    const goesOn = ends.filter((each) => each !== undefined);
    const hasWaited = goesOn.some((each) => each.hasWaited === true);
    if (failing.some(isAtOnce)) {
      if (hasWaited) this.#faults.push(FAILS_AT_ONCE);
      return false;
    }
    const waits = hasWaited && failing.length === 0 && goesOn.every(({ tells }) => tells === 'there');
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
        let at = this.#tested(() => this.#node(start, path));
        let before = this.#conditions.of(start);
        for (const [index, each] of others.entries()) {
          if (at === undefined) return undefined;
          const operator = node.operators[index] ?? '&&';
          const [when, otherwise] = operator === '&&' ? [before.yes, before.no] : [before.no, before.yes];
          const runs = both(at, when);
          const isLeft: Outcome = both(at, otherwise);
          const judge = () => (when.tells === 'never' ? undefined : this.#node(each, runs));
          at = oneOf(index < others.length - 1 ? this.#tested(judge) : judge(), isLeft);
          before = joined(operator, before, this.#conditions.of(each));
        }
        return at;
      }
      case 'If':
        return this.#if(node, path);
      case 'While':
        return this.#loop(node, path, () => this.#conditions.ends(node.kind, node.clause));
      case 'For':
        return this.#loop(node, path, () => [rounds(roundsOf(node))]);
      case 'ArithmeticFor':
        return this.#loop(node, path, () => [
          rounds(Math.max(...[node.test, node.initialize].map(numberIn))),
        ]);
      case 'Pipeline': {
        const [only, ...others] = node.commands;
        if (only !== undefined && others.length === 0)
          return node.prefixes.some(({ type }) => type === 'Negation')
            ? this.#tested(() => this.#node(only, path))
            : this.#node(only, path);
        const [faults, wasUnclear] = [this.#faults.length, this.#isUnclear];
        const waits = node.commands.map((each) => this.#waits(each)).includes(true);
        if (waits) return both(path, WAITED);
        this.#faults.length = faults;
        this.#isUnclear = wasUnclear;
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
        this.#exits.push(
          /^[2-9]/.test(args[0]?.value ?? '')
            ? { by: 'exit', when: { tells: 'unclear' }, fails: false }
            : { by: program, when: path, fails: false },
        );
        return undefined;
      case 'set':
        this.#stops = { ...this.#stops, ...optionsIn(args.map(({ value }) => value)) };
        return path;
      case 'exit':
      case 'return': {
        // Outside of a function it is an error, and the script goes on.
        if (program === 'return' && this.#calling.size === 0) this.#isUnclear = true;
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
    const substitution = run.words.length === 0 ? substituted(node) : undefined;
    if (substitution !== undefined && this.#waits(substitution)) return this.#waited(node, path);
    const inner = this.#conditions.inner(run);
    if (inner === undefined) return this.#asks(node, path);
    if (inner === 'cannot run') {
      this.#faults.push(
        'names a script that cannot be run: a folder, a text, or a file without the permission to be executed',
      );
      return path;
    }
    if (!(inner instanceof Conditions)) return this.#call(program, inner, path);
    const options = isShell(program)
      ? values.slice(
          0,
          values.findIndex((each) => !/^[-+]/.test(each)),
        )
      : [];
    const judged = new Walk(inner, options).script();
    if (judged.shape === 'unclear') this.#isUnclear = true;
    if (judged.shape === 'no wait') this.#faults.push(judged.why);
    if (judged.shape !== 'waits') return path;
    for (const each of judged.programs) this.#programs.add(each);
    this.#sleeps += judged.sleepsS;
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
      const from: Outcome = below;
      const at = this.#tested(() => this.#node(asked, from));
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
    endsOf: () => readonly Verdict[],
  ): Outcome | undefined {
    if (this.#stops.onUnset && this.#conditions.isUnset(node)) {
      this.#faults.push(UNSET_VARIABLE);
      this.#exits.push({ by: 'exit', when: both(path, { tells: 'not there' }), fails: true });
      return undefined;
    }
    const [exitsBefore, faultsBefore, wasUnclear] = [this.#exits, this.#faults, this.#isUnclear];
    [this.#exits, this.#faults] = [[], []];
    const { told, isStale } = this.#conditions.inLoop(node, () => ({
      end: this.#all(node.body.commands, { tells: 'nothing' }),
      ends: endsOf(),
    }));
    const inside = this.#exits;
    [this.#exits, this.#faults, this.#isUnclear] = [exitsBefore, faultsBefore, wasUnclear];
    const judged = this.#loopOf(node, { ...told, inside, isStale });
    const waits = judged === 'waits';
    this.#exits.push(
      ...inside
        .filter(({ by }) => by === 'exit' || by === 'return')
        .map((exit) =>
          waits ? { ...exit, when: exit.fails ? { ...exit.when, hasWaited: true } : WAITED } : exit,
        ),
    );
    if (waits) return this.#waited(node, path);
    if (judged === 'unclear') this.#isUnclear = true;
    else if (judged !== 'nothing') this.#faults.push(judged);
    return path;
  }

  /** Whether it waits, or why not. */
  #loopOf(node: SyntaxNode, { ends, end, inside, isStale }: Rounds) {
    const natural = ends.filter(({ yes }) => yes.tells !== 'never').map(({ yes }) => yes);
    const exits = [
      ...natural.map((when) => ({ when, fails: false })),
      ...inside.filter(({ by }) => by !== 'continue'),
    ];
    if (isStale && !exits.some(isThere)) return ASKS_BEFORE;
    if (!this.#conditions.mentions(node) && natural.every(({ tells }) => tells === 'nothing'))
      return 'nothing';
    if (exits.some(isAtOnce)) return FAILS_AT_ONCE;
    const isOneRound = end === undefined && !inside.some(({ by }) => by === 'continue');
    if (isOneRound || ends.some(({ no }) => no.tells === 'never'))
      return 'leaves its loop at once, whether the address exists or not';
    if (node.type === 'For' && natural[0]?.limit?.count === 1) return 'asks in a loop with only one round';
    const pause = this.#pauseIn(node);
    const isGivenUp = ({ when: { tells, limit }, fails }: Pick<Exit, 'when' | 'fails'>) => {
      const isLong = limit !== undefined && limit.count * (limit.isSeconds ? 1 : pause) >= SHORTEST_S;
      return fails
        ? tells !== 'there' && (isLong || (limit?.count ?? 0) === 0)
        : tells === 'nothing' && isLong;
    };
    if (exits.some(isThere)) {
      if (exits.every((each) => isThere(each) || isGivenUp(each))) return 'waits';
      const rounds = natural[0]?.limit;
      return pause === 0 && rounds?.isSeconds === false && rounds.count > 0 && this.#conditions.isQuick(node)
        ? `does not pause while the address does not exist: its ${rounds.count} rounds end within moments`
        : 'unclear';
    }
    if (exits.some(({ when }) => when.tells === 'unclear')) return 'unclear';
    if (natural.some(({ tells }) => tells === 'not there'))
      return 'repeats its loop while the address exists, instead of until it exists';
    if (exits.some(({ when, fails }) => when.tells === 'not there' && !fails))
      return 'leaves its loop when the address does not exist, and not when it does';
    const isPlain = this.#conditions.asksDaemon(node) && !this.#conditions.branchesOn(node);
    return exits.every(({ when: { limit } }) => limit !== undefined && limit.count > 0) && isPlain
      ? 'asks in a loop that does not end when the address exists'
      : 'unclear';
  }

  /** The seconds that a round takes at least, in which the address does not exist. */
  #pauseIn(node: SyntaxNode): number {
    switch (node.type) {
      case 'Command': {
        const { program, args } = this.#conditions.run(node);
        return program === 'sleep' ? (secondsIn(this.#conditions.whole(args[0])) ?? 0) : 0;
      }
      case 'AndOr': {
        const [start, ...others] = node.commands;
        if (start === undefined) return 0;
        let before = this.#conditions.of(start);
        let sum = this.#pauseIn(start);
        for (const [index, each] of others.entries()) {
          const operator = node.operators[index] ?? '&&';
          if (isOpenTo(operator === '&&' ? before.yes : before.no)) sum += this.#pauseIn(each);
          before = joined(operator, before, this.#conditions.of(each));
        }
        return sum;
      }
      case 'If':
        return this.#pauseInIf(node);
      default: {
        let sum = 0;
        forEachChild(node, (child) => {
          sum += this.#pauseIn(child);
        });
        return sum;
      }
    }
  }

  #pauseInIf({ clause, then, elif, else: otherwise }: If): number {
    let asking = 0;
    const inside = [0];
    for (const each of [{ clause, then }, ...elif]) {
      const { yes, no } = this.#conditions.of(each.clause);
      asking += this.#pauseIn(each.clause);
      if (isOpenTo(yes)) inside.push(this.#pauseIn(each.then));
      if (!isOpenTo(no)) return asking + Math.max(...inside);
    }
    if (otherwise !== undefined) inside.push(this.#pauseIn(otherwise));
    return asking + Math.max(...inside);
  }
}

/** What is known of the rounds of a loop. */
interface Rounds {
  readonly ends: readonly Verdict[];
  /** After its body; undefined where that is never reached. */
  readonly end: Outcome | undefined;
  /** What leaves it in its body. */
  readonly inside: readonly Exit[];
  /** It tests what was asked before it. */
  readonly isStale: boolean;
}

const isThere = ({ when, fails }: Pick<Exit, 'when' | 'fails'>) => when.tells === 'there' && !fails;

/** It may come about while the address does not exist. */
const isOpenTo = ({ tells }: Outcome) => tells !== 'there' && tells !== 'never';

/** `-euo pipefail`, `+e`: what a shell ends at, as far as its options say. */
function optionsIn(words: readonly string[]) {
  const found: { onFailure?: boolean; onUnset?: boolean; onPipe?: boolean } = {};
  for (const [index, word] of words.entries()) {
    const isOn = words[index - 1]?.startsWith('+') !== true;
    if (/^[-+]\w*e/.test(word)) found.onFailure = word.startsWith('-');
    if (/^[-+]\w*u/.test(word)) found.onUnset = word.startsWith('-');
    if (word === 'errexit') found.onFailure = isOn;
    if (word === 'pipefail') found.onPipe = isOn;
    if (word === 'nounset') found.onUnset = isOn;
  }
  return found;
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
