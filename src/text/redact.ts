const MARK = '[redacted]';

/** Parts of names whose values are secrets: `POSTGRES_PASSWORD`, `x-api-key`, `REDIS_PASS`. */
const KEY =
  '(?:passw(?:or)?d|passphrase|requirepass|secret|token|credentials?|(?:api|access|private|encryption)[_-]?key|(?<![a-z])(?:pass|pwd|jwt)(?![a-z]))[\\w-]{0,40}';
const ASSIGNED = String.raw`\\*["']?\s{0,4}[=:]\s{0,4}`;
// `/run/agenix/db-password: permission denied` tells of a file, and names no value.
const NO_PATH = String.raw`(?<!/[\w./-]{0,80})`;

/*
 * The text comes from a host, and may be megabytes of anything: no rule may look far for each of its characters. A
 * run of characters of any length is either anchored at its beginning, or consumed with the match.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bAGE-SECRET-KEY-1[0-9A-Z]+/g, MARK],
  [/\btskey-[\w-]+/g, MARK],
  [/(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-)[\w-]+/g, MARK],
  [/(?<![\w-])eyJ[\w-]{4,}\.[\w-]+\.[\w-]+/g, MARK],
  [/(https:\/\/login\.tailscale\.com\/a\/)\w+/g, `$1${MARK}`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, MARK],
  [/(:\/\/[^\s:/@"']{0,128}:)[^\s/"']{1,256}@/g, `$1${MARK}@`],
  // A name of that length is a token.
  [/(:\/\/)[^\s:/@"']{16,256}@/g, `$1${MARK}@`],
  [/(\bBearer\s{1,4})[\w.~+/=-]{8,}/gi, `$1${MARK}`],
  [/(\bAuthorization["']?\s{0,4}[=:]\s{0,4}["']?\w{1,20}\s{1,4})[^\s"'\\]{3,}/gi, `$1${MARK}`],
  // In quotes: all of it. In a text that is itself quoted, as in the journal's JSON, the quotes carry a backslash.
  [rule(`(${ASSIGNED})(\\\\+["'])(?:(?!(?<!\\\\)\\3)(?!(?<!\\\\)")[^\\n])+`), `$1$2$3${MARK}`],
  [rule(`(${ASSIGNED})(")(?![,}\\]:\\s])(?:\\\\.|[^"\\\\\\n])+`), `$1$2$3${MARK}`],
  [rule(`(${ASSIGNED})(')(?:\\\\.|[^'"\\\\\\n])+`), `$1$2$3${MARK}`],
  [rule(`(\\s{0,4}[=:]\\s{0,4})[^\\s"'\\\\]{3,}`), `$1$2${MARK}`],
  [/((?<![\w-])--key(?:=|\s{1,4})["']?)[^\s"'\\]{3,}/g, `$1${MARK}`],
  // A key of Immich; behind the same letter curl has no value, and others have a file or an address.
  [/((?<![\w-])-k(?:=|\s{1,4})?["']?)[A-Za-z0-9_-]{32,}(?![\w./:-])/g, `$1${MARK}`],
  // Who is told by Pushover; its own option of curl, and its name in a file.
  [/(\bPUSHOVER_\w{0,40}=["']?|--form(?:-string)?\s{1,4}["']?user=)[^\s"'\\]{3,}/gi, `$1${MARK}`],
  [new RegExp(`((?<![\\w-])--?[\\w-]{0,40}?${KEY}\\s{1,4})(?!-)[^\\s"'\\\\]{3,}`, 'gi'), `$1${MARK}`],
];

function rule(assignedValue: string): RegExp {
  return new RegExp(`(${NO_PATH}${KEY}|${KEY}(?=\\\\*["']?\\s{0,4}=))${assignedValue}`, 'gi');
}

/** Takes out what looks like the value of a secret: a second fence, behind probes that do not read one. */
export function redact(text: string): string {
  return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
