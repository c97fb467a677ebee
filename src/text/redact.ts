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
export const NO_LETTER = `(?<!${ESCAPED}[a-z])`;
export const NO_PATH = String.raw`(?<!/[\w./-]{0,80})`;
const BLANKS = String.raw`[^\S\n]`;

/** Whose key it is that nobody else may have; that of a host, of a peer or of a table is no secret. */
export const KEPT_KEY =
  '(?:api|access|priv(?:ate)?|encrypt(?:ion)?|shared?|sign(?:ing)?|account|auth|master|hmac|subscription|secret|session|cookie|crypt|license|licence|deploy|bot|admin|root|service|webhook|push|client|consumer|recovery|unlock|security|storage|bouncer|enroll|enrollment|app|application|functions?|integration)';
/** Words that end with `pass` and are none. */
export const BEFORE_PASS = '(?:by|com|sur|over|under|tres|high|low|band|im)';
export const ASSIGNED_PW = String.raw`pw(?=\\*["']?${BLANKS}{0,4}[=:])`;
/** Where that is no file's name. */
export const ASSIGNED_KEY = String.raw`key(?<!(?:pub(?:lic)?|partition|cache|foreign|primary|sort|unique|lookup|group|row|index|object|routing|idempotency)[ _-]?key)(?=\\*["']?${BLANKS}{0,4}=)`;

/** Who is told by Pushover, and whose server a Plex becomes. */
export const OF_SERVICES = 'pushover[_.-]?user|plex_?claim|private(?<=vapid[_-]?private)';

/** The words that tell of a secret. Here they are found by their last letters, in the tests as they read. */
export interface Words {
  readonly password: string;
  /** `REDIS_PASS`, `dbPass`, `bindpw`, and whatever else is too short to be the beginning of a word. */
  readonly short: string;
  readonly key: string;
  /** `DB_PW=…` and `key=…`, which tell of one only there. */
  readonly assigned: string;
  /** In names of variables, which may stand in an assignment that somebody wrote without its equals sign. */
  readonly variable: string;
}

const BY_LAST_LETTERS: Words = {
  password: 'pass(?:w(?:or)?d|wort|phrase|code)|pin[_-]?code',
  short: `(?:pass(?<!${BEFORE_PASS}pass)|p(?:wd|sk)|jwt|pw(?<=(?:bind|root|admin|user|db)pw))(?![a-z])`,
  key: `key(?<=${KEPT_KEY}[_-]?key)|${OF_SERVICES}`,
  assigned: `${ASSIGNED_PW}(?<=${NO_LETTER}pw)|${ASSIGNED_KEY}(?<=${NO_LETTER}key)(?<=${NO_PATH}key)`,
  variable:
    '(?:PASSW(?:OR)?D|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|PGPASS(?![A-Z])|(?:PASS|PWD|JWT)(?![A-Z])(?<![A-Z](?:PASS|PWD|JWT)))',
};

/** A value may stand in a property list, which has to stay one. */
const NO_TAG = String.raw`<(?!/\w)`;
/** A quote within a word that is in quotes already, as shells write it. */
const QUOTED_QUOTE = String.raw`'(?:\\+'|\\*"'\\*")'`;
const WITHIN = String.raw`[\w!#$%&*+/=?@^~-]`;
/** A quote within a word, which ends nothing: no letter stands behind that of JSON, of a list or of a sentence. */
const QUOTE_WITHIN = String.raw`(?<![[\](){},:;=\`\s])(?:''|${QUOTED_QUOTE}|\\*["'])(?=${WITHIN})`;
const OPENED = String.raw`(?:${QUOTED_QUOTE}|\\*["'])`;
const OPENED_BY_A_VALUE = String.raw`${OPENED}(?![,}\]:\s])`;
/** Also one that is escaped, by a shell or by systemd. */
const BLANK = String.raw`(?:\\*\s|\\+(?:[nrt]|x20))`;
/** Between two words of a command, also of one that is a list in JSON or YAML, or a line each. */
const GAP = String.raw`(?:\\*["']?(?:${BLANKS}{0,4}\\(?:\n|\\{2,}n)|(?:\s|\\+[nrt]){1,32}-)${BLANKS}{1,32}(?:${OPENED_BY_A_VALUE})?|\\*["'](?:,${BLANK}{0,64}|${BLANK}{1,64})\\*["']|${BLANK}{1,4}(?:${OPENED_BY_A_VALUE})?)`;

