const MARK = '[redacted]';

/*
 * The text comes from a host, and may be megabytes of anything: no rule may look far for each of its characters. A
 * run of characters of any length is either anchored at its beginning, or consumed with the match; and every rule begins
 * with letters that have to be there, as the engine looks for those faster than a rule can be tried. What stands before
 * them is therefore looked at last.
 */

/** Parts of names whose values are secrets: `POSTGRES_PASSWORD`, `x-api-key`, `REDIS_PASS`. */
const WORD =
  'pass(?:w(?:or)?d|phrase|(?<=requirepass)|(?<![a-z]pass)(?![a-z]))|secret|token|credential|(?:pwd|jwt)(?<![a-z]...)(?![a-z])|key(?<=(?:api|access|private|encryption)[_-]?key)';
/** `key=…`, where that is no file's name. */
const KEY_ITSELF = String.raw`key(?=\\*["']?[^\S\n]{0,4}=)(?<![a-z]key)(?<!/[\w./-]{0,80}key)`;
const TO_ITS_END = String.raw`(?![\w-]{41})[\w-]*`;
/** From such a part to the end of the name. */
const NAME = `(?:${WORD})${TO_ITS_END}`;
const ASSIGNED_NAME = `(?:${WORD}|${KEY_ITSELF})${TO_ITS_END}`;
const BLANKS = String.raw`[^\S\n]`;
const QUOTE_OF_NAME = String.raw`\\*["']?\s{0,4}`;
// `/run/agenix/db-password: permission denied` tells of a file, and names no value.
const COLON = String.raw`:(?<!/[\w./-]{0,80}\1${QUOTE_OF_NAME}:)`;
const ASSIGNED = String.raw`(${ASSIGNED_NAME})(${QUOTE_OF_NAME}(?:=|${COLON})\s{0,4})`;
/** What is on a line of its own below the name is none of its value, or an empty one would look as if it were set. */
const ASSIGNED_BARE = `(${ASSIGNED_NAME})(${BLANKS}{0,4}(?:=|${COLON})(?:${BLANKS}{1,4}(?!-))?)`;
/** A value may stand in a property list, which has to stay one. */
const NO_TAG = String.raw`<(?!/\w)`;
const BARE = String.raw`(?:[^\s"'\\<]|${NO_TAG}){3,}`;
/** In names of variables, which may stand in an assignment that somebody wrote without its equals sign. */
const VARIABLE =
  '(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|(?:PASS|PWD|JWT)(?![A-Z])(?<![A-Z](?:PASS|PWD|JWT)))(?![A-Z0-9_]{41})[A-Z0-9_]*';
/** What is said of a variable in a sentence. */
const SAID =
  '(?!(?:is|are|was|were|be|must|has|have|had|not|and|or|but|in|of|for|to|on|from|by|with|as|at|should|will|would|can|cannot|could|may|needs?|required|missing|empty|unset|set|variable|environment|otherwise|stands?|takes?|does|the|an?|its?|this|that)\\b)';
