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
  name: 'The upload that holds a lock has been running for long and writes nothing',
  meaning: 'Its owner lives, and seems to hang: as long as it does, no other run uploads.',
  status: 'fail',
  title: ({ path, since }) =>
    `The upload that holds ${path} has been running for ${since} and writes nothing`,
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
  name: 'A lock of an upload does not say whose it is',
  meaning: 'No run touches a lock that it does not understand: nothing is uploaded.',
  status: 'fail',
  title: ({ path }) => `The lock ${path} is broken: it does not say whose it is`,
  summary: ({ form }) =>
    form === 'own'
      ? 'hsdoctor makes its locks whole, so something else wrote it; no run touches a lock that it does not understand.'
      : 'A run that ended between making it and writing its owner left it; the script will not touch a lock that it does not understand.',
  remedy: removal,
});

export const ownerGone = defineKind<UploadLock>({
  id: 'owner-gone',
  name: 'A lock of an upload is stale: its owner is gone',
  meaning:
    'The run was ended before it could remove it. The script takes such a lock over, unless another program gets that number before.',
  status: 'warn',
  title: ({ path }) => `The lock ${path} is stale: its owner is gone`,
  remedy: removal,
});

export const numberReused = defineKind<UploadLock>({
  id: 'number-reused',
  name: 'A lock of an upload is stale: its number belongs to another program',
  meaning:
    'The script sees that process live, takes it for an upload, and ends with 0 and without a line in the log, as long as that program runs.',
  status: 'fail',
  title: ({ path }) => `The lock ${path} is stale: its number belongs to another program now`,
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
