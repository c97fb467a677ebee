import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, containerName, type Parsed, unitName } from '../../remedy/words.ts';
import { defineKind, type TellingKind } from '../define.ts';

const NO_PHOTOS = 'The apps and the website of Immich do not work, and no photo can be uploaded.';

interface Asked {
  readonly container: string;
  readonly url: string;
  /** What came instead of an answer. */
  readonly what: string;
  readonly unit: string | undefined;
}

const log = (container: string): Step =>
  run(['podman', 'logs', '--tail', '50', containerName(container)], {
    root: true,
    why: 'Read what the server logged last.',
  });

const askAgain = (again: readonly Parsed[]): Step =>
  run([...again, 'immich-server'], { where: 'here', why: 'Check again.' });

const unanswered = (
  id: string,
  name: string,
  title: (about: Asked) => string,
  first: readonly Step[] = [],
): TellingKind<Asked> =>
  defineKind<Asked>({
    id,
    name,
    meaning: NO_PHOTOS,
    status: 'fail',
    title,
    remedy: ({ container, unit }) => ({
      lasting: [
        ...first,
        log(container),
        ...(unit === undefined
          ? []
          : [
              run(['systemctl', 'restart', '--', unitName(unit)], {
                root: true,
                risk: 'restart',
                why: 'If the log does not show why, restart the server. Jobs that were running start again.',
              }),
            ]),
      ],
    }),
  });

export const noAnswer = unanswered(
  'no-answer',
  'Immich is running but does not answer',
  ({ container, url, what }) => `${container} does not answer at ${url}: ${what}`,
);

export const errorAnswer = unanswered(
  'error-answer',
  'Immich answers with an error',
  ({ container, url, what }) => `${container} answers with an error at ${url}: ${what}`,
);

export const somethingElse = unanswered(
  'something-else',
  'Another program answers at the port of Immich',
  ({ container, url, what }) => `Another program answers at ${url}, not ${container}: ${what}`,
  [
    byHand(
      'Find out which program listens on this port (sudo ss -ltnp). If it is not Immich, give one of the two another port.',
    ),
  ],
);

export const maintenance = defineKind<{ readonly container: string; readonly again: readonly Parsed[] }>({
  id: 'maintenance',
  name: 'Immich is in maintenance mode',
  meaning:
    'Immich refuses uploads and connections of all apps until an administrator ends the maintenance mode.',
  status: 'warn',
  title: ({ container }) => `${container} is in maintenance mode`,
  remedy: ({ again }) => ({
    lasting: [
      byHand(
        'If nobody is restoring a backup right now, log in to Immich as an administrator and end the maintenance mode.',
      ),
      askAgain(again),
    ],
  }),
});

export const noUser = defineKind<{ readonly container: string }>({
  id: 'no-user',
  name: 'Immich has no user',
  meaning:
    'Immich is new, or it uses an empty database instead of its own. If it had photos before, do not create a user: find its database first.',
  status: 'warn',
  title: ({ container }) => `${container} has no user yet: its database is empty`,
  remedy: ({ container }) => ({
    lasting: [
      byHand('If this Immich is new, open its website and create the administrator.'),
      run(['podman', 'container', 'inspect', '--format', '{{json .Mounts}}', containerName(container)], {
        root: true,
        why: 'If it had photos before, check in this list whether its folders are still the same ones. Then check the container of its database in the same way.',
      }),
    ],
  }),
});

interface Mark {
  readonly container: string;
  /** On the host, where that is known. */
  readonly folder: string | undefined;
  /** As the server calls it. */
  readonly inside: string;
  /** It has refused to start for it. */
  readonly refused: boolean;
}

export const markMissing = defineKind<Mark>({
  id: 'mark-missing',
  name: 'A folder of Immich has lost its .immich file',
  meaning:
    'Immich does not start without this file: it protects the photos if a disk is not mounted or a folder was moved.',
  status: 'fail',
  title: ({ container, inside, refused }) =>
    refused
      ? `${container} refuses to start: ${inside}/.immich is missing`
      : `${container} will not start again: ${inside}/.immich is missing`,
  remedy: ({ folder, inside }) => ({
    lasting: [
      ...(folder === undefined
        ? [
            byHand(
              `Find the host folder that is mounted as ${inside} in the container, and check whether its disk is mounted. If it is not, mount it, and restart the container.`,
            ),
          ]
        : [
            run(['findmnt', '--target', absolutePath(folder)], {
              why: 'Check which disk the folder is on. If it is the wrong one, mount the right one, and restart the container.',
            }),
            run(['ls', '-la', '--', absolutePath(folder)], {
              root: true,
              why: 'If it is the right disk, check whether the photos are there.',
            }),
          ]),
      byHand(
        'If the photos are there, restore .immich from a backup, or create it as an empty file. Never create it in an empty folder.',
      ),
    ],
  }),
});

export const jobsFailed = defineKind<{ readonly count: number; readonly again: readonly Parsed[] }>({
  id: 'jobs-failed',
  name: 'Jobs of Immich failed',
  meaning:
    'The photos are stored, but some have no thumbnail, or are not found by search or faces, until the jobs run again.',
  status: 'warn',
  title: ({ count }) => `${count} ${count === 1 ? 'job' : 'jobs'} of Immich failed`,
  remedy: ({ again }) => ({
    lasting: [
      byHand(
        'In Immich, open Administration > Job Queues: it shows the failed jobs. Read the reason in the log of the server, fix it, and start the jobs again (the button Missing).',
      ),
      askAgain(again),
    ],
  }),
});

export const jobsPaused = defineKind<{
  readonly queues: readonly string[];
  readonly again: readonly Parsed[];
}>({
  id: 'jobs-paused',
  name: 'Jobs of Immich wait in a paused queue',
  meaning: 'Somebody paused the queue: its jobs do not run until the queue is resumed.',
  status: 'warn',
  title: ({ queues }) => `Jobs of Immich wait in a paused queue: ${queues.join(', ')}`,
  remedy: ({ again }) => ({
    lasting: [byHand('In Immich, open Administration > Job Queues, and resume the queue.'), askAgain(again)],
  }),
});
