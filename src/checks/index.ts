import { agenixSecrets } from './agenix-secrets/check.ts';
import { appDatabase } from './app-database/check.ts';
import { appReachable } from './app-reachable/check.ts';
import { backup } from './backup/check.ts';
import { certificatesCheck } from './certificates/check.ts';
import { clock } from './clock/check.ts';
import { constants } from './constants/check.ts';
import { containerNetwork } from './container-network/check.ts';
import { containerOom } from './container-oom/check.ts';
import { containerState } from './container-state/check.ts';
import type { Check } from './define.ts';
import { dns } from './dns/check.ts';
import { failedUnitsCheck } from './failed-units/check.ts';
import { hardware } from './hardware/check.ts';
import { immichDatabase } from './immich-database/check.ts';
import { immichReachable } from './immich-reachable/check.ts';
import { immichServer } from './immich-server/check.ts';
import { immichVersions } from './immich-versions/check.ts';
import { launchdAgent } from './launchd-agent/check.ts';
import { memory } from './memory/check.ts';
import { mlOom } from './ml-oom/check.ts';
import { nixSyntax } from './nix-syntax/check.ts';
import { ociBackend } from './oci-backend/check.ts';
import { redisPersistence } from './redis-persistence/check.ts';
import { storage } from './storage/check.ts';
import { systemUpdate } from './system-update/check.ts';
import { tailscaleBind } from './tailscale-bind/check.ts';
import { tailscaleUp } from './tailscale-up/check.ts';
import { tailscaleWait } from './tailscale-wait/check.ts';
import { unitSettings } from './unit-settings/check.ts';
import { uploadCredentialsCheck } from './upload-credentials/check.ts';
import { uploadFolderCheck } from './upload-folder/check.ts';
import { uploadLock } from './upload-lock/check.ts';
import { uploadLog } from './upload-log/check.ts';
import { uploadSafety } from './upload-safety/check.ts';
import { wantedServices } from './wanted-services/check.ts';

/** The known issues, in the order in which they are listed. */
export const checks: readonly Check[] = [
  nixSyntax,
  ociBackend,
  containerState,
  wantedServices,
  failedUnitsCheck,
  containerOom,
  mlOom,
  memory,
  storage,
  hardware,
  backup,
  immichServer,
  immichDatabase,
  redisPersistence,
  immichVersions,
  appReachable,
  appDatabase,
  systemUpdate,
  clock,
  certificatesCheck,
  unitSettings,
  constants,
  dns,
  containerNetwork,
  tailscaleUp,
  tailscaleBind,
  tailscaleWait,
  agenixSecrets,
  launchdAgent,
  uploadLock,
  uploadLog,
  uploadCredentialsCheck,
  uploadFolderCheck,
  immichReachable,
  uploadSafety,
];
