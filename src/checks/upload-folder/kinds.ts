import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { rebuildIfNix } from '../shared/steps.ts';

export const stranded = defineKind<{
  readonly path: string;
  readonly count: number;
  readonly age: string;
  readonly now: readonly Step[];
}>({
  id: 'stranded',
  name: 'Photos are left behind in the watched folder',
  meaning: 'They exist only on this Mac until an upload succeeds.',
  status: 'fail',
  title: ({ path, count }) =>
    `${count} ${count === 1 ? 'photo or video is' : 'photos and videos are'} left behind in ${path}`,
  summary: ({ age }) => `The oldest has been there for ${age}, and nothing uploads it.`,
  remedy: ({ now }) => ({ now: [...now] }),
});

export const inSubfolders = defineKind<{
  readonly path: string;
  readonly photos: string;
  readonly count: number;
}>({
  id: 'in-subfolders',
  name: 'Photos are in subfolders of the watched folder, which the upload skips',
  meaning:
    'The agent uploads only what lies in the watched folder itself. These files exist only on this Mac, unless something else uploads them.',
  status: 'warn',
  title: ({ path, photos, count }) =>
    `${photos} ${count === 1 ? 'is' : 'are'} in subfolders of ${path}, which the upload skips`,
  remedy: ({ path }) => ({
    lasting: [
      byHand(
        `If they are to be uploaded, move them into ${path}, or let the uploader take subfolders (--recursive, beside the folder in the script).`,
      ),
      byHand('If they are not, keep them in another folder.'),
    ],
  }),
});

/** What env starts is looked for at each run. */
const isNamed = (interpreter: string | undefined) =>
  interpreter !== undefined && !interpreter.endsWith('/env');

export const denied = defineKind<{
  readonly path: string | undefined;
  /** macOS protects it whatever its mode. */
  readonly isProtected: boolean;
  /** Of the script. */
  readonly interpreter: string | undefined;
}>({
  id: 'denied',
  name: 'macOS does not let the agent into its folder',
  meaning: 'macOS protects something that the run uses, and the agent has no permission of its own.',
  status: 'fail',
  title: ({ path }) =>
    path === undefined
      ? 'macOS denied the upload access to something it needs'
      : `macOS does not let the agent into ${path}`,
  summary: ({ isProtected }) =>
    isProtected
      ? 'macOS protects this folder, and an agent has no permission of its own. In Terminal the same script works, because Terminal has that permission.'
      : 'macOS protects something that the run uses, and the agent has no permission of its own.',
  remedy: ({ path, isProtected, interpreter }) => ({
    lasting: [
      ...(isProtected
        ? [
            byHand(
              'Let the agent watch a folder that macOS does not protect, such as ~/FolderActions: create it, and change WatchPaths of the agent.',
            ),
            rebuildIfNix(),
          ]
        : [
            path === undefined
              ? byHand('Check who owns what the error log names (ls -ld), and whether you may read it.')
              : run(['ls', '-ld', '--', absolutePath(path)], { why: 'Check who owns the folder.' }),
          ]),
      byHand(
        `${isProtected ? 'Or give' : 'If you own it, give'} ${isNamed(interpreter) ? `${interpreter}, which runs the script,` : 'the interpreter of the script'} Full Disk Access, in the window that the next step opens.`,
      ),
      run(['open', 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'], {
        risk: 'interactive',
        why: 'Open Privacy & Security in System Settings.',
      }),
    ],
  }),
});
