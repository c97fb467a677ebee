/** At the beginning of a command, also behind a backslash or a quote, or of what xargs runs. */
export const COMMAND = '(^|[;&|({"`[:space:]\\\\])([^[:space:]]*/)?';

/**
 * What removes files in a line of a script, as awk and JavaScript both read it, so that a script is judged alike on the
 * Mac and in the configuration that writes it. Those of `harmless`, `logs` and `passing` are for small letters.
 */
export const REMOVAL_PATTERNS = {
  /** What deletes at another's place: `rsync --delete`; and what deletes only what is proven. */
  others: '(^|[^A-Za-z])(hsdoctor|rsync|rclone)[[:space:]][^;&|]*',
  removes: `${COMMAND}(rm|trash|unlink|shred|truncate|[$][{]?RM[}]?)"?([[:space:]]|$)|[[:space:]]-delete([[:space:];|&)"\`]|$)|${COMMAND}mv[[:space:]].*([.]Trash|TRASH)`,
  /** What moves files away, of the programs that copy. */
  moves:
    '--remove-source-files|rclone[[:space:]]+([^;|&]*[[:space:]])?(move|moveto|delete|purge)([[:space:]]|$)',
  /** Empties a file: the null command, with its output into it. */
  truncates: `(^|[;&|({"[:space:]]):[[:space:]]*>[[:space:]]*[^[:space:];|&)]+`,
  /** Where the words of a command go, which are none of what it removes. */
  redirection: '[0-9&]?>>?[[:space:]]*[^[:space:];|&)]+',
  /** What is emptied is no photo. */
  logs: 'log|lock|tmp|temp|pid|token|null',
  /** What is removed is no photo. */
  harmless: '(^|[^a-z])(lock|token|tmp|temp|mktemp|reap|pid)|[.](log|lock|pid|ds_store)',
  trailingComment: '(^|[[:space:]])#.*$',
  separator: '[;&|]+',
  trapEnd: '"([[:space:]]+(EXIT|INT|TERM|HUP|QUIT|ERR|[0-9]+))+[[:space:]]*$',
  /** What stands before the words of a command that removes. */
  program: '^.*(^|[^[:alnum:]_.-])(rm|trash|unlink|shred|truncate|find|RM[}]?)"?[[:space:]]+',
  option: '(^|[[:space:]])-[^[:space:]]*',
  closing: '[)}"`]+',
  finds: '(^|[^[:alnum:]_.-])find[[:space:]]',
  blanks: '[[:space:]]+',
  /** What a loop or `read` sets a variable to is told nowhere. */
  loop: '(^|[;&|({[:space:]])(for|read([[:space:]]+-[^[:space:]]+)*)[[:space:]]+[A-Za-z_][A-Za-z0-9_]*',
  assignment: '(^|[;&|({[:space:]])[A-Za-z_][A-Za-z0-9_]*=[^;]*',
  assignmentName: '[A-Za-z_][A-Za-z0-9_]*=',
  /** What a variable is set to is a place of passing files. */
  passing: '(^|[^a-z])(log|lock|tmp|temp|pid|token|cache)',
  temporary: 'mktemp|^"?(/private)?/(tmp|var/tmp|var/folders)/|^"?[$][{]?tmpdir|/library/(caches|logs)/',
  variable: '[$][{]?[A-Za-z_][A-Za-z0-9_]*',
  upwards: '[.][.](/|$)',
} as const;

type Pattern = keyof typeof REMOVAL_PATTERNS;

/** The same for JavaScript, which knows no classes of characters by name. */
export const compiled = <Name extends string>(texts: Readonly<Record<Name, string>>): Record<Name, RegExp> =>
  Object.fromEntries(
    Object.entries<string>(texts).map(([name, text]) => [
      name,
      new RegExp(text.replaceAll('[:space:]', '\\s').replaceAll('[:alnum:]', 'A-Za-z0-9'), 'g'),
    ]),
  ) as Record<Name, RegExp>;

const patterns = compiled(REMOVAL_PATTERNS);

const has = (pattern: Pattern, text: string) => text.search(patterns[pattern]) >= 0;
const all = (pattern: Pattern, text: string): readonly string[] => text.match(patterns[pattern]) ?? [];

const namesIn = (text: string) => all('variable', text).map((name) => name.replace(/[${]/g, ''));

/** Numbers of lines. */
interface Removals {
  /** They remove files, other than of locks, logs and the like. */
  readonly removals: readonly number[];
  /** They remove what is called a lock or the like, and may be something else. */
  readonly doubtful: readonly number[];
}

/** @param lines without comments */
export function judgeRemovals(lines: readonly string[]): Removals {
  const { temporary, other } = variablesOf(lines);
  const judge = (line: string): 'removal' | 'doubtful' | undefined => {
    if (has('moves', line)) return 'removal';
    const own = line.replace(patterns.others, '');
    if (all('truncates', own).some((found) => !has('logs', found.toLowerCase()))) return 'removal';
    // What a trap runs stands in quotes of either kind.
    const code = own.replaceAll("'", '"');
    if (!has('removes', code)) return undefined;
    const removed = code
      .replace(patterns.trailingComment, '')
      .replace(patterns.trapEnd, '')
      .replace(patterns.redirection, '');
    if (!has('removes', removed)) return undefined;
    const isTemporary = (file: string) => {
      const names = namesIn(file);
      return names.length > 0 && names.every((name) => temporary.has(name) && !other.has(name));
    };
    const isHarmless = removed
      .split(patterns.separator)
      .filter((command) => has('removes', command))
      .map(filesOf)
      .every(
        (files) =>
          files.length > 0 && files.every((file) => isTemporary(file) || has('harmless', file.toLowerCase())),
      );
    if (!isHarmless) return 'removal';
    return has('upwards', removed) || namesIn(removed).some((name) => other.has(name))
      ? 'doubtful'
      : undefined;
  };
  const judged = lines.map(judge);
  const numbers = (of: 'removal' | 'doubtful') =>
    judged.flatMap((each, index) => (each === of ? [index + 1] : []));
  return { removals: numbers('removal'), doubtful: numbers('doubtful') };
}

/** The files that are removed in a command, as they are written. Of find only the folder is looked at: a pattern tells what is removed, or what is not. */
function filesOf(command: string): readonly string[] {
  const words = command
    .replace(patterns.program, ' ')
    .replace(patterns.option, ' ')
    .replace(patterns.closing, '')
    .trim();
  const files = words === '' ? [] : words.split(patterns.blanks);
  return has('finds', command) ? files.slice(0, 1) : files;
}

/** Variables that are set to a temporary file, and those that are set to no place of passing files. */
function variablesOf(lines: readonly string[]) {
  const temporary = new Set<string>();
  const other = new Set<string>();
  for (const loop of lines.flatMap((line) => all('loop', line))) other.add(/\w+$/.exec(loop)?.[0] ?? '');
  for (const assignment of lines.flatMap((line) => all('assignment', line))) {
    const [found = ''] = all('assignmentName', assignment);
    const name = found.slice(0, -1);
    const value = assignment.slice(assignment.indexOf('=') + 1).toLowerCase();
    if (has('temporary', value)) temporary.add(name);
    else if (!has('passing', value)) other.add(name);
  }
  return { temporary, other };
}
