import { backupJob, NO_BACKUP, NOW, stamp } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export const FAILED = { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', ExecMainCode: '1' };

/** What Immich's server answers, with the dumps in its folder: how old, in hours, and how large. */
export const dumps = (...all: readonly (readonly [hours: number, bytes: number])[]) =>
  `#container immich-server\n#marked /mnt/photos/backups\n#dumps\n${all
    .map(([hours, bytes]) => `#dump ${(NOW - hours * HOUR) / 1000}.5 ${bytes}\n`)
    .join('')}`;

export const cases: KindCases = {
  'run-failed': {
    host: { backupJobs: backupJob({ service: FAILED, success: NOW - DAY }) },
    near: { backupJobs: backupJob({ success: NOW - DAY }) },
  },
  stale: {
    host: { backupJobs: backupJob({ success: NOW - 9 * DAY }) },
    near: { backupJobs: backupJob({ success: NOW - 3 * DAY }) },
  },
  'never-succeeded': {
    host: {
      backupJobs: backupJob({ success: 0 }),
      journal: `${(NOW - 5 * DAY) / 1000} minipc kernel: Linux version 6.12\n`,
    },
    near: { backupJobs: backupJob({ success: 0, timer: { LastTriggerUSec: '' } }) },
  },
  'timer-stopped': {
    host: { backupJobs: backupJob({ timer: { ActiveState: 'inactive' } }) },
    near: { backupJobs: backupJob({ timer: { ActiveState: 'inactive', UnitFileState: 'disabled' } }) },
  },
  'dumps-stopped': {
    host: { immichServers: dumps([120, 9e6], [144, 9e6]) },
    near: { immichServers: dumps([20, 9e6], [44, 9e6]) },
  },
  'dump-empty': {
    host: { immichServers: dumps([20, 20], [44, 9e6]) },
    near: { immichServers: dumps([20, 9e6], [44, 20]) },
  },
  'photos-left-out': {
    source: `{
  virtualisation.oci-containers.containers.immich-server = {
    image = "ghcr.io/immich-app/immich-server:v2.5.0";
    volumes = [ "/mnt/photos:/data" ];
  };
  services.restic.backups.all.paths = [ "/home" ];
}`,
    near: ['"/home"', '"/mnt"'],
  },
  'never-starts': {
    source: `{
  virtualisation.oci-containers.containers.web.image = "nginx:1";
  services.restic.backups.all = { paths = [ "/srv" ]; timerConfig = null; };
}`,
    near: ['timerConfig = null', 'timerConfig.OnCalendar = "daily"'],
  },
  'none-seen': { host: { backupJobs: NO_BACKUP }, near: { backupJobs: `cron /etc/crontab\n${NO_BACKUP}` } },
};

export const NIGHT = stamp(NOW - 10 * HOUR);
