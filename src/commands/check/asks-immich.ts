import { lookup } from 'node:dns/promises';
import type { Collection, CollectOptions, Target } from '../../collect/target.ts';
import { type ImmichJobs, immichJobs } from '../../facts/host/immich-jobs.ts';
import type { Probe, RawResult } from '../../model/probe.ts';
import { loadImmichSettings } from '../../settings/immich.ts';
import { UsageError } from '../../text/usage-error.ts';
import { connect } from '../../upload/server/connection.ts';
import { newestWithinDays, queues } from '../../upload/server/jobs.ts';
import { ServerProblem } from '../../upload/server/problem.ts';

const PATIENCE = { idleTimeoutMs: 5000, responseTimeoutMs: 5000, retries: 0, retryDelayMs: 0 };
const DAYS = [1, 7, 30];

interface Access {
  readonly url: string;
  readonly key: string;
}

/**
 * The same targets, of which Immich is asked from here, once, while they are read: the key goes to Immich, and not to
 * them. Unchanged where the settings have no URL and key.
 */
export async function askingImmich(
  targets: readonly Target[],
  config: string | undefined,
): Promise<readonly Target[]> {
  const access = await accessOf(config);
  if (access === undefined) return targets;
  let asked: Promise<RawResult> | undefined;
  return targets.map((target) => ({
    name: target.name,
    kind: target.kind,
    async collect(probes, options): Promise<Collection> {
      if (!probes.some(({ id }) => id === immichJobs.id)) return target.collect(probes, options);
      asked ??= ask(access, options);
      const others: readonly Probe[] = probes.filter(({ id }) => id !== immichJobs.id);
      const [collection, result] = await Promise.all([target.collect(others, options), asked]);
      return { ...collection, results: new Map(collection.results).set(immichJobs.id, result) };
    },
  }));
}

/** What is wrong with these settings is told by who needs them: a check of a host does not. */
async function accessOf(config: string | undefined): Promise<Access | undefined> {
  try {
    return await loadImmichSettings({ config });
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

async function ask({ url, key }: Access, { signal }: CollectOptions): Promise<RawResult> {
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
    const name = new URL(connection.url).hostname.replace(/^\[|\]$/g, '');
    const addresses = await lookup(name, { all: true }).catch(() => []);
    const newest = await newestWithinDays(connection, DAYS).catch(ifNotAllowed);
    return {
      url: connection.url,
      addresses: addresses.map(({ address }) => address),
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
