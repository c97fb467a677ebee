import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, programEnvironment } from '../../system/programs.ts';
import { ioCode } from '../../text/io-error.ts';
import type { FileIdentity } from './identity.ts';

/** What processes have open for writing. */
export interface OpenFiles {
  /** Who has this file open; undefined for nobody who could be asked. */
  writerOf(identity: FileIdentity): string | undefined;
  /** Nobody was left out: not the processes of another user, nor those of another machine on a disk of the network. */
  readonly isWhole: boolean;
}

const NOTHING_ASKED: OpenFiles = { writerOf: () => undefined, isWhole: false };
const ACCESS_MODE = 3;
const LSOF_MS = 15_000;
const KILL_MS = 2000;
/** Of Linux: ext, btrfs, XFS, tmpfs, ZFS, F2FS, FAT, exFAT, NTFS, overlay, bcachefs. Any other may be on another machine. */
const LOCAL_FILE_SYSTEMS = [
  0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x2fc12fc1, 0xf2f52010, 0x4d44, 0x2011bab0, 0x7366746e,
  0x794c7630, 0xca451a4e,
];

/** Asks the system, once for all files. Never rejects: who cannot be asked is told by `isWhole`. */
export async function openForWriting(folder: string): Promise<OpenFiles> {
  if (process.platform === 'linux') {
    const isLocal = await isOnThisMachine(folder);
    const files = ofProc();
    return { ...files, isWhole: files.isWhole && isLocal };
  }
  return ofLsof();
}

/** Where it can be told, as on Linux. */
export async function isOnThisMachine(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { type } = await statfs(folder).catch(() => ({ type: 0 }));
  return LOCAL_FILE_SYSTEMS.includes(type);
}

/** At one go: the less comes between this and what is done by it, the better. Without /proc nobody can be asked. */
function ofProc(): OpenFiles {
  const writers = new Map<string, string>();
  const pids = listed('/proc')?.filter((name) => /^\d+$/.test(name)) ?? [];
  let isWhole = pids.length > 0;
  for (const pid of pids) {
    const names = listed(`/proc/${pid}/fd`);
    if (names === undefined) isWhole = false;
    for (const name of names ?? []) {
      const node = writtenBy(pid, name);
      if (node !== undefined) writers.set(node, `process ${pid} (${attempt(() => commandOf(pid)) ?? '?'})`);
    }
  }
  return { writerOf: ({ device, inode }) => writers.get(`${device}:${inode}`), isWhole };
}

const commandOf = (pid: string): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

/** Undefined where it may not be seen; nothing of what has ended meanwhile. */
function listed(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    return ioCode(error) === 'ENOENT' || ioCode(error) === 'ESRCH' ? [] : undefined;
  }
}

/** The file that a process has open under this number, if it may write to it. */
function writtenBy(pid: string, name: string): string | undefined {
  return attempt(() => {
    const open = `/proc/${pid}/fd/${name}`;
    if (!/^\/(?!dev\/|proc\/|sys\/)/.test(readlinkSync(open))) return undefined;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${name}`, 'utf8'))?.[1];
    if (flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) === 0) return undefined;
    const about = statSync(open, { bigint: true });
    return about.isFile() ? `${about.dev}:${about.ino}` : undefined;
  });
}

function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

async function ofLsof(): Promise<OpenFiles> {
  // Linux does without it, and it is a part of the memory.
  const { execa } = await import('execa');
  const program = findProgram('lsof') ?? '/usr/sbin/lsof';
  // Names and addresses of hosts and users are looked up nowhere.
  const asked = execa(program, ['-nPlw', '-F', 'pcfatDi'], {
    env: programEnvironment(),
    stdin: 'ignore',
    reject: false,
    timeout: LSOF_MS,
    forceKillAfterDelay: KILL_MS,
    maxBuffer: 100_000_000,
  });
  // A drive of the network that is gone may hold it beyond every signal.
  const told = await Promise.race([asked, sleep(LSOF_MS + KILL_MS, undefined, { ref: false })]);
  if (told === undefined) return NOTHING_ASKED;
  const { stdout, exitCode, timedOut } = told;
  // 1: not everything could be told.
  if (timedOut || (exitCode !== 0 && exitCode !== 1) || stdout === '') return NOTHING_ASKED;
  const writers = writersIn(stdout);
  return {
    writerOf: ({ device, inode }) => writers.get(`${device}:${inode}`),
    isWhole: process.geteuid?.() === 0,
  };
}

/** From what `lsof -F pcfatDi` prints: for each process its lines, for each of its files the lines of that. */
export function writersIn(text: string): ReadonlyMap<string, string> {
  const writers = new Map<string, string>();
  const said = new Map<string, string>();
  const take = () => {
    const [access = '', type, device, inode] = ['a', 't', 'D', 'i'].map((field) => said.get(field));
    const isWritten = /^[uw]$/.test(access) && type === 'REG';
    if (isWritten && /^0x[\da-f]+$/.test(device ?? '') && /^\d+$/.test(inode ?? ''))
      writers.set(`${BigInt(device ?? 0)}:${inode}`, `process ${said.get('p')} (${said.get('c')})`);
    for (const field of ['a', 't', 'D', 'i']) said.delete(field);
  };
  for (const line of text.split('\n')) {
    const field = line.charAt(0);
    if (field === 'f' || field === 'p') take();
    said.set(field, line.slice(1));
  }
  take();
  return writers;
}
