import { defineKind, type TellingKind } from '../define.ts';
import type { DangerKind } from '../shared/upload-dangers.ts';
import { saferUpload, type UnsafeScript } from './remedy.ts';

/** A script that can lose photos, and one way in which it can. */
interface Dangerous extends UnsafeScript {
  /** The agent that a configuration declares it for. */
  readonly agent: string | undefined;
}

const NO_PROOF =
  'The uploader exits with 0 even if uploads failed, so its exit status proves nothing about a single photo.';

function danger(id: DangerKind, name: string, meaning = NO_PROOF): TellingKind<Dangerous> {
  return defineKind<Dangerous>({
    id,
    name,
    meaning,
    status: 'fail',
    title: ({ agent, danger: { what } }) =>
      `The upload script ${agent === undefined ? '' : `of the agent ${agent} `}${what}`,
    remedy: (script) => ({ lasting: saferUpload(script) }),
  });
}

export const kinds: Readonly<Record<DangerKind, TellingKind<Dangerous>>> = {
  'uploader-deletes': danger('uploader-deletes', 'The upload script lets the uploader delete the originals'),
  'deletes-duplicates': danger(
    'deletes-duplicates',
    'The upload script deletes files that the server has only in its trash',
    'The uploader deletes each file that the server already knows, even if the server has it only in its trash, which it empties after some days.',
  ),
  'deletes-unproven': danger(
    'deletes-unproven',
    'The upload script deletes originals when the uploader exits with 0',
  ),
  'unpinned-uploader': danger(
    'unpinned-uploader',
    'The upload script does not pin the version of the uploader',
    'A new version can behave differently, or not fit the server, without you having changed anything.',
  ),
};
