import {
  type ArithmeticExpression,
  type Command,
  type CompoundList,
  type For,
  forEachChild,
  type Statement,
  type SyntaxNode,
} from 'unbash';
import type { Program } from '../../facts/config/text.ts';
import {
  both,
  Conditions,
  contains,
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
      readonly shape: 'waits' /** Programs that it finds by the PATH of its unit. */;
      readonly programs: ReadonlySet<string>;
    }
  /** What is wrong with it, after the name of the unit. */
  | { readonly shape: 'no wait'; readonly why: string }
  | { readonly shape: 'unclear' };

/** Of the programs with which a script may ask: those that no unit of NixOS has in its PATH. */
const FOUND_BY_PATH = /^(?:tailscale|ip|ifconfig|hostname|jq|ping|awk)$/;

/** Shorter, it ends before Tailscale has its address. */
const SHORTEST_S = 15;
const ASKS_ONCE = 'asks tailscale once before it starts, and does not retry';
const AT_ONCE = 'leaves its loop at once, whether the address exists or not';
const IN_BACKGROUND = 'waits for the address in the background, and starts at once';

/**
 * Whether a script, or a command of systemd, goes on only when Tailscale has its address: a statement that always runs waits
 * for it. What is not understood is never taken for a wait, nor for none.
 */
export function waitScript({ text, scripts }: Program, isCommand = false): WaitScript {
  const conditions = new Conditions(isCommand ? unescaped(text) : text, scripts);
  if (!conditions.isShell) return { shape: /tailscale/i.test(text) ? 'unclear' : 'nothing' };
  const walk = new Walk(conditions);
  const { does, why } = walk.script();
  if (does === 'no wait') return { shape: does, why: why ?? ASKS_ONCE };
  if (does !== 'waits') return { shape: does };
  return isCommand && !isPlain(conditions) ? { shape: 'unclear' } : { shape: does, programs: walk.programs };
}

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

/** What a statement is for the address. */
interface Step {
  readonly does: WaitScript['shape'];
  readonly why?: string | undefined;
  /** Afterwards nothing else of the script runs: always, or where some condition holds. */
  readonly leaves?: 'always' | 'maybe' | undefined;
  /** It then fails: what comes next does not start. */
  readonly fails?: boolean;
}

const NOTHING: Step = { does: 'nothing' };
const UNCLEAR: Step = { does: 'unclear' };
const noWait = (why: string): Step => ({ does: 'no wait', why });
const ORDER = ['waits', 'unclear', 'no wait', 'nothing'] as const;

const best = (steps: readonly Step[]): Step => {
  const does = ORDER.find((each) => steps.some((step) => step.does === each)) ?? 'nothing';
  return { does, why: steps.find((step) => step.does === does)?.why };
};
/** As part of something else it may not run. */
const mayRun = ({ does, why }: Step): Step => (does === 'waits' ? UNCLEAR : { does, why });

/** What leaves a loop, and what is known then. */
interface Exit {
  readonly when: Outcome;
  readonly fails: boolean;
}

class Walk {
  readonly programs = new Set<string>();
  readonly #conditions: Conditions;
  readonly #calling = new Set<string>();

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  script(): Step {
    const { shell } = this.#conditions;
    const step = this.#all(shell.tree.commands);
    if (step.does === 'nothing' && this.#conditions.mentions(shell.tree)) return UNCLEAR;
    for (const { words } of shell.commands) {
      const name = words[0]?.value ?? '';
      if (FOUND_BY_PATH.test(name)) this.programs.add(name);
    }
    if (shell.assigned.some(({ name }) => name === 'PATH')) this.programs.clear();
    return shell.errors.length > 0 && step.does !== 'nothing' ? UNCLEAR : step;
  }

  #all(statements: readonly Statement[]): Step {
    const steps: Step[] = [];
    let leaves: Step['leaves'];
    let fails = false;
    const collects = statements.some((each) => contains(each, /^wait$/));
    for (const statement of statements) {
      const step = this.#step(statement);
      const isBackground = step.why === IN_BACKGROUND && collects;
      steps.push(leaves !== undefined || isBackground ? mayRun(isBackground ? UNCLEAR : step) : step);
      this.#conditions.last = this.#conditions.of(statement);
      if (step.leaves !== undefined && !(step.leaves === 'maybe' && step.fails === true))
        leaves = step.leaves;
      fails = step.fails === true;
      if (step.leaves === 'always') break;
    }
    return { ...best(steps), leaves, fails };
  }

