import { execFileSync } from 'node:child_process';
import {
  chmodSync,
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
import type { Step } from '../../src/model/remedy.ts';
import type { CheckResult } from '../../src/model/report.ts';
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
export function stepsOf(results: readonly CheckResult[]): Step[] {
  const steps = results.flatMap(({ findings }) =>
    findings.flatMap(({ remedy }) => [...(remedy?.now ?? []), ...(remedy?.lasting ?? [])]),
  );
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
}

const SHELL_SYNTAX = /\||>|<|;|&|`|\$|\bsed\b|\btee\b/;
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
      expect(line).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u);
      expect(line.replace(/'[^']*'|\\'/g, ''), line).not.toMatch(SHELL_SYNTAX);
    }
    for (const step of steps) this.#requireKnownCommand(step);
    this.#paste(lines);
    expect(this.#told()).toEqual(commands.flatMap(expectedCalls));
    expect(readdirSync(this.#here)).toEqual([]);
  }

  #requireKnownCommand(step: Step): void {
    const text = step.kind === 'byHand' ? step.text : step.why;
    const named = [
      ...(step.kind === 'run' && step.words[0] === 'hsdoctor' ? [step.words.slice(1).join(' ')] : []),
      ...[...text.matchAll(/\bhsdoctor ((?:[a-z]+ ?){1,2})/g)].map(([, words = '']) => words),
    ];
    for (const words of named)
      expect(
        hsdoctorCommands.some((command) => `${words} `.startsWith(`${command} `)),
        words,
      ).toBe(true);
  }

  #paste(lines: readonly string[]): void {
    for (const program of new Set(lines.map((line) => line.split(' ')[0] ?? '')))
      if (program !== 'cd') this.#standIn(program);
    rmSync(this.#log, { force: true });
    const script = `cd() { log cd "$@"; }\n${lines.join('\n')}\n`;
    execFileSync('/bin/sh', ['-n'], { input: script });
    execFileSync('/bin/sh', ['-eu'], {
      input: script,
      cwd: this.#here,
      env: { PATH: this.#bin, LOG: this.#log },
    });
  }

  #standIn(program: string): void {
    expect(program).toMatch(/^[a-z][a-z-]*$/);
    for (const name of [program, 'log']) {
      const path = join(this.#bin, name);
      if (existsSync(path)) continue;
      const own = name === 'log' ? '' : `${name}\\0`;
      writeFileSync(
        path,
        `#!/bin/sh\n{ printf '${own}'; for word; do printf '%s\\0' "$word"; done; printf '\\n\\0'; } >>"$LOG"\n`,
      );
      chmodSync(path, 0o755);
    }
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

function expectedCalls(step: Step): string[][] {
  if (step.kind !== 'run' && step.kind !== 'secret') return [];
  const words = step.kind === 'run' ? step.words : ['agenix', '-e', step.file];
  return [
    ...(step.directory === undefined ? [] : [['cd', '--', step.directory]]),
    step.root ? ['sudo', ...words] : [...words],
  ];
}
