import { lookup } from 'node:dns/promises';
import { type ImmichJobs, NOT_OF_SETTINGS } from '../../facts/host/immich-jobs.ts';
import type { RawResult } from '../../model/probe.ts';
import { loadImmichSettings } from '../../settings/immich.ts';
import { UsageError } from '../../text/usage-error.ts';
import { parseServerUrl } from '../../upload/server/base-url.ts';
import { connect } from '../../upload/server/connection.ts';
import { newestWithinDays, queues } from '../../upload/server/jobs.ts';
import { ServerProblem } from '../../upload/server/problem.ts';

const PATIENCE = { idleTimeoutMs: 5000, responseTimeoutMs: 5000, retries: 0, retryDelayMs: 0 };
const DAYS = [1, 7, 30];

/** The Immich of the settings, of which nothing was asked yet. */
export interface SettingsImmich {
  readonly url: string;
  /** Without the password that it may have. */
  readonly shownUrl: string;
  readonly key: string;
  /** What its name is resolved to on this machine; empty where it is not. */
  readonly addresses: readonly string[];
}

/** Or in words why there is none: what is wrong with these settings is told by who needs them, which a check of a host does not. */
export async function immichOfSettings(config: string | undefined): Promise<SettingsImmich | string> {
  try {
    const { url, key } = await loadImmichSettings({ config });
    const { url: shownUrl } = parseServerUrl(url);
    const name = new URL(shownUrl).hostname.replace(/^\[|\]$/g, '');
    const addresses = await lookup(name, { all: true }).catch(() => []);
    return { url, shownUrl, key, addresses: addresses.map(({ address }) => address) };
  } catch (error) {
    if (error instanceof UsageError) return NOT_OF_SETTINGS;
    if (error instanceof ServerProblem) return error.message;
    throw error;
  }
}

export async function askedJobs(
  { url, key }: SettingsImmich,
  signal: AbortSignal | undefined,
): Promise<RawResult> {
  const began = performance.now();
  try {
    const jobs = await jobsOf(url, key, signal);
    const stdout = JSON.stringify(jobs);
    return {
      outcome: 'ran',
      durationMs: performance.now() - began,
      exitCode: 0,
      stdout,
      stderr: '',
      capped: false,
    };
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    // A key that is made for uploads may do no more, and is right so.
    const outcome = error.kind === 'permission' ? 'not-applicable' : 'failed';
    return { outcome, durationMs: performance.now() - began, reason: error.message };
  }
}

async function jobsOf(url: string, key: string, signal: AbortSignal | undefined): Promise<ImmichJobs> {
  const connection = await connect(url, key, PATIENCE, { concurrency: 1, signal });
  try {
    const newest = await newestWithinDays(connection, DAYS).catch(ifNotAllowed);
    return {
      url: connection.url,
      queues: await queues(connection),
      ...(newest === undefined ? {} : { newestWithinDays: newest }),
    };
  } finally {
    connection.close();
  }
}

function ifNotAllowed(error: unknown): undefined {
  if (!(error instanceof ServerProblem) || error.kind !== 'permission') throw error;
}