  #step(node: SyntaxNode): Step {
    switch (node.type) {
      case 'Statement': {
        const step = this.#step(node.command);
        if (node.background !== true) return step;
        return step.does === 'waits' ? noWait(IN_BACKGROUND) : mayRun(step);
      }
      case 'Command':
        return this.#command(node);
      case 'AndOr': {
        const [start, ...others] = node.commands;
        if (start === undefined) return NOTHING;
        const steps = [this.#step(start)];
        let leaves: Step['leaves'];
        let before = this.#conditions.of(start);
        for (const [index, each] of others.entries()) {
          const operator = node.operators[index] ?? '&&';
          const step = this.#step(each);
          const when = operator === '&&' ? before.yes : before.no;
          const otherwise = operator === '&&' ? before.no : before.yes;
          const isPassedOver = otherwise.tells !== 'never' && otherwise.tells !== 'there';
          if (when.tells !== 'never') steps.push(isPassedOver ? mayRun(step) : step);
          if (step.leaves !== undefined && step.fails !== true && when.tells !== 'there') leaves = 'maybe';
          before = joined(operator, before, this.#conditions.of(each));
        }
        return { ...best(steps), leaves: steps[0]?.leaves ?? leaves };
      }
      case 'Pipeline': {
        const steps = node.commands.map((each) => this.#step(each));
        const [only] = steps;
        if (steps.length === 1 && only !== undefined) return only;
        const { does } = best(steps);
        if (does === 'waits') return { does };
        return this.#asks(node);
      }
      case 'If':
        return this.#if(node.clause, node.then, node.elif, node.else);
      case 'While':
        return this.#loop(node, node.body, this.#conditions.ends(node.kind, node.clause));
      case 'For':
        return this.#loop(node, node.body, [rounds(this.#rounds(node))]);
      case 'ArithmeticFor':
        return this.#loop(node, node.body, [rounds(Math.max(...[node.test, node.initialize].map(numberIn)))]);
      case 'Subshell': {
        const { does, why } = this.#all(node.body.commands);
        return { does, why };
      }
      case 'BraceGroup':
        return this.#all(node.body.commands);
      case 'CompoundList':
        return this.#all(node.commands);
      case 'Redirected':
        return this.#step(node.command);
      case 'Function':
        return NOTHING;
      default:
        return {
          ...this.#asks(node),
          ...(contains(node, /^(?:exit|return|exec)$/) ? { leaves: 'maybe' as const } : {}),
        };
    }
  }

  /** Of what does not wait: whether it asks. */
  #asks(node: SyntaxNode): Step {
    const { yes, no } = this.#conditions.of(node);
    if (yes.tells === 'there' || no.tells === 'there') return noWait(ASKS_ONCE);
    if (this.#conditions.asksDaemon(node)) return noWait(ASKS_ONCE);
    return this.#conditions.mentions(node) ? UNCLEAR : NOTHING;
  }

  #command(node: Command): Step {
    const run = this.#conditions.run(node);
    const { program, args, seconds, wrapper } = run;
    if (program === 'exit' || program === 'return')
      return { does: 'nothing', leaves: 'always', fails: /^[1-9]/.test(args[0]?.value ?? '') };
    const step = this.#bounded(this.#running(node, run), seconds);
    return wrapper === 'exec' ? { ...step, leaves: 'always' } : step;
  }

  #bounded(step: Step, seconds: number | undefined): Step {
    return step.does === 'waits' && seconds !== undefined && seconds < SHORTEST_S ? UNCLEAR : step;
  }

  #running(node: Command, run: Run): Step {
    const { program, args } = run;
    const values = args.map(({ value }) => value);
    const optionOf = (name: string) =>
      values.flatMap((value, index) => {
        const [, own = '', given] = /^--?([\w-]+)(?:=(.*))?$/.exec(value) ?? [];
        return own === name ? [given ?? values[index + 1] ?? ''] : [];
      })[0];
    if (program === 'tailscale' && values.find((value) => !value.startsWith('-')) === 'wait') {
      const limit = optionOf('timeout');
      return this.#bounded({ does: 'waits' }, limit === undefined ? undefined : (secondsIn(limit) ?? 0));
    }
    if (program === 'systemd-networkd-wait-online') {
      const isOfInterface = values.some((value) => /tailscale0/.test(value));
      // Any other state it has before it has the address: a local one comes with the interface.
      const isRoutable = values.some((value) => /routable/.test(value));
      if (isOfInterface) return isRoutable ? { does: 'waits' } : UNCLEAR;
    }
    const inner = this.#conditions.inner(run);
    if (inner === undefined) return this.#asks(node);
    if (inner === 'cannot run')
      return noWait(
        'names a script that systemd cannot run: what it names is a folder, or is not executable',
      );
    if (inner instanceof Conditions) {
      if (!inner.isShell) return UNCLEAR;
      const walk = new Walk(inner);
      const { does, why } = walk.script();
      for (const each of walk.programs) this.programs.add(each);
      return { does, why };
    }
    if (this.#calling.has(program)) return UNCLEAR;
    this.#calling.add(program);
    const { does, why, leaves } = this.#step(inner);
    this.#calling.delete(program);
    return {
      does,
      why,
      ...(leaves !== undefined && contains(inner, /^exit$/) ? { leaves: 'maybe' as const } : {}),
    };
  }

