import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { exists, ps } from './process.ts';

/** The locks of the shell scripts that upload: a file, or a folder with the file `owner.token`. */
export interface ScriptLocks {
  readonly file: string;
  readonly folder: string;
}

export const SCRIPT_LOCKS: ScriptLocks = {
  file: '/tmp/upload-immich.lock',
  folder: '/tmp/upload-immich.lock.d',
};

type ScriptLockState = { readonly busy: string } | { readonly notes: string[] };

/** Between making a lock and writing who owns it. */
const BEING_MADE_MS = 60_000;
const FREE = { notes: [] };

/** Whether a script uploads; a lock that it left is told, and stays: it is not ours. */
export async function readScriptLocks({ file, folder }: ScriptLocks): Promise<ScriptLockState> {
  const notes: string[] = [];
  for (const path of [file, folder]) {
    const state = await stateOf(path);
    if ('busy' in state) return state;
    notes.push(...state.notes);
  }
  return { notes };
}

async function stateOf(path: string): Promise<ScriptLockState> {
  const file = await readOwner(path);
  if (file.state === 'absent') return FREE;
  if (file.state === 'unreadable')
    return { busy: `the lock ${path} of the upload script cannot be read: ${file.reason}` };
  const pid = Number(/^(?:pid=)?([1-9]\d{0,8})$/m.exec(file.text)?.[1] ?? 0);
  if (pid === 0) {
    return Date.now() - file.modifiedAt < BEING_MADE_MS
      ? { busy: `an upload script has just started: its lock ${path} does not name an owner yet` }
      : { notes: [`the lock ${path} of the upload script does not name an owner; it was not touched`] };
  }
  const start = /^proc_start=(.+)$/m.exec(file.text)?.[1];
  return (await uploads(pid, start))
    ? { busy: `the upload script is running: process ${pid}, which holds ${path}` }
    : { notes: [`the lock ${path} of the upload script is stale; it was not touched`] };
}

/** The file that names the owner. A folder without one stands for itself. */
async function readOwner(path: string): Promise<LockFile> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory()) return await readLockFile(path);
    const token = await readLockFile(join(path, 'owner.token'));
    return token.state === 'absent' ? { state: 'read', text: '', modifiedAt: stats.mtimeMs } : token;
  } catch (error) {
    if (ioCode(error) === 'ENOENT') return { state: 'absent' };
    return { state: 'unreadable', reason: ioReason(error) };
  }
}

/** Whether the process is the upload that it was; in doubt it is. */
async function uploads(pid: number, start: string | undefined): Promise<boolean> {
  if (!exists(pid)) return false;
  const told = await ps(pid, 'stat', 'lstart', 'command');
  if (told === undefined) return exists(pid);
  const [, state, now, command] = /^\s*(\S+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)\s+(.*)$/s.exec(told) ?? [];
  if (state === undefined || now === undefined || command === undefined) return true;
  return !state.startsWith('Z') && command.includes('upload-immich') && sameStart(start, now);
}

const ZONE_STEP_MS = 15 * 60_000;
const FARTHEST_ZONES_MS = 26 * 3_600_000;
/** Where ps reckons the start from the uptime, it may be a second off. */
const SLACK_MS = 2000;

/**
 * A script writes the time of its own zone and language, without telling which. Zones differ by quarters of an hour:
 * times that differ by anything else are different, and those in other words cannot be compared.
 */
function sameStart(told: string | undefined, now: string): boolean {
  const apart = Math.abs(timeOf(told) - timeOf(now));
  if (Number.isNaN(apart)) return true;
  const rest = apart % ZONE_STEP_MS;
  return apart <= FARTHEST_ZONES_MS + SLACK_MS && Math.min(rest, ZONE_STEP_MS - rest) <= SLACK_MS;
}

/** Of `Tue Mar 10 09:58:01 2026`; NaN for anything else. */
function timeOf(start = ''): number {
  return /^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:]{8} \d{4}$/.test(start.trim())
    ? Date.parse(`${start} UTC`)
    : Number.NaN;
}
