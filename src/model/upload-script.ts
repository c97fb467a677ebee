import { unknownCommands } from './script-commands.ts';
import { COMMAND, compiled, judgeRemovals, REMOVAL_PATTERNS } from './script-removals.ts';

/** The lines of an upload script that decide whether a photo can be lost: their numbers and these words, no more. */
export interface UploadScript {
  readonly path: string;
  readonly readable: boolean;
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

/**
 * What is looked for in a line, as `grep -E` and JavaScript both read it, so that a script is judged alike on the Mac
 * and in the configuration that writes it. No pattern holds a single quote, for they stand in those of a shell.
 */
export const SCRIPT_PATTERNS = {
  comment: '^[[:space:]]*#.*',
  package: '@immich/cli(@[A-Za-z0-9._^~"{}$-]+)?',
  program: `${COMMAND}immich[[:space:]]+upload`,
  deletes: '--delete(-duplicates)?([^A-Za-z-]|$)|IMMICH_DELETE_(ASSETS|DUPLICATES):?=',
  /** Words behind a command; not where a quote may end behind them. */
  trailing: '[[:space:]]#[^"]*$',
  /** A line that only says something, to people. */
  saying:
    '^[[:space:]]*(echo|printf|logger|say|log|info|warn|debug|notify)[[:space:]]+"([^"$`]|[$][^(])*"[[:space:]]*(>&2|>>[[:space:]]*[^[:space:];|&]+)?[[:space:]]*$',
  verifies: 'bulk-upload-check|search/metadata',
  hsdoctor: 'hsdoctor[[:space:]]+immich[[:space:]]+upload',
} as const;

const patterns = compiled({ ...SCRIPT_PATTERNS, others: REMOVAL_PATTERNS.others });

const has = (pattern: keyof typeof SCRIPT_PATTERNS, line: string) => line.search(patterns[pattern]) >= 0;

/** What a script whose text is at hand says; the probe `upload-script` says the same of one on a Mac. */
export function readUploadScript(path: string, text: string): UploadScript {
  const written = text
    .split('\n')
    .map((line) =>
      line
        .replace(/\r$/, '')
        .replace(patterns.comment, '')
        .replace(patterns.saying, '')
        .replace(patterns.trailing, ''),
    );
  const { removals, doubtful } = judgeRemovals(written);
  const numbered = written.map((line, index) => ({
    line: index + 1,
    text: line.replace(patterns.others, ''),
  }));
  const inLines = <T>(find: (text: string, line: number) => readonly T[]): readonly T[] =>
    numbered.flatMap((each) => find(each.text, each.line));
  return {
    path,
    readable: true,
    cli: [
      ...inLines((each, line) =>
        [...each.matchAll(patterns.package)].map(([, version]) => ({
          line,
          ...(version === undefined ? {} : { version: version.slice(1) }),
        })),
      ),
      ...inLines((each, line) => (has('program', each) ? [{ line, version: 'installed' }] : [])),
    ],
    deleteOptions: inLines((each, line) =>
      [...each.matchAll(patterns.deletes)].map(([found]) => ({
        line,
        option: /^[A-Za-z_-]*/.exec(found)?.[0].replace(/-$/, '') ?? '',
      })),
    ),
    removals,
    runsOthers: [...new Set([...unknownCommands(text), ...doubtful])].sort((a, b) => a - b),
    verifies: written.some((line) => has('verifies', line)),
    callsHsdoctor: written.some((line) => has('hsdoctor', line)),
  };
}
