import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import pLimit from 'p-limit';
import * as z from 'zod/mini';
import { programEnvironment } from '../../system/programs.ts';
import { counted, elapsed } from '../../text/amount.ts';
import { redact } from '../../text/redact.ts';
import { UsageError } from '../../text/usage-error.ts';
import { answerOf, contextOf, type OptionAnswer, type Printed, parsed, type StoredText } from './answer.ts';
import { readDerivation } from './derivation.ts';
import { type Entry, ofExpression, ofFile, ofFlake } from './expression.ts';

export interface NixOptions {
  readonly timeoutMs: number;
  /** Is told how many machines nix is going to evaluate and how long that takes, before it does. */
  readonly starting?: (expected: string) => void;
  readonly signal?: AbortSignal;
}

export type NixAnswer = { readonly answer: OptionAnswer } | { readonly failure: string };

/** A machine of NixOS takes one or two GB to evaluate. */
const AT_ONCE = 2;
const LARGEST_ANSWER = 64 * 1024 * 1024;
const ERROR_TAIL = 64 * 1024;
const LONGEST_SENTENCE = 300;
const LARGEST_FILE = 1024 * 1024;
const MOST_FILES = 2000;
/** Scripts call scripts. */
const DEEPEST_SCRIPT = 3;

/*
 * Flakes are an experiment until they are switched on; what an earlier evaluation failed with is not to be told as the
 * error of this one; and what is evaluated does not get to build anything.
 */
const ALWAYS = ['--extra-experimental-features', 'nix-command flakes'].concat(
  ['--option', 'eval-cache', 'false'],
  ['--option', 'allow-import-from-derivation', 'false'],
);

/** How long one machine takes, for most: a small one on a fast machine, a large one on a slow machine. */
const USUAL_MS = [5_000, 60_000] as const;

/** What is told before it begins. */
export function evaluationTime(machines: number, timeoutMs: number): string {
  const rounds = Math.ceil(machines / AT_ONCE);
  const [least = '', most = '', longest = ''] = [...USUAL_MS, timeoutMs].map((each) =>
    elapsed(Math.min(each, timeoutMs) * rounds).replace('.0 ', ' '),
  );
  return `nix evaluates ${counted(machines, 'machine')}: mostly ${least} to ${most}, at most ${longest} (--timeout)`;
}

/** @throws {UsageError} where there is no nix */
export async function requireNix(): Promise<void> {
  const { exitCode } = await execa('nix', ['--version'], {
    env: programEnvironment(),
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode !== 0)
    throw new UsageError(
      '--eval needs nix, and there is no nix on the PATH: install nix, or leave out --eval',
    );
}

/** What nix is asked of a machine. */
export interface Question {
  readonly entry: Entry;
  /** The options, `*` for any name. */
  readonly patterns: readonly string[];
}

/** What nix says of these machines, by an evaluation each. Nothing is built, and nothing is written into the folder. */
export async function askNix(
  folder: string,
  questions: readonly Question[],
  options: NixOptions,
): Promise<readonly NixAnswer[]> {
  const real = await realpath(folder);
  const isFlake = questions.some(({ entry }) => entry.kind === 'flake');
  const root = isFlake ? await storeCopy(real, options) : real;
  if (typeof root === 'object') return questions.map(() => root);
  const atOnce = pLimit(AT_ONCE);
  return Promise.all(questions.map((question) => atOnce(() => askOne(question, real, root, options))));
}

/** The names of the machines in an output of the flake: none where there is no such output. */
export async function namesByNix(
  folder: string,
  output: string,
  options: NixOptions,
): Promise<readonly string[] | { readonly failure: string }> {
  const words = ['eval', '--json', '--no-write-lock-file', `.#${output}`, '--apply', 'builtins.attrNames'];
  const run = await runNix(await realpath(folder), words, options);
  if ('failure' in run) return /does not provide attribute/.test(run.failure) ? [] : run;
  try {
    return names.parse(JSON.parse(run.stdout));
  } catch {
    return { failure: 'nix did not print the names of the machines' };
  }
}

const names = z.array(z.string());

async function askOne(
  { entry, patterns }: Question,
  folder: string,
  root: string | undefined,
  options: NixOptions,
): Promise<NixAnswer> {
  if (entry.kind === 'hive')
    return { failure: 'colmena makes this machine of a hive, and hsdoctor does not ask colmena' };
  const run = await runNix(folder, ['eval', '--json', ...argumentsFor(entry, folder, patterns)], options);
  // A place in the copy is told as that in the folder.
  if ('failure' in run) return { failure: run.failure.replaceAll(`${root ?? folder}/`, '') };
  let printed: Printed | undefined;
  try {
    printed = parsed(run.stdout);
  } catch {
    return { failure: 'nix did not print JSON' };
  }
  if (printed === undefined) return { failure: 'nix finds no machine with this name' };
  return { answer: answerOf(printed, { root, contents: await contentsOf(contextOf(printed)) }) };
}

function argumentsFor(
  entry: Exclude<Entry, { readonly kind: 'hive' }>,
  folder: string,
  patterns: readonly string[],
): readonly string[] {
  if (entry.kind === 'flake')
    return ['--no-write-lock-file', `.#${entry.output}`, '--apply', ofFlake(entry.name, patterns)];
  const path = join(folder, entry.path);
  const expression =
    entry.kind === 'file' ? ofFile(path, patterns) : ofExpression(path, entry.attributes, patterns);
  return ['--impure', '--expr', expression];
}

/** Where the store has its copy of the folder; undefined where nix does not tell. */
async function storeCopy(
  folder: string,
  options: NixOptions,
): Promise<string | undefined | { readonly failure: string }> {
  const run = await runNix(folder, ['flake', 'metadata', '--json', '--no-write-lock-file', '.'], options);
  if ('failure' in run) return run;
  try {
    const { path, resolved } = JSON.parse(run.stdout);
    if (typeof path !== 'string') return undefined;
    const below = resolved?.dir;
    return typeof below === 'string' && below !== '' ? join(path, below) : path;
  } catch {
    return undefined;
  }
}

async function runNix(
  folder: string,
  words: readonly string[],
  { timeoutMs, signal }: NixOptions,
): Promise<{ readonly stdout: string } | { readonly failure: string }> {
  const child = execa('nix', [...ALWAYS, ...words], {
    cwd: folder,
    env: programEnvironment(),
    stdin: 'ignore',
    buffer: { stdout: true, stderr: false },
    maxBuffer: { stdout: LARGEST_ANSWER },
    reject: false,
    timeout: timeoutMs,
    // In a long loop nix listens to no other; what it has open is made to survive that.
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-ERROR_TAIL);
  });
  const { exitCode, stdout, timedOut, isMaxBuffer, signal: killedBy } = await child;
  if (timedOut) return { failure: `nix timed out after ${timeoutMs / 1000} s` };
  if (isMaxBuffer) return { failure: `nix printed more than ${LARGEST_ANSWER / 1024 / 1024} MiB` };
  if (killedBy !== undefined)
    return { failure: `nix was killed (${killedBy}), often because the memory was used up` };
  if (exitCode !== 0) return { failure: lastError(errors) ?? `nix exited with status ${exitCode}` };
  return { stdout };
}

