import type { UploadLock } from '../../facts/host/upload-locks.ts';
import type { Remedy } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, joined, wholeNumber } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { lookAtProcess } from '../shared/agent-steps.ts';

/** The locks that the probe looks for; of hsdoctor's own, as it names them. */
const PLACES = /^\/tmp\/(?:upload-immich\.lock(?:\.d)?|hsdoctor-upload-[0-9a-f]{12}\.lock)$/;

export const hangs = defineKind<{ readonly path: string; readonly pid: number; readonly since: string }>({
  id: 'hangs',
  name: 'The upload that holds a lock appears to hang',
  meaning: 'The upload seems to hang, and no other upload can start until it ends.',
  status: 'fail',
  title: ({ path, since }) => `The upload that holds ${path} has run for ${since} without output`,
  // The lock goes with the process, or the next run takes it over.
  remedy: ({ pid }) => ({
    lasting: [
      lookAtProcess(pid),
      run(['kill', wholeNumber(String(pid))], { risk: 'destructive', why: 'End the run that hangs.' }),
    ],
  }),
});

export const broken = defineKind<UploadLock>({
  id: 'broken',
  name: 'A lock of an upload does not name its process',
  meaning: 'Every run finds the lock, cannot tell whether another upload is running, and uploads nothing.',
  status: 'fail',
  title: ({ path }) => `The lock ${path} does not name its process`,
  summary: ({ form }) =>
    form === 'own'
      ? 'hsdoctor did not write it: its own locks always name their process. As long as the lock is there, no run uploads anything.'
      : 'An upload created the lock and ended before it wrote its process id into it. As long as the lock is there, no run uploads anything.',
  remedy: removal,
});

export const ownerGone = defineKind<UploadLock>({
  id: 'owner-gone',
  name: 'A lock of an upload is stale: its process has ended',
  meaning:
    'The run ended without removing its lock. The next run of the script removes it, unless another program gets the same process id first: then no run uploads.',
  status: 'warn',
  title: ({ path }) => `The lock ${path} is stale: its process has ended`,
  remedy: removal,
});

export const numberReused = defineKind<UploadLock>({
  id: 'number-reused',
  name: 'A lock of an upload is stale: another program has its process id',
  meaning:
    'The script sees that a process with this id is running, and takes it for an upload. As long as that program runs, each upload exits at once, with status 0 and nothing in the log.',
  status: 'fail',
  title: ({ path }) => `The lock ${path} is stale: its process id was reused`,
  remedy: removal,
});

/** Just the lock, of which it was seen that nobody holds it; of somebody else's, or of a link, nobody knows what it would remove. */
function removal({ path, form, hasToken, isOurs }: UploadLock): Remedy {
  const lock = absolutePath(path);
  if (!isOurs || !PLACES.test(path))
    return {
      now: [],
      lasting: [
        byHand(
          `Find out who created ${path} and why, before you remove it: it is a symbolic link, belongs to another user, or does not have the name of an upload lock.`,
        ),
      ],
    };
  const why = 'Remove the lock: no process holds it.';
  if (form !== 'folder') return { now: [run(['rm', '--', lock], { why })], lasting: [] };
  return {
    now: [
      ...(hasToken
        ? [
            run(['rm', '--', joined(lock, '/owner.token')], {
              why: 'Remove the file that names the process.',
            }),
          ]
        : []),
      run(['rmdir', '--', lock], { why }),
    ],
    lasting: [],
  };
}
