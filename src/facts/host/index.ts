import type { Probe } from '../../model/probe.ts';
import { addresses } from './addresses.ts';
import { secrets } from './agenix.ts';
import { decryptionErrors } from './agenix-journal.ts';
import { appDatabaseLog } from './app-database-log.ts';
import { backupJobs } from './backup-jobs.ts';
import { certificates } from './certificates.ts';
import { clock } from './clock.ts';
import { containerLog } from './container-log.ts';
import { containerLookups } from './container-lookups.ts';
import { containers } from './containers.ts';
import { dataPaths } from './data-paths.ts';
import { dataServices } from './data-services.ts';
import { databasePasswords } from './database-passwords.ts';
import { diskErrors } from './disk-errors.ts';
import { diskHealth } from './disk-health.ts';
import { engines } from './engines.ts';
import { failedUnits } from './failed-units.ts';
import { filesystems } from './filesystems.ts';
import { folderJobs } from './folder-jobs.ts';
import { generations } from './generations.ts';
import { immichJobs } from './immich-jobs.ts';
import { immichPing } from './immich-ping.ts';
import { immichServers } from './immich-server.ts';
import { journal } from './journal.ts';
import { kernelOom } from './kernel-oom.ts';
import { lastBoot } from './last-boot.ts';
import { launchAgents } from './launch-agents.ts';
import { launchctl } from './launchctl.ts';
import { listeners } from './listeners.ts';
import { lookups } from './lookups.ts';
import { memory } from './memory.ts';
import { memoryGroups } from './memory-groups.ts';
import { passedDevices } from './passed-devices.ts';
import { containerNames } from './podman-events.ts';
import { portForwarding } from './port-forwarding.ts';
import { resolvConf } from './resolv-conf.ts';
import { switches } from './switches.ts';
import { system } from './system.ts';
import { tailscale } from './tailscale.ts';
import { tailscaleDns } from './tailscale-dns.ts';
import { tailscaleServe } from './tailscale-serve.ts';
import { unitCommands } from './unit-commands.ts';
import { unitJournal } from './unit-journal.ts';
import { units } from './units.ts';
import { uploadCredentials } from './upload-credentials.ts';
import { uploadFolder } from './upload-folder.ts';
import { uploadLocks } from './upload-locks.ts';
import { uploadLogs } from './upload-logs.ts';
import { uploadScript } from './upload-script.ts';
import { wantedUnits } from './wanted-units.ts';
import { webAnswers } from './web-answers.ts';

/** Every probe, under the name of the fact that it yields. */
export const probes = {
  system,
  units,
  unitCommands,
  unitJournal,
  containers,
  containerNames,
  journal,
  kernelOom,
  memoryGroups,
  containerLog,
  tailscale,
  addresses,
  listeners,
  secrets,
  decryptionErrors,
  failedUnits,
  engines,
  launchAgents,
  launchctl,
  uploadLocks,
  uploadLogs,
  uploadCredentials,
  uploadFolder,
  immichPing,
  uploadScript,
  immichServers,
  immichJobs,
  folderJobs,
  wantedUnits,
  containerLookups,
  lookups,
  portForwarding,
  resolvConf,
  tailscaleDns,
  tailscaleServe,
  dataServices,
  databasePasswords,
  dataPaths,
  diskErrors,
  diskHealth,
  filesystems,
  passedDevices,
  memory,
  clock,
  generations,
  lastBoot,
  switches,
  backupJobs,
  webAnswers,
  appDatabaseLog,
  certificates,
};

type ValueOf<P> = P extends Probe<infer T> ? T : never;

/** The facts that checks can ask for. */
export type Facts = { readonly [K in keyof typeof probes]: ValueOf<(typeof probes)[K]> };
export type FactName = keyof Facts;
