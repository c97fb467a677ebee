import { execFileSync } from 'node:child_process';

/** The shells that a collection may meet, each as it reads a script, and why it is not tried here: a text behind a name. */
export const SHELLS = [
  shellOf('dash', '-s'),
  shellOf('bash', '--posix', '-s'),
  shellOf('busybox', 'sh', '-s'),
];

/** Why stand-ins on the PATH do not take the place of programs: a busybox may be built to run its own before those. */
export function whyNoStandIns({ name, command, missing }: (typeof SHELLS)[number]): string {
  if (missing !== '') return missing;
  const script = 'PATH=/nowhere; command -v uname || echo none';
  return printed(command, script) === 'none'
    ? ''
    : ` (not run: this ${name} runs its own programs, not stand-ins)`;
}

function shellOf(name: string, ...args: readonly string[]) {
  const command = [name, ...args] as const;
  return { name, command, missing: printed(command, 'echo here') === 'here' ? '' : ` (not run: no ${name})` };
}

function printed([program, ...args]: readonly string[], script: string): string | undefined {
  try {
    const stdio = ['pipe', 'pipe', 'ignore'] as const;
    return execFileSync(program ?? '', args, { input: script, encoding: 'utf8', stdio: [...stdio] }).trim();
  } catch {
    return undefined;
  }
}
