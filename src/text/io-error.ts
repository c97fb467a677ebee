/** What the operating system says in an error of node:fs, without its code and its call: `permission denied`. */
export function ioReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (.+?)(?:, \w+.*)?$/.exec(message)?.[1] ?? message;
}

/** Why a file that somebody named cannot be read, and what to do. */
export function readProblem(error: unknown): string {
  return isDenied(error) ? `${ioReason(error)}; run this as a user who can read it` : ioReason(error);
}

/** Why a file that somebody named cannot be written, and what to do. */
export function writeProblem(error: unknown): string {
  return isDenied(error)
    ? `${ioReason(error)}; name a file in a folder that you can write to`
    : ioReason(error);
}

const isDenied = (error: unknown) => ioCode(error) === 'EACCES';

export function ioCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
