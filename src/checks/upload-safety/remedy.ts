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
  readonly danger: {
    readonly kind: string;
    readonly observed: string;
    /** What the script does there, after its name. */
    readonly what: string;
    readonly at: At | undefined;
  };
  /** The folder of the photos. */
  readonly watched: string | undefined;
  /** Of the configuration, where one was read. */
  readonly system?: SourceContext['system'];
}

/** What keeps a script from losing photos, and then takes its place. */
export function saferUpload({ danger: { kind, observed, at }, watched, system }: UnsafeScript): Step[] {
  const rebuild = system === undefined ? rebuildIfNix() : rebuildOf(system, { usual: 'darwin' });
  if (kind === 'unpinned-uploader')
    return [
      byHand('Write @immich/cli@X.Y.Z in the script, with the version that fits your server.', at),
      rebuild,
    ];
  const what = observed.startsWith('IMMICH_DELETE_')
    ? `Remove ${observed} where it is set.`
    : 'In the script, remove what deletes files: an option such as --delete, or a line such as rm.';
  // launchd takes no `~`, and quotes keep the shell from it.
  const folder = watched?.replace(/^~\//, '/Users/NAME/');
  return [
    byHand(what, at),
    ...(folder === undefined
      ? []
      : [
          run(['hsdoctor', 'immich', 'upload', absolutePath(folder), '--delete', '--dry-run'], {
            why: `Show what hsdoctor would do instead. This is a dry run: it uploads and deletes nothing.${folder === watched ? '' : ' Write your user name in place of NAME.'}`,
          }),
        ]),
    byHand('Let the agent run hsdoctor instead of the script, as docs/mac.md of the project shows.'),
    rebuild,
  ];
}
