import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import gte from 'semver/functions/gte.js';
import major from 'semver/functions/major.js';
import { findProgram, programEnvironment } from '../../system/programs.ts';
import { batched } from '../pipeline/batched.ts';
import type { Sender, Sent } from '../pipeline/sender.ts';

interface CliOptions {
  /** The program that the user named. */
  readonly program?: string | undefined;
  /** Of the server, for people: the CLI finds its API by itself. */
  readonly url: string;
  readonly key: string;
  readonly serverVersion: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Told which program sends. */
  readonly note: (sentence: string) => void;
}

/**
 * The version that npx is asked for, by the major version that the server needs: what the registry gives out as the newest is
 * not for it to choose. None for the servers before 3: which of those that fit was tried is not known.
 */
const PINNED: Readonly<Record<number, string>> = { 3: '3.2.2' };
/** Those before it speak with servers before 1.106 only: they ask for `/server-info` and `/asset`. */
const OLDEST = '2.2.0';

/** Files of one call: their names have to fit on a command line. */
const FILES_OF_A_CALL = 200;
const STOP_MS = 2000;

/** A program and the arguments that make it the CLI. */
type Command = readonly [program: string, ...args: string[]];

/**
 * Sends with the Immich CLI of the server's major version, which finds the key in a file of its own: an argument or a
 * variable would be seen in the list of processes. None of its switches that delete is ever set, by argument or by variable.
 *
 * @returns a sentence where there is no such program
 */
export async function immichCli(options: CliOptions): Promise<Sender | string> {
  const command = await findCli(options);
  if (typeof command === 'string') return command;
  const switches = await knownSwitches(command, options);
  const upload = batched<{ readonly path: string; readonly onBegin: () => void }, Sent>(
    async (files) => {
      for (const { onBegin } of files) onBegin();
      const paths = files.map(({ path }) => path);
      const complaint = await send([command, switches], options, paths);
      return files.map(() => ({
        created: true,
        ...(complaint === undefined ? {} : { complaint }),
      }));
    },
    { most: FILES_OF_A_CALL, delayMs: 300 },
  );
  return {
    width: FILES_OF_A_CALL,
    send: ({ path }, _checksum, _companions, onBegin) => upload({ path, onBegin }),
  };
}

async function findCli({ program, serverVersion, signal, note }: CliOptions): Promise<Command | string> {
  // The one of version 2 speaks with the servers of version 1 too.
  const wanted = Math.max(2, major(serverVersion));
  const needed = wanted === major(OLDEST) ? '2.2 or a later 2.x' : String(wanted);
  const own = program ?? findProgram('immich');
  const seen: string[] = [];
  if (own !== undefined) {
    const version = await versionOf([own], signal);
    if (version !== undefined && major(version) === wanted && gte(version, OLDEST)) {
      note(`sent by ${own}, Immich CLI version ${version}`);
      return [own];
    }
    const told =
      version === undefined ? `${own} does not report its version` : `${own} has version ${version}`;
    if (program !== undefined)
      return `${told}, and this server needs Immich CLI version ${needed}: name another one with --cli, or leave out --cli`;
    seen.push(told);
  }
  const [npx, pinned] = [findProgram('npx'), PINNED[wanted]];
  if (npx !== undefined && pinned !== undefined) {
    // Without workspaces: a folder above this one may call itself their root, and bring settings and programs.
    const command: Command = [npx, '--yes', '--workspaces=false', `@immich/cli@${pinned}`];
    if ((await versionOf(command, signal)) === pinned) {
      note(`sent by @immich/cli@${pinned}, downloaded by ${npx}`);
      return command;
    }
    seen.push(`${npx} could not download @immich/cli@${pinned}`);
  }
  const found = seen.length === 0 ? '' : ` (${seen.join('; ')})`;
  return `Immich CLI version ${needed}, which this server needs, was not found${found}: install it, name it with --cli, or leave out --engine`;
}

async function versionOf(command: Command, signal: AbortSignal): Promise<string | undefined> {
  const { stdout, exitCode } = await inPrivateFolder((folder) =>
    start([...command, '--version'], folder, signal),
  );
  return exitCode === 0 ? /\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
}

/** Those of ours that this version has. */
async function knownSwitches(
  command: Command,
  { concurrency, signal }: CliOptions,
): Promise<readonly string[]> {
  const { stdout } = await inPrivateFolder((folder) =>
    start([...command, 'upload', '--help'], folder, signal),
  );
  const switches = [['--skip-hash'], ['--no-progress'], ['--concurrency', String(concurrency)]];
  return switches.filter(([name = '']) => stdout.includes(name)).flat();
}

async function send(
  [command, switches]: readonly [Command, readonly string[]],
  { url, key, signal }: CliOptions,
  paths: readonly string[],
): Promise<string | undefined> {
  return inPrivateFolder(async (folder) => {
    // JSON is YAML, with every character of a key in its place.
    writeFileSync(join(folder, 'auth.yml'), JSON.stringify({ url, key }), { mode: 0o600 });
    const call: Command = [...command, '--config-directory', folder, 'upload', ...switches, ...paths];
    const { stdout, stderr, exitCode } = await start(call, folder, signal);
    const failed = FAILED.exec(`${stdout}\n${stderr}`)?.[0];
    if (exitCode === 0 && failed === undefined) return undefined;
    const words = failed ?? lastWords(`${stdout}\n${stderr}`);
    return `the Immich CLI exited with ${exitCode ?? 'a signal'}: ${words.replaceAll(key, '[redacted]')}`;
  });
}

const FAILED = /Failed to (?:upload|verify|connect).*/;

/** What an error says, rather than where in the program it was thrown. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /^\w*error: /i.test(line)) ?? lines.at(-1) ?? '').trim();
}

/** A folder that no project and no other user has a say in, which is gone afterwards. */
async function inPrivateFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-immich-cli-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // A second signal ends this program at once, and the key must not outlive it.
  process.once('exit', remove);
  try {
    // npm takes the next folder above that has one for its project, with the settings and the packages there.
    writeFileSync(join(folder, 'package.json'), '{}');
    return await use(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Its variables are switches, and any value of IMMICH_DELETE_ASSETS deletes; those of npm are what `npx` read in a project. */
const NOT_INHERITED = /^(?:immich|npm)_|^INIT_CWD$/i;

async function start([program, ...args]: Command, folder: string, signal: AbortSignal) {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const { stdout, stderr, exitCode } = await execa(program, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...programEnvironment(), PWD: folder },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: STOP_MS,
    maxBuffer: 10_000_000,
  });
  return { stdout, stderr, exitCode };
}
