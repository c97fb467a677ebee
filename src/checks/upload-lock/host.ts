import { hangs, isLongAndMute, noAgent, span } from '../../facts/host/upload-agent.ts';
import type { UploadLock, UploadLocks } from '../../facts/host/upload-locks.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { isLeft } from '../shared/upload-lock.ts';
import * as kinds from './kinds.ts';

/** Between making a lock and writing who owns it. */
const BEING_MADE_MS = 60_000;

export const host = judgeHost({
  needs: ['uploadLocks', 'launchAgents'],
  wants: ['uploadLogs'],
  evaluate({ uploadLocks, launchAgents, uploadLogs }, { now }) {
    const { locks } = uploadLocks;
    if (locks.length + launchAgents.agents.length === 0) return { skip: noAgent(launchAgents) };
    const verdicts = locks.map((lock) => judge(lock, uploadLocks, now));
    const left = locks.filter(isLeft).map(({ path }) => path);
    return {
      ...(left.length === 0
        ? {}
        : { note: `${left.join(', ')}: its owner is gone, and the next run takes it over by itself` }),
      findings: [
        ...verdicts.flatMap((verdict) => (typeof verdict === 'object' ? [verdict] : [])),
        ...locks.flatMap((lock) => {
          const { owner } = lock;
          const since = owner?.startedAt ?? lock.madeAt;
          if (owner?.isUpload !== true || !hangs(since, uploadLogs, now)) return [];
          const running = span(now - since);
          return kinds.hangs.finding(
            { path: lock.path, pid: owner.pid, since: running },
            {
              subject: lock.path,
              evidence: [
                { source: `ps -p ${owner.pid}`, observed: `${owner.command} was started`, at: since },
              ],
              explainedBy: [{ check: 'launchd-agent' }],
              since,
              affects: {
                what: 'photo upload',
                state: 'down',
                cause: `a run has been going on for ${running} and writes nothing`,
              },
            },
          );
        }),
      ],
      lookedAt: { uploadLocks: locks.length, uploadAgents: launchAgents.agents.length },
      unseen: [
        ...verdicts.flatMap((verdict) => (typeof verdict === 'string' ? [verdict] : [])),
        ...locks.flatMap(({ path, madeAt, owner }) =>
          owner?.isUpload && isLongAndMute(owner.startedAt ?? madeAt, uploadLogs, now)
            ? [`${path} has been held for long, and no log tells whether the upload goes on`]
            : [],
        ),
      ],
    };
  },
});

/** A finding, a sentence that says what cannot be told, or nothing. */
function judge(lock: UploadLock, { uploading }: UploadLocks, now: number): FindingDraft | string | undefined {
  const { path, state, pid, owner, madeAt } = lock;
  if (state === 'unreadable')
    return `${path} cannot be read: it belongs to another user, or is a link to nothing`;
  if (owner?.isUpload || isLeft(lock)) return undefined;
  // In parentheses stands the name of a process whose command line ps may not read.
  if (owner !== undefined && /^\(.*\)$|^$/.test(owner.command))
    return `${path} is of process ${owner.pid}, and ps does not tell what that runs`;
  const found = (kind: typeof kinds.broken, proof: string, cause?: string): FindingDraft =>
    kind.finding(lock, {
      subject: path,
      evidence: [
        {
          source: path,
          observed: pid === undefined ? 'names no process' : `is of process ${pid}`,
          at: madeAt,
        },
        { source: pid === undefined ? 'ps -ax' : `ps -p ${pid}`, observed: proof },
      ],
      since: madeAt,
      ...(cause === undefined ? {} : { affects: { what: 'photo upload', state: 'down', cause } }),
    });
  if (pid === undefined) {
    if (now - madeAt < BEING_MADE_MS) return `${path} is being made, and names no owner yet`;
    const [running] = uploading;
    if (running !== undefined)
      return `${path} names no owner, and process ${running.pid} is uploading: it may be its own`;
    return found(kinds.broken, 'no process uploads', 'a lock is in the way that does not say whose it is');
  }
  if (owner === undefined) return found(kinds.ownerGone, 'no such process');
  // What has run since before the lock was made may have made it, under whatever name.
  if (owner.startedAt !== undefined && owner.startedAt <= madeAt)
    return `${path} is of process ${pid}, which was running when the lock was made: ${owner.command}`;
  return found(
    kinds.numberReused,
    `${owner.command}, which is no upload${owner.startedAt === undefined ? '' : `, started ${new Date(owner.startedAt).toISOString()}`}`,
    'a stale lock is in the way: its number belongs to another program now',
  );
}
