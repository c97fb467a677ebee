import { type AskPassword, newNonce } from './target.ts';

/** As many as sudo itself takes, unless it is told otherwise. */
const MOST_TRIES = 3;

/*
 * Both the password and the script go to one standard input, and the password must never be read by a shell. So the
 * script is not sent before sudo has run what admits it, and that takes no line for a command: it leaves out all that
 * comes before the word that it waits for. Whatever was sent before, sudo has read it, or it is left out here; and
 * when the script is sent, no password is sent any more.
 *
 * Neither what sudo asks with nor the line of readiness is in the command line as it is shown, which a login file may
 * print: `%%` becomes `%`, and printf puts the words together.
 */
const ADMIT =
  'printf "\\n#hsdoctor %s ready\\n" "$1"; while IFS= read -r line; do if [ "$line" = "$1" ]; then exec sh -s; fi; done';

/** A way to root through a `sudo` that asks for a password. */
export class SudoPassword {
  readonly #nonce = newNonce();
  readonly #prompt = [newNonce(), newNonce()] as const;
  readonly #target: string;
  readonly #ask: AskPassword;
  #given = 0;
  #noneGiven = false;
  #isAdmitted = false;

  constructor(target: string, ask: AskPassword) {
    this.#target = target;
    this.#ask = ask;
  }

  get command(): readonly [string, ...string[]] {
    return ['sudo', '-S', '-p', this.#prompt.join('%%'), 'sh', '-c', ADMIT, 'hsdoctor', this.#nonce];
  }

  /** What the script has to follow. */
  get admission(): string {
    return `${this.#nonce}\n`;
  }

  /** Answers sudo until the script is let in. Ends early where the connection does, or nobody knows the password. */
  async admitted({ stdin, stdout, stderr, closed, waits }: Connection): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const ended = new AbortController();
    const answer = async () => {
      const again = this.#given > 0;
      if (this.#given === MOST_TRIES) return stdin.end();
      const going = waits();
      const password = await this.#ask(this.#target, again, ended.signal).catch(() => undefined);
      going();
      // From here on what is written is the script.
      if (ended.signal.aborted) return undefined;
      if (password === undefined) {
        this.#noneGiven = true;
        return stdin.end();
      }
      this.#given++;
      return stdin.write(`${password}\n`);
    };
    const onError = untilFound(this.#prompt.join('%'), () => void answer());
    const onOutput = untilFound(`\n#hsdoctor ${this.#nonce} ready\n`, () => {
      this.#isAdmitted = true;
      ready.resolve();
    });
    stderr.on('data', onError);
    stdout.on('data', onOutput);
    await Promise.race([ready.promise, closed]);
    ended.abort();
    stderr.off('data', onError);
    stdout.off('data', onOutput);
  }

  /**
   * Why it was not let in, where that is a matter of the password.
   * @param told the last line of what sudo said
   * @param silentSeconds how long it was waited for, where it did not end by itself
   */
  refusal(told: string, silentSeconds: number | undefined): string | undefined {
    const because = told === '' ? '' : ` (${told})`;
    if (this.#isAdmitted) return undefined;
    if (this.#noneGiven)
      return 'sudo needs a password, and none was given: run this again, and type it, or check as root, without --sudo';
    if (silentSeconds !== undefined)
      return `sudo asks for more than a password, or did not answer within ${silentSeconds} s: check as root, without --sudo${because}`;
    if (this.#given === 0) return undefined;
    return this.#given > 1 || /incorrect|try again/i.test(told)
      ? `the password was not accepted by sudo: check it there with \`sudo -v\`, and run this again${because}`
      : `sudo refused: allow this user to use sudo there, or check as root, without --sudo${because}`;
  }

  /** An error text without what sudo asked with. */
  withoutPrompt(stderr: string): string {
    return stderr.replaceAll(this.#prompt.join('%'), '');
  }
}

interface Connection {
  readonly stdin: Pick<NodeJS.WritableStream, 'write' | 'end'>;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /** Resolves when the command has ended. */
  readonly closed: Promise<unknown>;
  /** Stops the clock of the connection while a person is waited for, and gives what starts it again. */
  readonly waits: () => () => void;
}

/** Tells of each time that a text has come, wherever the chunks of a stream are cut. */
function untilFound(wanted: string, found: () => void): (chunk: Buffer) => void {
  let tail = '';
  return (chunk) => {
    const parts = (tail + chunk.toString('latin1')).split(wanted);
    for (let number = 1; number < parts.length; number++) found();
    tail = (parts.at(-1) ?? '').slice(-wanted.length);
  };
}
