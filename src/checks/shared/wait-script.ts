/** What asks tailscaled, in a script. */
const ASKS_DAEMON =
  /tailscale["']?\}?(?:\/bin\/(?:tailscale|\$\{[^}]*\}))?["']?[^\S\n]+(?:--?\S+[^\S\n]+)*(?:ip|status|wait)\b/;
/** What shows the addresses of interfaces. */
const SHOWS_ADDRESSES = /\b(?:ip\s(?:\S+\s)*?a(?:ddr(?:ess)?)?|ifconfig|hostname)\b/;
/** A command that returns only when the address is there. */
const WAITS_ITSELF = /(?:tailscale\S*[^\S\n]+wait\b|wait-online\b[^\n]*tailscale0)(?![^\n;]*(?<!&)&(?!&))/;
/** Where a command begins, and no word of a text: `echo "waiting for it"`. */
const BEGINS = String.raw`(?<=(?:^|[\n;&|({"'!]|\b(?:do|then|else)\s|\s-\w*c\s)[^\S\n]*)`;
const LOOP = new RegExp(
  String.raw`${BEGINS}(until|while|for)\s([\s\S]*?)(?:;|\n)\s*do\b([\s\S]*?)(?:;|\n)\s*done\b([^\n;]*)`,
  'g',
);
/** Asks again and again what it is given. */
const REPEATS = /(?<![\w-])(?:until|while|for|retry|watch)\s/;
const LEAVES = /\b(?:break|exit|return)\b/;
/** As a command of its own, and not only where a condition holds. */
const LEAVES_AT_ONCE = /(?:^|[;\n])\s*(?:break|exit|return)\b/;
const CONDITIONAL = /\bif\s[\s\S]*?\bfi\b/g;
const NEGATED = /(?:^|[\s;&|])!\s|-z\s|!=|\bgrep\s+(?:-\w+\s+)*-\w*v/;
const ONE_ROUND = /\bin\s+(?:[^\s$`{*]+|\$+\(seq\s+1(?:\s+1)?\s*\)|\{1\.\.1\})\s*$/;

function asks(script: string): boolean {
  return ASKS_DAEMON.test(script) || script.split(/[\n;]/).some(looksForAddress);
}

/** The interface is there before its address: to show it is not enough. */
function looksForAddress(command: string): boolean {
  if (!/tailscale0\b|\b100[.\\[]|fd7a:/.test(command)) return false;
  if (/\bwait-online\b/.test(command)) return true;
  const [shown = '', ...looked] = command.split(/(?<!\|)\|(?!\|)/);
  if (looked.length === 0 || !SHOWS_ADDRESSES.test(shown)) return false;
  return /tailscale0\b/.test(shown) || looked.some((filter) => /\b100[.\\[]|fd7a:/.test(filter));
}

export type WaitScript =
  /** It does not ask at all. */
  | { readonly shape: 'nothing' }
  | { readonly shape: 'waits' }
  /** What is wrong with it, after the name of the unit. */
  | { readonly shape: 'no wait'; readonly why: string }
  | { readonly shape: 'unclear' };

const UNCLEAR: WaitScript = { shape: 'unclear' };
const noWait = (why: string): WaitScript => ({ shape: 'no wait', why });

/**
 * Whether a script goes on only when Tailscale has its address: known shapes of loops, and `tailscale wait`. What is like one
 * and is not known to wait is never taken for a wait.
 */
export function waitScript(content: string): WaitScript {
  const script = content.replace(/(^|\s)#[^\n]*/g, '$1').replace(SAID, 'echo');
  const judged = shapeOf(script);
  return judged.shape === 'waits' && mayNotWait(script) ? UNCLEAR : judged;
}

/** What is said to people is no command. */
const SAID = /\b(?:echo|printf|logger)\s+(?:-\w+\s+)*(?:'[^']*'|"(?:[^"$`]|\$[^(])*")/g;
/** A wait in a text, in a function, or behind what may leave or pass it over. */
const NOT_PLAIN =
  /\bfunction\s|\w\s*\(\)\s*[{(]|(?:^|[\n;&|{(]|\b(?:then|do|else))\s*(?:exit|return|exec|if|case|false)\b/;
/** The states of another machine, or those in which there is no address. */
const OTHER_STATE =
  /\btailscale\S*[^\S\n]+ip[^\S\n]+(?:-\S+[^\S\n]+)*(?!do\b)[A-Za-z]|==?\s*\\?["']?(?:Stopped|NeedsLogin|NoState|Starting)|\bgrep\b[^|;\n]*(?:offline|stopped|logged.?out)/i;
/** `tailscale status --json` ends well in any state, and what it says of an error is an answer too. */
const ANSWERS_ALWAYS =
  /\bstatus\b[^|;&\n)]*--json[^|;&\n)]*(?:[;\n>]|$)|\bgrep\b[^|;\n]*\s["']?(?:BackendState|Logged|\.)["']?\s*(?:[;\n]|$)|2>&1\s*[|)]/;
/** Leaves a loop that asks as its condition, for another reason than an answer, and lets the unit start. */
const LEAVES_WELL = /\bbreak\b|\b(?:exit|return)\b(?!\s*[1-9])/;
/** A test of a text that is never empty. */
const NEVER_EMPTY = /-[nz]\s+"?[A-Za-z0-9_]+\$/;
/** Shorter, it ends before Tailscale has its address. */
const SHORTEST_S = 15;

function mayNotWait(script: string): boolean {
  const [before = ''] = script.split(/\b(?:until|while|for)\s|tailscale\S*[^\S\n]+wait\b|wait-online\b/, 1);
  return (
    NOT_PLAIN.test(before) ||
    /(?:&&|\|\|)\s*\{?\s*$/.test(before) ||
    /<<|\bsystemd-run\b|\}\s*&(?!&)/.test(script) ||
    ANSWERS_ALWAYS.test(script) ||
    OTHER_STATE.test(script) ||
    NEVER_EMPTY.test(script) ||
    givesUpSoon(script) ||
    [...script.matchAll(LOOP)].some(
      ([, word, head = '', body = '']) =>
        asks(head + body) &&
        (isShort(head, body) ||
          (word !== 'for' && (isFiltered(head) || (asks(head) && LEAVES_WELL.test(body))))),
    )
  );
}

/** A limit of time that is over before Tailscale has its address, with nothing that ends the start then. */
function givesUpSoon(script: string): boolean {
  const limits = [...script.matchAll(/\btimeout(?:[= ]+-\S+)*[= ]+([\d.]+)(ms|[smh]?)/g)];
  const isShortest = limits.some(
    ([, number, unit = '']) => Number(number) * (LENGTHS[unit] ?? 1) < SHORTEST_S,
  );
  const goesOn = /\|\|(?!\s*(?:exit\s*[1-9]|\{[^}]*exit\s*[1-9]))|\bset\s+\+e|^\s*-/;
  return isShortest && goesOn.test(script);
}

const LENGTHS: Readonly<Record<string, number>> = { ms: 0.001, m: 60, h: 3600 };

/** All rounds together, where they can be counted. */
function isShort(head: string, body: string): boolean {
  const [, ...counts] =
    /\bseq\s+(?:1\s+)?(\d+)\b|\{0*1\.\.0*(\d+)\}|(?:<=?|-l[te])\s*(\d+)\b/.exec(head) ?? [];
  const counted = counts.find((count) => count !== undefined);
  const [, list] = /\bin((?:\s+[\w.]+)+)\s*$/.exec(head) ?? [];
  const rounds = counted === undefined ? list?.trim().split(/\s+/).length : Number(counted);
  const pause = /\bsleep\s+([\d.]+)/.exec(body)?.[1];
  return rounds !== undefined && pause !== undefined && rounds * Number(pause) < SHORTEST_S;
}

/** The status of a pipe is that of its last command, which may not tell whether there was an answer. */
function isFiltered(head: string): boolean {
  const outer = head.replace(/\$\([^()]*\)|`[^`]*`/g, 'x').split(/&&|\|\|/);
  return outer.some((command) => {
    const stages = command.split('|');
    const last = stages.at(-1)?.trim() ?? '';
    return (
      stages.length > 1 &&
      !/^(?:\S*\/)?(?:\$\{[^}]*\}\S*\/)?(?:e?grep|fgrep|rg)\b|^\S*jq\b.*\s-\w*e|^(?:test|\[)/.test(last)
    );
  });
}

function shapeOf(script: string): WaitScript {
  if (!asks(script)) return mentionsTailscale(script) ? UNCLEAR : { shape: 'nothing' };
  if (WAITS_ITSELF.test(script)) return { shape: 'waits' };
  const loops = [...script.matchAll(LOOP)].filter(([loop]) => asks(loop));
  const judged = loops.map(([, word = '', head = '', body = '', tail = '']) =>
    /(?<!&)&(?!&)/.test(tail)
      ? noWait('waits for the address in the background, and starts at once')
      : loopOf(word, head, body),
  );
  const waits = judged.find(({ shape }) => shape === 'waits');
  if (waits !== undefined) return waits;
  if (judged.length > 0) return judged.find(({ shape }) => shape === 'unclear') ?? judged[0] ?? UNCLEAR;
  // `tailscale up` returns when it is connected, and asks nobody where it is already.
  return REPEATS.test(script) || /tailscale\S*\s+up\b/.test(script)
    ? UNCLEAR
    : noWait('asks tailscale once before it starts, and does not retry');
}

/** The name of a container, and what it is given, says nothing of the tailnet of the machine. */
const mentionsTailscale = (script: string) =>
  /tailscale/i.test(script.replace(/\b(?:podman|docker)\s[^\n;]*/g, ''));

function loopOf(word: string, head: string, body: string): WaitScript {
  const leavesAtOnce = LEAVES_AT_ONCE.test(body.replace(CONDITIONAL, ''));
  if (leavesAtOnce && /\bcontinue\b/.test(body)) return UNCLEAR;
  if (leavesAtOnce) return noWait('leaves its loop at once, whether the address exists or not');
  if (asks(head)) return loopUntilAnswer(word, head);
  if (!LEAVES.test(body)) return noWait('asks in a loop that does not end when the address exists');
  if (word === 'for' && ONE_ROUND.test(head)) return noWait('asks in a loop with only one round');
  // Without a pause all rounds together take no time.
  if (word === 'for' && !/\bsleep\b/.test(body)) return UNCLEAR;
  const answers = answersThatEnd(body);
  if (answers.includes('there')) return { shape: 'waits' };
  return answers.includes('not there')
    ? noWait('leaves its loop when the address does not exist, and not when it does')
    : UNCLEAR;
}

/** It asks as the condition of its loop. */
function loopUntilAnswer(word: string, head: string): WaitScript {
  // Within `$(...)` it only keeps the answer from ending the script.
  const condition = head.replace(/\|\|\s*(?:true|:)(?=\s*\))/g, '');
  if (word === 'until' && /\|\|\s*(?:true|:)\s*$/.test(condition))
    return noWait('leaves its loop at once, whether the address exists or not');
  if (word === 'for' || condition.includes('||')) return UNCLEAR;
  if ((word === 'until') !== NEGATED.test(condition)) return { shape: 'waits' };
  return word === 'while'
    ? noWait('repeats its loop while the address exists, instead of until it exists')
    : UNCLEAR;
}

/** At which answers a loop ends: `ask && break`, `if ask; then exit 0; fi`. */
function answersThatEnd(body: string): ('there' | 'not there')[] {
  const inConditions = [...body.matchAll(CONDITIONAL)].flatMap(([block]) => {
    const [, condition = '', then = '', otherwise = ''] =
      /^if\s([\s\S]*?)\bthen\b([\s\S]*?)(?:\belse\b([\s\S]*))?$/.exec(block) ?? [];
    if (!asks(condition) || condition.includes('||')) return [];
    const isNegated = NEGATED.test(condition);
    return [
      ...(LEAVES.test(then) ? [isNegated ? ('not there' as const) : ('there' as const)] : []),
      ...(LEAVES.test(otherwise) ? [isNegated ? ('there' as const) : ('not there' as const)] : []),
    ];
  });
  const inLines = body
    .replace(CONDITIONAL, '')
    .split(/\n|;(?!;)/)
    .flatMap((line) => {
      const [, asked = '', link, then = ''] = /^(.*?)(&&|\|\|)(?!\s*(?:true|:)\s*\))(.*)$/.exec(line) ?? [];
      if (!asks(asked) || !LEAVES.test(then)) return [];
      return [(link === '&&') === NEGATED.test(asked) ? ('not there' as const) : ('there' as const)];
    });
  return [...inConditions, ...inLines];
}
