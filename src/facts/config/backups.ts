import { isKnown, type Several, type Unknown } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { writtenTexts } from '../../nix/bindings.ts';
import type { Reading } from '../../nix/reading.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import { declaredContainers } from './containers.ts';
import {
  defineSourceFact,
  type HostReading,
  mayBeMore,
  requireNixos,
  type SourceConfiguration,
} from './define.ts';
import { setElsewhere } from './set-elsewhere.ts';
import { listed, statedTruth } from './stated.ts';
import { type Text, wholeText } from './text.ts';

/** A backup of folders, by restic or borg. */
export interface DeclaredBackup {
  /** `services.restic.backups.photos` */
  readonly name: string;
  readonly at: SourceLocation | undefined;
  readonly paths: Several<Text>;
  /** Paths and patterns that it leaves out. */
  readonly exclude: Several<Text>;
  /** Something else than its paths tells what it saves: a command, a list that is made when it runs. */
  readonly hasMore: boolean;
  /** Where it says that it has no timer, and no other unit starts it. */
  readonly neverStarts: NeverStarts | undefined;
}

interface NeverStarts {
  readonly unit: string;
  readonly option: string;
  readonly at: SourceLocation | undefined;
  /** What names the unit, and may start it. */
  readonly unless: SourceLocation | undefined;
}

export interface DeclaredBackups {
  readonly jobs: readonly DeclaredBackup[];
  /** What else looks like one: `services.btrbk`, `systemd.services.nightly-backup`. */
  readonly others: readonly string[];
  /** What would be one if it were on, which is not known. */
  readonly possible: readonly string[];
}

const JOBS = [
  {
    path: ['services', 'restic', 'backups'],
    more: ['dynamicFilesFrom', 'command', 'extraBackupArgs'],
    timer: 'timerConfig',
    unit: 'restic-backups',
  },
  {
    path: ['services', 'borgbackup', 'jobs'],
    more: ['dumpCommand', 'patterns', 'extraCreateArgs'],
    timer: 'startAt',
    unit: 'borgbackup-job',
  },
] as const;

/** What declares such a job, `*` for its name. */
export const BACKUP_JOBS: readonly string[] = JOBS.map(({ path }) => `${path.join('.')}.*`);

/** Each is switched on by an `enable`, or by anything in it. */
const OTHERS = [
  ...['btrbk', 'borgmatic', 'sanoid', 'syncoid', 'zrepl', 'rsnapshot', 'duplicati', 'duplicity', 'kopia'],
  ...['postgresqlBackup', 'mysqlBackup', 'znapzend', 'tarsnap', 'snapper', 'syncthing', 'cron', 'rsync'],
].map((name) => ['services', name]);

const NAMES = /backup|restic|borg|rsync|rclone|kopia|duplic|dump|snapshot/i;

export const backups = defineSourceFact<DeclaredBackups>({
  id: 'backups',
  reads: 'services.restic.backups, services.borgbackup.jobs, and what else looks like a backup',
  options: [
    ...JOBS.flatMap(({ path, more, timer }) =>
      ['paths', 'exclude', timer, ...more].map((key) => `${path.join('.')}.*.${key}`),
    ),
    ...OTHERS.map((path) => `${path.join('.')}.enable`),
  ],
  read(configuration) {
    const { host } = configuration;
    requireNixos(host);
    const found = JOBS.map((kind) => jobsAt(configuration, kind));
    const [units, timers] = [
      host.attributes(['systemd', 'services']),
      host.attributes(['systemd', 'timers']),
    ];
    const containers = declaredContainers(configuration);
    const uses = OTHERS.map((path) => ({ name: path.join('.'), use: useOf(host, path) }));
    const ofOthers = (wanted: Use) => uses.flatMap(({ name, use }) => (use === wanted ? [name] : []));
    const value = {
      possible: ofOthers('unknown'),
      jobs: found.flatMap(({ items }) => items),
      others: [
        ...ofOthers('on'),
        ...units.items.filter((name) => NAMES.test(name)).map((name) => `systemd.services.${name}`),
        ...timers.items.filter((name) => NAMES.test(name)).map((name) => `systemd.timers.${name}`),
        ...containers.items
          .filter(({ name, image }) => NAMES.test(`${name} ${wholeText(image) ?? ''}`))
          .map(({ name }) => `the container ${name}`),
        // A variant of the machine is another one, which does not run beside it.
        ...setElsewhere(host, BACKUP_JOBS)
          .filter(({ isVariant }) => !isVariant)
          .map(({ what }) => what),
      ],
    };
    const rest = [...found, units, timers, containers].find((each) => each.rest !== undefined)?.rest;
    return rest === undefined ? value : new PartialValue(value, mayBeMore('backups', rest));
  },
});

