import type { Redirection } from 'unbash';
import type { SettingsFile } from '../../facts/host/upload-script.ts';
import { RUNNERS, type Runner } from '../../text/runners.ts';
import { isShell, isShellScript, OPEN, readShell, type ShellScript, WORDS } from '../../text/shell-script.ts';

/** The lines of an upload script that decide whether a photo can be lost. */
export interface UploadScript {
  /** Where it calls the command line of Immich, and which version it asks for. */
  readonly cli: readonly { readonly line: number; readonly version?: string }[];
  /** `--delete`, `--delete-duplicates`, or a variable that means the same. */
  readonly deleteOptions: readonly { readonly line: number; readonly option: string }[];
  /** Lines that remove files, other than of locks, logs and the like. */
  readonly removals: readonly number[];
  /** Lines that run what is not known to be harmless: a program, another script, or what is not understood. */
  readonly runsOthers: readonly number[];
  /** It asks the server for checksums. */
  readonly verifies: boolean;
  /** It lets hsdoctor upload. */
  readonly callsHsdoctor: boolean;
}

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Programs that remove no photo, write over none and run nothing else, whatever they are told. */
const HARMLESS = names(`
  : true false echo printf print test [ exit return break continue shift set unset export local readonly declare typeset
  read cd pwd mkdir rmdir mkfifo touch date sleep basename dirname cat head tail grep egrep fgrep cut tr uniq wc ls stat
  mktemp kill pkill ps pgrep wait uuidgen xattr networksetup ioreg jobs umask ulimit shopt setopt unsetopt emulate autoload getopts type which id
  whoami uname hostname sw_vers nc ping lsof mdls file du df seq expr bc realpath readlink chmod chflags jq md5 md5sum
  shasum sha1sum sha256sum cmp diff comm paste fold column rev logger say terminal-notifier wait4path security
  shlock let tput clear sync trap hsdoctor ifconfig ipconfig pmset
`);
const PROGRAM_FOLDER =
  /^(?:(?:\/(?:usr|usr\/local|opt\/homebrew|run\/current-system\/sw|nix\/store\/[^/]+|etc\/profiles\/per-user\/[^/]+))?\/s?bin)\//;
const PACKAGE_RUNNER = /^(?:bunx|npx|pnpx|pnpm|yarn|npm|bun|deno)$/;
const PACKAGE = /^(?:npm:)?@immich\/cli(?:@(.+))?$/s;
const DELETES = /(?:^|\s)(--delete(?:-duplicates)?)(?![\w-])/g;
const DELETE_VARIABLE = /^IMMICH_DELETE_(?:ASSETS|DUPLICATES)(?==|$)/;
/** Files of settings by their names, where nobody looked into them. */
const NAMED_SETTINGS = /api-key|pushover/;

/** Where files come and go: a folder of that kind, or a name that says so. */
const PASSING_FOLDER =
  /^(?:\/private)?\/(?:tmp|var\/tmp|var\/folders)\/|^\$TMPDIR(?!$)|\/Library\/(?:Caches|Logs|Application Support|Preferences)\/|\/\.(?:cache|config|local)\/|\.lock(?:\.d|dir)?\//;
const PASSING_NAME =
  /(?:^|[._-])(?:lock|lck|pid|log|te?mp|token|ds_store)(?:[._-]?(?:d|dir|file|\d+))?$|\.log\.(?:\d+|gz)$/i;
/** A variable that is called so. */
const PASSING_VARIABLE = /^"?\$\{?[A-Za-z_]*(?:lock|token|te?mp|pid|log|cache|stamp|state)/i;
/** Files that are no photos, by their ending or their name. */
const NO_PHOTO_NAME =
  /\.(?:log|txt|json|jsonl|csv|tsv|plist|conf|ya?ml|html|md|out|err|pid|lock|tmp|part|crdownload|status|state|stamp|list|sha256|md5)$|(?:^|\/)(?:\._[^/]*|Thumbs\.db)$/i;
/** Where a file that is written is no photo. */
const NO_PHOTO_PLACE =
  /^\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)$|\/Library\/(?!CloudStorage|Mobile)|\/\.[A-Za-z][^/]*$/;
const PHOTO = /\.(?:jpe?g|hei[cf]|png|gif|tiff?|webp|dng|raw|mov|mp4|m4v|avi|xmp|aae)$/i;

/** A word of a command. */
interface Argument {
  /** As it is written. */
  readonly text: string;
  readonly values: readonly string[];
  readonly line: number;
}

