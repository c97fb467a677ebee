import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { programEnvironment } from '../../system/programs.ts';
import { ioCode } from '../../text/io-error.ts';

/** A process, told from every other one that had or gets its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the words of its system; empty where that could not be read. */
  readonly start: string;
}

/** What became of a process: its number may be free, or belong to another process by now. */
export type ProcessState = 'running' | 'gone' | 'recycled';

/** A process that has ended, and that its parent has not asked for yet. */
const ENDED = Symbol();
type Start = string | typeof ENDED | undefined;

const PS_TIMEOUT_MS = 5000;
const readStart = process.platform === 'linux' ? startFromProc : startFromPs;

export async function identify(pid: number): Promise<ProcessIdentity> {
  const start = await readStart(pid);
  return { pid, start: typeof start === 'string' ? start : '' };
}

/** In doubt it is running: an owner that cannot be seen is not to be robbed. */
export async function processStateOf(
  { pid, start }: ProcessIdentity,
  read = readStart,
): Promise<ProcessState> {
  if (!exists(pid)) return 'gone';
  const now = await read(pid);
  if (now === ENDED) return 'gone';
  if (now === undefined) return exists(pid) ? 'running' : 'gone';
  return start === '' || now === start ? 'running' : 'recycled';
}

export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Other users' processes exist too, though none of our signals reaches them.
    return ioCode(error) !== 'ESRCH';
  }
}

/** The id of the boot and the clock ticks from there: the same for as long as the machine runs, whatever its clock says. */
export async function startFromProc(pid: number): Promise<Start> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses, and may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', ticks] = [fields[0], fields[19]];
    if (/^[ZXx]$/.test(state)) return ENDED;
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    return ticks === undefined || boot === '' ? undefined : `${boot} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** The time as ps tells it, in UTC. */
export async function startFromPs(pid: number): Promise<Start> {
  const told = await ps(pid, 'stat', 'lstart');
  const [, state = '', start = ''] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(told ?? '') ?? [];
  if (state.startsWith('Z')) return ENDED;
  return start === '' ? undefined : start;
}

/** A line of ps about one process, or undefined where it tells none. */
export async function ps(pid: number, ...columns: readonly string[]): Promise<string | undefined> {
  // Linux needs it only for the locks of scripts.
  const { execa } = await import('execa');
  const { exitCode, stdout } = await execa(
    'ps',
    ['-ww', '-p', String(pid), ...columns.flatMap((column) => ['-o', `${column}=`])],
    {
      env: { ...programEnvironment(), LC_ALL: 'C', TZ: 'UTC0' },
      stdin: 'ignore',
      reject: false,
      timeout: PS_TIMEOUT_MS,
    },
  );
  return exitCode === 0 && stdout.trim() !== '' ? stdout : undefined;
}
