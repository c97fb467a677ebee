import type { Notification } from '../model/notification.ts';
import { assignments } from '../text/assignments.ts';
import { readSecretFile } from '../text/secret-file.ts';
import { UsageError } from '../text/usage-error.ts';
import { visible } from '../text/visible.ts';

const API = 'https://api.pushover.net/1/messages.json';
const TIMEOUT_MS = 15_000;
/** Characters that Pushover takes. */
const MOST = { title: 250, message: 1024 };
const MOST_OF_REASON = 200;
const MOST_READ = 65_536;

export interface Pushover {
  readonly token: string;
  readonly user: string;
  readonly url: string;
}

/**
 * The credentials in a file of `PUSHOVER_TOKEN=`, `PUSHOVER_USER=` and, for another server, `PUSHOVER_URL=`.
 * @throws {UsageError}
 */
export async function readPushover(
  path: string,
): Promise<{ readonly pushover: Pushover; readonly notes: readonly string[] }> {
  const file = await readSecretFile(path, 'the Pushover file', {
    content: 'PUSHOVER_TOKEN=… and PUSHOVER_USER=…',
  });
  const { values } = assignments(file?.text ?? '');
  const value = (name: string): string => {
    const text = values.get(name);
    if (text === undefined || text === '')
      throw new UsageError(
        `the Pushover file ${path} has no ${name}=: it needs PUSHOVER_TOKEN and PUSHOVER_USER`,
      );
    return text;
  };
  const url = values.get('PUSHOVER_URL') ?? API;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new UsageError(`the Pushover file ${path}: its PUSHOVER_URL is not the URL of a server`);
  return {
    pushover: { token: value('PUSHOVER_TOKEN'), user: value('PUSHOVER_USER'), url },
    notes: file?.notes ?? [],
  };
}

/** @returns why it could not be sent, in a few words; never rejects */
export async function notify(
  { token, user, url }: Pushover,
  { title, message, priority }: Notification,
): Promise<string | undefined> {
  const body = new URLSearchParams({
    token,
    user,
    title: shortened(title, MOST.title),
    message: shortened(message, MOST.message),
    priority: String(priority),
  });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) {
      await answer.body?.cancel();
      return undefined;
    }
    const said = visible(await beginningOf(answer))
      .replaceAll(token, '…')
      .replaceAll(user, '…')
      .replace(/\s+/g, ' ');
    return `Pushover answered ${answer.status}${said === '' ? '' : `: ${shortened(said, MOST_OF_REASON)}`}`;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return `Pushover did not answer within ${TIMEOUT_MS / 1000} s`;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return `Pushover cannot be reached: ${cause instanceof Error ? cause.message || codeOf(cause) : cause}`;
  }
}

/** However long a server goes on. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_READ) break;
  }
  return text;
}

/** Of several addresses, none of which took the connection, there is no message. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
