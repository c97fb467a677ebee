import { execaSync } from 'execa';

const found = execaSync('nix-instantiate', ['--version'], { reject: false });

/** Whether the real nix is here: Debian has it as nix-bin. */
export const HAS_NIX = found.exitCode === 0;

/** Values of expressions by the real nix; undefined for one that it has no value of. */
export function evaluateWithNix(expressions: readonly string[], folder: string): readonly unknown[] {
  if (expressions.length === 0) return [];
  const whole = `[\n${expressions.map((expression) => `(${expression}\n)`).join('\n')}\n]`;
  const { exitCode, stdout } = execaSync('nix-instantiate', ['--eval', '--strict', '--json', '-'], {
    input: whole,
    cwd: folder,
    reject: false,
    env: { NIX_STATE_DIR: `${folder}/state`, NIX_STORE_DIR: `${folder}/store`, HOME: folder },
  });
  if (exitCode === 0) return JSON.parse(stdout);
  if (expressions.length === 1) return [undefined];
  const half = Math.ceil(expressions.length / 2);
  return [
    ...evaluateWithNix(expressions.slice(0, half), folder),
    ...evaluateWithNix(expressions.slice(half), folder),
  ];
}

/** Why the real nix does not read a text; undefined for one that is Nix. */
export function refusalOf(text: string): string | undefined {
  const { exitCode, stderr } = execaSync('nix-instantiate', ['--parse', '-'], {
    input: text,
    reject: false,
    env: { NIX_STATE_DIR: '/nonexistent', NIX_STORE_DIR: '/nonexistent' },
  });
  return exitCode === 0 ? undefined : stderr;
}
