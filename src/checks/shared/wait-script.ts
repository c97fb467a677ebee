/** What asks tailscaled, or looks at its interface, in a script. */
const ASKS =
  /tailscale["']?\}?(?:\/bin\/(?:tailscale|\$\{[^}]*\}))?["']?[^\S\n]+(?:--?\S+[^\S\n]+)*(?:ip|status|wait)\b|\b(?:ip|ifconfig|wait-online)\b[^\n]*\btailscale0\b/;
/** A command that returns only when the address is there. */
const WAITS_ITSELF = /(?:tailscale\S*[^\S\n]+wait\b|wait-online\b[^\n]*tailscale0)(?![^\n;]*(?<!&)&(?!&))/;
const LOOP = /(?<![\w-])(until|while|for)\s([\s\S]*?)(?:;|\n)\s*do\b([\s\S]*?)(?:;|\n)\s*done\b([^\n;]*)/g;
const LEAVES = /\b(?:break|exit|return)\b/;
/** As a command of its own, and not only where a condition holds. */
const LEAVES_AT_ONCE = /(?:^|[;\n])\s*(?:break|exit|return)\b/;
const NEGATED = /(?:^|[\s;&|])!\s|-z\s|!=|\bgrep\s+(?:-\w+\s+)*-\w*v/;

export type WaitScript =
  /** It does not ask at all. */
  | { readonly shape: 'nothing' }
  | { readonly shape: 'waits' }
  /** What is wrong with it, after the name of the unit. */
  | { readonly shape: 'no wait'; readonly why: string }
  | { readonly shape: 'unclear' };

const noWait = (why: string): WaitScript => ({ shape: 'no wait', why });

/**
 * Whether a script goes on only when Tailscale has its address: known shapes of loops, and `tailscale wait`. What is like one
 * and is not known to wait is never taken for a wait.
 */
export function waitScript(content: string): WaitScript {
  const script = content.replace(/(^|\s)#[^\n]*/g, '$1');
  if (!ASKS.test(script)) return { shape: 'nothing' };
  if (WAITS_ITSELF.test(script)) return { shape: 'waits' };
  const loops = [...script.matchAll(LOOP)].filter(([loop]) => ASKS.test(loop));
  const judged = loops.map(([, word = '', head = '', body = '', tail = '']) =>
    /(?<!&)&(?!&)/.test(tail)
      ? noWait('waits for the address in the background, and starts at once')
      : loopOf(word, head, body),
  );
  const waits = judged.find(({ shape }) => shape === 'waits');
  if (waits !== undefined) return waits;
  if (judged.length > 0)
    return judged.find(({ shape }) => shape === 'unclear') ?? judged[0] ?? { shape: 'unclear' };
  return /(?<![\w-])(?:until|while|for)\s/.test(script)
    ? { shape: 'unclear' }
    : noWait('asks tailscale once before it starts, and does not retry');
}

function loopOf(word: string, head: string, body: string): WaitScript {
  if (ASKS.test(head)) {
    if (LEAVES_AT_ONCE.test(body))
      return noWait('leaves its loop at once, whether the address exists or not');
    if (word === 'for') return { shape: 'unclear' };
    if ((word === 'until') !== NEGATED.test(head)) return { shape: 'waits' };
    return word === 'while'
      ? noWait('repeats its loop while the address exists, instead of until it exists')
      : { shape: 'unclear' };
  }
  if (!LEAVES.test(body)) return noWait('asks in a loop that does not end when the address exists');
  if (LEAVES_AT_ONCE.test(body)) return noWait('leaves its loop at once, whether the address exists or not');
  if (word === 'for' && /\bin\s+\S+$/.test(head.trim()) && !/[$`{*]/.test(head))
    return noWait('asks in a loop with only one round');
  return leavesByAnswer(body) ? { shape: 'waits' } : { shape: 'unclear' };
}

/** `ask && break`, or `if ask; then exit 0; fi`. */
const leavesByAnswer = (body: string) =>
  body.split(/\n|;(?!;)/).some((line, index, lines) => {
    if (!ASKS.test(line)) return false;
    const rest = /^\s*(?:if|elif)\b/.test(line) ? lines.slice(index).join(';') : line;
    return LEAVES.test(rest.slice(rest.search(ASKS)));
  });
