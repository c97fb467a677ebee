import type { Literals } from '../../facts/config/literals.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, containerName, joined, wholeNumber } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { rewriteList } from '../shared/rewrite.ts';
import { placeIn, rebuild, restart } from '../shared/steps.ts';
import { resume, type StoppedProcess } from '../shared/stopped-process.ts';

export const notWritable = defineKind<{
  readonly name: string;
  /** The folder of the host that is its /data, and the volume as it is written. */
  readonly data: string;
  readonly written: string;
  readonly owner: string;
  /** The number of the user that Redis runs as. */
  readonly runsAs: string;
  /** Its start script takes the folder over. */
  readonly takesOver: boolean;
  /** Where the volume is an element of the list of volumes. */
  readonly literals: Literals | undefined;
  /** Not only Immich keeps data in it. */
  readonly isShared: boolean;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}>({
  id: 'not-writable',
  name: "The data folder of Immich's Redis belongs to another user",
  meaning:
    'From the next boot or rebuild on, Redis refuses every write (MISCONF): uploads are accepted but not processed.',
  status: 'fail',
  title: ({ name, data, owner }) => `${name} cannot save: ${data} belongs to ${owner}`,
  summary: ({ takesOver, runsAs, owner }) =>
    takesOver
      ? `Its start script gives the folder to Redis (user ${runsAs}). The next boot or rebuild gives it back to ${owner}, and from then on Redis refuses every write (MISCONF).`
      : `It runs as user ${runsAs}, which has no permission to write there: Redis refuses every write (MISCONF).`,
  remedy: ({ name, written, data, runsAs, literals, isShared, at, folder }) => ({
    lasting: [
      isShared
        ? byHand(
            `Give the folder to the user that ${name} runs as, and keep the volume, because not only Immich uses it: "d ${data} 0700 ${runsAs} ${runsAs} -" in systemd.tmpfiles.rules.`,
            placeIn(folder, at),
          )
        : rewriteList(
            {
              path: ['virtualisation', 'oci-containers', 'containers', name, 'volumes'],
              to: (now = []) => now.filter((volume) => volume !== written),
              why: 'Remove the volume: Immich only keeps its queue and a cache there.',
              otherwise: `Remove the volume: Immich only keeps its queue and a cache there. To keep it, give the folder to ${runsAs}: "d ${data} 0700 ${runsAs} ${runsAs} -".`,
              at,
            },
            literals,
            folder,
          ),
      rebuild(),
    ],
  }),
});

/** A Redis that runs, or should. */
export interface OnHost {
  readonly name: string;
  readonly isImmichs: boolean;
  readonly unit: ContainerUnit | undefined;
  readonly units: readonly ContainerUnit[];
  readonly now: number;
}

const MEANING =
  'Immich accepts uploads, but makes no thumbnails and recognizes no faces: its jobs wait in Redis.';

const meaning = ({ isImmichs }: OnHost) =>
  isImmichs ? MEANING : 'Programs that store data in it do not work.';

const readLog = ({ name }: OnHost, why: string) =>
  run(['podman', 'logs', '--tail', '50', '--', containerName(name)], { root: true, why });

const restarted = ({ name, unit, units, now }: OnHost, why: string) =>
  unit === undefined
    ? [run(['podman', 'restart', '--', containerName(name)], { root: true, risk: 'restart', why })]
    : restart([unit.id], { units, now, why });

export const down = defineKind<OnHost>({
  id: 'down',
  name: 'Redis is not running',
  meaning: MEANING,
  status: 'fail',
  title: ({ name }) => `${name} is not running`,
  summary: meaning,
  remedy: (about) => ({
    lasting: [readLog(about, 'Read why it stopped.'), ...restarted(about, 'Then start it.')],
  }),
});

