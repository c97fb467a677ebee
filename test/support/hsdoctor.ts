import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';

export const ROOT = join(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'bin', 'run.js');

/** Runs the built command line as its user would, without a terminal. */
export const hsdoctor = (env: Readonly<Record<string, string>>, ...args: string[]) =>
  execa(process.execPath, [BIN, ...args], { reject: false, env: { ...env, NO_COLOR: '1' } });

/** The same with its output in a file, as no reader's speed is measured with it, and the peak of its memory in bytes. */
export async function hsdoctorMeasured(env: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-memory-'));
  const peak = join(folder, 'peak');
  const output = join(folder, 'stdout');
  const measure = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync('${peak}', String(process.resourceUsage().maxRSS * 1024)));`;
  try {
    const { exitCode, stderr, durationMs } = await execa(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(measure)}`, BIN, ...args],
      { reject: false, stdout: { file: output }, buffer: { stdout: false }, env: { ...env, NO_COLOR: '1' } },
    );
    return {
      exitCode,
      stderr,
      durationMs,
      stdout: readFileSync(output, 'utf8'),
      peakMemory: Number(readFileSync(peak, 'utf8')),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
