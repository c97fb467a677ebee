import type { Facts } from '../../facts/host/index.ts';
import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { isPathTrouble, runsHsdoctor } from '../../facts/host/upload-agent.ts';
import { holdsKey } from '../../facts/host/upload-credentials.ts';
import type { LogEvent } from '../../facts/host/upload-log-lines.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, joined, launchdLabel, wholeNumber } from '../../remedy/words.ts';
import { dangersOf, notCheckedIn } from './upload-dangers.ts';
import { isLeft } from './upload-lock.ts';
import { judgeUploadScript } from './upload-script.ts';
import { uploadedWords } from './uploaded-words.ts';

const domain = (uid: number) => joined('gui/', wholeNumber(String(uid)));
const service = (uid: number, label: string) => joined(domain(uid), '/', launchdLabel(label));

/** launchctl knows no `--`: what it is given begins with `gui/`, or is an absolute path. */
export const enable = (uid: number, label: string): Step =>
  run(['launchctl', 'enable', service(uid, label)], { why: 'Let launchd load the agent again.' });

export const bootstrap = (uid: number, file: string, why = 'Load the agent.'): Step =>
  run(['launchctl', 'bootstrap', domain(uid), absolutePath(file)], { why });

export const bootout = (uid: number, label: string, why: string): Step =>
  run(['launchctl', 'bootout', service(uid, label)], { why });

export const kickstart = (uid: number, label: string, why = 'Run the agent once, when that is done.'): Step =>
  run(['launchctl', 'kickstart', service(uid, label)], { why });

/** Ends what runs, and begins again. */
export const restartAgent = (uid: number, label: string, why: string): Step =>
  run(['launchctl', 'kickstart', '-k', service(uid, label)], { why, risk: 'restart' });

/** Volumes come and go: a folder in the place of one would be on another disk. */
export function makeFolder(path: string): Step {
  return path.startsWith('/Volumes/')
    ? byHand(`Connect the volume of the folder ${path}, or create the folder there.`)
    : run(['mkdir', '-p', '--', absolutePath(path)], { why: 'Create the folder.' });
}

/** A run that may hang, before it is ended. */
export const lookAtProcess = (pid: number): Step =>
  run(['ps', '-p', wholeNumber(String(pid)), '-o', 'pid,etime,state,comm'], {
    why: 'Make sure that this process is the upload.',
  });

/** Whose agents they are. */
export interface User {
  readonly uid: number;
  readonly home: string;
}

/** What tells whether a run would succeed now. */
export type Prospects = {
  readonly [K in 'launchctl' | 'uploadLocks' | 'immichPing' | 'uploadCredentials' | 'uploadScript']:
    | Facts[K]
    | undefined;
};

/** What was wrong in the last run, and is so no more. */
const REPAIRED: Readonly<Record<string, string>> = {
  'no-credentials': 'The key was missing in the last run, but exists now. A run works',
  'not-set': "The key or the server's URL was not set in the last run. This works now",
};

/**
 * One run of the agent, where all that it needs is there, what its last run failed of is over, and it can lose no photo.
 *
 * @param folder that it has to upload for the run to help
 */
export function runOnce(
  agent: LaunchAgent | undefined,
  failure: LogEvent | undefined,
  prospects: Prospects,
  { uid, home }: User,
  folder?: string,
): Step[] {
  if (
    agent === undefined ||
    (folder !== undefined && !uploads(agent, prospects, folder, home)) ||
    !isOver(failure, agent) ||
    !isSafe(agent, prospects) ||
    !canUpload(agent, prospects)
  )
    return [];
  return [
    kickstart(
      uid,
      agent.label,
      `Run the agent once. ${REPAIRED[failure?.kind ?? ''] ?? 'This works now'}: the agent is loaded, has its key, Immich answers at its URL, and no lock is in the way.`,
    ),
  ];
}

/** Whether the agent is known to upload all of the folder. */
function uploads(agent: LaunchAgent, { uploadScript }: Prospects, folder: string, home: string): boolean {
  const whole = [folder, `${folder}/`, `${folder}/.`, `${folder}/*`];
  return uploadedWords(agent, uploadScript, home).some((words) =>
    words.some((each) => each.length > 0 && each.every((value) => whole.includes(value))),
  );
}

/** Of what the last run failed, where that can be seen to be over. */
function isOver(failure: LogEvent | undefined, agent: LaunchAgent): boolean {
  if (failure === undefined) return true;
  if (isPathTrouble(failure)) return agent.bunx.onPath !== undefined;
  return ['unreachable', 'no-credentials', 'not-set', 'lock'].includes(failure.kind);
}

/** Modules of Nix put it before the program. */
const WAITS_FOR_STORE = /^\/bin\/wait4path \/nix\/store && (?=exec )/;

/** Nothing runs beside the program, and nothing tells the uploader to delete. */
export const isPlain = ({ arguments: words, environment }: LaunchAgent) =>
  !words.some((word) => /[;&|\n]|(?:^|[\s/])rm\b|IMMICH_DELETE_/.test(word.replace(WAITS_FOR_STORE, ''))) &&
  !Object.keys(environment).some((key) => key.startsWith('IMMICH_DELETE_'));

function isSafe(agent: LaunchAgent, { uploadScript }: Prospects): boolean {
  if (!isPlain(agent)) return false;
  if (runsHsdoctor(agent)) return true;
  const script = uploadScript?.find(({ path }) => path === agent.program.path);
  if (script?.readable !== true || !script.isWhole) return false;
  const judged = judgeUploadScript(script.text, { settings: script.settings });
  return (
    notCheckedIn(script.path, judged).length === 0 &&
    dangersOf(judged).every(({ kind }) => kind === 'unpinned-uploader')
  );
}

function canUpload(
  { label, program, interpreter, folders }: LaunchAgent,
  { launchctl, uploadLocks, immichPing, uploadCredentials }: Prospects,
): boolean {
  const known = launchctl?.find((each) => each.label === label);
  const rests = known?.loaded === true && known.pid === undefined && known.state !== 'running';
  const starts =
    [program, ...(interpreter === undefined ? [] : [interpreter])].every(
      ({ state }) => state === 'executable',
    ) &&
    folders.every(({ state }) => state === 'folder') &&
    ![78, 126].includes(known?.exitCode ?? 0);
  const pings = immichPing?.filter((ping) => ping.label === label && ping.url !== undefined) ?? [];
  const answers =
    pings.length > 0 &&
    pings.every(({ exitCode, httpStatus, pong }) => exitCode === 0 && httpStatus === 200 && pong === true);
  const expected = uploadCredentials?.credentials.filter((each) => each.expected) ?? [];
  const hasKeys =
    expected.some(({ of }) => of === 'immich') &&
    expected.every((each) => each.of !== 'immich' || holdsKey(each));
  return rests && starts && answers && hasKeys && uploadLocks?.locks.every(isLeft) === true;
}