/** What is told of a secret, and none itself. */
const SAID_WORD =
  '(?:true|false|null|none|nil|undefined|yes|on|off|enabled|disabled|expired|invalid|missing|wrong|incorrect|denied|required|refused|rejected|fail(?:ed|ure)|revoked|empty|(?:un)?set|unknown|unsupported|malformed|mismatch|unexpected|unable|error|bad|too|already|only|is|are|was|were|be|must|has|have|had|no|not|and|or|but|in|of|for|to|from|by|with|as|at|should|will|would|can|cannot|could|may|needs?|otherwise|stands?|takes?|does|put|see|use|using|check|write|enter|try|please|accepted|valid|found|loaded|created|added|changed|updated|nothing|whether|if|when|which|what|there|one|it|the|an?|its?|this|that|없음)';
const SAID_OF_IT = `(?:access|argument|authenticated|authentication|authorization|connection|environment|file|format|operation|option|permission|signature|value|variable)(?=${BLANKS}{1,4}[a-z(])`;
const ENDS = String.raw`(?=[.,;:!)]{0,3}(?:[\s"'\\]|</|$))`;
/** Where one lies, if its name says so; only what a host itself puts there may have that of the password. */
const PATH = String.raw`/(?:run|nix)/[\w./@+-]{1,256}|(?=[~./])(?<!(?:pass(?:w(?:or)?d|wort|phrase|code)?|pwd)\\*["']?\s{0,4}[:=]{1,2}\s{0,4}\\*["']?)(?:~|\.\.?|/(?:etc|var|home|Users|Library|srv|root|opt|mnt|media|dev|proc|usr|tmp|data|config|secrets))/[\w./@+-]{1,256}`;
/** Where it lies, or what stands for it until it is read. */
const ELSEWHERE = String.raw`${PATH}|config(?:\.[\w-]{1,64}){1,8}|\$(?:\d|\{\w{1,64}\})|\$\(cat [\w./~-]{1,256}\)|https?://[\w.:[\]-]{1,128}/?|<[\w -]{1,40}>|[[\](){};,]{1,8}`;
/** The mode of a file, how many of them, names of several, and what a run of tests says of one. */
const NOT_THE_SECRET = String.raw`0[0-7]{3} (?=[a-z])|(?<=tokens\\*["']?\s{0,4}[:=]\s{0,4})\d{1,9}(?![\w.-])|(?<=${NO_LETTER}secrets:\s{1,4})[a-z][a-z\d]{0,40}(?:[-_.][a-z\d]{1,40}){1,8}(?:,|\s|\\n|["']|$)|(?<=(?<![\w-])PASS:?${BLANKS})(?:tests?[_/.:]|[\w./@-]{1,200}\.(?:test|spec|[cm]?[jt]sx?|py|go|rs|sh|bats|nix)(?!\w))|\((?:${SAID_WORD}|hidden|redacted)(?:${BLANKS}[^()\n]{0,40})?\)`;
const NO_SECRET = `(?!(?:${SAID_WORD}|${ELSEWHERE})${ENDS}|${SAID_OF_IT}|${NOT_THE_SECRET})`;
/** In quotes a sentence may be a secret, which no single word of these is. */
const NO_SECRET_IN_QUOTES = String.raw`(?!(?:${SAID_WORD}|${ELSEWHERE})\\*["'](?!['\w\\]))`;

const BARE = String.raw`(?!\\*["'])(?:[^\s"'\\<]|${NO_TAG}|${QUOTE_WITHIN}|\\+(?=${WITHIN})(?![nrt]|x20)){3,}`;
/** Up to the quote that ends it, in whatever it is quoted. */
const IN_QUOTES = String.raw`(?:[^"'\\\n<]|\\[^"'nrt]|${NO_TAG}|${QUOTE_WITHIN}){2,}`;
/** Where a setting has its line: also in the text of a log, and in a unit of systemd. */
const LINE_BEGINS = String.raw`(?:^|["']|\n|\\n|\]: )[ \t]{0,32}(?:- |export |Environment=)?`;
const WORD_OF_MANY = String.raw`(?:[^\s"'\\<,;#]|${NO_TAG}|${QUOTE_WITHIN}|(?<=\S)[#,;](?=\S)){1,200}`;
const LETTERS = String.raw`[a-zA-Z\u00aa-\uffdc]{1,40}(?=[\s,;})"'\\]|$)`;
/** No word that tells of a secret, no option, and no other name with its value. */
const NO_SENTENCE = String.raw`(?!(?:${SAID_WORD})(?![\w-])|-|\[redacted|[\w.-]{1,80}[=:])`;
/** What may follow the last of several words. */
const ENDS_MANY = String.raw`(?=[,;})]|["']|\\?\n|\\n|$|${BLANKS}{1,4}(?:[\w.-]{1,80}[=:]|-|#|\n|$))`;
const WORD_OR_QUOTED = `(?:(?<=["'])${NO_SECRET_IN_QUOTES}${IN_QUOTES}|(?<!["'])${NO_SECRET}${BARE})`;
/**
 * Up to the quote that closes what a rule found opened, by its backslashes and itself: behind more of them stands a quote
 * within, behind fewer one of a text around it, which has to stay one.
 */