/** What a command does to files, of which the worst comes first. */
const USES = ['removes', 'unknown', 'harmless'] as const;
type Use = (typeof USES)[number];

const worst = (uses: readonly Use[]): Use => USES.find((use) => uses.includes(use)) ?? 'harmless';
const harmlessIf = (isHarmless: boolean): Use => (isHarmless ? 'harmless' : 'unknown');

const isOption = ({ values }: Argument) => values.every((value) => value.startsWith('-') && value.length > 1);
/** Words that are no options; all behind `--`. */
function operandsOf(words: readonly Argument[]): readonly Argument[] {
  const end = words.findIndex(({ text }) => text === '--');
  const before = end < 0 ? words : words.slice(0, end);
  return [...before.filter((word) => !isOption(word)), ...(end < 0 ? [] : words.slice(end + 1))];
}
const hasOption = (words: readonly Argument[], option: RegExp, how: 'perhaps' | 'surely' = 'perhaps') =>
  words.some(({ values }) =>
    how === 'surely'
      ? values.every((value) => option.test(value))
      : values.some((value) => option.test(value)),
  );

const isUpwards = (value: string) => /(?:^|\/)\.\.(?:\/|$)/.test(value);
const isPassing = (value: string) =>
  !isUpwards(value) &&
  !PHOTO.test(value) &&
  (PASSING_FOLDER.test(value) || PASSING_NAME.test(value) || NO_PHOTO_NAME.test(value));
const isOutput = ({ values }: Argument) =>
  values.every(
    (value) => !isUpwards(value) && !PHOTO.test(value) && (isPassing(value) || NO_PHOTO_PLACE.test(value)),
  );

/** Behind a link, also where only a slash stands behind its name: what it leads to is removed, and not the link. */
const isBehind = (links: readonly string[], value: string) =>
  links.some((link) => value.startsWith(`${link}/`));

/** What it is to remove these. */
const removalOf = (files: readonly Argument[], { watched, links }: Judging): Use =>
  worst(
    // In a function of zsh, its end.
    files
      .filter(({ text }) => text !== '}')
      .map(({ text, values }) => {
        const isKept = (value: string) =>
          watched.some((folder) => value.startsWith(folder)) || isBehind(links, value);
        if (values.every((value) => isPassing(value) && !isKept(value))) return 'harmless';
        return PASSING_VARIABLE.test(text) ||
          values.every((value) => isUpwards(value) && /^\/tmp/.test(value))
          ? 'unknown'
          : 'removes';
      }),
  );

/** What it is to write over these. */
const outputTo = (files: readonly Argument[]): Use => harmlessIf(files.every(isOutput));

/** What a program does with its words. */
type Judge = (words: readonly Argument[], judging: Judging) => Use;

const removes: Judge = (words, judging) =>
  removalOf(operandsOf(words.filter((_, index) => !/^-[so]$/.test(words[index - 1]?.text ?? ''))), judging);

/** Copies to its last operand, and so over what is called the same there. */
const copies: Judge = (words) =>
  isWithoutOverwriting(words) ? 'harmless' : outputTo(operandsOf(words).slice(-1));

const isWithoutOverwriting = (words: readonly Argument[]) =>
  hasOption(words, /^(?:-[a-zA-Z]*n|--no-clobber)$/, 'surely');

