import { UsageError } from '../../text/usage-error.ts';

/** @throws {UsageError} for a key on the command line */
export function refuseKeyFlag(key: string | undefined): void {
  if (key === undefined) return;
  throw new UsageError(
    'the API key cannot be given as a flag, because every user of this machine can see it in the process list and the shell keeps it in its history: put it in a file with mode 600 and name that file with --key-file (and make a new key, because this one was exposed)',
  );
}