const TO_ITS_QUOTE = String.raw`(?:[^"'\\\n<]|\\+(?![\\"'])|(?:\2\2\\\\)+|\2\2\\["']|\\*(?!\3)'|${NO_TAG}|${QUOTE_WITHIN}){3,}`;
/** In a sentence, where nothing else tells a value from the next word: one with letters and digits, and not the name of a file. */
const SAID_VALUE = String.raw`(?![/~-]|[a-z_]{1,20}=\d|[^\s"'\\]{0,80}(?:/|\.(?:age|service|conf|nix|json|ya?ml|toml|txt|env|pem|sock)\b))(?=[^\s"'\\]{0,80}\d)(?=[^\s"'\\]{0,80}[a-z])(?:[^\s"'\\<,;()]|${NO_TAG}){6,}`;
const VERB = `(?:${BLANKS}{1,2}(?:is|was|set|to)){1,3}`;
/** It is said of a word behind it. */
const REFUSED = `(?<=(?:invalid|wrong|bad|incorrect|rejected|unauthorized)${BLANKS}(?:[a-z]{1,10}${BLANKS})?[a-z]{3,10})`;
const BASE64 = '(?:[A-Za-z0-9+/]{12,}={0,2}|[A-Za-z0-9+/]{4,}={1,2})';
/** Of the same command, which does not go on behind what JSON says it for; on the next line only in a list, or where it says so. */
const BETWEEN = String.raw`(?:[^\n<;|&"]|\n(?:(?<=(?:\\|["'],?)[ \t\r]{0,4}\n)|(?=[ \t]{0,32}-[ \t]))|[;|&](?=\w)|"(?![:\]}]))`;

/** What the tokens of a service begin with, and nothing else does. */
const PREFIXES = String.raw`gl(?:dt|rt|ptt|oas|cbt|ft|soat|imt|agent|rtr)-|xox[a-z](?:\.xox[a-z])?-|xapp-\d|dckr_pat_|do[opr]_v1_|glsa_|glc_|AIza|ya29\.|GOCSPX-|pypi-Ag|lin_api_|whsec_|[rs]k_(?:live|test)_|SG\.[\w-]{16,64}\.|claim-(?=[\w-]{0,19}\d)`;
const DATABASE = '(?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?)';

/** The quote may stand before the option. */
const GLUED = `(?:(?<=["']-[pP])${IN_QUOTES}|${WORD_OR_QUOTED})`;

/** Options that are passwords to these programs only: the program, the option with what follows it, and its value. */
const OPTIONS: readonly (readonly [string, string, string])[] = [
  ['(?:redis|valkey|keydb)-cli', `(?:-a|auth|AUTH)${GAP}`, WORD_OR_QUOTED],
  ['(?:mysql|mariadb)[\\w-]{0,16}', `-p(?:${OPENED_BY_A_VALUE})?(?![\\d.]{0,16}:)`, GLUED],
  // The digits are ports, which podman publishes by the same letter.
  [
    `(?:mongo(?:sh|dump|restore|import|export)?|mosquitto_\\w{2,3}|sshpass|login(?<=(?:podman|docker|buildah|skopeo)${BLANK}{1,4}login))`,
    `-[pP]${GAP}(?!-|\\[(?!redacted\\])|[\\d.]{0,16}:|\\d{1,5}(?!\\w))`,
    WORD_OR_QUOTED,
  ],
  ['openssl', `-k${GAP}(?!-)`, WORD_OR_QUOTED],
  ['(?:7z[arz]?|(?:un)?(?:zip|rar))', `(?:-p(?:${OPENED_BY_A_VALUE})?|-P(?:${GAP})?)(?!-)`, GLUED],
  ['immich(?:-go)?', `-k(?:=|${GAP})(?!-|https?:)`, WORD_OR_QUOTED],
  ['ldap(?:search|modify|add|delete|passwd|whoami)', `-w${GAP}(?!-)`, WORD_OR_QUOTED],
  [
    'curl',
    String.raw`(?:-[uU]|--user|--proxy-user)(?:=|${GAP})?(?!\d{1,9}:\d{1,9}(?!\w))[^\s:"'\\<]{1,64}:`,
    String.raw`(?:(?<=["'][^\s:"'\\<]{1,64}:)${IN_QUOTES}|${BARE})`,
  ],
];

