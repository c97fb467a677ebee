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
        : { note: `${left.join(', ')}: its process has ended, and the next run takes it over by itself` }),
      findings: [
        ...verdicts.flatMap((verdict) => (typeof verdict === 'object' ? [verdict] : [])),
        ...locks.flatMap((lock) => {
          const { owner } = lock;
          const since = owner?.startedAt ?? lock.madeAt;
          if (owner?.isUpload !== true || !isOwnUpload(lock) || !hangs(since, uploadLogs, now)) return [];
          const running = span(now - since);
          return kinds.hangs.finding(
            { path: lock.path, pid: owner.pid, since: running },
            {
              subject: lock.path,
              evidence: [
                {
                  source: `ps -p ${owner.pid}`,
                  observed: `${owner.command} has been running for ${running}`,
                  at: since,
                },
              ],
              explainedBy: [{ check: 'launchd-agent' }],
              since,
              affects: {
                what: 'photo upload',
                state: 'down',
                cause: `a run has been active for ${running} and writes nothing`,
              },
            },
          );
        }),
      ],
      lookedAt: { uploadLocks: locks.length, uploadAgents: launchAgents.agents.length },
      notChecked: [
        ...verdicts.flatMap((verdict) => (typeof verdict === 'string' ? [verdict] : [])),
        ...locks.flatMap((lock) =>
          lock.owner?.isUpload && !isOwnUpload(lock)
            ? [`whether process ${lock.owner.pid}, which ${lock.path} names, is an upload of this user`]
            : [],
        ),
        ...locks.flatMap(({ path, madeAt, owner }) =>
          owner?.isUpload && isLongAndMute(owner.startedAt ?? madeAt, uploadLogs, now)
            ? [`${path} has been held for a long time, and no log shows whether the upload makes progress`]
            : [],
        ),
      ],
    };
  },
});

/** Everybody may make a file in /tmp that names any process: nobody is told to end one that is not proven to be an upload. */
const isOwnUpload = ({ isOurs, owner }: UploadLock) => isOurs && owner?.isProven === true;

/** A finding, a sentence that says what cannot be told, or nothing. */
function judge(lock: UploadLock, { uploading }: UploadLocks, now: number): FindingDraft | string | undefined {
  const { path, state, pid, owner, madeAt } = lock;
  if (state === 'unreadable')
    return `${path} cannot be read: it belongs to another user, or is a dangling link`;
  if (owner?.isUpload || isLeft(lock)) return undefined;
  // In parentheses stands the name of a process whose command line ps may not read.
  if (owner !== undefined && /^\(.*\)$|^$/.test(owner.command))
    return `${path} belongs to process ${owner.pid}, and ps does not show what that process runs`;
  const found = (kind: typeof kinds.broken, proof: string, cause?: string): FindingDraft =>
    kind.finding(lock, {
      subject: path,
      evidence: [
        {
          source: path,
          observed: pid === undefined ? 'does not name a process' : `names process ${pid}`,
          at: madeAt,
        },
        { source: pid === undefined ? 'ps -ax' : `ps -p ${pid}`, observed: proof },
      ],
      since: madeAt,
      ...(cause === undefined ? {} : { affects: { what: 'photo upload', state: 'down', cause } }),
    });
  if (pid === undefined) {
    if (now - madeAt < BEING_MADE_MS) return `${path} is being created, and does not name its process yet`;
    const [running] = uploading;
    if (running !== undefined)
      return `${path} does not name a process, and process ${running.pid} is uploading: it may be its lock`;
    return found(
      kinds.broken,
      'no process is uploading',
      'a lock is in the way that does not name its process',
    );
  }
  if (owner === undefined) return found(kinds.ownerGone, 'no such process');
  // What has run since before the lock was made may have made it, under whatever name.
  if (owner.startedAt !== undefined && owner.startedAt <= madeAt)
    return `${path} names process ${pid}, which was already running when the lock was created: ${owner.command}`;
  return found(
    kinds.numberReused,
    `${owner.command}, which is not an upload${owner.startedAt === undefined ? '' : `, started ${new Date(owner.startedAt).toISOString()}`}`,
    'a stale lock is in the way: another program has its process id now',
  );
}