type Use = 'on' | 'off' | 'unknown';

function useOf(host: HostReading, path: readonly string[]): Use {
  const enable = statedTruth(host.reading([...path, 'enable']));
  if (enable.state === 'unknown') return 'unknown';
  const isOn = enable.state === 'unset' ? host.attributes(path).items.length > 0 : enable.value;
  return isOn ? 'on' : 'off';
}

function jobsAt(
  { host, source: { tree } }: SourceConfiguration,
  { path, more, timer, unit }: (typeof JOBS)[number],
): { readonly items: readonly DeclaredBackup[]; readonly rest: Unknown | undefined } {
  const { items, rest } = host.attributes(path);
  return {
    rest,
    items: items.map((name) => {
      const job = host.reading([...path, name]);
      return {
        name: [...path, name].join('.'),
        at: job.definitions()[0]?.at,
        paths: listed(job.at('paths')),
        exclude: listed(job.at('exclude')),
        hasMore: more.some((key) => setsPaths(job.at(key))),
        neverStarts: neverStarts(host, tree, job.at(timer), `${unit}-${name}`),
      };
    }),
  };
}

/** By `timerConfig = null`, `startAt = [ ]`. */
function neverStarts(
  host: HostReading,
  tree: SourceTree,
  timer: Reading,
  unit: string,
): NeverStarts | undefined {
  const option = timer.option();
  if (!isKnown(option) || timer.definitions().length === 0) return undefined;
  const { value } = option;
  if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) return undefined;
  const own = host.reading(['systemd', 'services', unit]);
  const hasTimer = host.definitions(['systemd', 'timers', unit]).length > 0;
  if (hasTimer || STARTED_BY.some((key) => own.at(key).definitions().length > 0)) return undefined;
  const naming = host.files.flatMap((path) => {
    const file = tree.file(path);
    return typeof file === 'string' ? [] : writtenTexts(file).filter(({ text }) => text.includes(unit));
  });
  if (naming.some(({ path, text }) => STARTS.test(path.join('.')) || START_COMMAND.test(text)))
    return undefined;
  return { unit, option: timer.path.join('.'), at: option.at, unless: naming[0]?.at };
}

const STARTED_BY = ['startAt', 'wantedBy', 'requiredBy', 'upheldBy'];
/** Options of another unit that start this one. */
const STARTS =
  /\.(?:wants|requires|bindsTo|upholds|onSuccess|onFailure|Unit|Wants|Requires|OnSuccess|OnFailure)$/;
const START_COMMAND = /systemctl\s[^\n]*start\s/;

/** Arguments do so where one of them is a pattern, a list of files, or not known. */
function setsPaths(option: Reading): boolean {
  if (!/Args$/.test(option.name)) return option.option().state !== 'unset';
  const { items, rest } = listed(option);
  return (
    rest !== undefined ||
    items.some((text) => {
      const argument = wholeText(text);
      return argument === undefined || /^(?:-e|--i?exclude|--pattern|--files-from)/.test(argument);
    })
  );
}