const moves: Judge = (words) => {
  const operands = operandsOf(words);
  const [target] = operands.slice(-1);
  if (target !== undefined && /trash|^\/dev\//i.test([target.text, ...target.values].join(' ')))
    return 'removes';
  if (operands.slice(0, -1).every(isOutput)) return outputTo(operands.slice(-1));
  // What is moved to a place of passing files may be removed there as one.
  if (target?.values.some(isPassing) !== false) return 'unknown';
  return harmlessIf(isWithoutOverwriting(words));
};

/** Whether all that is found there is of passing files, and where in its words something is done with it. */
function foundBy(words: readonly Argument[], links: readonly string[]) {
  const isTest = ({ text }: Argument) => /^[-(!\\]/.test(text);
  const from = words.findIndex(isTest);
  const folders = from < 0 ? words : words.slice(0, from);
  const tests = from < 0 ? [] : words.slice(from);
  const action = tests.findIndex(({ text }) =>
    /^-(?:delete|exec|execdir|ok|okdir|fprint\w*|fls)$/.test(text),
  );
  const before = (action < 0 ? tests : tests.slice(0, action)).map(({ text }) => text);
  const name = tests[before.findIndex((text) => /^-i?name$/.test(text)) + 1];
  const isNarrow = !before.some((text) => /^(?:-o|-or|!|-not|\\!|,)$/.test(text));
  const isOfNames = before.some((text) => /^-i?name$/.test(text)) && name?.values.every(isPassing) === true;
  const isHarmless =
    (folders.length > 0 &&
      folders.every(({ values }) =>
        values.every((value) => isPassing(`${value}/x`) && !isBehind(links, `${value}/x`)),
      )) ||
    (isNarrow && (isOfNames || before.includes('-empty')));
  return { folders, tests, rest: action < 0 ? [] : tests.slice(action), isHarmless };
}

const find: Judge = (words, judging) => {
  const { folders, tests, rest, isHarmless } = foundBy(words, judging.links);
  if (rest.length === 0) return harmlessIf(!hasOption(tests, /\uE001/));
  if (rest[0]?.text === '-delete') return isHarmless ? 'harmless' : 'removes';
  if (!/^-(?:exec|ok)/.test(rest[0]?.text ?? '')) return outputTo(rest.slice(1, 2));
  const end = rest.findIndex(({ text }) => /^(?:\\;|';'|";"|\+)$/.test(text));
  const found = { text: '{}', values: [isHarmless ? '/tmp/{}' : OPEN], line: judging.line };
  const inner = rest.slice(1, end < 0 ? undefined : end).map((word) => (word.text === '{}' ? found : word));
  return worst([
    judging.command(inner),
    ...(end < 0 || end === rest.length - 1 ? [] : [find([...folders, ...rest.slice(end + 1)], judging)]),
  ]);
};

const isOpen = ({ values }: Argument) => values.some((value) => /[\uE000\uE001]/.test(value));

/** On another machine, or another disk. */
const isElsewhere = ({ values }: Argument) => values.every((value) => /^(?:[^/]+:|\/Volumes\/)/.test(value));

/** Writes over its target, and may delete there what the source does not have. */
const rsync: Judge = (words) => {
  if (hasOption(words, /^(?:--dry-run|-[a-zA-Z]*n[a-zA-Z]*)$/, 'surely')) return 'harmless';
  if (hasOption(words, /^--remove-(?:source|sent)-files/)) return 'removes';
  const [target] = operandsOf(words).slice(-1);
  if (target !== undefined && isElsewhere(target)) return 'harmless';
  return harmlessIf(hasOption(words, /^--ignore-existing$/, 'surely') && !hasOption(words, /^--del|\uE001/));
};

const rclone: Judge = (words) => {
  if (hasOption(words, /^(?:--dry-run|-n)$/, 'surely')) return 'harmless';
  const operands = operandsOf(words);
  const isCalled = (names: RegExp) => hasOption(operands, names);
  if (isCalled(/^(?:move|moveto|delete|deletefile|purge|cleanup)$/)) return 'removes';
  if (hasOption(words, /\uE001/)) return 'unknown';
  if (isCalled(/^copy(?:to)?$/)) return harmlessIf(operands.slice(-1).every(isElsewhere));
  return harmlessIf(isCalled(/^(?:ls\w*|size|check|cryptcheck|about|version|mkdir|cat|\w+sum|listremotes)$/));
};

const curl: Judge = (words) => {
  if (hasOption(words, /^(?:-[a-zA-Z]*O|--remote-name|-[a-zA-Z]*K|--config|DELETE$|-XDELETE|-[a-zA-Z]*o.)/))
    return 'unknown';
  return outputTo(
    words.filter((_, index) => hasOption(words.slice(index - 1, index), /^(?:-[a-zA-Z]*o|--output)$/)),
  );
};

const tailscale: Judge = (words) =>
  harmlessIf(/^(?:ip|status|ping|version|netcheck|whois|up|down)$/.test(words[0]?.text ?? ''));

/** Sets what is told nowhere. */
const exports: Judge = (words) => harmlessIf(!words.some(isOpen));

const wget: Judge = (words) => {
  if (hasOption(words, /^--spider$/)) return 'harmless';
  const at = words.findIndex(({ text }) => /^(?:-[a-zA-Z]*O|--output-document)$/.test(text));
  return at < 0
    ? 'unknown'
    : harmlessIf(words[at + 1]?.text === '-' || outputTo(words.slice(at + 1, at + 2)) === 'harmless');
};

const sed: Judge = (words) => {
  if (!hasOption(words, /^(?:-[a-zA-Z]*i|--in-place)/)) return 'harmless';
  return outputTo(operandsOf(words).slice(-1));
};

const sort: Judge = (words) => {
  const at = words.findIndex(({ text }) => /^(?:-o|--output)$/.test(text));
  return at < 0 ? harmlessIf(!hasOption(words, /^(?:-o.|--output=)/)) : outputTo(words.slice(at + 1, at + 2));
};

/** A program of awk can run others, and write. */
const awk: Judge = (words) => {
  if (hasOption(words, /^(?:-f|--file|-i|--include)/)) return 'unknown';
  return harmlessIf(
    operandsOf(words).every(({ values }) =>
      values.every((value) => {
        const bare = value.replace(/"(?:[^"\\]|\\.)*"/g, 'q').replace(/\([^()]*\)/g, '');
        return (
          value !== OPEN && value !== WORDS && !/\b(?:system|getline)\b|\bprintf?\b[^;}\n]*[>|]/.test(bare)
        );
      }),
    ),
  );
};

