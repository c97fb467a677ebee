import { execFileSync } from 'node:child_process';

/** The shells that a collection may meet, as far as they are installed here, each as it reads a script. */
export const SHELLS = (
  [
    ['dash', '-s'],
    ['bash', '--posix', '-s'],
    ['busybox', 'sh', '-s'],
  ] as const
).filter(([program]) => installed(program));

function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
