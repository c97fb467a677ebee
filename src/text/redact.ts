const MARK = '[redacted]';

/*
 * The text comes from a host, and may be megabytes of anything: no rule may look far for each of its characters. A
 * run of characters of any length is either anchored at its beginning, or consumed with the match; and every rule begins
 * with letters that have to be there, as the engine looks for those faster than a rule can be tried. What stands before
 * them is therefore looked at last.
 */

/**
 * No letter stands before it, but that of an escaped blank: in a text that is itself quoted, as in the journal's JSON, a
 * line begins behind `\n`, and in a unit's name or a command of systemd a word behind `\x20`.
 */
const ESCAPED = String.raw`(?<!\\(?:x2)?)`;
const BEGINNING = String.raw`(?<!${ESCAPED}[\w-])`;
const WORD_BEGINS = String.raw`(?<!${ESCAPED}\w)`;
const NO_LETTER = `(?<!${ESCAPED}[a-z]`;

/** Parts of names whose values are secrets: `POSTGRES_PASSWORD`, `x-api-key`, `REDIS_PASS`. */
const WORD = `pass(?:w(?:or)?d|(?<=(?:user|db)pass)(?![a-z])|wort|phrase|(?<=requirepass)|${NO_LETTER}pass)(?![a-z]))|secret|token|credential|(?:pwd|jwt|psk)${NO_LETTER}...)(?![a-z])|key(?<=(?:api|access|priv(?:ate)?|encryption|shared?|signing|account|auth|master)[_-]?key)`;
/** `DB_PW=…` */
const PW_ITSELF = String.raw`pw(?=\\*["']?[^\S\n]{0,4}[=:])${NO_LETTER}pw)`;
/** `key=…`, where that is no file's name. */
const KEY_ITSELF = String.raw`key(?=\\*["']?[^\S\n]{0,4}=)${NO_LETTER}key)(?<!/[\w./-]{0,80}key)`;
const TO_ITS_END = String.raw`(?![\w-]{41})[\w-]*`;
/** From such a part to the end of the name. */
const NAME = `(?:${WORD})${TO_ITS_END}`;
const ASSIGNED_NAME = `(?:${WORD}|${PW_ITSELF}|${KEY_ITSELF})${TO_ITS_END}`;
const BLANKS = String.raw`[^\S\n]`;
const QUOTE_OF_NAME = String.raw`\\*["']?\s{0,4}`;
// `/run/agenix/db-password: permission denied` tells of a file, and names no value.
const COLON = String.raw`:(?<!/[\w./-]{0,80}\1${QUOTE_OF_NAME}:)`;
const ASSIGNED = String.raw`(${ASSIGNED_NAME})(${QUOTE_OF_NAME}(?:[+]?=>?|${COLON})\s{0,4})`;
/** What is on a line of its own below the name is none of its value, or an empty one would look as if it were set. */
const ASSIGNED_BARE = `(${ASSIGNED_NAME})(${BLANKS}{0,4}(?:[+]?=>?|${COLON})(?:${BLANKS}{1,4}(?!-))?)`;
/** A value may stand in a property list, which has to stay one. */
const NO_TAG = String.raw`<(?!/\w)`;
const BARE = String.raw`(?:[^\s"'\\<]|${NO_TAG}){3,}`;
/** In names of variables, which may stand in an assignment that somebody wrote without its equals sign. */
const VARIABLE =
  '(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|PGPASS(?![A-Z])|(?:PASS|PWD|JWT)(?![A-Z])(?<![A-Z](?:PASS|PWD|JWT)))(?![A-Z0-9_]{41})[A-Z0-9_]*';
/** What is said of a variable in a sentence. */
const SAID =
  '(?!(?:is|are|was|were|be|must|has|have|had|not|and|or|but|in|of|for|to|on|from|by|with|as|at|should|will|would|can|cannot|could|may|needs?|required|missing|empty|unset|set|variable|environment|otherwise|stands?|takes?|does|the|an?|its?|this|that)\\b)';
