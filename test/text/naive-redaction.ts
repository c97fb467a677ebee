import { withoutKeys } from '../../src/text/redact.ts';

/*
 * The rules of the redaction as one would write them down: what must not stand before a name comes first, and all of a
 * name is spelled out. It takes seconds for a megabyte.
 */
const MARK = '[redacted]';
/** But the letter of an escaped blank, as in \\n. */
const NO_LETTER = String.raw`(?<!(?<!\\)(?<!\\x2)[a-z])`;
const WORD_BEGINS = String.raw`(?<!(?<!\\)(?<!\\x2)\w)`;
const BEGINNING = String.raw`(?<!(?<!\\)(?<!\\x2)[\w-])`;
const KEY = String.raw`(?:passw(?:or)?d|passwort|passphrase|requirepass|secret|token|credential|(?:api|access|private|priv|encryption|shared?|signing|account|auth|master)[_-]?key|(?:user|db)pass(?![a-z])|${NO_LETTER}(?:pass|pwd|jwt|psk)(?![a-z]))[\w-]{0,40}`;
const NO_PATH = String.raw`(?<!/[\w./-]{0,80})`;
const IS = String.raw`(?=\\*["']?\s{0,4}[+]?=)`;
const NAMED = String.raw`(${NO_PATH}${KEY}|${KEY}${IS}|${NO_PATH}${NO_LETTER}pw(?=\\*["']?[^\S\n]{0,4}[=:])|${NO_LETTER}pw(?=\\*["']?[^\S\n]{0,4}=)|${NO_PATH}${NO_LETTER}key(?=\\*["']?[^\S\n]{0,4}=))`;
const ASSIGNED = String.raw`(\\*["']?\s{0,4}(?:[+]?=>?|:)\s{0,4})`;
const SAME_LINE = String.raw`([^\S\n]{0,4}(?:[+]?=>?|:)(?:[^\S\n]{1,4}(?!-))?)`;
const BARE = String.raw`(?:(?!</\w)[^\s"'\\]){3,}`;
const VARIABLE =
  '(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|(?:(?<![A-Z])(?:PASS|PWD|JWT)|PGPASS)(?![A-Z]))[A-Z0-9_]{0,40}';
const SAID =
  '(?!(?:is|are|was|were|be|must|has|have|had|not|and|or|but|in|of|for|to|on|from|by|with|as|at|should|will|would|can|cannot|could|may|needs?|required|missing|empty|unset|set|variable|environment|otherwise|stands?|takes?|does|the|an?|its?|this|that)\\b)';
const QUOTED_QUOTE = String.raw`'(?:\\+'|\\*"'\\*")'`;
const OPENED = String.raw`(?:${QUOTED_QUOTE}|\\*["'])`;
const BLANK = String.raw`(?:\\*\s|\\+(?:[nrt]|x20))`;
const GAP = String.raw`(?:\\*["'](?:,${BLANK}{0,64}|${BLANK}{1,64})\\*["']|${BLANK}{1,4}(?:${OPENED}(?![,}\]:\s]))?)`;
const IN_QUOTES = String.raw`(?:(?!</\w)[^"'\\\n]|\\[^"'nrt]){2,}`;
const URL_SECRET = String.raw`(?:(?!:\/\/)(?!</\w)[^\s"'\\]|(?!:\/\/)\\[^"'nrt]){1,256}@`;
const WORD_OR_QUOTED = `(?:(?<=["'])${IN_QUOTES}|${BARE})`;
const SAID_VALUE = String.raw`(?![/~-]|[^\s"'\\]{0,80}(?:/|\.(?:age|service|conf|nix|json|ya?ml|toml|txt|env|pem|sock)\b))(?=[^\s"'\\]{0,80}\d)(?=[^\s"'\\]{0,80}[a-z])(?:(?!</\w)[^\s"'\\,;()]){6,}`;
const VERB = String.raw`(?:[^\S\n]{1,2}(?:is|was|set|to)){1,3}`;

