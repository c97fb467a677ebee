import { createHash, randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type LockToken, parseLock } from '../../model/upload-lock.ts';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { quote } from '../../text/shell.ts';
import { placeLock, readLockFile, removeLock, replaceLock } from './lock-file.ts';
import { identify, type ProcessIdentity, type ProcessState, processStateOf } from './process.ts';
import { readScriptLocks, SCRIPT_LOCKS, type ScriptLocks } from './script-lock.ts';

/** One run a folder: it is held until it is released, or until its process is gone. */
export interface Lock {
  /** Removes the lock, if it is still this one. It never throws, and may be called again. */
  release(): void;
}

interface LockOptions {
  /** Where locks lie: never in the folder that is uploaded, whose changes start the agent. */
  readonly lockFolder?: string;
  readonly scriptLocks?: ScriptLocks;
  /** Who holds the lock; this process, where nobody is named. */
  readonly owner?: ProcessIdentity;
}

type Acquired = { readonly held: Lock; readonly notes: string[] } | { readonly busy: string };

/** Takes the lock of a folder at once, or says in a sentence why another has it. */
export async function acquireLock(folder: string, options: LockOptions = {}): Promise<Acquired> {
  const { lockFolder = '/tmp', scriptLocks = SCRIPT_LOCKS } = options;
  try {
    const script = await readScriptLocks(scriptLocks);
    if ('busy' in script) return script;
    const owner = options.owner ?? (await identify(process.pid));
    const token = {
      pid: owner.pid,
      procStart: owner.start,
      nonce: randomBytes(8).toString('hex'),
      startedAt: new Date().toISOString(),
      folder: await realpath(folder),
    };
    const taken = await take(join(lockFolder, nameOf(token.folder)), token);
    if ('busy' in taken) return taken;
    return { held: taken.held, notes: [...script.notes, ...taken.notes] };
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    return { busy: `the lock of ${folder} could not be taken: ${ioReason(error)}` };
  }
}

function nameOf(folder: string): string {
  return `hsdoctor-upload-${createHash('sha1').update(folder).digest('hex').slice(0, 12)}.lock`;
}

/**
 * Only the owner of a lock removes it. When the owner is gone, only the holder of its `.takeover` replaces it, which is
 * a lock like any other, down to its own takeover: so of two that see the same stale lock, the second finds it replaced.
 */
async function take(path: string, token: LockToken): Promise<Acquired> {
  // Each turn but the last is one in which another process got on.
  for (;;) {
    const seen = await look(path, token.folder);
    if ('busy' in seen) return seen;
    if ('free' in seen) {
      if (await placeLock(path, token)) return { held: lock(path, token), notes: [] };
      continue;
    }
    const right = await take(`${path}.takeover`, token);
    if ('busy' in right) return right;
    try {
      if (!(await isStill(path, seen.stale))) continue;
      await replaceLock(path, token);
      return { held: lock(path, token), notes: [took(seen.stale, seen.state)] };
    } finally {
      right.held.release();
    }
  }
}

function lock(path: string, token: LockToken): Lock {
  let held = true;
  return {
    release() {
      if (held) removeLock(path, token);
      held = false;
    },
  };
}

type LockState =
  | { readonly free: true }
  | { readonly busy: string }
  | { readonly stale: LockToken; readonly state: Exclude<ProcessState, 'running'> };

async function look(path: string, folder: string): Promise<LockState> {
  const file = await readLockFile(path);
  if (file.state === 'absent') return { free: true };
  if (file.state === 'unreadable') return { busy: unknown(path, file.reason) };
  const token = parseLock(file.text);
  if (token === undefined) return { busy: unknown(path, 'its content is not valid') };
  if (token.folder !== folder)
    return { busy: unknown(path, `it belongs to another folder, ${token.folder}`) };
  const state = await processStateOf({ pid: token.pid, start: token.procStart });
  return state === 'running' ? { busy: running(token) } : { stale: token, state };
}

async function isStill(path: string, { nonce }: LockToken): Promise<boolean> {
  const file = await readLockFile(path);
  return file.state === 'read' && parseLock(file.text)?.nonce === nonce;
}

function running({ pid, startedAt, folder }: LockToken): string {
  return `another upload of ${folder} is running: process ${pid}, since ${startedAt}`;
}

function unknown(path: string, reason: string): string {
  const remove = `ps -ax -o command= | grep '[i]mmich upload' || rm ${quote(path)}`;
  return `nobody can tell which process holds the lock ${path}: ${reason}. If no upload is running, remove it: ${remove}`;
}

function took({ pid, startedAt }: LockToken, state: Exclude<ProcessState, 'running'>): string {
  const left = state === 'gone' ? 'which has ended' : 'whose process id now belongs to another process';
  return `took over the lock from ${startedAt} of process ${pid}, ${left}`;
}
