import { plainText, type Text } from '../../facts/config/text.ts';
import { type Several, type Unknown, unknown } from '../../model/known.ts';
import { behind, HOLE, withHoles } from './holes.ts';

interface RunOption {
  readonly name: string;
  /** Undefined for a switch. */
  readonly value: Text | undefined;
  readonly at: Text['at'];
  /** The words that it is written with: from the first to behind the last. */
  readonly words: readonly [from: number, to: number];
}

/** What `podman run` is told, whichever way it is written: `--name=value`, `--name value`, `-nvalue`. */
export interface RunOptions {
  readonly all: readonly RunOption[];
  /** Why there may be others. */
  readonly rest: Unknown | undefined;
  /** An option and its value in one element of the list, which is one word to podman: `"--memory 2g"`. */
  readonly inOneWord: readonly OneWord[];
  /** What is no option and no value of one: podman takes it for the image. */
  readonly words: readonly Text[];
  values(...names: readonly string[]): readonly Text[];
  has(name: string): boolean;
}

interface OneWord {
  /** `--memory` */
  readonly option: string;
  readonly at: Text['at'];
}

/** An option in one word with what it was meant to be given, as two words; or with a blank at its end. */
const ONE_WORD = /^(--[\w-]+|-[a-zA-Z]+)\s+(.*)$/s;

/** Options that are never given a secret. */
const PUBLIC =
  /^(?:-(?:m|v|p|c)|--(?:memory(?:-swap|-reservation)?|cpus|cpu-shares|shm-size|pids-limit|ulimit|device|gpus|network|net|ip|ip6|dns|publish|volume|tmpfs|restart|pull|userns|group-add|cap-add|cap-drop|security-opt|health-(?:interval|timeout|retries|start-period)))$/;

/**
 * These words of `podman run` with each option in a word of its own; undefined where that is not clear, or where it would tell
 * what may be a secret.
 */
export function apart(words: readonly string[]): readonly string[] | undefined {
  const single = runOptions({ items: words.map((word) => plainText(word)) }).inOneWord;
  const options = new Set(single.map(({ option }) => option));
  const each = words.map((word) => {
    const [, option = '', value = ''] = ONE_WORD.exec(word) ?? [];
    if (!options.has(option)) return [word];
    if (/(?:^|\s)-/.test(value) || (value !== '' && !PUBLIC.test(option))) return undefined;
    return value === '' ? [option] : [option, value];
  });
  return each.includes(undefined) ? undefined : each.flatMap((pair) => pair ?? []);
}

/** Those that take no value, so that what follows is an option of its own. */
const SWITCHES = new Set([
  ...['privileged', 'read-only', 'read-only-tmpfs', 'rm', 'rmi', 'init', 'no-healthcheck', 'no-hosts', 'tty'],
  ...[
    'interactive',
    'detach',
    'quiet',
    'publish-all',
    'replace',
    'oom-kill-disable',
    'tls-verify',
    'env-host',
  ],
  ...['http-proxy', 'sig-proxy', 'disable-content-trust', 'passwd', 'no-hostname'],
]);
const SHORT: Readonly<Record<string, string>> = {
  m: 'memory',
  v: 'volume',
  u: 'user',
  e: 'env',
  h: 'hostname',
  p: 'publish',
  l: 'label',
  w: 'workdir',
  c: 'cpu-shares',
  a: 'attach',
};

export function runOptions({ items, rest }: Several<Text>): RunOptions {
  const all: RunOption[] = [];
  const inOneWord: OneWord[] = [];
  const words: Text[] = [];
  let open = rest;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    const { at } = item;
    const written = withHoles(item);
    if (written.startsWith(HOLE)) open ??= unknown(`${item.text} may be any option`, at);
    const [, single] = ONE_WORD.exec(written) ?? [];
    if (single !== undefined) inOneWord.push({ option: single, at });
    if (!written.startsWith('-') && !written.startsWith(HOLE)) words.push(item);
    const [prefix = '', name, equals] = /^--([\w-]+)(=?)/.exec(written) ?? [];
    const [short = '', letter = ''] = /^-[diqtP]*([acehlmpuvw])=?/.exec(written) ?? [];
    if (name !== undefined) {
      const alone = [index, index + 1] as const;
      if (equals === '=') all.push({ name, value: behind(item, prefix.length), at, words: alone });
      // What stands behind a blank is no value: podman knows no such option.
      else if (written !== prefix) continue;
      else if (SWITCHES.has(name)) all.push({ name, value: undefined, at, words: alone });
      else all.push({ name, value: items[++index], at, words: [index - 1, index + 1] });
    } else if (SHORT[letter] !== undefined) {
      const name = SHORT[letter];
      if (written !== short || short.endsWith('='))
        all.push({ name, value: behind(item, short.length), at, words: [index, index + 1] });
      else all.push({ name, value: items[++index], at, words: [index - 1, index + 1] });
    }
  }
  return {
    all,
    rest: open,
    inOneWord,
    words,
    values: (...names) =>
      all.flatMap(({ name, value }) => (names.includes(name) && value !== undefined ? [value] : [])),
    has: (name) => all.some((option) => option.name === name),
  };
}

/** The words of `podman run` with these options in the place of the first of those of these names, else at the end. */
export function withOptions(
  words: readonly string[],
  names: readonly string[],
  options: readonly string[],
): readonly string[] {
  const first = runOptions({ items: words.map((word) => plainText(word)) }).all.find(({ name }) =>
    names.includes(name),
  );
  const at = first?.words[0] ?? words.length;
  return [
    ...withoutOptions(words.slice(0, at), ...names),
    ...options,
    ...withoutOptions(words.slice(at), ...names),
  ];
}

/** The words of `podman run` without the options of these names. */
export function withoutOptions(words: readonly string[], ...names: readonly string[]): readonly string[] {
  const left = runOptions({ items: words.map((word) => plainText(word)) }).all.filter(({ name }) =>
    names.includes(name),
  );
  return words.filter((_, index) => !left.some(({ words: [from, to] }) => from <= index && index < to));
}