const PREFIXES = String.raw`gl(?:dt|rt|ptt|oas|cbt|ft|soat|imt|agent|rtr)-|xox[a-z](?:\.xox[a-z])?-|xapp-\d|dckr_pat_|do[opr]_v1_|glsa_|glc_|AIza|ya29\.|GOCSPX-|pypi-Ag|lin_api_|whsec_|[rs]k_(?:live|test)_|SG\.[\w-]{16,64}\.`;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/g, MARK],
  [/tskey-[\w-]+/g, MARK],
  [token('gh[pousr]_|github_pat_|glpat-', String.raw`[\w.-]+`), MARK],
  [token(PREFIXES, String.raw`[\w.-]{16,}`), MARK],
  [token(String.raw`hv[sb]\.`, String.raw`[\w-]{20,}`), MARK],
  [token('sk-', String.raw`(?=[A-Za-z_-]{0,64}\d)[\w-]{16,}`), MARK],
  [token('npm_|hf_|tk_', '[A-Za-z0-9]{20,}'), MARK],
  [token('eyJ', String.raw`[\w-]{4,}\.[\w-]+\.[\w-]+`), MARK],
  [/:(?<=\d{6}:)AA[\w-]{30,}/g, `:${MARK}`],
  [/(-\d{1,3}:)[A-Za-z0-9+/]{86}==/g, `$1${MARK}`],
  [/\$(?:2[abxy]|[1567y]|apr1|gy|argon2i?d?)\$[\w./$=,+-]{20,}/g, MARK],
  [/\{S?SHA\d{0,3}\}[\w+/=]{20,}/g, MARK],
  [/(https:\/\/login\.tailscale\.com\/a\/)\w+/g, `$1${MARK}`],
  [/(\/\/[^\s:/@"']{0,128}:)[^\s/"']{1,256}@/g, `$1${MARK}@`],
  [
    any(
      String.raw`(:\/\/[^\s:/@"'[]{0,128}:)(?:(?<=(?:postgres|postgresql|mysql|mariadb|redis|rediss|mongodb|amqps?):\/\/[^\s:/@"'[]{0,128}:)|(?!\d{1,5}\/))${URL_SECRET}`,
    ),
    `$1${MARK}@`,
  ],
  [/:[^\s:/"'@]{1,256}@(?=(?:tcp|unix)\()/g, `:${MARK}@`],
  [/(:\/\/)[^\s:/@"']{16,256}@/g, `$1${MARK}@`],
  [
    any(
      String.raw`((?:hooks\.slack[\w-]{0,16}\.com/\w{1,16}|/(?:webhook(?:s|b2)?|hooks)(?=/[^\s"'\\<>?#]{0,64}\d)(?<=://[^\s"'<>]{1,100}))/)[^\s"'\\<>?#]{8,}`,
    ),
    `$1${MARK}`,
  ],
  [
    /(\/api\/push\/|\/with\/key\/|hc-ping\.com\/|\/ping\/(?=[\da-f]{8}-)|\/share\/(?=[\w-]{60}))[\w/-]{6,}/g,
    `$1${MARK}`,
  ],
  [any(String.raw`((?:signature|${WORD_BEGINS}sig)=\\*["']?)[\w%+/=.~-]{16,}`), `$1${MARK}`],
  [any(String.raw`(${WORD_BEGINS}Bearer\s{1,4})[\w.~+/=-]{8,}`), `$1${MARK}`],
  [any(String.raw`(${WORD_BEGINS}sshpass\s{1,4}-p)${BARE}`), `$1${MARK}`],
  [
    any(
      String.raw`(${WORD_BEGINS}immich[^\S\n]{1,4}login(?:-key)?[^\S\n]{1,4}[^\s"']{1,256}[^\S\n]{1,4}\\*["']?)[\w-]{8,}`,
    ),
    `$1${MARK}`,
  ],
  // As smbclient takes its user.
  [new RegExp(String.raw`(${BEGINNING}-U[^\S\n]{0,4}\\*["']?[\w.\\-]{1,64}%)${BARE}`, 'g'), `$1${MARK}`],
  [
    any(String.raw`(${WORD_BEGINS}Authorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?\w{1,20}\s{1,4})${BARE}`),
    `$1${MARK}`,
  ],
  [
    any(String.raw`(${WORD_BEGINS}Authorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)[\w.~+/=-]{16,}`),
    `$1${MARK}`,
  ],
  [
    any(String.raw`(${WORD_BEGINS}Cookie\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)(?=[\w.-]{1,128}=)${IN_QUOTES}`),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(${WORD_BEGINS}(?:redis|valkey|keydb)-cli\b(?:(?!(?:redis|valkey|keydb)-cli)[^\n<;|&]){0,200}?${BEGINNING}-a${GAP})${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(${WORD_BEGINS}(?:mysql|mariadb)[\w-]{0,16}(?![\w-])(?:(?!mysql|mariadb)[^\n<;|&]){0,200}?${BEGINNING}-p(?:${OPENED}(?![,}\]:\s]))?)(?![\d.]{0,16}:)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(${WORD_BEGINS}(?:mongo(?:sh|dump|restore|import|export)?|mosquitto_\w{2,3}|sshpass|login(?<=(?:podman|docker|buildah|skopeo)${BLANK}{1,4}login))(?![\w-])(?:(?!mongo|mosquitto_|sshpass|login)[^\n<;|&]){0,200}?${BEGINNING}-p${GAP})(?!-|\[(?!redacted\])|[\d.]{0,16}:|\d{1,5}(?!\w))${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [any(String.raw`(--(?:\w{1,16}-)?creds(?:=|${GAP})[^\s:"'\\<]{1,64}:)${BARE}`), `$1${MARK}`],
  [
    any(String.raw`((?:password|identified[^\S\n]by)[^\S\n]{1,4}${OPENED})(?<=')${SAID}${IN_QUOTES}`),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(${WORD_BEGINS}curl\b(?:(?!curl)[^\n<]){0,200}?${BEGINNING}(?:-u|--user|--proxy-user)(?:=|${GAP})?(?!\d{1,9}:\d{1,9}(?!\w))[^\s:"'\\<]{1,64}:)(?:(?<=["'][^\s:"'\\<]{1,64}:)${IN_QUOTES}|${BARE})`,
    ),
    `$1${MARK}`,
  ],
  [
    any(
      String.raw`(${WORD_BEGINS}(?:requirepass|masterauth)(?:${GAP}|\\*["'](?:\s|\\+[nrt]){1,4}\d{1,3}\) \\*["'](?![,}\]:\s])))${SAID}(?!option\b)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [any(String.raw`(pass(?:word|wort|phrase)(?:${VERB})?[^\S\n]{1,4})${SAID_VALUE}`), `$1${MARK}`],
  [
    any(
      String.raw`((?:pass(?:word|wort|phrase)?|token|secret|key)${VERB}[^\S\n]{1,4})(?:(\\*["'])(?![,}\]:\s])${IN_QUOTES}|${SAID_VALUE})`,
    ),
    `$1$2${MARK}`,
  ],
  [
    any(
      String.raw`("(?:name|key)\\*"\s{0,4}:\s{0,4}\\*"[\w-]{0,80}?${KEY}\\*"\s{0,4},\s{0,4}\\*"value\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+`,
    ),
    `$1${MARK}`,
  ],
  [/((?:LoginName|DisplayName|ProfilePicURL)\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+/g, `$1${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(\\+["'])(?:(?!(?<!\\)\3)(?!(?<!\\)")(?!</\w)[^\n])+`), `$1$2$3${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(")(?![,}\]:\s])(?:\\.|(?!</\w)[^"\\\n])+`), `$1$2$3${MARK}`],
  [any(String.raw`${NAMED}${ASSIGNED}(${QUOTED_QUOTE}|')(?:\\.|(?!</\w)[^'"\\\n])+`), `$1$2$3${MARK}`],
  [any(`${NAMED}${SAME_LINE}${BARE}`), `$1$2${MARK}`],
  [any(String.raw`(${BEGINNING}--key(?:=|\s{1,4}(?!-))["']?)${BARE}`), `$1${MARK}`],
  [
    new RegExp(String.raw`(${BEGINNING}-k(?:=|\s{1,4})?["']?)[A-Za-z0-9_-]{32,}(?![\w./:-])`, 'g'),
    `$1${MARK}`,
  ],
  [any(`(${WORD_BEGINS}REDISCLI_AUTH=["']?)${BARE}`), `$1${MARK}`],
  [
    any(String.raw`(${WORD_BEGINS}PUSHOVER_\w{0,40}=["']?|--form(?:-string)?\s{1,4}["']?user=)${BARE}`),
    `$1${MARK}`,
  ],
  [any(String.raw`(${BEGINNING}--?[\w-]{0,200}?${KEY}${GAP})(?!-)${WORD_OR_QUOTED}`), `$1${MARK}`],
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

function token(prefix: string, rest: string): RegExp {
  return new RegExp(`${BEGINNING}(?:${prefix})${rest}`, 'g');
}

function any(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}

export function redactNaively(text: string): string {
  return RULES.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    withoutKeys(text),
  );
}