/** A quote within a word that is in quotes already, as shells write it. */
const QUOTED_QUOTE = String.raw`'(?:\\+'|\\*"'\\*")'`;
const OPENED = String.raw`(?:${QUOTED_QUOTE}|\\*["'])`;
/** Also one that is escaped, by a shell or by systemd. */
const BLANK = String.raw`(?:\\*\s|\\+(?:[nrt]|x20))`;
/** Between two words of a command, also of one that is a list in JSON, or a line each. */
const GAP = String.raw`(?:\\*["'](?:,${BLANK}{0,64}|${BLANK}{1,64})\\*["']|${BLANK}{1,4}(?:${OPENED}(?![,}\]:\s]))?)`;
/** Up to the quote that ends it, in whatever it is quoted. */
const IN_QUOTES = String.raw`(?:[^"'\\\n<]|\\[^"'nrt]|${NO_TAG}){2,}`;
const WORD_OR_QUOTED = `(?:(?<=["'])${IN_QUOTES}|${BARE})`;
/** In a sentence, where nothing else tells a value from the next word: one with letters and digits, and not the name of a file. */
const SAID_VALUE = String.raw`(?![/~-]|[^\s"'\\]{0,80}(?:/|\.(?:age|service|conf|nix|json|ya?ml|toml|txt|env|pem|sock)\b))(?=[^\s"'\\]{0,80}\d)(?=[^\s"'\\]{0,80}[a-z])(?:[^\s"'\\<,;()]|${NO_TAG}){6,}`;
const VERB = `(?:${BLANKS}{1,2}(?:is|was|set|to)){1,3}`;
const DATABASE = '(?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?)';

