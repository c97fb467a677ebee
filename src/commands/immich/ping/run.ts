import process from 'node:process';
import { terminalStyle } from '../../../report/terminal.ts';
import { humanPing, jsonPing } from '../../../report/upload/ping.ts';
import { MissingKey } from '../../../settings/api-key.ts';
import { type ImmichFlags, loadImmichSettings } from '../../../settings/immich.ts';
import { redact } from '../../../text/redact.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { visible } from '../../../text/visible.ts';
import { version } from '../../../upload/server/about.ts';
import { connect } from '../../../upload/server/connection.ts';
import { type Preflight, preflight } from '../../../upload/server/preflight.ts';
import { ServerProblem } from '../../../upload/server/problem.ts';
import { gracefulInterruption } from '../../interruption.ts';
import { tellUnreadFile } from '../../unread-file.ts';
import { refuseKeyFlag } from '../no-key-flag.ts';

/** Who asks whether the server is there wants to know it soon. */
const PATIENCE = { idleTimeoutMs: 10_000, responseTimeoutMs: 10_000, retries: 0, retryDelayMs: 0 };

type PingFlags = Pick<ImmichFlags, 'url' | 'key-file' | 'config'> & {
  readonly key?: string | undefined;
  readonly json: boolean;
  readonly 'no-color': boolean;
};

/** @returns the exit status: 3 where the server or the key would not let an upload begin */
export async function ping({ key, json, 'no-color': noColor, ...flags }: PingFlags): Promise<number> {
  refuseKeyFlag(key);
  await tellUnreadFile(flags);
  const signal = gracefulInterruption();
  const settings = await loadImmichSettings(flags).catch(async (error) => {
    if (!(error instanceof MissingKey)) throw error;
    throw new UsageError(`${error.message} (${await presence(error.url, signal)})`);
  });
  const seen = await see(settings.url, settings.key, signal);
  if (signal.aborted) return signal.reason === 'SIGTERM' ? 143 : 130;
  if (json) process.stdout.write(jsonPing(seen, settings.notes));
  else if (seen instanceof ServerProblem)
    process.stderr.write(`hsdoctor: ${visible(redact(seen.message))}\n`);
  else process.stdout.write(humanPing(seen, settings.notes, terminalStyle(noColor)));
  return seen instanceof ServerProblem ? 3 : 0;
}

/** Whether a server is there, which it tells without a key too. */
async function presence(url: string, signal: AbortSignal): Promise<string> {
  try {
    const connection = await connect(url, undefined, PATIENCE, { concurrency: 1, signal });
    try {
      return `the server is up: Immich ${await version(connection)} at ${connection.url}`;
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof ServerProblem) return `and the server was not reached: ${error.message}`;
    throw error;
  }
}

async function see(url: string, key: string, signal: AbortSignal): Promise<Preflight | ServerProblem> {
  try {
    const connection = await connect(url, key, PATIENCE, { concurrency: 6, signal });
    try {
      return await preflight(connection, { restoreTrashed: false });
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof ServerProblem) return error;
    throw error;
  }
}