export const NO_NETWORK = 'an input cannot be fetched: the network cannot be reached';

/** What nix lacks to fetch an input, in one sentence: it tells that by several errors of several programs. */
const LACKING: readonly (readonly [RegExp, string])[] = [
  [
    /Permission denied \(publickey|Host key verification failed|could not read (?:Username|Password)|HTTP error 40[134]\b/,
    'an input cannot be fetched: a key or a login is missing here',
  ],
  [
    /Could(?:n't| not) resolve host|Temporary failure in name resolution|Network is unreachable|Couldn't connect to server|Failed to connect to/,
    NO_NETWORK,
  ],
];

/** What nix says last: above it stands where it was, and what it warned of before. */
export function lastError(stderr: string): string | undefined {
  const lines = stripVTControlCharacters(redact(stderr))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:\(use '--|(?:evaluation )?warning: )/.test(line));
  const last = lines.findLastIndex((line) => /^error: ./.test(line));
  if (last < 0) return lines.at(-1)?.slice(0, LONGEST_SENTENCE);
  const sentence = lines[last]?.replace(/^(?:error: )+/, '') ?? '';
  const lacking = LACKING.find(([pattern]) => lines.some((line) => pattern.test(line)));
  if (lacking !== undefined && /unable to download|fetch|program 'git' failed/i.test(sentence))
    return lacking[1];
  // A place in a file stands behind it, since nix 2.9.
  const place = lines.slice(last + 1, last + 4).find((line) => /^at .+:\d+:\d+:?$/.test(line));
  const at = place === undefined ? '' : ` (${place.replace(/:$/, '')})`;
  return `${sentence}${at}`.slice(0, LONGEST_SENTENCE);
}

/** What the files in the store say that are named there: scripts that a package writes, and copies of files. */
async function contentsOf(context: ReadonlySet<string>): Promise<ReadonlyMap<string, StoredText>> {
  const contents = new Map<string, StoredText>();
  const seen = new Set<string>();
  let level = [...context];
  for (let depth = 0; depth < DEEPEST_SCRIPT; depth++) {
    const fresh = level.filter((path) => !seen.has(path)).slice(0, MOST_FILES - seen.size);
    level = [];
    for (const path of fresh) {
      seen.add(path);
      const text = await textOf(path);
      if (text === undefined) continue;
      if (!path.endsWith('.drv')) {
        contents.set(path, { text, writer: undefined });
        continue;
      }
      const { outputs, content, writer, needs } = readDerivation(text);
      if (content === undefined) continue;
      for (const output of outputs) contents.set(output, { text: content, writer });
      level.push(...needs.filter((need) => content.includes(nameOf(need))));
    }
  }
  return withNested(contents);
}

/** `-wait` of `/nix/store/<hash>-wait.drv`. */
const nameOf = (derivation: string) => derivation.replace(/^.*\/[0-9a-z]{32}/, '').replace(/\.drv$/, '');

function withNested(contents: ReadonlyMap<string, StoredText>): ReadonlyMap<string, StoredText> {
  const whole = (path: string, depth: number): string => {
    const text = contents.get(path)?.text ?? '';
    const named =
      depth === 0 ? [] : [...contents.keys()].filter((other) => other !== path && text.includes(other));
    return [text, ...named.map((other) => whole(other, depth - 1))].join('\n');
  };
  return new Map(
    [...contents].map(([path, { writer }]) => [path, { writer, text: whole(path, DEEPEST_SCRIPT - 1) }]),
  );
}

/** Undefined for what is no file, or a large one. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      return status.isFile() && status.size <= LARGEST_FILE ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
