import type { ImmichJobs } from '../../facts/host/immich-jobs.ts';
import type { Context, Judged } from '../define.ts';
import * as kinds from './kinds.ts';

export interface Work {
  readonly immichJobs: ImmichJobs | undefined;
}

/** What Immich has not done: it was only asked where the URL of the settings is one of this host. */
export function judgeJobs(
  { immichJobs }: Work,
  { unread, again }: Context,
): Judged & { readonly note?: string } {
  if (immichJobs === undefined) {
    const reason = unread.find(({ probe }) => probe === 'immich-jobs')?.reason;
    return reason === undefined ? {} : { note: `its jobs were not checked: ${reason}` };
  }
  const { url, queues, newestWithinDays: days } = immichJobs;
  const failed = queues.filter((queue) => queue.failed > 0);
  const stopped = queues.filter(({ isPaused, waiting }) => isPaused && waiting > 0);
  const source = `GET ${url}/api/jobs`;
  if (failed.length + stopped.length > 0) {
    const observed = [
      ...failed.map((queue) => `${queue.name}: ${queue.failed} failed`),
      ...stopped.map((queue) => `${queue.name}: paused, ${queue.waiting} waiting`),
    ];
    const count = failed.reduce((sum, queue) => sum + queue.failed, 0);
    const seen = { subject: url, evidence: observed.map((each) => ({ source, observed: each })) };
    return {
      finding:
        count > 0
          ? kinds.jobsFailed.finding({ count, again }, { ...seen, count })
          : kinds.jobsPaused.finding({ queues: stopped.map(({ name }) => name), again }, seen),
    };
  }
  return {
    note:
      days === undefined
        ? `${queues.length} job queues, none failed`
        : `${queues.length} job queues, none failed; the newest photo arrived within ${days === 1 ? '24 hours' : `${days} days`}`,
  };
}
