import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, containerName, unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

export interface Case {
  readonly container: string;
  readonly unit: string | undefined;
  /** On the host; undefined where it is not known. */
  readonly folder: string | undefined;
}

const readLog = ({ container }: Case, why: string): Step =>
  run(['podman', 'logs', '--tail', '100', '--', containerName(container)], { root: true, why });

const stop = ({ container, unit }: Case): Step =>
  unit === undefined
    ? run(['podman', 'stop', '--', containerName(container)], {
        root: true,
        risk: 'restart',
        why: 'Stop the app, so that nothing writes to the database.',
      })
    : run(['systemctl', 'stop', '--', unitName(unit)], {
        root: true,
        risk: 'restart',
        why: 'Stop the app, so that nothing writes to the database.',
      });

const start = ({ container, unit }: Case): Step =>
  unit === undefined
    ? run(['podman', 'start', '--', containerName(container)], {
        root: true,
        risk: 'restart',
        why: 'Start it.',
      })
    : run(['systemctl', 'start', '--', unitName(unit)], { root: true, risk: 'restart', why: 'Start it.' });

const copyFirst = ({ folder }: Case): Step =>
  byHand(
    `Copy its whole data folder${folder === undefined ? '' : ` ${folder}`} to another disk before anything else (cp -a), with the files that end in -wal and -shm. Keep the copy.`,
  );

export const damaged = defineKind<Case>({
  id: 'damaged',
  name: "An app's SQLite database is damaged",
  meaning:
    'Some data of the app cannot be read any more, and the app may stop working. Further writes can cause more damage.',
  status: 'fail',
  title: ({ container }) => `The database of ${container} is damaged (SQLite)`,
  remedy: (about) => ({
    lasting: [
      stop(about),
      copyFirst(about),
      byHand(
        'Restore the database from a backup of the app. Without a backup, make a new file from a copy of the damaged one (sqlite3 COPY ".recover" | sqlite3 NEW), and check it (sqlite3 NEW "PRAGMA integrity_check") before you put it in its place.',
      ),
      start(about),
      byHand('Check the disk it is on: a damaged database often comes from a failing disk or a power cut.'),
    ],
  }),
});

export const locked = defineKind<Case & { readonly count: number }>({
  id: 'locked',
  name: "An app's SQLite database is often locked",
  meaning: 'While the database is locked, the app cannot save: data is delayed or lost.',
  status: 'warn',
  title: ({ container, count }) =>
    `The database of ${container} was locked ${count} times in an hour (SQLite)`,
  remedy: (about) => ({
    lasting: [
      readLog(about, 'Read what the app was doing.'),
      byHand(
        'Make sure that only one program has the database open, and that its folder is on a local disk. On a slow disk, keep less history in the app.',
      ),
    ],
  }),
});

export const cannotWrite = defineKind<Case & { readonly why: string }>({
  id: 'cannot-write',
  name: 'An app cannot write its SQLite database',
  meaning: 'The app is running, but saves nothing.',
  status: 'fail',
  title: ({ container, why }) => `${container} cannot write its database: ${why}`,
  remedy: (about) => ({
    lasting: [
      ...(about.folder === undefined
        ? [readLog(about, 'Read what it could not write.')]
        : [
            run(['df', '-h', '--', absolutePath(about.folder)], { why: 'Show how much room is left.' }),
            run(['ls', '-la', '--', absolutePath(about.folder)], {
              root: true,
              why: 'Show who may write to the folder.',
            }),
          ]),
      byHand(
        'Make room on its disk, or correct what keeps it from writing (a read-only mount, the owner of the folder). Do not delete files of the database.',
      ),
    ],
  }),
});

export const onNetworkShare = defineKind<Case & { readonly type: string; readonly point: string }>({
  id: 'on-network-share',
  name: "An app's SQLite database is on a network share",
  meaning:
    'The file locks of SQLite are not reliable over a network: the database may stay locked, or be damaged if the connection breaks.',
  status: 'warn',
  title: ({ container, type }) => `The database of ${container} is on a network share (${type})`,
  remedy: (about) => ({
    lasting: [
      stop(about),
      copyFirst(about),
      byHand(
        `In the NixOS configuration, mount a folder of a local disk as the data folder of ${about.container}, and put the copy there. Large media files can stay on ${about.point}.`,
      ),
      run(['nixos-rebuild', 'switch'], {
        root: true,
        risk: 'restart',
        why: 'Rebuild, and switch to the new configuration. This starts the app again.',
      }),
    ],
  }),
});