  #if(
    clause: CompoundList,
    then: CompoundList,
    [elif, ...elifs]: readonly { readonly clause: CompoundList; readonly then: CompoundList }[],
    otherwise: CompoundList | undefined,
  ): Step {
    const asked = this.#step(clause);
    const { yes, no } = this.#conditions.of(clause);
    const last =
      elif === undefined
        ? otherwise === undefined
          ? NOTHING
          : this.#step(otherwise)
        : this.#if(elif.clause, elif.then, elifs, otherwise);
    const branches = [
      { step: this.#step(then), when: yes },
      { step: last, when: no },
    ].filter(({ when }) => when.tells !== 'never');
    const goesOn = branches.filter(
      ({ step, when }) => when.tells !== 'there' && !(step.leaves === 'always' && step.fails === true),
    );
    const steps = branches.map(({ step }) => step);
    const isWait =
      asked.does === 'waits' ||
      (steps.some(({ does }) => does === 'waits') && goesOn.every(({ step }) => step.does === 'waits'));
    const others = best(steps.map(mayRun));
    const leaving = goesOn.filter(({ step }) => step.leaves !== undefined && step.fails !== true);
    const all = steps.length > 0 && steps.every(({ leaves }) => leaves === 'always');
    return {
      ...(isWait ? { does: 'waits' as const } : best([others, this.#asks(clause)])),
      leaves: all ? 'always' : leaving.length > 0 ? 'maybe' : undefined,
    };
  }

  // Loops

  #loop(node: SyntaxNode, body: CompoundList, ends: readonly Verdict[]): Step {
    const natural = ends.filter(({ yes }) => yes.tells !== 'never').map(({ yes }) => yes);
    if (!this.#conditions.mentions(node) && natural.every(({ tells }) => tells === 'nothing'))
      return contains(node, /^(?:exit|return|exec)$/) ? { does: 'nothing', leaves: 'maybe' } : NOTHING;
    const round = new Round(this.#conditions);
    const end = round.walk(body.commands, { tells: 'nothing' });
    if ((end === undefined && !round.continues) || ends.some(({ no }) => no.tells === 'never'))
      return noWait(AT_ONCE);
    if (node.type === 'For' && natural[0]?.limit?.count === 1)
      return noWait('asks in a loop with only one round');
    const exits = [...natural.map((when) => ({ when, fails: false })), ...round.exits];
    const pause = this.#pauseIn(node);
    const isThere = ({ when, fails }: Exit) => when.tells === 'there' && !fails;
    const isGivenUp = ({ when: { tells, limit }, fails }: Exit) => {
      const isLong = limit !== undefined && limit.count * (limit.isSeconds ? 1 : pause) >= SHORTEST_S;
      return fails
        ? tells !== 'there' && (isLong || (limit?.count ?? 0) === 0)
        : tells === 'nothing' && isLong;
    };
    if (exits.some(isThere))
      return exits.every((each) => isThere(each) || isGivenUp(each)) ? { does: 'waits' } : UNCLEAR;
    if (exits.some(({ when }) => when.tells === 'unclear')) return UNCLEAR;
    if (natural.some(({ tells }) => tells === 'not there'))
      return noWait('repeats its loop while the address exists, instead of until it exists');
    if (exits.some(({ when, fails }) => when.tells === 'not there' && !fails))
      return noWait('leaves its loop when the address does not exist, and not when it does');
    return exits.every(({ when }) => when.limit !== undefined) && this.#conditions.asksDaemon(node)
      ? noWait('asks in a loop that does not end when the address exists')
      : UNCLEAR;
  }

  /** The seconds that a round takes at least. */
  #pauseIn(node: SyntaxNode): number {
    if (node.type === 'Command') {
      const { program, args } = this.#conditions.run(node);
      return program === 'sleep' && args[0] !== undefined
        ? (secondsIn(this.#conditions.whole(args[0])) ?? 0)
        : 0;
    }
    const inside: number[] = [];
    forEachChild(node, (child) => {
      inside.push(this.#pauseIn(child));
    });
    return node.type === 'If' ? Math.max(...inside) : inside.reduce((sum, each) => sum + each, 0);
  }

  /** How often it repeats; 0 where that is not known. */
  #rounds({ wordlist = [] }: For): number {
    const [word] = wordlist;
    const counted = /^\$\(seq(?: 1)?(?: 1)? (\d+)\)$|^`seq (?:1 )?(\d+)`$|^\{0*1\.\.0*(\d+)\}$/.exec(
      word?.value ?? '',
    );
    if (wordlist.length === 1 && counted !== null)
      return Number(counted.slice(1).find((each) => each !== undefined));
    return wordlist.every(({ value }) => /^[\w.-]+$/.test(value)) ? wordlist.length : 0;
  }
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

/** One round of a loop: by which exits it leaves the loop, and what is known at them. */
class Round {
  readonly exits: Exit[] = [];
  continues = false;
  readonly #conditions: Conditions;

  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** What is known at its end; undefined where it is never reached. */
  walk(statements: readonly Statement[], path: Outcome): Outcome | undefined {
    let at = path;
    for (const statement of statements) {
      if (statement.background === true) continue;
      const next = this.#node(statement.command, at);
      if (next === undefined) return undefined;
      at = next;
      this.#conditions.last = this.#conditions.of(statement.command);
    }
    return at;
  }

  #node(node: SyntaxNode, path: Outcome): Outcome | undefined {
    switch (node.type) {
      case 'Command': {
        const { program, args, wrapper } = this.#conditions.run(node);
        if (program === 'continue') {
          this.continues = true;
          return undefined;
        }
        const isExec = wrapper === 'exec';
        if (program !== 'break' && program !== 'exit' && program !== 'return' && !isExec) return path;
        const status = args[0]?.value ?? '0';
        const fails = program !== 'break' && !isExec && status !== '0';
        const isKnown = program === 'break' || /^\d+$/.test(status);
        this.exits.push({ when: isKnown ? path : { tells: 'unclear' }, fails: fails && isKnown });
        return undefined;
      }
      case 'AndOr': {
        const [start, ...others] = node.commands;
        if (start === undefined) return path;
        let at: Outcome | undefined = this.#node(start, path);
        let before = this.#conditions.of(start);
        for (const [index, each] of others.entries()) {
          if (at === undefined) return undefined;
          const isAnd = node.operators[index] === '&&';
          const when = isAnd ? before.yes : before.no;
          const otherwise = isAnd ? before.no : before.yes;
          const after =
            when.tells === 'never' ? { tells: 'never' as const } : this.#node(each, both(at, when));
          if (after === undefined) at = otherwise.tells === 'never' ? undefined : both(at, otherwise);
          before = joined(isAnd ? '&&' : '||', before, this.#conditions.of(each));
        }
        return at;
      }
      case 'If': {
        const at = this.walk(node.clause.commands, path);
        if (at === undefined) return undefined;
        const { yes, no } = this.#conditions.of(node.clause);
        const [elif, ...elifs] = node.elif;
        const then = yes.tells === 'never' ? undefined : this.walk(node.then.commands, both(at, yes));
        const below = both(at, no);
        const last =
          no.tells === 'never'
            ? undefined
            : elif !== undefined
              ? this.#node({ ...node, clause: elif.clause, then: elif.then, elif: elifs }, below)
              : node.else === undefined
                ? below
                : this.walk(node.else.commands, below);
        if (then === undefined || last === undefined) return then ?? last;
        return oneOf(then, last);
      }
      case 'BraceGroup':
        return this.walk(node.body.commands, path);
      case 'Redirected':
        return this.#node(node.command, path);
      case 'Pipeline': {
        const [only] = node.commands;
        return node.commands.length === 1 && only !== undefined ? this.#node(only, path) : path;
      }
      case 'While':
      case 'For':
      case 'ArithmeticFor':
      case 'Case':
        if (
          contains(
            node,
            node.type === 'Case' ? /^(?:break|continue|exit|return|exec)$/ : /^(?:exit|return|exec)$/,
          )
        )
          this.exits.push({ when: { tells: 'unclear' }, fails: false });
        return path;
      default:
        return path;
    }
  }
}