/** Rules, by what they leave of what they find, and what they take out. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is a table.
function rulesBy(words: Words): readonly RegExp[] {
  const toItsEnd = String.raw`(?![\w-]{41})[\w-]*`;
  const keyInWords = `key(?<=${KEPT_KEY} key)`;
  const told = `${words.password}|token|${words.key}|${keyInWords}`;
  const word = `${words.password}|secret|token|credential|${words.short}|${words.key}`;
  const named = `(?:${word})${toItsEnd}`;
  /** What only tells of a secret: `PASSWORD_TYPE`, `LoadCredential=` of systemd. */
  const ofAnother =
    '(?<!(?:load|import)credential(?:encrypted)?|enabled|expiry|expiration|expires?(?:[_-]?at)?|ttl|lifetime|timeout|length|name|type|method|algorithm|count|limit)';
  const assignedName = `(?:${word}|${keyInWords}|비밀번호|암호|토큰|(?:API|비밀) ?키|${words.assigned})${toItsEnd}${ofAnother}`;
  const ofService = String.raw`(?:auth(?<=(?:redis(?:cli)?|http|basic|proxy|web|ntfy|docker)_auth)|PUSHOVER_\w{0,40}|NTFY_TOPIC)`;
  const quoteOfName = String.raw`\\*["']?(?:\[\]|\])?\s{0,4}`;
  // `/run/agenix/db-password: permission denied` tells of a file, and names no value.
  const sign = String.raw`(?:[+:?]?=>?|->|%3[ad]|:(?<!/[\w./-]{0,160}${quoteOfName}:))`;
  // A header in a log may be a list of one; a list of several secrets is one of names.
  const quoted = String.raw`${quoteOfName}${sign}\s{0,4}(?:(?<!s\\*["']?\s{0,4}[:=]\s{0,4})\[\s{0,4})?`;
  /** What is on a line of its own below the name is none of its value, or an empty one would look as if it were set. */
  const bare = `(?:\\[\\]|\\])?(?:${VERB}|${BLANKS}for(?:${BLANKS}user)?${BLANKS}[\\w@.-]{1,64})?${BLANKS}{0,4}${sign}(?:${BLANKS}{1,4}(?!-))?`;
  const below = String.raw`[ \t]{0,4}(?:[|>][+\d-]{0,2}[ \t]{0,4})?(?:\n|\\+n)`;
  const { variable } = words;
  const ofVariable = `${variable}(?![A-Z0-9_]{41})[A-Z0-9_]*`;

  return [
    ...[
      'AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+',
      String.raw`tskey-[\w-]+`,
      String.raw`${BEGINNING}(?:gh[pousr]_|github_pat_|glpat-)[\w.-]+`,
      String.raw`${BEGINNING}(?:${PREFIXES})[\w.-]{16,}`,
      String.raw`${BEGINNING}hv[sb]\.[\w-]{20,}`,
      // With these names begin too: theirs have hyphens or underscores between words.
      String.raw`${BEGINNING}sk-(?=[A-Za-z_-]{0,64}\d)[\w-]{16,}`,
      `${BEGINNING}(?:npm_|hf_|tk_)[A-Za-z0-9]{20,}`,
      String.raw`${BEGINNING}eyJ[\w-]{4,}\.[\w-]+\.[\w-]+`,
      // Hashes of passwords.
      String.raw`\$(?:2[abxy]|[1567y]|apr1|gy|argon2i?d?)\$[\w./$=,+-]{20,}`,
      String.raw`\{S?SHA\d{0,3}\}[\w+/=]{20,}`,
      String.raw`SCRAM-SHA-\d{1,3}\$\d{1,9}:[\w+/=]+\$[\w+/=]+:[\w+/=]+`,
      String.raw`${BEGINNING}md5[\da-f]{32}(?!\w)`,
    ].map((value) => exactly('', value)),
    // Of a bot of Telegram, and a key that signs what Nix builds.
    exactly(String.raw`:(?<=\d{6}:)`, String.raw`AA[\w-]{30,}`),
    exactly(String.raw`-\d{1,3}:`, '[A-Za-z0-9+/]{86}=='),

    // In addresses.
    exactly('https://login\\.tailscale\\.com/a/', String.raw`\w+`),
    exactly(String.raw`//[^\s:/@"']{0,128}:`, String.raw`[^\s/"']{1,256}(?=@)`),
    // A slash in it: then what stands before may be a host and its port, but in the URL of a database.
    rule(
      String.raw`://[^\s:/@"'[]{0,128}:(?:(?!\d{1,5}/)|(?<=${DATABASE}://[^\s:/@"'[]{0,128}:))`,
      String.raw`(?:(?!://)(?:[^\s"'\\<]|\\[^"'nrt]|${NO_TAG})){1,256}(?=@)`,
    ),
    // As Go's drivers of databases are told, and shares of Windows without a scheme.
    exactly(':', String.raw`[^\s:/"'@]{1,256}(?=@(?:tcp|unix)\()`),
    // A name of that length is a token.
    exactly('://', String.raw`[^\s:/@"']{16,256}(?=@)`),
    // Who knows the address of a webhook may write there.
    rule(
      String.raw`(?:hooks\.slack[\w-]{0,16}\.com/\w{1,16}|/(?:webhook(?:s|b2)?|hooks)(?=/[^\s"'\\<>?#]{0,64}\d)(?<=://[^\s"'<>]{1,100}))/`,
      String.raw`[^\s"'\\<>?#]{8,}`,
    ),
    exactly(
      String.raw`/api/push/|/with/key/|hc-ping\.com/|/ping/(?=[\da-f]{8}-)|/share/(?=[\w-]{60})`,
      String.raw`[\w/-]{6,}`,
    ),
    exactly(
      String.raw`api\.day\.app/(?!(?:push|ping|register)\b)|//ntfy\.[\w.-]{1,80}(?::\d{1,5})?/(?!(?:docs|app|v1|static|file|account|_matrix)\b)`,
      String.raw`[\w-]{3,}`,
    ),
    // What makes a URL one for everybody, and what a login comes back with.
    rule(String.raw`(?:signature|${WORD_BEGINS}sig)=\\*["']?`, String.raw`[\w%+/=.~-]{16,}`),
    rule('[?&](?:code|state|auth)=', String.raw`[\w%+/.~-]{8,}`),

    // In headers, and in what mail and redis are told.
    rule(
      String.raw`${WORD_BEGINS}Bearer\s{1,4}`,
      String.raw`(?!(?:authentication|authorization)${ENDS})[\w.~+/=-]{8,}`,
    ),
    rule(String.raw`${WORD_BEGINS}Basic\s{1,4}`, String.raw`(?=[\w+/]{0,200}[\d=])[\w+/]{8,}={0,2}`),
    rule(
      String.raw`${WORD_BEGINS}Authorization\\*["']?\s{0,4}[=:]\s{0,4}\[?\\*["']?(?:\w{1,20}\s{1,4})?`,
      `${NO_SECRET}(?:(?<=\\w\\s{1,4})${BARE}|[\\w.~+/=-]{16,})`,
    ),
    rule(String.raw`${WORD_BEGINS}Cookie\\*["']?\s{0,4}[=:]\s{0,4}\[?\\*["']?(?=[\w.-]{1,128}=)`, IN_QUOTES),
    rule(
      String.raw`(?:sess(?:ion)?[_-]?id\\*["']?\s{0,2}[=:]\s{0,2}\\*["']?|(?:session(?<!desktop_session)|(?:${WORD_BEGINS}|connect\.)sid)=)`,
      String.raw`(?!\d{1,20}(?!\w))${NO_SECRET}[\w%.+/=~-]{6,}`,
    ),
    rule(
      `${WORD_BEGINS}(?:AUTH|AUTHENTICATE)[ =](?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER)[ ]`,
      `${BASE64}(?![\\w-])`,
    ),
    exactly(
      String.raw`"(?:AUTH|auth)\\*"(?:,\s{0,4}|\s)\\*"(?=[^",:\s])`,
      String.raw`[^"\\\n]+(?:\\*"(?:,\s{0,4}|\s)\\*"[^"\\\n]+)?`,
    ),
    rule(String.raw`(?:"auth\\*"\s{0,4}:\s{0,4}\\*"|:_auth=)`, BASE64),

    // Behind words of a command.
    rule(String.raw`${WORD_BEGINS}sshpass\s{1,4}-p`, BARE),
    rule(
      String.raw`${WORD_BEGINS}immich${BLANKS}{1,4}login(?:-key)?${BLANKS}{1,4}[^\s"']{1,256}${BLANKS}{1,4}\\*["']?`,
      String.raw`[\w-]{8,}`,
    ),
    // As smbclient takes its user.
    exactly(String.raw`${BEGINNING}-U${BLANKS}{0,4}\\*["']?[\w.\\-]{1,64}%`, BARE),
    ...OPTIONS.map(([program, option, value]) =>
      exactly(
        String.raw`${WORD_BEGINS}${program}(?![\w-]|://)(?:(?!${WORD_BEGINS}${program}(?![\w-]))${BETWEEN}){0,200}?${BEGINNING}${option}`,
        value,
      ),
    ),
    rule(String.raw`--(?:\w{1,16}-)?creds(?:=|${GAP})[^\s:"'\\<]{1,64}:`, BARE),
    // An option alone on its line is one of a list of words.
    rule(
      String.raw`-k(?<=(?:\n|\\n)(?:\s|\\t){0,16}-k)(?:\n|\\n)(?:\s|\\t){0,16}(?!-)`,
      `${NO_SECRET}${BARE}`,
    ),
    // A key of Immich; behind the same letter curl has no value, and others have a file or an address.
    exactly(String.raw`${BEGINNING}-k(?:=|\s{1,4})?["']?`, String.raw`[A-Za-z0-9_-]{32,}(?![\w./:-])`),
    rule(String.raw`${BEGINNING}--key(?:=|\s{1,4}(?!-))["']?`, `${NO_SECRET}${BARE}`),
    // Who is told by Pushover: as an option of curl, in its JSON, or in an address.
    rule(
      String.raw`user=(?<=(?:--form(?:-string)?|-F|-d|--data(?:-\w{1,9})?)(?:=|${GAP})?["']?(?:[^\s"']{0,60}&)?user=)`,
      String.raw`[^\s"'\\<&]{3,}`,
    ),
    rule(
      String.raw`(?:${WORD_BEGINS}user(?:[_ -]?key)?(?:${GAP}|\\*["']?\s{0,4}[=:]\s{0,4}\\*["']?)|p(?:ush)?over://[^\s/]{1,256}@)`,
      String.raw`[a-z0-9]{30}(?!\w)`,
    ),
    rule(
      String.raw`${BEGINNING}--?[\w-]{0,200}?${named}${GAP}(?!-|[^\s"']{1,200},(?:type|target)=)`,
      WORD_OR_QUOTED,
    ),

    // In SQL, and in files of settings that have no sign.
    rule(
      String.raw`(?:passw(?:or)?d(?:${BLANKS}for${BLANKS}[^\s=]{1,80}${BLANKS}{0,4}=${BLANKS}{0,4}|${BLANKS}{1,4}E?(?=\\*')|${BLANKS}{0,4}\(\s{0,4})|identified${BLANKS}(?:by|(?:with|via)${BLANKS}\w{1,40}${BLANKS}(?:by|as|using))(?:${BLANKS}password)?${BLANKS}{1,4}|${WORD_BEGINS}crypt\()${OPENED_BY_A_VALUE}`,
      `${NO_SECRET_IN_QUOTES}${IN_QUOTES}`,
    ),
    rule(
      String.raw`${WORD_BEGINS}(?:requirepass|masterauth|bindpw|rootpw)(?:${GAP}|\\*["'](?:\s|\\+[nrt]){1,4}\d{1,3}\) ${OPENED_BY_A_VALUE})(?!option\b)`,
      WORD_OR_QUOTED,
    ),

    rule(String.raw`${WORD_BEGINS}login\s{1,4}\S{1,64}\s{1,4}password\s{1,4}`, `${NO_SECRET}${BARE}`),

    // In sentences.
    rule(
      String.raw`(?:(?:${told})(?=${BLANKS})(?:(?:${VERB}|${REFUSED})${BLANKS}{1,4}(?:${OPENED_BY_A_VALUE})?|${BLANKS}{1,4}(?:(?<!unexpected token\s{1,4})\\*["'](?=${NO_SECRET_IN_QUOTES}${IN_QUOTES}\\*["']${BLANKS}{1,4}(?:${SAID_WORD}|(?:did|was)n['o]t)\b))?)|(?:pass|secret|key)${VERB}${BLANKS}{1,4}(?:${OPENED_BY_A_VALUE})?|(?:secret|key|credential|session|cookie)${REFUSED}${BLANKS}{1,4})`,
      `(?:(?<=["'])${IN_QUOTES}|(?<!["'])${SAID_VALUE})`,
    ),

    // A variable as an object of JSON or YAML; an element of XML.
    rule(
      String.raw`"(?:name|key)\\*"\s{0,4}:\s{0,4}\\*"[\w-]{0,80}?${named}\\*"\s{0,4},\s{0,4}\\*"value\\*"\s{0,4}:\s{0,4}\\*"`,
      String.raw`[^"\\\n]+`,
    ),
    rule(
      String.raw`name:${BLANKS}{1,4}["']?[\w-]{0,80}?${named}["']?(?:\s|\\+[nrt]){1,64}value:${BLANKS}{1,4}["']?`,
      BARE,
    ),
    rule(String.raw`(?:${word})[\w-]{0,40}>(?<=<[\w:-]{1,80}>)`, String.raw`(?!\s)[^<>"\\\n]{3,}(?=</)`),
    // Who is logged in to the tailnet; what hsdoctor collects now does not have it.
    exactly(
      String.raw`(?:LoginName|DisplayName|ProfilePicURL)\\*"\s{0,4}:\s{0,4}\\*"`,
      String.raw`[^"\\\n]+`,
    ),

    // A quote before the name; a line of its own, as `env` and files for it have one.
    rule(
      String.raw`=(?<=["'](?:--?[\w-]{1,20}=)?[\w.-]{1,120}=)(?<=(\\*)(["'])(?:--?[\w-]{1,20}=)?[\w.-]{0,80}(?:${assignedName}|${ofService})=)(?!["']|(?:${SAID_WORD}|${ELSEWHERE})\2\3)`,
      TO_ITS_QUOTE,
    ),
    exactly(
      String.raw`=(?<=[A-Z0-9_]{4}=)(?<=(?:^|["']|\n|\\n)[ \t]{0,16}(?:- |export )?(?:[A-Z0-9_]{0,80}${ofVariable}|${ofService})(?<!_(?:TYPE|NAME|LENGTH))=)(?!\$?["'])(?!(?:${SAID_WORD}|${ELSEWHERE})[.,;:!)]{0,3}(?:["'\n]|\\n|$))`,
      String.raw`(?:[^\s"'\\<]|[ \t]|\\(?!["'nrt])|${NO_TAG}|${QUOTE_WITHIN}){3,}`,
    ),
    // All of a list of values; a row of a table; and in YAML what stands below, and further in than the name.
    rule(
      String.raw`\[(?<=(?:${words.password}|token)s\\*["']?\s{0,4}[:=]\s{0,4}\[)\s{0,64}\\*["']`,
      String.raw`(?:[^"'\\\n<]|\\[^"'nrt]|\\*["']\s{0,4},\s{0,64}\\*["']|${NO_TAG}|${QUOTE_WITHIN})+`,
    ),
    rule(
      String.raw`[|│](?<=(?:^|["']|\n|\\n)[ \t]{0,16}(?:[|│][ \t]{0,4})?[\w.-]{0,80}${assignedName}[ \t]{0,40}.)${BLANKS}{1,4}`,
      `${NO_SECRET}${BARE}`,
    ),
    rule(
      String.raw`:(?=${below})(?<=(?:^|["']|\n|\\n)([ \t]{0,32})(?:- )?[\w.-]{0,80}${assignedName}:)${below}\2[ \t]{1,32}`,
      String.raw`(?:(?<=[|>][+\d-]{0,2}[ \t]{0,4}(?:\n|\\+n)[ \t]{1,64})(?:[^\n"'\\<]|\\(?!["'nrt])|${NO_TAG}|${QUOTE_WITHIN}|(?:\n|\\+n)\2[ \t])+|(?!-)${NO_SECRET}(?:[^\s"'\\:<]|:(?!\s|$)|${NO_TAG}){3,}(?=[ \t]*(?:\n|\\+n|["']|$)))`,
    ),
    // In quotes: all of it. In a text that is itself quoted, as in the journal's JSON, the quotes carry a backslash.
    rule(
      String.raw`${assignedName}${quoted}(?:\$(?=\\*'))?(?:(\\+["'])|"(?![,}\]:\s])|${QUOTED_QUOTE}|''(?=${WITHIN})|')${NO_SECRET_IN_QUOTES}`,
      String.raw`(?<=\\["'])(?:(?!(?<!\\)(?:\2|"))[^\n<]|${NO_TAG})+|(?<!\\["'])(?:(?<=")(?:\\.|[^"\\\n<]|"(?=${WITHIN})|${NO_TAG})+|(?<=')(?:\\.|[^'"\\\n<]|${QUOTE_WITHIN}|${NO_TAG})+)`,
    ),
    // Of several words without quotes: on a line of its own all that does not read as a sentence about it; in a line of a log
    // words that are only letters, up to where something else begins.
    rule(
      String.raw`${assignedName}${BLANKS}{0,4}(?:=|:(?=${BLANKS}))${BLANKS}{0,4}(?<=${LINE_BEGINS}[\w.-]{0,80}${assignedName}${BLANKS}{0,4}[:=]${BLANKS}{0,4})`,
      `${NO_SECRET}${WORD_OF_MANY}(?:${BLANKS}{1,4}${NO_SENTENCE}${WORD_OF_MANY}){1,24}`,
    ),
    rule(
      `${assignedName}${BLANKS}{0,4}(?::|=)${BLANKS}{1,4}`,
      `${NO_SECRET}${WORD_OF_MANY}(?:${BLANKS}${NO_SENTENCE}${LETTERS}){1,24}${ENDS_MANY}`,
    ),
    rule(`${assignedName}=`, `${NO_SECRET}${LETTERS}(?:${BLANKS}${NO_SENTENCE}${LETTERS}){3,24}${ENDS_MANY}`),
    rule(`${assignedName}${bare}`, String.raw`${NO_SECRET}${BARE}(?:\\ (?![\w-]{1,80}=|-)${BARE}){0,16}`),
    rule(`${ofService}=["']?`, `${NO_SECRET}${BARE}`),

    // In a property list the value is a text of its own, that of a variable too. A path is where one lies.
    rule(
      String.raw`<(?:string>-k|string>--?(?:[\w-]{0,200}?${named}|key)|key>\w{0,200}?${named})</(?:string|key)>\s{0,64}<string>(?![~/]|--)`,
      String.raw`[^<"\\\n]{3,}`,
    ),
    // In the words of who refuses it the value may have blanks.
    exactly(
      String.raw`(${ofVariable})(?<=(?:["']|\bignoring: )(?:export )?[A-Z0-9_]{0,40}\2)${BLANKS}{1,4}${NO_SECRET}`,
      String.raw`(?:[^"'\\\n<]|${NO_TAG})+`,
    ),
    exactly(`${ofVariable}${BLANKS}{1,4}`, `${NO_SECRET}${BARE}`),
  ];
}