/** What the tokens of a service begin with, and nothing else does. */
const PREFIXES = String.raw`gl(?:dt|rt|ptt|oas|cbt|ft|soat|imt|agent|rtr)-|xox[a-z](?:\.xox[a-z])?-|xapp-\d|dckr_pat_|do[opr]_v1_|glsa_|glc_|AIza|ya29\.|GOCSPX-|pypi-Ag|lin_api_|whsec_|[rs]k_(?:live|test)_|SG\.[\w-]{16,64}\.`;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/g, MARK],
  [/tskey-[\w-]+/g, MARK],
  [token('gh[pousr]_|github_pat_|glpat-', String.raw`[\w.-]+`), MARK],
  [token(PREFIXES, String.raw`[\w.-]{16,}`), MARK],
  [token(String.raw`hv[sb]\.`, String.raw`[\w-]{20,}`), MARK],
  // With these names begin too: theirs have hyphens or underscores between words.
  [token('sk-', String.raw`(?=[A-Za-z_-]{0,64}\d)[\w-]{16,}`), MARK],
  [token('npm_|hf_|tk_', '[A-Za-z0-9]{20,}'), MARK],
  [token('eyJ', String.raw`[\w-]{4,}\.[\w-]+\.[\w-]+`), MARK],
  // Of a bot of Telegram, and a key that signs what Nix builds.
  [/:(?<=\d{6}:)AA[\w-]{30,}/g, `:${MARK}`],
  [/(-\d{1,3}:)[A-Za-z0-9+/]{86}==/g, `$1${MARK}`],
  // Hashes of passwords.
  [/\$(?:2[abxy]|[1567y]|apr1|gy|argon2i?d?)\$[\w./$=,+-]{20,}/g, MARK],
  [/\{S?SHA\d{0,3}\}[\w+/=]{20,}/g, MARK],
  [/(https:\/\/login\.tailscale\.com\/a\/)\w+/g, `$1${MARK}`],
  [/(\/\/[^\s:/@"']{0,128}:)[^\s/"']{1,256}@/g, `$1${MARK}@`],
  // A slash in it: then what stands before may be a host and its port, but in the URL of a database.
  [
    rule(
      String.raw`(:\/\/[^\s:/@"'[]{0,128}:)(?:(?!\d{1,5}\/)|(?<=${DATABASE}:\/\/[^\s:/@"'[]{0,128}:))(?:(?!:\/\/)(?:[^\s"'\\<]|\\[^"'nrt]|${NO_TAG})){1,256}@`,
    ),
    `$1${MARK}@`,
  ],
  // As Go's drivers of databases are told, and shares of Windows without a scheme.
  [/:[^\s:/"'@]{1,256}@(?=(?:tcp|unix)\()/g, `:${MARK}@`],
  // A name of that length is a token.
  [/(:\/\/)[^\s:/@"']{16,256}@/g, `$1${MARK}@`],
  // Who knows the address of a webhook may write there.
  [
    rule(
      String.raw`((?:hooks\.slack[\w-]{0,16}\.com/\w{1,16}|/(?:webhook(?:s|b2)?|hooks)(?=/[^\s"'\\<>?#]{0,64}\d)(?<=://[^\s"'<>]{1,100}))/)[^\s"'\\<>?#]{8,}`,
    ),
    `$1${MARK}`,
  ],
  [
    /(\/api\/push\/|\/with\/key\/|hc-ping\.com\/|\/ping\/(?=[\da-f]{8}-)|\/share\/(?=[\w-]{60}))[\w/-]{6,}/g,
    `$1${MARK}`,
  ],
  // What makes a URL one for everybody.
  [rule(String.raw`((?:signature|${WORD_BEGINS}sig)=\\*["']?)[\w%+/=.~-]{16,}`), `$1${MARK}`],
  [rule(String.raw`(${WORD_BEGINS}Bearer\s{1,4})[\w.~+/=-]{8,}`), `$1${MARK}`],
  [rule(String.raw`(${WORD_BEGINS}sshpass\s{1,4}-p)${BARE}`), `$1${MARK}`],
  [
    rule(
      String.raw`(${WORD_BEGINS}immich[^\S\n]{1,4}login(?:-key)?[^\S\n]{1,4}[^\s"']{1,256}[^\S\n]{1,4}\\*["']?)[\w-]{8,}`,
    ),
    `$1${MARK}`,
  ],
  // As smbclient takes its user.
  [new RegExp(String.raw`(${BEGINNING}-U[^\S\n]{0,4}\\*["']?[\w.\\-]{1,64}%)${BARE}`, 'g'), `$1${MARK}`],
  [
    rule(String.raw`(${WORD_BEGINS}Authorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?\w{1,20}\s{1,4})${BARE}`),
    `$1${MARK}`,
  ],
  [
    rule(String.raw`(${WORD_BEGINS}Authorization\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)[\w.~+/=-]{16,}`),
    `$1${MARK}`,
  ],
  [
    rule(String.raw`(${WORD_BEGINS}Cookie\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)(?=[\w.-]{1,128}=)${IN_QUOTES}`),
    `$1${MARK}`,
  ],
  // Options of one letter are passwords to these programs only.
  [
    rule(
      String.raw`(${WORD_BEGINS}(?:redis|valkey|keydb)-cli\b(?:(?!(?:redis|valkey|keydb)-cli)[^\n<;|&]){0,200}?${BEGINNING}-a${GAP})${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [
    rule(
      String.raw`(${WORD_BEGINS}(?:mysql|mariadb)[\w-]{0,16}(?![\w-])(?:(?!mysql|mariadb)[^\n<;|&]){0,200}?${BEGINNING}-p(?:${OPENED}(?![,}\]:\s]))?)(?![\d.]{0,16}:)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  // The digits are ports, which podman publishes by the same letter.
  [
    rule(
      String.raw`(${WORD_BEGINS}(?:mongo(?:sh|dump|restore|import|export)?|mosquitto_\w{2,3}|sshpass|login(?<=(?:podman|docker|buildah|skopeo)${BLANK}{1,4}login))(?![\w-])(?:(?!mongo|mosquitto_|sshpass|login)[^\n<;|&]){0,200}?${BEGINNING}-p${GAP})(?!-|\[(?!redacted\])|[\d.]{0,16}:|\d{1,5}(?!\w))${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [rule(String.raw`(--(?:\w{1,16}-)?creds(?:=|${GAP})[^\s:"'\\<]{1,64}:)${BARE}`), `$1${MARK}`],
  // In SQL.
  [rule(`((?:password|identified${BLANKS}by)${BLANKS}{1,4}${OPENED})(?<=')${SAID}${IN_QUOTES}`), `$1${MARK}`],
  [
    rule(
      String.raw`(${WORD_BEGINS}curl\b(?:(?!curl)[^\n<]){0,200}?${BEGINNING}(?:-u|--user|--proxy-user)(?:=|${GAP})?(?!\d{1,9}:\d{1,9}(?!\w))[^\s:"'\\<]{1,64}:)(?:(?<=["'][^\s:"'\\<]{1,64}:)${IN_QUOTES}|${BARE})`,
    ),
    `$1${MARK}`,
  ],
  [
    rule(
      String.raw`(${WORD_BEGINS}(?:requirepass|masterauth)(?:${GAP}|\\*["'](?:\s|\\+[nrt]){1,4}\d{1,3}\) \\*["'](?![,}\]:\s])))${SAID}(?!option\b)${WORD_OR_QUOTED}`,
    ),
    `$1${MARK}`,
  ],
  [rule(`(pass(?:word|wort|phrase)(?:${VERB})?${BLANKS}{1,4})${SAID_VALUE}`), `$1${MARK}`],
  [
    rule(
      String.raw`((?:pass(?:word|wort|phrase)?|token|secret|key)${VERB}${BLANKS}{1,4})(?:(\\*["'])(?![,}\]:\s])${IN_QUOTES}|${SAID_VALUE})`,
    ),
    `$1$2${MARK}`,
  ],
  // A variable as an object of JSON.
  [
    rule(
      String.raw`("(?:name|key)\\*"\s{0,4}:\s{0,4}\\*"[\w-]{0,80}?${NAME}\\*"\s{0,4},\s{0,4}\\*"value\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+`,
    ),
    `$1${MARK}`,
  ],
  // Who is logged in to the tailnet; what hsdoctor collects now does not have it.
  [/((?:LoginName|DisplayName|ProfilePicURL)\\*"\s{0,4}:\s{0,4}\\*")[^"\\\n]+/g, `$1${MARK}`],
  // In quotes: all of it. In a text that is itself quoted, as in the journal's JSON, the quotes carry a backslash.
  [rule(String.raw`${ASSIGNED}(\\+["'])(?:(?!(?<!\\)(?:\3|"))[^\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(String.raw`${ASSIGNED}(")(?![,}\]:\s])(?:\\.|[^"\\\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(String.raw`${ASSIGNED}(${QUOTED_QUOTE}|')(?:\\.|[^'"\\\n<]|${NO_TAG})+`), `$1$2$3${MARK}`],
  [rule(`${ASSIGNED_BARE}${BARE}`), `$1$2${MARK}`],
  [rule(String.raw`(${BEGINNING}--key(?:=|\s{1,4}(?!-))["']?)${BARE}`), `$1${MARK}`],
  // A key of Immich; behind the same letter curl has no value, and others have a file or an address.
  [
    new RegExp(String.raw`(${BEGINNING}-k(?:=|\s{1,4})?["']?)[A-Za-z0-9_-]{32,}(?![\w./:-])`, 'g'),
    `$1${MARK}`,
  ],
  [rule(`(${WORD_BEGINS}REDISCLI_AUTH=["']?)${BARE}`), `$1${MARK}`],
  // Who is told by Pushover; its own option of curl, and its name in a file.
  [
    rule(String.raw`(${WORD_BEGINS}PUSHOVER_\w{0,40}=["']?|--form(?:-string)?\s{1,4}["']?user=)${BARE}`),
    `$1${MARK}`,
  ],
  [rule(String.raw`(${BEGINNING}--?[\w-]{0,200}?${NAME}${GAP})(?!-)${WORD_OR_QUOTED}`), `$1${MARK}`],
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

function token(prefix: string, rest: string): RegExp {
  return new RegExp(`${BEGINNING}(?:${prefix})${rest}`, 'g');
}

function rule(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}

/** Takes out what looks like the value of a secret: a second fence, behind probes that do not read one. */
export function redact(text: string): string {
  return RULES.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    withoutKeys(text),
  );
}

/** A private key, and nothing else between its beginning and its end. */
const WHOLE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\+[nrt]){1,4}(?:Proc-Type|DEK-Info|Version|Comment): [^\n\\"]{0,200})*(?:(?:\s|\\+[nrt]){1,4}[A-Za-z0-9+/=]{16,})*(?:(?:\s|\\+[nrt]){1,4}[A-Za-z0-9+/=]{1,76}){0,2}(?:\s|\\+[nrt]){0,4}-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** A private key, up to its end or to where it was cut; a log may have each of its lines in an entry of its own. */
const KEY_BLOCK =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]{0,20000})/g;
/** With capitals, and by itself: the names and ids of what else may stand in between are none. */
const KEY_LINE = /(?<=[\s"]|\\[nrt])(?=[a-z0-9+/=]{0,80}[A-Z])[A-Za-z0-9+/]{16,}={0,2}(?=[\s"\\]|$)/g;

/**
 * Only the lines of the key: who can write its beginning into a log, or its end, must not hide what stands behind it or
 * between.
 */
export const withoutKeys = (text: string): string =>
  text.replace(WHOLE_KEY, MARK).replace(KEY_BLOCK, (block) => block.replace(KEY_LINE, MARK));
