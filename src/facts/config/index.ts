import { backups } from './backups.ts';
import { containers } from './containers.ts';
import type { SourceFact } from './define.ts';
import { evaluation } from './evaluation.ts';
import { firewall } from './firewall.ts';
import { gaps } from './gaps.ts';
import { identities } from './identities.ts';
import { immichServers } from './immich-servers.ts';
import { listening } from './listening.ts';
import { literals } from './literals.ts';
import { namedAddresses } from './named-addresses.ts';
import { nvidia } from './nvidia.ts';
import { ociBackend } from './oci-backend.ts';
import { ociContainers } from './oci-containers.ts';
import { secrets } from './secrets.ts';
import { services } from './services.ts';
import { strayUnits } from './stray-units.ts';
import { syntax } from './syntax.ts';
import { system } from './system.ts';
import { systemUpgrade } from './system-upgrade.ts';
import { tmpfiles } from './tmpfiles.ts';
import { uploadAgents } from './upload-agents.ts';

/** Everything that is read of a configuration. */
export const sourceFacts = {
  containers,
  evaluation,
  gaps,
  immichServers,
  listening,
  literals,
  namedAddresses,
  nvidia,
  ociBackend,
  secrets,
  services,
  syntax,
  system,
  tmpfiles,
  uploadAgents,
  identities,
  firewall,
  backups,
  systemUpgrade,
  ociContainers,
  strayUnits,
} as const;

type ValueOf<F> = F extends SourceFact<infer T> ? T : never;

/** What checks of a configuration can ask for. */
export type SourceFacts = { readonly [K in keyof typeof sourceFacts]: ValueOf<(typeof sourceFacts)[K]> };
export type SourceFactName = keyof SourceFacts;
