import type { UploadLock, UploadLocks } from '../probes/upload-locks.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { hangs, isLongAndMute, noAgent, span } from './shared/upload-agent.ts';

const DOCS = 'docs/checks.md#upload-lock';

/** Between making a lock and writing who owns it. */
const BEING_MADE_MS = 60_000;

export const uploadLock = defineCheck({
  id: 'upload-lock',
  title: 'No stale lock keeps the upload from running',
  why: 'A lock whose owner is gone makes every later run end at once, with exit status 0 and often without a line in the log.',
  tags: ['mac', 'upload'],
  host: {
    needs: ['uploadLocks', 'launchAgents'],
    wants: ['uploadLogs'],
    evaluate({ uploadLocks, launchAgents, uploadLogs }, { now }) {
      const { locks } = uploadLocks;
      if (locks.length + launchAgents.agents.length === 0) return { skip: noAgent(launchAgents) };
      const programs = launchAgents.agents.map(({ program }) => program.path);
      const verdicts = locks.map((lock) => judge(lock, uploadLocks, programs, now));
      const left = locks.filter(isLeft).map(({ path }) => path);
      return {
        ...(left.length === 0
          ? {}
          : { note: `${left.join(', ')}: its owner is gone, and the next run takes it over by itself` }),
        findings: [
          ...verdicts.flatMap((verdict) => (typeof verdict === 'object' ? [verdict] : [])),
          ...locks.flatMap((lock) => {
            const { pid, owner } = lock;
            const since = owner?.startedAt ?? lock.madeAt;
            if (owner?.isUpload !== true || !hangs(since, uploadLogs, now)) return [];
            return [
              {
                status: 'fail' as const,
                title: `The upload that holds ${lock.path} has been running for ${span(now - since)} and writes nothing`,
                summary: 'Its owner lives, and seems to hang: as long as it does, no other run uploads.',
                subject: lock.path,
                evidence: [{ source: `ps -p ${pid}`, observed: `${owner.command} was started`, at: since }],
                explainedBy: [{ check: 'launchd-agent' }],
                fix: {
                  summary:
                    'See what it waits for, then end it; it takes its lock with it, or the next run does.',
                  commands: [`ps -p ${pid} -o pid,etime,state,comm`, `kill ${pid}`],
                  docs: DOCS,
                },
              },
            ];
          }),
        ],
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
  },
});

/** Whether it is hsdoctor's own, of a run that is over: it is in nobody's way. */
function isLeft({ form, pid, owner }: UploadLock): boolean {
  return form === 'own' && pid !== undefined && !owner?.isUpload;
}

/** A finding, a sentence that says what cannot be told, or nothing. */
function judge(
  lock: UploadLock,
  { uploading }: UploadLocks,
  programs: readonly string[],
  now: number,
): FindingDraft | string | undefined {
  const { path, state, pid, owner, madeAt } = lock;
  if (state === 'unreadable') return `${path} belongs to another user and cannot be read`;
  if (owner?.isUpload || isLeft(lock)) return undefined;
  // In parentheses stands the name of a process whose command line ps may not read.
  if (owner !== undefined && /^\(.*\)$|^$/.test(owner.command))
    return `${path} is of process ${owner.pid}, and ps does not tell what that runs`;
  const found = (status: 'fail' | 'warn', title: string, summary: string, proof: string): FindingDraft => ({
    status,
    title,
    summary,
    subject: path,
    evidence: [
      { source: path, observed: pid === undefined ? 'names no process' : `is of process ${pid}`, at: madeAt },
      { source: pid === undefined ? 'ps -ax' : `ps -p ${pid}`, observed: proof },
    ],
    fix: {
      summary:
        'Remove the lock: what is said above proves that nobody held it. The command looks once more, and leaves it where a run has begun since.',
      commands: [removal(lock, programs)],
      docs: DOCS,
    },
  });
  if (pid === undefined) {
    if (now - madeAt < BEING_MADE_MS) return `${path} is being made, and names no owner yet`;
    const [running] = uploading;
    if (running !== undefined)
      return `${path} names no owner, and process ${running.pid} is uploading: it may be its own`;
    return found(
      'fail',
      `The lock ${path} is broken: it does not say whose it is`,
      lock.form === 'own'
        ? 'hsdoctor makes its locks whole, so something else wrote it; no run touches a lock that it does not understand.'
        : 'A run that ended between making it and writing its owner left it; the script will not touch a lock that it does not understand.',
      'no process uploads',
    );
  }
  if (owner === undefined) {
    return found(
      'warn',
      `The lock ${path} is stale: its owner is gone`,
      'The run was ended before it could remove it. The script takes such a lock over, unless another program gets that number before.',
      'no such process',
    );
  }
  return found(
    'fail',
    `The lock ${path} is stale: its number belongs to another program now`,
    'The script sees that process live, takes it for an upload, and ends with 0 and without a line in the log, as long as that program runs.',
    `${owner.command}, which is no upload${owner.startedAt === undefined ? '' : `, started ${new Date(owner.startedAt).toISOString()}`}`,
  );
}

/** Removes the lock if it is still the one that was judged, and no upload runs under its number. */
function removal({ path, form, pid }: UploadLock, programs: readonly string[]): string {
  const remove = `${form === 'folder' ? 'rm -r' : 'rm'} ${quote(path)}`;
  const others = programs.filter(
    (program) => program.startsWith('/') && !/upload-immich|\/hsdoctor$/.test(program),
  );
  // In brackets, the first letter keeps the pattern from finding itself in the list.
  const patterns = [
    '[u]pload-immich',
    '[h]sdoctor +immich +upload',
    ...others.map((program) => `[/]${program.slice(1).replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`),
  ];
  const upload = `grep -qE ${quote(patterns.join('|'))}`;
  if (pid === undefined)
    return `list=$(ps -axww -o command=) && ! printf '%s\\n' "$list" | ${upload} && ${remove}`;
  const owner = form === 'folder' ? `${path}/owner.token` : path;
  return `grep -qw ${pid} ${quote(owner)} && ! ps -ww -p ${pid} -o command= | ${upload} && ${remove}`;
}
