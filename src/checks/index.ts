import { agenixSecrets } from './agenix-secrets.ts';
import { constants } from './constants.ts';
import { containerOom } from './container-oom.ts';
import { containerState } from './container-state.ts';
import type { Check } from './define.ts';
import { failedUnitsCheck } from './failed-units.ts';
import { immichReachable } from './immich-reachable.ts';
import { immichVersions } from './immich-versions.ts';
import { launchdAgent } from './launchd-agent.ts';
import { mlOom } from './ml-oom.ts';
import { nixSyntax } from './nix-syntax.ts';
import { ociBackend } from './oci-backend.ts';
import { redisPersistence } from './redis-persistence.ts';
import { tailscaleBind } from './tailscale-bind.ts';
import { tailscaleUp } from './tailscale-up.ts';
import { tailscaleWait } from './tailscale-wait.ts';
import { unitSettings } from './unit-settings.ts';
import { uploadCredentialsCheck } from './upload-credentials.ts';
import { uploadFolderCheck } from './upload-folder.ts';
import { uploadLock } from './upload-lock.ts';
import { uploadLog } from './upload-log.ts';
import { uploadSafety } from './upload-safety.ts';
import { visibility } from './visibility.ts';
import { waivers } from './waivers.ts';

/** All known issues, in the order in which they are listed. */
export const checks: readonly Check[] = [
  visibility,
  nixSyntax,
  ociBackend,
  containerState,
  containerOom,
  mlOom,
  immichVersions,
  redisPersistence,
  unitSettings,
  constants,
  tailscaleUp,
  tailscaleBind,
  tailscaleWait,
  agenixSecrets,
  failedUnitsCheck,
  launchdAgent,
  uploadLock,
  uploadLog,
  uploadCredentialsCheck,
  uploadFolderCheck,
  immichReachable,
  uploadSafety,
  waivers,
];
