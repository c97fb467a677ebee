import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';
import type { SourceContext } from '../define.ts';
import { rebuildIfNix, rebuildOf } from '../shared/steps.ts';

interface At {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface UnsafeScript {
  /** What in it is the most dangerous. */
  readonly worst: { readonly kind: string; readonly observed: string; readonly at: At | undefined };
  /** The folder of the photos. */
  readonly watched: string | undefined;
  /** Of the configuration, where one was read. */
  readonly system?: SourceContext['system'];
}

function whatToRemove({ kind, observed }: UnsafeScript['worst']): string {
  if (kind === 'unpinned-uploader')
    return `In the script, write @immich/cli@X.Y.Z instead of ${observed}, with the version that fits your server.`;
  return observed.startsWith('IMMICH_DELETE_')
    ? `Remove ${observed} where it is set.`
    : 'Remove the lines that delete from the script, and write an exact version of the uploader: @immich/cli@X.Y.Z.';
}

/** What keeps a script from losing photos, and then takes its place. */
export function saferUpload({ worst, watched, system }: UnsafeScript): Step[] {
  return [
    byHand(whatToRemove(worst), worst.at),
    ...(watched === undefined
      ? []
      : [
          run(['hsdoctor', 'immich', 'upload', absolutePath(watched), '--delete', '--dry-run'], {
            why: 'On the Mac, show what hsdoctor would do instead. This is a dry run: it uploads and deletes nothing.',
          }),
        ]),
    byHand('Let the agent run hsdoctor instead of the script, as docs/mac.md shows.'),
    system === undefined ? rebuildIfNix() : rebuildOf(system, { usual: 'darwin' }),
  ];
}
