/** What the operating system says in an error of node:fs, without its code and its call: `permission denied`. */
export function ioReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (.+?)(?:, \w+.*)?$/.exec(message)?.[1] ?? message;
}

export function ioCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