/** What an AppleScript does is known only where it shows a message. */
const osascript: Judge = ([option, code, ...more]) =>
  harmlessIf(
    more.length === 0 &&
      option?.text === '-e' &&
      code?.values.every((value) => /^\s*display (?:notification|alert|dialog)\b/.test(value)) === true,
  );

/** Takes in another file as code. */
const source: Judge = ([file], { settings }) =>
  harmlessIf(
    file?.values.every((value) => {
      const looked = settings.find(({ path }) => path === value);
      return looked === undefined
        ? NAMED_SETTINGS.test(value) && !/\.\w*sh$/.test(value)
        : !looked.names.includes('-');
    }) === true,
  );

/** Its code is judged by itself, where it is written here. */
const shell: Judge = (words) => {
  const at = words.findIndex(({ text }) => /^-\w*c$/.test(text));
  const code = at < 0 ? undefined : words[at + 1];
  return harmlessIf(
    code !== undefined && !code.values.some((value) => value === OPEN || value.includes(WORDS)),
  );
};

/** What it runs on another machine. */
const ssh: Judge = (words, judging) => {
  const host = words.findIndex(
    (word, index) => !isOption(word) && !/^-[pilFoJE]$/.test(words[index - 1]?.text ?? ''),
  );
  const command = words
    .slice(host + 1)
    .map(({ values }) => values[0] ?? '')
    .join(' ');
  return host < 0 || command === '' ? 'harmless' : judging.elsewhere(command);
};

const JUDGES: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries(['rm', 'trash', 'unlink', 'shred', 'truncate'].map((name) => [name, removes])),
  ...{
    mv: moves,
    cp: copies,
    tee: (words) => (hasOption(words, /^(?:-a|--append)$/) ? 'harmless' : outputTo(operandsOf(words))),
  },
  // bash can be told that a name is another program.
  hash: (words) => harmlessIf(!hasOption(words, /^-[a-z]*p/)),
  ln: (words, judging) =>
    hasOption(words, /^(?:-[a-zA-Z]*f|--force)/) ? copies(words, judging) : 'harmless',
  ...{ find, rsync, rclone, curl, wget, sed, sort, awk, gawk: awk, osascript, ssh, tailscale },
  ...Object.fromEntries(['export', 'declare', 'typeset', 'readonly'].map((name) => [name, exports])),
  ...{ source, '.': source },
};

/** What is known around a script. */
interface Given {
  /** Files that it may take in, where they were looked for. */
  readonly settings?: readonly SettingsFile[];
  /** What it is called with; undefined where that is not known. */
  readonly arguments?: readonly string[] | undefined;
  /** Folders whose files it uploads. */
  readonly watched?: readonly string[];
}

export function judgeUploadScript(text: string, given: Given = {}): UploadScript {
  const judging = new Judging(readShell(text, given.arguments), given);
  if (!isShellScript(text)) judging.found(1, 'unknown');
  return judging.judged();
}

/** As a script writes it that does not know whose home it is. */
const behindHome = (path: string) => path.replace(/^(?:~|\/Users\/[^/]+|\/home\/[^/]+)(?=\/)/, '$HOME');

