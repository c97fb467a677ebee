import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';

interface At {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** What keeps a script from losing photos, and then takes its place. */
export function saferUpload(
  worst: { readonly kind: string; readonly at: At | undefined },
  watched: string | undefined,
  rebuild: Step,
): Step[] {
  return [
    byHand(
      worst.kind === 'unpinned-uploader'
        ? 'Write the version of the uploader into the script: the one that fits the server.'
        : 'Take what deletes out of the script, and write the version of the uploader into it.',
      worst.at,
    ),
    ...(watched === undefined
      ? []
      : [
          run(['hsdoctor', 'immich', 'upload', absolutePath(watched), '--delete', '--dry-run'], {
            why: 'Look at what hsdoctor would do in its place: it deletes a file only when the server has proven that it holds its bytes.',
          }),
        ]),
    byHand('Let the agent run hsdoctor in place of the script, as docs/launchd.md shows.'),
    rebuild,
  ];
}
