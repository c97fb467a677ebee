import { type AppDatabaseLine, SQLITE_IMAGES } from '../../facts/host/app-database-log.ts';
import type { DataPath } from '../../facts/host/data-paths.ts';
import type { Filesystems } from '../../facts/host/filesystems.ts';
import { type Context, type FindingDraft, judgeHost } from '../define.ts';
import { notCheckedOf, uncheckedEngines } from '../shared/engines.ts';
import { firstWith } from '../shared/lookup.ts';
import { mountOf } from '../shared/mounts.ts';
import {
  explainedByStorage,
  type HostService,
  linesOf,
  mountedAt,
  servicesWith,
  unreadLog,
} from '../shared/services.ts';
import * as kinds from './kinds.ts';
import { dataFolderOf, isNetworkShare } from './share.ts';

const HOUR_MS = 3_600_000;
/** A lock now and then is how SQLite works. */
const MANY_LOCKS = 10;

export const host = judgeHost({
  needs: ['appDatabaseLog', 'units'],
  wants: ['containers', 'unitCommands', 'unitJournal', 'filesystems', 'dataPaths', 'engines'],
  evaluate(facts, context) {
    const { appDatabaseLog, unitJournal, filesystems, dataPaths } = facts;
    const apps = servicesWith(SQLITE_IMAGES, facts);
    const others = notCheckedOf(uncheckedEngines(facts.engines, facts.units));
    if (apps.length === 0 && others.length === 0)
      return { skip: 'no container here has an app that is known to use SQLite' };
    return {
      findings: apps.flatMap((app) => [
        ...logged(app, linesOf(app, appDatabaseLog, unitJournal, context.windowStart), context),
        ...(filesystems === undefined ? [] : shared(app, filesystems, dataPaths)),
      ]),
      notChecked: [
        ...others,
        ...apps.flatMap(unreadLog),
        ...(filesystems === undefined ? [] : apps.flatMap((app) => unmounted(app, filesystems, dataPaths))),
      ],
      lookedAt: { appDatabases: apps.length },
    };
  },
});

function logged(app: HostService, lines: readonly AppDatabaseLine[], { now }: Context): FindingDraft[] {
  const { name } = app;
  const folder = folderOf(app);
  const about = { container: name, unit: app.unit?.id, folder };
  const seen = (own: readonly AppDatabaseLine[]) => {
    const last = own.at(-1);
    return {
      subject: name,
      evidence:
        last === undefined ? [] : [{ source: `podman logs ${name}`, observed: last.text, at: last.at }],
      ...(own[0] === undefined ? {} : { since: own[0].at }),
      count: own.length,
    };
  };
  const of = (...faults: readonly AppDatabaseLine['fault'][]) =>
    lines.filter(({ fault }) => faults.includes(fault));
  const damage = of('damaged');
  const unwritten = of('full', 'read-only', 'input-output');
  const locks = of('locked').filter(({ at }) => now - at <= HOUR_MS);
  const disk = explainedByStorage(folder);
  return [
    ...(damage.length === 0
      ? []
      : [
          kinds.damaged.finding(about, {
            ...seen(damage),
            affects: { what: name, state: 'degraded', cause: 'its database is damaged' },
            explainedBy: disk,
          }),
        ]),
    ...(unwritten.length === 0
      ? []
      : [
          kinds.cannotWrite.finding(
            { ...about, why: whyOf(unwritten.at(-1)) },
            {
              ...seen(unwritten),
              affects: { what: name, state: 'degraded', cause: 'it cannot write its database' },
              explainedBy: disk,
            },
          ),
        ]),
    ...(locks.length < MANY_LOCKS || damage.length + unwritten.length > 0
      ? []
      : [kinds.locked.finding({ ...about, count: locks.length }, { ...seen(locks), explainedBy: disk })]),
  ];
}

function whyOf(line: AppDatabaseLine | undefined): string {
  if (line?.fault === 'full') return 'its disk is full';
  return line?.fault === 'read-only' ? 'it is read-only' : 'input/output error';
}

function folderOf(app: HostService): string | undefined {
  const inside = dataFolderOf(app.container?.image ?? '');
  return inside === undefined ? undefined : mountedAt(app, inside);
}

const realFolder = (folder: string, dataPaths: readonly DataPath[] | undefined) =>
  firstWith(dataPaths, 'path', folder)?.real ?? folder;

/** What systemd mounts at its first use may be anything. */
function unmounted(
  app: HostService,
  filesystems: Filesystems,
  dataPaths: readonly DataPath[] | undefined,
): string[] {
  const folder = folderOf(app);
  return folder === undefined || mountOf(filesystems, realFolder(folder, dataPaths)) !== undefined
    ? []
    : [`whether the database of ${app.name} is on a network share: nothing is mounted at ${folder} yet`];
}

function shared(
  app: HostService,
  filesystems: Filesystems,
  dataPaths: readonly DataPath[] | undefined,
): FindingDraft[] {
  const folder = folderOf(app);
  if (folder === undefined) return [];
  const mount = mountOf(filesystems, realFolder(folder, dataPaths));
  if (mount === undefined || !isNetworkShare(mount.type)) return [];
  const { name, unit } = app;
  const { type, point, device } = mount;
  return [
    kinds.onNetworkShare.finding(
      { container: name, unit: unit?.id, folder, type, point },
      {
        subject: name,
        evidence: [
          {
            source: '/proc/self/mountinfo',
            observed: `${folder} is on ${device} (${type}), mounted at ${point}`,
            expected: 'a local disk',
          },
        ],
      },
    ),
  ];
}