/** Between two words of a command, also of one that is a list in JSON, or a line each. */
const GAP = String.raw`(?:\\*["'](?:,(?:\s|\\+[nrt]){0,64}|(?:\s|\\+[nrt]){1,64})\\*["']|(?:\s|\\+[nrt]){1,4}(?:\\*["'](?![,}\]:\s]))?)`;
/** Up to the quote that ends it, in whatever it is quoted. */
const IN_QUOTES = String.raw`(?:[^"'\\\n<]|\\[^"'nrt]|${NO_TAG}){2,}`;
const WORD_OR_QUOTED = `(?:(?<=["'])${IN_QUOTES}|${BARE})`;
const DATABASE = '(?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?)';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bAGE-SECRET-KEY-1[0-9A-Z]+/g, MARK],
  [/\btskey-[\w-]+/g, MARK],
  [/(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-)[\w-]+/g, MARK],
  [/(?<![\w-])eyJ[\w-]{4,}\.[\w-]+\.[\w-]+/g, MARK],
  [/(https:\/\/login\.tailscale\.com\/a\/)\w+/g, `$1${MARK}`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, MARK],
  [/(:\/\/[^\s:/@"']{0,128}:)[^\s/"']{1,256}@/g, `$1${MARK}@`],
  // A slash in it: then what stands before may be a host and its port, but in the URL of a database.
  [
    rule(
      String.raw`(:\/\/[^\s:/@"'[]{0,128}:)(?:(?!\d{1,5}\/)|(?<=${DATABASE}:\/\/[^\s:/@"'[]{0,128}:))(?:(?!:\/\/)(?:[^\s"'\\<]|\\[^"'nrt]|${NO_TAG})){1,256}@`,
    ),
    `$1${MARK}@`,
  ],
  // A name of that length is a token.
  [/(:\/\/)[^\s:/@"']{16,256}@/g, `$1${MARK}@`],
  [/(\bBearer\s{1,4})[\w.~+/=-]{8,}/gi, `$1${MARK}`],
  [rule(String.raw`(\bAuthorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?\w{1,20}\s{1,4})${BARE}`), `$1${MARK}`],
  [rule(String.raw`(\bCookie\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)(?=[\w.-]{1,128}=)${IN_QUOTES}`), `$1${MARK}`],
  // Options of one letter are passwords to these programs only.
  [
    rule(String.raw`(\bredis-cli\b(?:(?!redis-cli)[^\n<;|&]){0,200}?(?<![\w-])-a${GAP})${WORD_OR_QUOTED}`),
    `$1${MARK}`,
  ],
  [
    rule(
      String.raw`(\b(?:mysql|mariadb)[\w-]{0,16}(?![\w-])(?:(?!mysql|mariadb)[^\n<;|&]){0,200}?(?<![\w-])-p)(?![\d.]{0,16}:)${BARE}`,
    ),
    `$1${MARK}`,
  ],
  [
    rule(
      String.raw`(\bcurl\b(?:(?!curl)[^\n<]){0,200}?(?<![\w-])(?:-u|--user|--proxy-user)(?:=|${GAP})?(?!\d{1,9}:\d{1,9}(?!\w))[^\s:"'\\<]{1,64}:)(?:(?<=["'][^\s:"'\\<]{1,64}:)${IN_QUOTES}|${BARE})`,
    ),
    `$1${MARK}`,
  ],
  [
    rule(
      String.raw`(\b(?:requirepass|masterauth)(?:${GAP}|\\*["'](?:\s|\\+[nrt]){1,4}\d{1,3}\) \\*["'](?![,}\]:\s])))${SAID}(?!option\b)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  // Who is logged in to the tailnet; what hsdoctor collects now does not have it.
  [/((?:LoginName|DisplayName|ProfilePicURL)\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+/g, `$1${MARK}`],
  // In quotes: all of it. In a text that is itself quoted, as in the journal's JSON, the quotes carry a backslash.
  [rule(String.raw`${ASSIGNED}(\\+["'])(?:(?!(?<!\\)(?:\3|"))[^\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(String.raw`${ASSIGNED}(")(?![,}\]:\s])(?:\\.|[^"\\\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(String.raw`${ASSIGNED}(')(?:\\.|[^'"\\\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(`${ASSIGNED_BARE}${BARE}`), `$1$2${MARK}`],
  [rule(String.raw`((?<![\w-])--key(?:=|\s{1,4}(?!-))["']?)${BARE}`), `$1${MARK}`],
  // A key of Immich; behind the same letter curl has no value, and others have a file or an address.
  [/((?<![\w-])-k(?:=|\s{1,4})?["']?)[A-Za-z0-9_-]{32,}(?![\w./:-])/g, `$1${MARK}`],
  [rule(String.raw`(\bREDISCLI_AUTH=["']?)${BARE}`), `$1${MARK}`],
  // Who is told by Pushover; its own option of curl, and its name in a file.
  [rule(String.raw`(\bPUSHOVER_\w{0,40}=["']?|--form(?:-string)?\s{1,4}["']?user=)${BARE}`), `$1${MARK}`],
  [rule(String.raw`((?<![\w-])--?[\w-]{0,200}?${NAME}${GAP})(?!-)${WORD_OR_QUOTED}`), `$1${MARK}`],
  // In a property list the value is a text of its own, that of a variable too. A path is where one lies.
  [
    rule(
      String.raw`(<(?:string>-k|string>--?(?:[\w-]{0,200}?${NAME}|key)|key>\w{0,200}?${NAME})</(?:string|key)>\s{0,64}<string>)(?![~/]|--)[^<"\\\n]{3,}`,
    ),
    `$1${MARK}`,
  ],
  // In the words of who refuses it the value may have blanks.
  [
    new RegExp(
      String.raw`(${VARIABLE})(?<=(?:["']|\bignoring: )(?:export )?[A-Z0-9_]{0,40}\1)(${BLANKS}{1,4})${SAID}(?:[^"'\\\n<]|${NO_TAG})+`,
      'g',
    ),
    `$1$2${MARK}`,
  ],
  [new RegExp(`(${VARIABLE}${BLANKS}{1,4})${SAID}${BARE}`, 'g'), `$1${MARK}`],
];

function rule(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}

/** Takes out what looks like the value of a secret: a second fence, behind probes that do not read one. */
export function redact(text: string): string {
  return RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