function rule(kept: string, value: string): RegExp {
  return new RegExp(`(${kept})(?:${value})`, 'gi');
}

/** Where capitals tell it from something else. */
function exactly(kept: string, value: string): RegExp {
  return new RegExp(`(${kept})(?:${value})`, 'g');
}

export function redactionBy(words: Words): (text: string) => string {
  const rules = rulesBy(words);
  return (text) =>
    rules.reduce((result, each) => result.replace(each, `$1${MARK}`), withoutKeys(withoutEndless(text)));
}

/** Letters. The engine gives up on a match of millions of letters, and no line of a host has so many without a quote. */
const LONGEST_PIECE = 1_000_000;

function withoutEndless(text: string): string {
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    if (end - from > LONGEST_PIECE) return text.split('\n').map(withoutEndlessPieces).join('\n');
    from = end + 1;
  }
  return text;
}

/** What ends in a backslash goes on ending in it: the quote behind it is none that closes. */
const withoutEndlessPieces = (line: string): string =>
  line.length <= LONGEST_PIECE
    ? line
    : line
        .split('"')
        .map((piece) =>
          piece.length <= LONGEST_PIECE ? piece : `${MARK}${piece.endsWith('\\') ? '\\' : ''}`,
        )
        .join('"');

/** Takes out what looks like the value of a secret: a second fence, behind probes that do not read one. */
export const redact = redactionBy(BY_LAST_LETTERS);

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
const withoutKeys = (text: string): string =>
  text.replace(WHOLE_KEY, MARK).replace(KEY_BLOCK, (block) => block.replace(KEY_LINE, MARK));
