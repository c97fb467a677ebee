const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Commands that remove no photo and run nothing else, and those of which the removals are looked for by themselves. */
export const KNOWN_COMMANDS = words(`
  : true false echo printf print test [ [[ ]] exit return break continue shift set unset export local readonly declare
  typeset read cd pwd mkdir rmdir touch date sleep basename dirname cat head tail grep egrep fgrep cut tr sort uniq wc
  ls stat mktemp kill ps pgrep wait jobs umask ulimit shopt setopt unsetopt emulate autoload getopts hash type which id
  whoami uname hostname sw_vers nc ping lsof mdls file du df seq expr bc realpath readlink chmod chflags jq md5 md5sum
  shasum sha1sum sha256sum cmp diff comm paste fold column rev logger say terminal-notifier wait4path tailscale
  security shlock let tput clear sync ssh curl wget tee trap source . hsdoctor immich rsync rclone sed awk find cp mv
  rm trash unlink shred truncate for case select function in fi done esac }
`);

/**
 * How a line of a shell is taken apart into its commands, as awk and JavaScript both read it. In doubt it is told as not
 * known: quotes over several lines, a pattern of `case` beside another.
 */
export const COMMAND_PATTERNS = {
  shebang: '^#!.*[/ ](ba|da|k|z)?sh([ \t\r]|$)',
  comment: '^[ \t]*#.*',
  functionName: '^[ \t]*(function[ \t]+[A-Za-z_][A-Za-z0-9_-]*|[A-Za-z_][A-Za-z0-9_-]*[ \t]*\\(\\))',
  /** What a trap runs is code. */
  trap: `(^|[;&|{ \t])trap[ \t]+(--[ \t]+)?["']`,
  trapEnd: `["']([ \t]+[A-Z0-9]+)+[ \t]*$`,
  escapedQuote: `\\\\["']`,
  quoted: '"([^"`$]|[$][^("])*"' + `|'[^']*'`,
  trailingComment: '(^|[ \t])#.*',
  duplicated: '[0-9]*[<>]&[0-9-]',
  arithmetic: '[$]?\\(\\([^();]*\\)\\)',
  array: '[A-Za-z0-9_]+[+]?=\\([^()`;&|]*\\)',
  caseBegins: '(^|[ \t;])case[ \t]',
  caseEnds: '(^|[ \t;])esac',
  casePattern: '^[ \t]*[(]?[^ \t()$;&]+[)]',
  separator: '[$]\\(|`|[;&|(]|[{]([ \t]|$)|[ \t]-(exec|ok)(dir)?[ \t]',
  /** What may stand before a command. */
  prefix: `^(${[
    '[ \t)]+',
    '(if|then|elif|else|while|until|do|time|!)([ \t]+|$)',
    '[A-Za-z_][A-Za-z0-9_]*(\\[[A-Za-z0-9_@*$]*\\])?[+]?=[^ \t]*([ \t]+|$)',
    '(command[ \t]+-[vV]|exec[ \t]+[0-9]*[<>]).*',
    '(sudo|exec|env|nohup|command|builtin|nice|caffeinate|noglob|xargs|g?timeout)([ \t]+(-[^ \t]*|[{][}]|[0-9.]+[smhd]?))*([ \t]+|$)',
  ].join('|')})`,
  afterWord: '[ \t<>)].*',
  folder:
    '^(/(usr|usr/local|opt/homebrew|run/current-system/sw|nix/store/[^/]+|etc/profiles/per-user/[^/]+))?/s?bin/|^[$][{]pkgs[.][^}]*[}]/bin/',
  runner: '^([^ \t]*/)?(bunx|npx|pnpx|pnpm|yarn|npm|bun|deno)$',
  uploader: '@immich/cli',
  /** What commands can do that are harmless otherwise; options of the uploader that are put together, or handed on. */
  unknownUse: `=["']?--?(d(e(l(e(t)?)?)?)?)?["']?([ \t;]|$)|immich[^;|&]*[ \t]upload[^;|&]*([$][{]?[@*]|[ \t]--?[a-z-]*[{$"'\\\\])|(^|[;&|( \t])(sed[ \t](.*[ \t])?(-[A-Za-z]*i|--in-place)|(cp|cat)[ \t]+/dev/null[ \t]+[^|>]|([.]|source)[ \t]+[^;&|]*[.](ba|z|k)?sh(["' \t;)]|$)|g?awk[ \t].*(system|getline|print[^;}]*>))`,
  /** Takes in another file as code; of which only the names of keys are known. */
  sources: '(^[ \t]*|[;&|({][ \t]*|(then|do|else)[ \t]+)([.]|source)[ \t]+[^;&|]*',
  keyFile: 'api-key|pushover',
  anyQuoted: `"[^"]*"|'[^']*'`,
  teeAppends: '(^|[ \t|;&(])tee[ \t]+(-a|--append)[ \t]',
  tee: '(^|[ \t|;&(])tee[ \t]+',
  overwriting: '(^|[^>&<=-])>[|]?[ \t]*[^ \t;|&()<>]+',
  /** In any case of letters: what is written over is no photo. */
  output:
    'log|lock|tmp|temp|pid|token|null|owner|state|stamp|mark|out|err|cache|count|list|report|status|std|dev/|[.](txt|json|csv|plist|conf|html)',
  photo: '[.](jpe?g|hei[cf]|png|gif|tiff?|webp|dng|raw|mov|mp4|m4v|avi|xmp)',
} as const;