/** What `ln -s` of something else than passing files makes. */
function linksOf(script: ShellScript): string[] {
  return script.commands.flatMap(({ line, words: [name, ...rest] }) => {
    if (name === undefined || !/(?:^|\/)ln$/.test(name.value)) return [];
    const words = rest.map((word) => ({ text: word.text, values: script.valuesOf(word), line }));
    if (!hasOption(words, /^(?:-[a-zA-Z]*s|--symbolic)/)) return [];
    const [target, link] = operandsOf(words);
    if (link === undefined || target?.values.every((value) => isPassing(`${value}/x`)) !== false) return [];
    return link.values.map((value) => value.replace(/\/+$/, ''));
  });
}

const sorted = (lines: readonly number[]) => [...new Set(lines)].sort((a, b) => a - b);

class Judging {
  readonly settings: readonly SettingsFile[];
  readonly watched: readonly string[];
  /** Links that the script makes to what may be photos. */
  readonly links: readonly string[];
  readonly #script: ShellScript;
  readonly #uses: { readonly line: number; readonly use: Use }[] = [];
  readonly #cli: { line: number; version?: string }[] = [];
  readonly #options: { line: number; option: string }[] = [];
  #verifies = false;
  #callsHsdoctor = false;
  line = 0;
  #from: readonly Argument[] = [];

  constructor(script: ShellScript, { settings = [], watched = [] }: Given) {
    this.#script = script;
    this.settings = settings;
    this.watched = watched.flatMap((path) => [path, behindHome(path)]);
    this.links = linksOf(script);
  }

  found(line: number, use: Use): void {
    this.#uses.push({ line, use });
  }

