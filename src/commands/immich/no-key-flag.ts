import { UsageError } from '../../text/usage-error.ts';

/** @throws {UsageError} for a key on the command line */
export function refuseKeyFlag(key: string | undefined): void {
  if (key === undefined) return;
  throw new UsageError(
    'no flag takes the API key, for every user of the machine sees it in the list of processes, and the shell keeps it: put it in a file of mode 400, and name that by --key-file (and make a new key: this one was seen)',
  );
}
