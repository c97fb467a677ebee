import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { COMMANDS } from '../../src/cli.ts';
import type { Remedy, Step } from '../../src/model/remedy.ts';
import { parse } from '../../src/nix/syntax/parse.ts';
import { commandLines } from '../../src/remedy/steps.ts';

/** Names as nobody gives them who means well. */
export const hostileName = fc.oneof(
  fc.constantFrom(
    "x';touch PWN;'",
    'x;touch PWN;#\u001b]',
    '$(touch PWN)',
    '`touch PWN`',
    'x|touch PWN',
    'x && touch PWN',
    'x > PWN',
    'x\ntouch PWN',
    'x\r\ntouch PWN',
    '4g"/X/;s/.*/touch PWN/e;s/"q',
    '*',
    '[a-z]?',
    '-rf',
    '--host=evil@x',
    '--',
    '~',
    '=ls',
    '!!',
    '%1',
    '{a,b}',
    '..',
    '../../etc/passwd',
    '/etc/passwd',
    'a b',
    ' a ',
    'a\tb',
    '\\',
    '"',
    "'",
    '\u0024{x}',
    "''",
    '\u202egnp.exe',
    'a\u200bb',
    'a\u2028b',
    '\u{e0041}',
    '\u0085',
    '\u009b31m',
    '\ufeff',
    '\ud800',
    '##vso[task.complete]',
    '##[error]x',
    '::error::x',
    'A=B',
    '#',
    '',
    'x'.repeat(4096),
    'ünïcödé',
    '한국어',
    'constructor',
    '__proto__',
    'valueOf',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
);

/** The same value, with a word in every text of it replaced. */
export function replaced<T>(value: T, word: string, by: string): T {
  if (typeof value === 'string') return value.replaceAll(word, () => by) as T;
  if (Array.isArray(value)) return value.map((item) => replaced(item, word, by)) as T;
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [replaced(key, word, by), replaced(item, word, by)])) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, word, by)])) as T;
}

