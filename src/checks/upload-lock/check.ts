import { hangs, isLongAndMute, noAgent, span } from '../../facts/host/upload-agent.ts';
import type { UploadLock, UploadLocks } from '../../facts/host/upload-locks.ts';
import type { Remedy } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, joined, wholeNumber } from '../../remedy/words.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { isLeft } from '../shared/upload-lock.ts';
import { documentation } from './documentation.ts';

/** The locks that the probe looks for; of hsdoctor's own, as it names them. */
const PLACES = /^\/tmp\/(?:upload-immich\.lock(?:\.d)?|hsdoctor-upload-[0-9a-f]{12}\.lock)$/;

/** Between making a lock and writing who owns it. */
const BEING_MADE_MS = 60_000;

export const uploadLock: Check = {
  id: 'upload-lock',
  title: 'No stale lock keeps the upload from running',
  why: 'A lock whose owner is gone makes every later run end at once, with exit status 0 and often without a line in the log.',
  tags: ['mac', 'upload'],
  documentation,
  host: judgeHost({
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
            return [
              {
                kind: 'hangs',
                status: 'fail' as const,
                title: `The upload that holds ${lock.path} has been running for ${span(now - since)} and writes nothing`,
                summary: 'Its owner lives, and seems to hang: as long as it does, no other run uploads.',
                subject: lock.path,
                evidence: [
                  { source: `ps -p ${owner.pid}`, observed: `${owner.command} was started`, at: since },
                ],
                explainedBy: [{ check: 'launchd-agent' }],
                since,
                affects: {
                  what: 'photo upload',
                  state: 'down' as const,
                  cause: `a run has been going on for ${span(now - since)} and writes nothing`,
                },
                remedy: { lasting: endOf(owner.pid) },
              },
            ];
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
  }),
};

/** A finding, a sentence that says what cannot be told, or nothing. */
function judge(lock: UploadLock, { uploading }: UploadLocks, now: number): FindingDraft | string | undefined {
  const { path, state, pid, owner, madeAt } = lock;
  if (state === 'unreadable')
    return `${path} cannot be read: it belongs to another user, or is a link to nothing`;
  if (owner?.isUpload || isLeft(lock)) return undefined;
  // In parentheses stands the name of a process whose command line ps may not read.
  if (owner !== undefined && /^\(.*\)$|^$/.test(owner.command))
    return `${path} is of process ${owner.pid}, and ps does not tell what that runs`;
  const found = (
    kind: string,
    title: string,
    summary: string,
    proof: string,
    cause?: string,
  ): FindingDraft => ({
    kind,
    status: cause === undefined ? 'warn' : 'fail',
    title,
    summary,
    subject: path,
    evidence: [
      { source: path, observed: pid === undefined ? 'names no process' : `is of process ${pid}`, at: madeAt },
      { source: pid === undefined ? 'ps -ax' : `ps -p ${pid}`, observed: proof },
    ],
    since: madeAt,
    ...(cause === undefined ? {} : { affects: { what: 'photo upload', state: 'down', cause } }),
    remedy: removal(lock),
  });
  if (pid === undefined) {
    if (now - madeAt < BEING_MADE_MS) return `${path} is being made, and names no owner yet`;
    const [running] = uploading;
    if (running !== undefined)
      return `${path} names no owner, and process ${running.pid} is uploading: it may be its own`;
    return found(
      'broken',
      `The lock ${path} is broken: it does not say whose it is`,
      lock.form === 'own'
        ? 'hsdoctor makes its locks whole, so something else wrote it; no run touches a lock that it does not understand.'
        : 'A run that ended between making it and writing its owner left it; the script will not touch a lock that it does not understand.',
      'no process uploads',
      'a lock is in the way that does not say whose it is',
    );
  }
  if (owner === undefined) {
    return found(
      'owner-gone',
      `The lock ${path} is stale: its owner is gone`,
      'The run was ended before it could remove it. The script takes such a lock over, unless another program gets that number before.',
      'no such process',
    );
  }
  // What has run since before the lock was made may have made it, under whatever name.
  if (owner.startedAt !== undefined && owner.startedAt <= madeAt)
    return `${path} is of process ${pid}, which was running when the lock was made: ${owner.command}`;
  return found(
    'number-reused',
    `The lock ${path} is stale: its number belongs to another program now`,
    'The script sees that process live, takes it for an upload, and ends with 0 and without a line in the log, as long as that program runs.',
    `${owner.command}, which is no upload${owner.startedAt === undefined ? '' : `, started ${new Date(owner.startedAt).toISOString()}`}`,
    'a stale lock is in the way: its number belongs to another program now',
  );
}

/** Just the lock, of which it was seen that nobody holds it; of somebody else's, or of a link, nobody knows what it would remove. */
function removal({ path, form, hasToken, isOurs }: UploadLock): Remedy {
  const lock = absolutePath(path);
  if (!isOurs || !PLACES.test(path))
    return {
      now: [],
      lasting: [
        byHand(
          `Find out who made ${path} and why, before it is removed: it is a link, belongs to another user, or has no name that a lock of an upload has.`,
        ),
      ],
    };
  const why = 'Remove the lock: nobody holds it.';
  if (form !== 'folder') return { now: [run(['rm', '--', lock], { why })], lasting: [] };
  return {
    now: [
      ...(hasToken
        ? [
            run(['rm', '--', joined(lock, '/owner.token')], {
              why: 'Remove what the lock says of its owner, who is gone.',
            }),
          ]
        : []),
      run(['rmdir', '--', lock], { why }),
    ],
    lasting: [],
  };
}

/** The lock goes with the process, or the next run takes it over. */
function endOf(pid: number): Remedy['lasting'] {
  const process = wholeNumber(String(pid));
  return [
    run(['ps', '-p', process, '-o', 'pid,etime,state,comm'], {
      why: 'Look at what the process is and does.',
    }),
    run(['kill', process], { risk: 'destructive', why: 'End the run that hangs.' }),
  ];
}
