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
}>({
  id: 'in-subfolders',
  name: 'Photos are in subfolders of the watched folder, which the upload skips',
  meaning:
    'The agent uploads only files that are directly in the watched folder. The files in its subfolders exist only on this Mac, unless something else uploads them.',
  status: 'warn',
  title: ({ path, photos }) => `The upload skips ${photos} in subfolders of ${path}`,
  remedy: ({ path }) => ({
    lasting: [
      byHand(
        `To upload them, move them into ${path}, or add --recursive to the upload command of the agent or script.`,
      ),
      byHand('If you do not want to upload them, move them to another folder.'),
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
  meaning: 'macOS protects something that the run needs, and the agent has no permission for it.',
  status: 'fail',
  title: ({ path }) =>
    path === undefined
      ? 'macOS denied the upload access to something it needs'
      : `macOS does not let the agent into ${path}`,
  summary: ({ isProtected }) =>
    isProtected
      ? 'macOS protects this folder, and the agent has no permission for it. The same script works in Terminal, because Terminal has the permission.'
      : 'macOS protects something that the run needs, and the agent has no permission for it.',
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
              ? byHand('Check the owner and the mode of the path that the error log names (ls -ld).')
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
