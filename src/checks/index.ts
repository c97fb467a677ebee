import { agenixSecrets } from './agenix-secrets.ts';
import { containerOom } from './container-oom.ts';
import { containerState } from './container-state.ts';
import type { Check } from './define.ts';
import { failedUnitsCheck } from './failed-units.ts';
import { mlOom } from './ml-oom.ts';
import { ociBackend } from './oci-backend.ts';
import { tailscaleBind } from './tailscale-bind.ts';
import { tailscaleUp } from './tailscale-up.ts';
import { tailscaleWait } from './tailscale-wait.ts';
import { visibility } from './visibility.ts';

/** All known issues, in the order in which they are listed. */
export const checks: readonly Check[] = [
  visibility,
  ociBackend,
  containerState,
  containerOom,
  mlOom,
  tailscaleUp,
  tailscaleBind,
  tailscaleWait,
  agenixSecrets,
  failedUnitsCheck,
];
