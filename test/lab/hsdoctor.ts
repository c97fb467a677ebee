import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import type { Finding, Report, TargetReport } from '../../src/model/report.ts';
import type { Box, Outcome } from './box.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/run.js');

/** Runs hsdoctor as its user would, with an `ssh` first on the PATH that knows the box and counts its calls. */
export async function hsdoctor(box: Box, args: readonly string[]): Promise<Outcome & { sshCalls: number }> {
  const bin = join(box.folder, 'bin');
  const calls = join(box.folder, 'ssh-calls');
  // Programs below the working directory are not run.
  const here = join(box.folder, 'here');
  for (const folder of [bin, here]) await mkdir(folder, { recursive: true });
  await writeFile(
    join(bin, 'ssh'),
    `#!/bin/sh\necho "$$" >>'${calls}'\nexec /usr/bin/ssh -F '${box.sshConfig}' "$@"\n`,
  );
  await chmod(join(bin, 'ssh'), 0o755);
  await rm(calls, { force: true });
  const { exitCode, stdout, stderr } = await execa(process.execPath, [PROGRAM, ...args], {
    reject: false,
    cwd: here,
    env: { PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: box.folder },
  });
  const counted = await readFile(calls, 'utf8').catch(() => '');
  return { exitCode: exitCode ?? 255, stdout, stderr, sshCalls: counted.split('\n').length - 1 };
}

export interface Checked {
  readonly exitCode: number;
  readonly target: TargetReport;
  readonly report: Report;
  readonly sshCalls: number;
}

export async function check(box: Box, ...args: readonly string[]): Promise<Checked> {
  const { exitCode, stdout, stderr, sshCalls } = await hsdoctor(box, [
    'check',
    ...(args.includes('--host') ? [] : ['--host', 'minipc']),
    '--json',
    ...args,
  ]);
  if (stdout === '') throw new Error(`hsdoctor said nothing: ${stderr}`);
  const report = JSON.parse(stdout) as Report;
  return { exitCode, report, target: report.targets[0] as TargetReport, sshCalls };
}

/** What the run blames: the findings that no other explains. */
export function rootCauses({ target }: Checked): Finding[] {
  return target.results
    .flatMap(({ findings }) => findings)
    .filter(({ status, causedBy }) => status === 'fail' && causedBy === undefined);
}

/** In a form that a failed assertion can show: every check that is not content, and what it says. */
export function complaints({ target }: Checked): string[] {
  return target.results.flatMap(({ check: id, status, reason, findings }) =>
    status === 'ok' || status === 'skipped'
      ? []
      : [
          `${id} is ${status}${reason === undefined ? '' : `: ${reason}`}`,
          ...findings.map(({ title }) => `  ${title}`),
        ],
  );
}
