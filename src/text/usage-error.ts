/** A mistake of the user's, told as one sentence without a stack; the exit status is 2. */
export class UsageError extends Error {
  readonly oclif = { exit: 2 };

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
