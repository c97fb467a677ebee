import type { BackupJob } from '../../facts/host/backup-jobs.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { DatabaseDump, ImmichServer } from '../../facts/host/immich-server.ts';
import { counted } from '../../text/amount.ts';
import { type FindingDraft, type Judged, judgeHost, together } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { isRefused } from '../shared/runs.ts';
import * as kinds from './kinds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So many intervals may pass without a success. */
const MISSED = 3;
/** A timer may start its job that much later than it says, and a job takes a while. */
const SLACK = 6 * HOUR;
/** What is written just now is not whole. */
const WRITING = HOUR;
/** Nothing at all, compressed, and a bit more. */
const EMPTY_BYTES = 1000;

/** Containers that make backups, by their image or name. */
const MAKES_BACKUPS =
  /(?:^|[/_-])(?:restic|autorestic|resticprofile|borg|borgmatic|duplicati|duplicacy|kopia|urbackup|rclone|pgbackrest|barman)|backup/i;

export const host = judgeHost({
  needs: ['backupJobs', 'system'],
  wants: ['containers', 'journal', 'immichServers'],
  evaluate(
    { backupJobs: { jobs, cron }, system: { bootedAt = 0 }, containers = [], journal, immichServers = [] },
    { now },
  ) {
    const used = jobs.filter(isUsed);
    const makers = containers.filter((container) =>
      MAKES_BACKUPS.test(`${container.image} ${container.name}`),
    );
    const dumps = immichServers.flatMap(({ dumps: files = [] }) => files);
    const servers = immichServers.map((server) => dumpsOf(server, containers, now));
    const judged = [
      ...used.map((job) => judge(job, { bootedAt, journalSince: journal?.since, now })),
      ...servers,
    ];
    const seen = used.length + cron.length + makers.length;
    const none = seen > 0 ? undefined : noneSeen(containers, dumps.length > 0);
    const { findings, notChecked } = together(judged);
    return {
      findings: [...findings, ...(none ?? [])],
      notChecked,
      lookedAt: { backupJobs: seen, databaseDumps: dumps.length },
      ...(containers.length === 0 && seen === 0
        ? { note: 'there is no container here whose data would need a backup' }
        : {}),
    };
  },
});

/** A package brings services that nobody uses: they never ran, and nothing starts them. */
const isUsed = ({ loadState, isEnabled, isRunning, succeededAt, endedAt, activeState, timer }: BackupJob) =>
  (loadState === 'loaded' || isRefused(loadState)) &&
  (isRunning ||
    activeState !== 'inactive' ||
    succeededAt !== undefined ||
    endedAt !== undefined ||
    isEnabled ||
    (timer !== undefined && (timer.isEnabled || timer.activeState === 'active')));

function noneSeen(containers: readonly Container[], hasDumps: boolean): FindingDraft[] | undefined {
  if (containers.length === 0) return undefined;
  return [
    kinds.noneSeen.finding(
      { hasDumps },
      {
        subject: 'host',
        evidence: [
          {
            source: 'systemctl, cron and podman',
            observed: `no service, timer, cron file or container for backups; running: ${counted(containers.length, 'container')}`,
          },
        ],
      },
    ),
  ];
}

const iso = (at: number | undefined) => (at === undefined ? 'not known' : new Date(at).toISOString());

interface When {
  readonly now: number;
  readonly bootedAt: number;
  readonly journalSince: number | undefined;
}

function judge(job: BackupJob, { now, bootedAt, journalSince }: When): Judged {
  const { id, loadState, activeState, isRunning, result, endedAt, succeededAt, timer } = job;
  if (isRunning) return {};
  if (isRefused(loadState))
    return { notChecked: `whether ${id} makes backups: systemd refuses the unit (${loadState})` };
  const seen = {
    subject: id,
    evidence: [
      {
        source: `systemctl show ${id}`,
        observed: `${activeState}, result ${result}`,
        ...(endedAt === undefined ? {} : { at: endedAt }),
      },
      {
        source: 'journalctl',
        observed: succeededAt === undefined ? 'no successful run found' : `last success: ${iso(succeededAt)}`,
      },
      ...(timer === undefined
        ? []
        : [
            {
              source: `systemctl show ${timer.id}`,
              observed: `${timer.activeState}, last start: ${iso(timer.lastTriggeredAt)}`,
            },
          ]),
    ],
    ...(succeededAt === undefined ? {} : { since: succeededAt }),
  };
  const interval = timer?.interval;
  const isTimed = timer !== undefined && (timer.isEnabled || timer.activeState === 'active');
  if (succeededAt !== undefined && interval !== undefined && isTimed) {
    const ageMs = now - succeededAt;
    // A host that was off for long, or a timer that was, has made none in that time.
    const startedAt = timer.lastTriggeredAt ?? 0;
    const isDue =
      activeState === 'failed' ||
      (startedAt > succeededAt + HOUR && now - startedAt > SLACK) ||
      now - Math.max(bootedAt, timer.activeSince ?? 0) > interval;
    if (isDue && ageMs > MISSED * interval + SLACK)
      return { finding: kinds.stale.finding({ id, ageMs }, seen) };
  }
  if (['failed', 'activating'].includes(activeState))
    return { finding: kinds.runFailed.finding({ id }, seen) };
  if (timer?.isEnabled && ['inactive', 'failed'].includes(timer.activeState))
    return { finding: kinds.timerStopped.finding({ id, timer: timer.id }, { ...seen, subject: id }) };
  const startedAt = timer?.lastTriggeredAt;
  if (succeededAt !== undefined || startedAt === undefined || now - startedAt < SLACK) return {};
  // How it ended before the boot only the journal tells, and not of every service.
  return startedAt > bootedAt && journalSince !== undefined && journalSince < startedAt - HOUR
    ? { finding: kinds.neverSucceeded.finding({ id }, { ...seen, since: startedAt }) }
    : { notChecked: `whether ${id} ever succeeded: the journal has no line about its last run` };
}

/** Immich makes one a day, where nobody says otherwise; what it did until now tells how often. */
function dumpsOf({ container, dumps }: ImmichServer, containers: readonly Container[], now: number): Judged {
  const [newest] = dumps ?? [];
  if (dumps === undefined || newest === undefined) return {};
  const ageMs = now - newest.at;
  const evidence = [
    {
      source: `backups of ${container}`,
      observed: `newest of ${dumps.length} dumps: ${newest.bytes} bytes`,
      at: newest.at,
    },
  ];
  if (newest.bytes < EMPTY_BYTES && ageMs > WRITING)
    return {
      finding: kinds.dumpEmpty.finding(
        { container, size: newest.bytes },
        { subject: container, evidence, since: newest.at },
      ),
    };
  // One that was started just now makes its first at night.
  const isNew = now - Date.parse(firstWith(containers, 'name', container)?.startedAt ?? '') < DAY + HOUR;
  if (isNew || ageMs <= MISSED * usualInterval(dumps) + SLACK) return {};
  return {
    finding: kinds.dumpsStopped.finding(
      { container, ageMs },
      { subject: container, evidence, since: newest.at },
    ),
  };
}

function usualInterval(dumps: readonly DatabaseDump[]): number {
  const gaps = dumps.slice(1).map(({ at }, index) => (dumps[index]?.at ?? at) - at);
  return Math.max(DAY, ...gaps.toSorted((a, b) => a - b).slice(0, Math.ceil(gaps.length / 2)));
}
