import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { joined, unitName } from '../../remedy/words.ts';
import { bytes, elapsed } from '../../text/amount.ts';
import { defineKind } from '../define.ts';
import { type placeIn, rebuild } from '../shared/steps.ts';

interface Job {
  readonly id: string;
}

const nameOf = (id: string) => id.replace(/\.(?:service|timer)$/, '');

const readLog = (id: string): Step =>
  run(['journalctl', joined('--unit=', unitName(id)), '--lines=50'], {
    root: true,
    why: 'Read its log: it shows why a run failed.',
  });
const runNow = (id: string): Step =>
  run(['systemctl', 'start', '--', unitName(id)], {
    root: true,
    why: 'Once the cause is fixed, run it now. It may take hours.',
  });

export const runFailed = defineKind<Job>({
  id: 'run-failed',
  name: 'The last run of a backup failed',
  meaning: 'Data that was added since the last success is not in a backup.',
  status: 'warn',
  title: ({ id }) => `The last run of the backup ${nameOf(id)} failed`,
  remedy: ({ id }) => ({ lasting: [readLog(id), runNow(id)] }),
});

export const stale = defineKind<Job & { readonly ageMs: number }>({
  id: 'stale',
  name: 'A backup has not succeeded for a long time',
  meaning: 'Data that was added since then is not in a backup.',
  status: 'fail',
  title: ({ id, ageMs }) => `The backup ${nameOf(id)} has not succeeded for ${elapsed(ageMs)}`,
  remedy: ({ id }) => ({ lasting: [readLog(id), runNow(id)] }),
});

export const neverSucceeded = defineKind<Job>({
  id: 'never-succeeded',
  name: 'A backup was started and never succeeded',
  meaning: 'This service has not made a backup yet.',
  status: 'fail',
  title: ({ id }) => `The backup ${nameOf(id)} was started, but never succeeded`,
  remedy: ({ id }) => ({ lasting: [readLog(id), runNow(id)] }),
});

export const timerStopped = defineKind<Job & { readonly timer: string }>({
  id: 'timer-stopped',
  name: 'The timer of a backup is not active',
  meaning: 'Nothing starts the backup until the next reboot.',
  status: 'warn',
  title: ({ id }) => `The timer of the backup ${nameOf(id)} is not active`,
  remedy: ({ timer }) => ({
    lasting: [
      run(['systemctl', 'start', '--', unitName(timer)], {
        root: true,
        why: 'Start the timer, unless somebody stopped it on purpose. A run that was missed may start at once.',
      }),
    ],
  }),
});

const settings = byHand(
  'In Immich, open Administration > Settings > Backup Settings, and check that database dumps are enabled. To make one now, start the job "Create Database Dump".',
);
const readServer = (container: string): Step =>
  byHand(`Search the log of ${container} for "Database Backup": it says why a dump failed.`);

export const dumpsStopped = defineKind<{ readonly container: string; readonly ageMs: number }>({
  id: 'dumps-stopped',
  name: "Immich's dumps of its database have stopped",
  meaning:
    'Without a dump, albums, faces and users are lost if the database is damaged. The photos are separate files.',
  status: 'warn',
  title: ({ container, ageMs }) => `The last database dump of ${container} is ${elapsed(ageMs)} old`,
  remedy: ({ container }) => ({ lasting: [settings, readServer(container)] }),
});

export const dumpEmpty = defineKind<{ readonly container: string; readonly size: number }>({
  id: 'dump-empty',
  name: "Immich's last dump of its database is empty",
  meaning: 'Nothing can be restored from it. Older dumps are deleted after some days.',
  status: 'fail',
  title: ({ container, size }) => `The last database dump of ${container} is empty (${bytes(size)})`,
  remedy: ({ container }) => ({
    lasting: [
      byHand('Copy the older dumps to another place before Immich deletes them.'),
      readServer(container),
    ],
  }),
});

export const noneSeen = defineKind<{ readonly hasDumps: boolean }>({
  id: 'none-seen',
  name: 'No backup was found on the host',
  meaning: 'Another machine may back it up. If not, the data of the containers is lost if the disk fails.',
  status: 'warn',
  title: () => 'No backup was found on this host',
  summary: ({ hasDumps }) =>
    hasDumps
      ? "Another machine may back it up. Immich's own dumps contain no photos, and are on the same disk."
      : 'Another machine may back it up. If not, the data of the containers is lost if the disk fails.',
  remedy: () => ({
    lasting: [
      byHand(
        'If another machine makes the backups of this host, waive backup/none-seen. If not, set one up: on NixOS services.restic.backups or services.borgbackup.jobs, with the folders of the photos and a dump of each database.',
      ),
    ],
  }),
});

export const photosLeftOut = defineKind<{
  readonly name: string;
  readonly folder: string;
  readonly job: string;
  /** The path by which the job leaves them out. */
  readonly excluded: string | undefined;
  /** The declaration of the job. */
  readonly at: ReturnType<typeof placeIn>;
}>({
  id: 'photos-left-out',
  name: 'The declared backups do not include the photos of Immich',
  meaning: 'The photos, and the database dumps in the same folder, are lost if the disk fails.',
  status: 'warn',
  title: ({ name, folder }) => `No declared backup includes the photos of ${name} (${folder})`,
  remedy: ({ folder, job, excluded, at }) => ({
    lasting: [
      byHand(
        excluded === undefined
          ? `Add ${folder} to the paths of ${job}, unless another machine backs it up.`
          : `Remove ${excluded} from the exclude of ${job}, unless another machine backs up ${folder}.`,
        at,
      ),
      rebuild(),
    ],
  }),
});

export const neverStarts = defineKind<{
  readonly job: string;
  readonly option: string;
  readonly at: ReturnType<typeof placeIn>;
}>({
  id: 'never-starts',
  name: 'A declared backup has no timer',
  meaning: 'It makes a backup only when somebody starts it by hand.',
  status: 'warn',
  title: ({ job }) => `Nothing starts the backup ${job}: its timer is off`,
  remedy: ({ option, at }) => ({
    lasting: [
      byHand(
        option.endsWith('.startAt')
          ? `Set ${option} to a time, for example "daily", or remove it: the default is every day.`
          : `Remove ${option} = null: the default is every day.`,
        at,
      ),
      rebuild(),
    ],
  }),
});
