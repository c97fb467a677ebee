import process from 'node:process';

/** Aborted by Ctrl-C, which then ends the program with 130. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
    process.exit(130);
  });
  return interrupted.signal;
}

/** Aborted by SIGINT or SIGTERM with the signal's name, so that the run comes to a clean end; a second one ends it at once. */
export function gracefulInterruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const [name, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(name, () => {
      if (interrupted.signal.aborted) process.exit(status);
      interrupted.abort(name);
    });
  return interrupted.signal;
}
