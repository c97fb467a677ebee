import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { factOf } from '../../../src/engine/facts.ts';
import type { Fact } from '../../../src/model/fact.ts';
import type { Probe } from '../../../src/model/probe.ts';

/** A folder in which a probe's own script runs: with files of a host, and programs that stand in for those of a host. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'hsdoctor-probe-'));

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
  }

  write(path: string, text: string, mode = 0o644): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  program(name: string, text: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${text}\n`, 0o755);
  }

  /** Puts a program first on the PATH that is killed where its words match the pattern, and else is the one that was there. */
  kill(name: string, words: string): void {
    const PATH = `${join(this.folder, 'bin')}:${process.env.PATH}`;
    const found = execFileSync('sh', ['-c', `command -v ${name}`], {
      encoding: 'utf8',
      env: { PATH },
    }).trim();
    const real = join(this.folder, `real-${name}`);
    if (found.startsWith(this.folder)) renameSync(found, real);
    else symlinkSync(found, real);
    this.program(name, `case "$*" in ${words}) kill -s KILL "$$" ;; esac\nexec ${real} "$@"`);
  }

  /** Runs the script, with the given folders of the host taken from the sandbox, and parses what it prints. */
  async fact<T>(probe: Probe<T>, ...folders: string[]): Promise<Fact<T>> {
    const script = folders.reduce(
      (text, folder) => text.replaceAll(folder, join(this.folder, folder)),
      probe.script,
    );
    const { exitCode, stdout, stderr } = await execa('sh', ['-c', script], {
      reject: false,
      stripFinalNewline: false,
      env: {
        PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
        LC_ALL: 'C',
        TZ: 'UTC',
        journal_window: '--boot',
      },
    });
    const plainPaths = (text: string) => text.replaceAll(this.folder, '');
    return factOf(probe, {
      outcome: 'ran',
      durationMs: 1,
      exitCode: exitCode ?? 0,
      stdout: plainPaths(stdout),
      stderr,
      capped: false,
    });
  }
}

/** The value of a fact that has one. */
export function expectValue<T>(fact: Fact<T>): T {
  if (fact.outcome !== 'ok') throw new Error(`${fact.outcome}: ${fact.reason}`);
  return fact.value;
}