/** Every step of every remedy, each once. */
export function stepsOf(
  results: readonly { findings: readonly { remedy?: Partial<Remedy> | undefined }[] }[],
): Step[] {
  const steps = results.flatMap(({ findings }) =>
    findings.flatMap(({ remedy }) => [...(remedy?.now ?? []), ...(remedy?.lasting ?? [])]),
  );
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const SHELL_SYNTAX = /\||>|<|;|&|`|\$|\bsed\b|\btee\b/;
/** What a shell would run itself, whatever is on its PATH. */
const BUILTINS = ['cd', 'kill'];
/** Programs that zsh, the shell of a Mac, has builtins of another kind for. */
const SHADOWED_IN_ZSH = ['hash', 'limit', 'log', 'print', 'sched', 'stat', 'type', 'where', 'which'];
/** Shell text that writes down with which words a program was run. */
const record = (program: string) =>
  `{ for word in ${program} "$@"; do printf '%s\\0' "$word"; done; printf '\\n\\0'; } >>"$LOG"`;
const hsdoctorCommands = Object.keys(COMMANDS).map((id) => id.replaceAll(':', ' '));

/** What is pasted does what the steps say, and nothing else, whatever things are called. */
export class Pasting {
  readonly #root = mkdtempSync(join(tmpdir(), 'hsdoctor-remedies-'));
  readonly #bin = join(this.#root, 'bin');
  readonly #here = join(this.#root, 'here');
  readonly #log = join(this.#root, 'log');

  constructor() {
    mkdirSync(this.#bin);
    mkdirSync(this.#here);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  requireHarmless(steps: readonly Step[]): void {
    const commands = steps.filter((step) => step.kind === 'run' || step.kind === 'secret');
    const lines = commands.flatMap(commandLines);
    for (const line of lines) {
      expect(line).toMatch(PRINTABLE);
      expect(line.replace(/'[^']*'|\\'/g, ''), line).not.toMatch(SHELL_SYNTAX);
    }
    for (const step of steps) {
      this.#requireKnownCommand(step);
      if (step.kind === 'edit') requireOneLiteral(step);
    }
    this.#paste(lines);
    expect(this.#told()).toEqual(commands.flatMap(expectedCalls));
    expect(readdirSync(this.#here)).toEqual([]);
  }

  #requireKnownCommand(step: Step): void {
    const text = step.kind === 'byHand' ? step.text : step.why;
    const named = [
      ...(step.kind === 'run' && step.words[0] === 'hsdoctor' ? [step.words.slice(1).join(' ')] : []),
      ...[...text.matchAll(/\bhsdoctor (?!would |instead )((?:[a-z]+ ?){1,2})/g)].map(
        ([, words = '']) => words,
      ),
    ];
    for (const words of named)
      expect(
        hsdoctorCommands.some((command) => `${words} `.startsWith(`${command} `)),
        words,
      ).toBe(true);
  }

  #paste(lines: readonly string[]): void {
    const here = lines.map(withoutFolder);
    const programs = [...new Set(here.map((line) => line.split(' ')[0] ?? ''))];
    for (const program of programs) expect(program).toMatch(/^[a-z][a-z-]*$/);
    for (const line of lines) expect(SHADOWED_IN_ZSH).not.toContain(line.split(' ')[0]);
    for (const program of programs.filter((each) => !BUILTINS.includes(each))) this.#standIn(program);
    rmSync(this.#log, { force: true });
    const script = `${BUILTINS.map((name) => `${name}() ${record(name)}\n`).join('')}${here.join('\n')}\n`;
    execFileSync('/bin/sh', ['-n'], { input: script });
    execFileSync('/bin/sh', ['-eu'], {
      input: script,
      cwd: this.#here,
      env: { PATH: this.#bin, LOG: this.#log },
    });
  }

  #standIn(program: string): void {
    const path = join(this.#bin, program);
    if (!existsSync(path)) writeFileSync(path, `#!/bin/sh\n${record(program)}\n`, { mode: 0o755 });
  }

  /** The words of each program that was run. */
  #told(): string[][] {
    if (!existsSync(this.#log)) return [];
    const calls: string[][] = [[]];
    for (const word of readFileSync(this.#log, 'utf8').split('\0').slice(0, -1)) {
      if (word === '\n') calls.push([]);
      else calls.at(-1)?.push(word);
    }
    return calls.slice(0, -1);
  }
}

/** What is edited is one option, and what it is set to has nothing to evaluate in it. */
function requireOneLiteral({
  option,
  before = 'null',
  after,
  items = [],
}: Extract<Step, { kind: 'edit' }>): void {
  const lists = items.flatMap(({ remove, add }) => [`[ ${remove.join(' ')} ]`, `[ ${add.join(' ')} ]`]);
  expect(lists.length > 0).toBe(after === undefined);
  const values = [before, ...(after === undefined ? lists : [after])];
  for (const text of [option, ...values]) expect(text).toMatch(PRINTABLE);
  for (const value of values) {
    const { problems, tree, root } = parse(`{ ${option} = ${value}; }`);
    expect(problems, value).toEqual([]);
    const set = tree.read(root);
    expect(set.type === 'set' ? set.bindings : []).toHaveLength(1);
    expect(value.replace(/\\./g, ''), value).not.toContain('\u0024{');
  }
  expect(option.replace(/\\./g, ''), option).not.toContain('\u0024{');
}

/** A program of the system, which this machine need not have, is found among the stand-ins. */
const withoutFolder = (line: string) => line.replace(/^\/usr\/bin\//, '');

function expectedCalls(step: Step): string[][] {
  if (step.kind !== 'run' && step.kind !== 'secret') return [];
  const hostKey = '-i /etc/ssh/ssh_host_ed25519_key';
  const [program = '', ...operands] =
    step.kind === 'run'
      ? step.words
      : ['agenix', '-e', step.file, ...(step.text.endsWith(` ${hostKey}`) ? hostKey.split(' ') : [])];
  const words = [withoutFolder(program), ...operands];
  return [
    ...(step.directory === undefined ? [] : [['cd', '--', step.directory]]),
    step.root ? ['sudo', ...words] : [...words],
  ];
}