type Pattern = keyof typeof COMMAND_PATTERNS;

const patterns = Object.fromEntries(
  Object.entries(COMMAND_PATTERNS).map(([name, text]) => [name, new RegExp(text)]),
) as Record<Pattern, RegExp>;
const every = (name: Pattern) => new RegExp(COMMAND_PATTERNS[name], 'g');

const KNOWN = new Set(KNOWN_COMMANDS);

/** The numbers of the lines that run what is not known to be harmless; the first where it is no script of a shell. */
export function unknownCommands(script: string): readonly number[] {
  const [first = ''] = script.split('\n', 1);
  if (first.startsWith('#!') && !patterns.shebang.test(first)) return [1];
  const lines = joinedLines(script);
  const functions = new Set(
    lines.flatMap(
      ({ text }) => patterns.functionName.exec(text)?.[0].replace(/^\s*(function\s)?\s*|\s*\(\)/g, '') ?? [],
    ),
  );
  let cases = 0;
  return lines.flatMap(({ number, text }) => {
    let bare = withoutQuotes(text);
    if (bare === undefined) return [number];
    if (patterns.caseBegins.test(bare)) {
      cases++;
      bare = bare.replaceAll(')', ';');
    } else if (cases > 0) bare = bare.replace(patterns.casePattern, '');
    if (patterns.caseEnds.test(bare)) cases--;
    const parts = bare.replace(every('separator'), '\n').split('\n');
    return patterns.unknownUse.test(text) ||
      overwrites(text) ||
      sourcesOther(text) ||
      parts.some((part) => !isKnown(part, text, functions))
      ? [number]
      : [];
  });
}

/** Whether it takes in what may be any code. */
const sourcesOther = (text: string) =>
  (text.match(every('sources')) ?? []).some((found) => !patterns.keyFile.test(found));

/** Whether it writes over a file that may be a photo. */
function overwrites(text: string): boolean {
  const bare = text
    .replace(every('anyQuoted'), (quoted) => (quoted.includes('>') ? 'q' : quoted.slice(1, -1)))
    .replace(every('arithmetic'), ':')
    .replace(every('teeAppends'), ' ')
    .replace(every('tee'), ' > ');
  return (bare.match(every('overwriting')) ?? []).some((found) => {
    const target = found.toLowerCase();
    return patterns.photo.test(target) || !patterns.output.test(target);
  });
}

/** Without comments; a line that goes on in the next is one with it. */
function joinedLines(script: string): readonly { readonly number: number; readonly text: string }[] {
  const found: { number: number; text: string }[] = [];
  let held: { number: number; text: string } | undefined;
  for (const [index, line] of script.split('\n').entries()) {
    const { number, text } = held ?? { number: index + 1, text: '' };
    const whole = { number, text: text + line.replace(/\r$/, '').replace(patterns.comment, '') };
    held = whole.text.endsWith('\\') ? { number, text: `${whole.text.slice(0, -1)} ` } : undefined;
    if (held === undefined) found.push(whole);
  }
  return held === undefined ? found : [...found, held];
}

/** Undefined where a quote begins in it that ends elsewhere. */
function withoutQuotes(text: string): string | undefined {
  const code = patterns.trap.test(text)
    ? text.replace(patterns.trap, '; ').replace(patterns.trapEnd, ' ')
    : text;
  const bare = code
    .replace(every('escapedQuote'), '')
    .replace(every('quoted'), 'q')
    .replace(patterns.trailingComment, '');
  if (bare.includes("'") || bare.split('"').length % 2 === 0) return undefined;
  return bare
    .replaceAll('"', '')
    .replace(every('duplicated'), ' ')
    .replace(every('arithmetic'), ':')
    .replace(every('array'), '');
}

function isKnown(part: string, line: string, functions: ReadonlySet<string>): boolean {
  let command = part;
  for (let before = ''; before !== command; ) {
    before = command;
    command = command.replace(patterns.prefix, '');
  }
  const word = command.replace(patterns.afterWord, '');
  if (patterns.runner.test(word)) return patterns.uploader.test(line);
  const name = word.replace(patterns.folder, '');
  // What only redirects empties a file.
  return command === '' || KNOWN.has(name) || functions.has(word);
}