  judged(): UploadScript {
    const { commands, errors, assigned } = this.#script;
    for (const { line, words, lines, redirects, from } of commands) {
      this.line = line;
      const argument = (word: (typeof words)[number], index: number) => ({
        text: word.text,
        values: this.#script.valuesOf(word),
        line: lines[index] ?? line,
      });
      const all = words.map(argument);
      this.#from = from.map(argument);
      this.found(
        line,
        worst([this.command(all, true), ...redirects.map((each) => this.#redirect(all, each))]),
      );
    }
    for (const line of errors) this.found(line, 'unknown');
    for (const { line, words } of commands.filter(
      ({ words: [name] }) => JUDGES[name?.value ?? ''] === exports,
    ))
      for (const value of words.slice(1).flatMap((word) => this.#script.valuesOf(word)))
        if (DELETE_VARIABLE.test(value)) this.#options.push({ line, option: value.replace(/=.*/s, '') });
    for (const { name, line } of assigned)
      if (DELETE_VARIABLE.test(name)) this.#options.push({ line, option: name });
    const linesOf = (wanted: Use) =>
      sorted(this.#uses.flatMap(({ line, use }) => (use === wanted ? [line] : [])));
    return {
      cli: this.#cli,
      deleteOptions: this.#options,
      removals: linesOf('removes'),
      runsOthers: linesOf('unknown'),
      verifies: this.#verifies,
      callsHsdoctor: this.#callsHsdoctor,
    };
  }

  /** @param isFunction whether it may be one of the script */
  command(words: readonly Argument[], isFunction = false): Use {
    const [program, ...rest] = words;
    if (program === undefined) return 'harmless';
    if (/^[A-Za-z_]\w*=/.test(program.text)) return this.command(rest, isFunction);
    return worst(program.values.map((value) => this.#program(value, isFunction, rest)));
  }

  /** What a command does on another machine, where it may do more than write. */
  elsewhere(text: string): Use {
    const { removals, runsOthers } = new Judging(readShell(text), {}).judged();
    return harmlessIf(!text.includes(WORDS) && removals.length === 0 && runsOthers.length === 0);
  }

  #program(value: string, isFunction: boolean, words: readonly Argument[]): Use {
    const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/s.exec(value) ?? [];
    // Whatever folder it is in.
    if (PACKAGE_RUNNER.test(name)) {
      const at = words.findIndex(isPackage);
      return at < 0 ? 'unknown' : this.#uploads(at, words);
    }
    if (name === 'immich') return this.#uploads(-1, words);
    if (isFunction && this.#script.functions.has(value)) return 'harmless';
    if (folder !== '' && !PROGRAM_FOLDER.test(value)) return 'unknown';
    this.#notes(name, words);
    const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
    if (runner !== undefined) return this.#run(name, runner, words);
    if (isShell(name)) return shell(words, this);
    if (Object.hasOwn(JUDGES, name)) return JUDGES[name]?.(words, this) ?? 'unknown';
    return harmlessIf(HARMLESS.has(name));
  }

  /** What a script asks and whom it lets upload. */
  #notes(name: string, words: readonly Argument[]): void {
    if (/^(?:curl|wget)$/.test(name) && hasOption(words, /bulk-upload-check|search\/metadata/))
      this.#verifies = true;
    if (name === 'hsdoctor' && words[0]?.text === 'immich' && words[1]?.text === 'upload')
      this.#callsHsdoctor = true;
    for (const file of /^(?:source|\.)$/.test(name) ? this.settings : [])
      if (words[0]?.values.includes(file.path))
        for (const option of file.names)
          if (DELETE_VARIABLE.test(option)) this.#options.push({ line: this.line, option });
  }

  /** The program that another one runs. */
  #run(name: string, { skip = 0, valued }: Runner, words: readonly Argument[]): Use {
    if (name === 'command' && /^-[vV]$/.test(words[0]?.text ?? '')) return 'harmless';
    if (hasOption(words.slice(0, 1), /^(?:-S|--split-string)/)) return 'unknown';
    let at = 0;
    let left = skip;
    for (let word = words[at]; word !== undefined; word = words[at]) {
      const variable = /^([A-Za-z_]\w*)=/.exec(word.text)?.[1];
      if (valued?.test(word.text) === true) at += 2;
      else if (word.text.startsWith('-') || word.text === '{}') at++;
      else if (name === 'env' && variable !== undefined) {
        if (DELETE_VARIABLE.test(variable)) this.#options.push({ line: this.line, option: variable });
        at++;
      } else if (left > 0) {
        left--;
        at++;
      } else break;
    }
    if (name === 'flock' && hasOption(words.slice(0, at), /^(?:-c|--command)$/)) return 'unknown';
    const given = name === 'xargs' ? [{ text: '{}', values: [this.#piped()], line: this.line }] : [];
    const inner = words.slice(at);
    return inner.length === 0 ? 'harmless' : this.command([...inner, ...given]);
  }

  /** What `xargs` is handed. */
  #piped(): string {
    const [program, ...words] = this.#from;
    const isHarmless =
      program?.text === 'find'
        ? foundBy(words, this.links).isHarmless
        : /^(?:ls|echo|printf)$/.test(program?.text ?? '') &&
          operandsOf(words).length > 0 &&
          operandsOf(words).every(({ values }) =>
            values.every((value) => isPassing(value) && !isBehind(this.links, value)),
          );
    return isHarmless ? '/tmp/{}' : WORDS;
  }

  /** The command line of Immich, as a package or installed. */
  #uploads(at: number, words: readonly Argument[]): Use {
    const own = words.slice(at + 1);
    if (at < 0 && !hasOption(own, /^upload$/)) return harmlessIf(own.length > 0 && !own.some(isOpen));
    const versions =
      at < 0 ? ['installed'] : (words[at]?.values ?? []).map((value) => PACKAGE.exec(value)?.[1]);
    const written = /@immich\/cli@(.+)$/.exec(words[at]?.text ?? '')?.[1]?.replace(/"$/, '') ?? '$';
    for (const version of versions)
      this.#cli.push({
        line: this.line,
        ...(version === undefined ? {} : { version: /[\uE000\uE001]/.test(version) ? written : version }),
      });
    if (!hasOption(own, /^(?:--dry-run|-[a-zA-Z]*n[a-zA-Z]*)$/, 'surely'))
      for (const word of own)
        for (const [, option = ''] of word.values.join(' ').matchAll(DELETES))
          this.#options.push({ line: word.line, option });
    // What may be an option, may be the one that deletes.
    return harmlessIf(
      !own.some(({ values }) =>
        values.some((value) => /^[\uE000\uE001]|^[^/]*\uE001|^-[^=]*\uE000/.test(value)),
      ),
    );
  }

  #redirect(command: readonly Argument[], redirect: Redirection): Use {
    if (redirect.type !== 'Redirect' || !/^(?:>|>\||&>|>&|<>)$/.test(redirect.operator)) return 'harmless';
    const { target } = redirect;
    if (target === undefined) return 'unknown';
    const file = { text: target.text, values: this.#script.valuesOf(target), line: this.line };
    if (redirect.operator === '>&' && file.values.every((value) => /^\d*-?$/.test(value))) return 'harmless';
    if (isOutput(file)) return 'harmless';
    // Without an output, the file is emptied.
    return command.length === 0 || /^(?::|true)$/.test(command[0]?.text ?? '') ? 'removes' : 'unknown';
  }
}

const isPackage = ({ values }: Argument) => values.every((value) => PACKAGE.test(value));