export const noAnswer = defineKind<OnHost & { readonly stopped: StoppedProcess | undefined }>({
  id: 'no-answer',
  name: 'Redis does not answer',
  meaning: MEANING,
  status: 'fail',
  title: ({ name, stopped }) =>
    stopped ? `${name} does not answer: its process was stopped` : `${name} does not answer`,
  summary: (about) =>
    `${about.stopped ? 'It was sent SIGSTOP.' : 'It accepts connections but does not answer.'} ${meaning(about)}`,
  remedy: (about) =>
    about.stopped
      ? resume(about.name, about.stopped)
      : {
          lasting: [readLog(about, 'Read what it logged last.'), ...restarted(about, 'Then restart it.')],
        },
});

export interface CannotSave extends OnHost {
  /** `permission denied`; empty where nothing tells. */
  readonly why: string;
  /** The folder of the host that it saves to; undefined where that is not one of its mounts. */
  readonly folder: string | undefined;
  /** Whose it has to be, as numbers. */
  readonly user: number | undefined;
  readonly group: number | undefined;
}

const isOfPermission = ({ why }: CannotSave) => /permission/i.test(why);

/** Where looking showed that the folder is another's, it is given to the user that Redis runs as. */
function givenToRedis({ folder, user, group }: CannotSave) {
  if (folder === undefined || user === undefined || group === undefined) return [];
  return [
    run(
      [
        'chown',
        '--',
        joined(wholeNumber(String(user)), ':', wholeNumber(String(group))),
        absolutePath(folder),
      ],
      {
        root: true,
        why: 'Give the folder to the user that Redis runs as: it then saves by itself within seconds.',
      },
    ),
  ];
}

const withoutVolume = ({ name, folder, isImmichs }: CannotSave) =>
  byHand(
    isImmichs
      ? `Where ${name} is declared, remove the line for /data${folder === undefined ? '' : ` (${folder})`} from its volumes: Immich only keeps its queue and a cache there. To keep it, correct what sets its owner (systemd.tmpfiles).`
      : `Correct what sets the owner of ${folder ?? 'its data folder'} (systemd.tmpfiles, or who created it).`,
  );

function remedyOfSaving(about: CannotSave) {
  if (isOfPermission(about)) return { now: givenToRedis(about), lasting: [withoutVolume(about)] };
  return {
    lasting: [
      ...(about.why === '' ? [readLog(about, 'Read why it cannot save.')] : []),
      byHand(
        `Check the disk of ${about.folder ?? 'its data folder'} (df -h, df -i, findmnt): make room on it, or find out why it is not writable. Redis then saves by itself within seconds.`,
      ),
    ],
  };
}

export const cannotSave = defineKind<CannotSave>({
  id: 'cannot-save',
  name: 'Redis cannot save its data',
  meaning: 'Redis refuses every write (MISCONF). Immich accepts uploads, but does not process them.',
  status: 'fail',
  title: ({ name, why }) => `${name} cannot save${why === '' ? '' : `: ${why}`}`,
  summary: (about) => `Until it can save again, it refuses every write (MISCONF). ${meaning(about)}`,
  remedy: remedyOfSaving,
});

export const folderNotWritable = defineKind<CannotSave & { readonly owner: string }>({
  id: 'folder-not-writable',
  name: 'The data folder of a running Redis belongs to another user',
  meaning: 'Its next save will fail. From then on, Redis refuses every write (MISCONF).',
  status: 'warn',
  title: ({ name, owner }) => `${name} will not be able to save: its folder belongs to user ${owner}`,
  remedy: (about) => ({ now: givenToRedis(about), lasting: [withoutVolume(about)] }),
});

export const cannotLoad = defineKind<CannotSave>({
  id: 'cannot-load',
  name: 'Redis cannot read its saved data',
  meaning: MEANING,
  status: 'fail',
  title: ({ name, why }) => `${name} cannot start: ${why}`,
  summary: (about) => `It cannot read its saved data, and exits. ${meaning(about)}`,
  remedy: (about) => ({
    lasting: [
      byHand(
        `Move the saved data (dump.rdb, appendonlydir) out of ${about.folder ?? 'its data folder'} to another folder, and keep it until everything works again.${about.isImmichs ? ' Immich only keeps its queue and a cache there.' : ''} If a newer version of Redis saved the data, use the image of that version instead.`,
      ),
      ...restarted(about, 'Start it.'),
    ],
  }),
});
