import type { Literals } from '../../facts/config/literals.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineKind } from '../define.ts';
import { rewriteList } from '../shared/rewrite.ts';
import { rebuild } from '../shared/steps.ts';

export const notWritable = defineKind<{
  readonly name: string;
  /** The folder of the host that is its /data, and the volume as it is written. */
  readonly data: string;
  readonly written: string;
  readonly owner: string;
  /** The number of the user that Redis runs as. */
  readonly runsAs: string;
  /** Its start script takes the folder over. */
  readonly takesOver: boolean;
  /** Where the volume is an element of the list of volumes. */
  readonly literals: Literals | undefined;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}>({
  id: 'not-writable',
  name: "The data folder of Immich's Redis belongs to another user",
  meaning:
    'From the next boot or rebuild on, Redis refuses every write (MISCONF): uploads are accepted but not processed.',
  status: 'fail',
  title: ({ name, data, owner }) => `${name} cannot save: ${data} belongs to ${owner}`,
  summary: ({ takesOver, runsAs, owner }) =>
    takesOver
      ? `Its start script gives the folder to Redis (user ${runsAs}). The next boot or rebuild gives it back to ${owner}, and from then on Redis refuses every write (MISCONF).`
      : `It runs as user ${runsAs}, which may not write there: Redis refuses every write (MISCONF).`,
  remedy: ({ name, written, data, runsAs, literals, at, folder }) => ({
    lasting: [
      rewriteList(
        {
          path: ['virtualisation', 'oci-containers', 'containers', name, 'volumes'],
          to: (now = []) => now.filter((volume) => volume !== written),
          why: 'Remove the volume: Immich only keeps its queue and a cache there.',
          otherwise: `Remove the volume: Immich only keeps its queue and a cache there. To keep it, give the folder to ${runsAs}: "d ${data} 0700 ${runsAs} ${runsAs} -".`,
          at,
        },
        literals,
        folder,
      ),
      rebuild(),
    ],
  }),
});
