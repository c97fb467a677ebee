/*
 * The rules of the redaction as one would write them down: what must not stand before a name comes first, and all of a
 * name is spelled out. It takes seconds for a megabyte.
 */
const MARK = '[redacted]';
const KEY =
  '(?:passw(?:or)?d|passphrase|requirepass|secret|token|credential|(?:api|access|private|encryption)[_-]?key|(?<![a-z])(?:pass|pwd|jwt)(?![a-z]))[\\w-]{0,40}';
const NO_PATH = String.raw`(?<!/[\w./-]{0,80})`;
const IS = String.raw`(?=\\*["']?\s{0,4}=)`;
const NAMED = String.raw`(${NO_PATH}${KEY}|${KEY}${IS}|${NO_PATH}(?<![a-z])key(?=\\*["']?[^\S\n]{0,4}=))`;
const ASSIGNED = String.raw`(\\*["']?\s{0,4}[=:]\s{0,4})`;
const SAME_LINE = String.raw`([^\S\n]{0,4}[=:](?:[^\S\n]{1,4}(?!-))?)`;
const BARE = String.raw`(?:(?!</\w)[^\s"'\\]){3,}`;
const VARIABLE =
  '(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|(?<![A-Z])(?:PASS|PWD|JWT)(?![A-Z]))[A-Z0-9_]{0,40}';
const SAID =
  '(?!(?:is|are|was|were|be|must|has|have|had|not|and|or|but|in|of|for|to|on|from|by|with|as|at|should|will|would|can|cannot|could|may|needs?|required|missing|empty|unset|set|variable|environment|otherwise|stands?|takes?|does|the|an?|its?|this|that)\\b)';
const GAP = String.raw`(?:\\*["'](?:,(?:\s|\\+[nrt]){0,64}|(?:\s|\\+[nrt]){1,64})\\*["']|(?:\s|\\+[nrt]){1,4}(?:\\*["'](?![,}\]:\s]))?)`;
const IN_QUOTES = String.raw`(?:(?!</\w)[^"'\\\n]|\\[^"'nrt]){2,}`;
const URL_SECRET = String.raw`(?:(?!:\/\/)(?!</\w)[^\s"'\\]|(?!:\/\/)\\[^"'nrt]){1,256}@`;
const WORD_OR_QUOTED = `(?:(?<=["'])${IN_QUOTES}|${BARE})`;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bAGE-SECRET-KEY-1[0-9A-Z]+/g, MARK],
  [/\btskey-[\w-]+/g, MARK],
  [/(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-)[\w-]+/g, MARK],
  [/(?<![\w-])eyJ[\w-]{4,}\.[\w-]+\.[\w-]+/g, MARK],
  [/(https:\/\/login\.tailscale\.com\/a\/)\w+/g, `$1${MARK}`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, MARK],
  [/(:\/\/[^\s:/@"']{0,128}:)[^\s/"']{1,256}@/g, `$1${MARK}@`],
  [
    any(
      String.raw`(:\/\/[^\s:/@"'[]{0,128}:)(?:(?<=(?:postgres|postgresql|mysql|mariadb|redis|rediss|mongodb|amqps?):\/\/[^\s:/@"'[]{0,128}:)|(?!\d{1,5}\/))${URL_SECRET}`,
    ),
    `$1${MARK}@`,
  ],
  [/(:\/\/)[^\s:/@"']{16,256}@/g, `$1${MARK}@`],
  [/(\bBearer\s{1,4})[\w.~+/=-]{8,}/gi, `$1${MARK}`],
  [any(String.raw`(\bAuthorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?\w{1,20}\s{1,4})${BARE}`), `$1${MARK}`],
  [any(String.raw`(\bCookie\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)(?=[\w.-]{1,128}=)${IN_QUOTES}`), `$1${MARK}`],
  [
    any(String.raw`(\bredis-cli\b(?:(?!redis-cli)[^\n<;|&]){0,200}?(?<![\w-])-a${GAP})${WORD_OR_QUOTED}`),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(\b(?:mysql|mariadb)[\w-]{0,16}(?![\w-])(?:(?!mysql|mariadb)[^\n<;|&]){0,200}?(?<![\w-])-p)(?![\d.]{0,16}:)${BARE}`,
    ),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(\bcurl\b(?:(?!curl)[^\n<]){0,200}?(?<![\w-])(?:-u|--user|--proxy-user)(?:=|${GAP})?(?!\d{1,9}:\d{1,9}(?!\w))[^\s:"'\\<]{1,64}:)(?:(?<=["'][^\s:"'\\<]{1,64}:)${IN_QUOTES}|${BARE})`,
    ),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(\b(?:requirepass|masterauth)(?:${GAP}|\\*["'](?:\s|\\+[nrt]){1,4}\d{1,3}\) \\*["'](?![,}\]:\s])))${SAID}(?!option\b)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [/((?:LoginName|DisplayName|ProfilePicURL)\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+/g, `$1${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(\\+["'])(?:(?!(?<!\\)\3)(?!(?<!\\)")(?!</\w)[^\n])+`), `$1$2$3${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(")(?![,}\]:\s])(?:\\.|(?!</\w)[^"\\\n])+`), `$1$2$3${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(')(?:\\.|(?!</\w)[^'"\\\n])+`), `$1$2$3${MARK}`],
  [any(`${NAMED}${SAME_LINE}${BARE}`), `$1$2${MARK}`],
  [any(String.raw`((?<![\w-])--key(?:=|\s{1,4}(?!-))["']?)${BARE}`), `$1${MARK}`],
  [/((?<![\w-])-k(?:=|\s{1,4})?["']?)[A-Za-z0-9_-]{32,}(?![\w./:-])/g, `$1${MARK}`],
  [any(String.raw`(\bREDISCLI_AUTH=["']?)${BARE}`), `$1${MARK}`],
  [any(String.raw`(\bPUSHOVER_\w{0,40}=["']?|--form(?:-string)?\s{1,4}["']?user=)${BARE}`), `$1${MARK}`],
  [any(String.raw`((?<![\w-])--?[\w-]{0,200}?${KEY}${GAP})(?!-)${WORD_OR_QUOTED}`), `$1${MARK}`],
  [
    any(
      String.raw`(<(?:string>-k|string>--?(?:[\w-]{0,200}?${KEY}|key)|key>\w{0,200}?${KEY})</(?:string|key)>\s{0,64}<string>)(?![~/]|--)[^<"\\\n]{3,}`,
    ),
    `$1${MARK}`,
  ],
  [
    new RegExp(
      String.raw`((?:["']|\bignoring: )(?:export )?[A-Z0-9_]{0,40}?${VARIABLE}[^\S\n]{1,4})${SAID}(?:(?!</\w)[^"'\\\n])+`,
      'g',
    ),
    `$1${MARK}`,
  ],
  [new RegExp(String.raw`(${VARIABLE}[^\S\n]{1,4})${SAID}${BARE}`, 'g'), `$1${MARK}`],
];

function any(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}

export function redactNaively(text: string): string {
  return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
