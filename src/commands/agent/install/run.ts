import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { put, takeAway } from '../../../agent/installed.ts';
import { Launchd } from '../../../agent/launchd.ts';
import { NIX_MANAGERS, type NixManager, nixBlock, nixManager } from '../../../agent/nix-block.ts';
import { lastingCommand } from '../../../agent/program-paths.ts';
import {
  type AgentChoice,
  agentKeys,
  LABEL,
  logFolder,
  propertyList,
  propertyListFile,
} from '../../../agent/property-list.ts';
import { sendTestPhoto } from '../../../agent/test-photo.ts';
import { readPushover } from '../../../notify/pushover.ts';
import { type AgentSettings, type ImmichFlags, loadAgentSettings } from '../../../settings/immich.ts';
import { parseDuration } from '../../../text/duration.ts';
import { expandHome, homeFolder, xdgFolder } from '../../../text/home.ts';
import { ioCode, ioReason } from '../../../text/io-error.ts';
import { didYouMean } from '../../../text/nearest.ts';
import { redact } from '../../../text/redact.ts';
import { quote } from '../../../text/shell.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { visible } from '../../../text/visible.ts';
import { parseServerUrl } from '../../../upload/server/base-url.ts';
import { type Connection, connect } from '../../../upload/server/connection.ts';
import { type Preflight, preflight } from '../../../upload/server/preflight.ts';
import { ServerProblem } from '../../../upload/server/problem.ts';
import { refuseKeyFlag } from '../../immich/no-key-flag.ts';
import { requireTarget } from '../../immich/upload/folders.ts';
import { uploadOptions } from '../../immich/upload/options.ts';
import { PUSHOVER_FILE } from '../../immich/upload/pushover-file.ts';
import { gracefulInterruption } from '../../interruption.ts';
import { tellUnreadFile } from '../../unread-file.ts';
import { agentFolder, refuseProtected } from './folder.ts';
import { type Mac, readMac } from './mac.ts';

/** Who installs wants to know soon whether the server is there. */
const PATIENCE = { idleTimeoutMs: 10_000, responseTimeoutMs: 10_000, retries: 0, retryDelayMs: 0 };

type InstallFlags = Pick<ImmichFlags, 'url' | 'key-file' | 'config' | 'delete' | 'notify'> & {
  readonly key?: string | undefined;
  readonly print: boolean;
  readonly nix?: string | undefined;
  readonly 'test-photo': boolean;
  readonly timeout?: string | undefined;
};

/** @returns the exit status */
export async function install(
  given: string,
  { key, print, nix, 'test-photo': isTested, timeout = '3m', ...flags }: InstallFlags,
): Promise<number> {
  refuseKeyFlag(key);
  const manager = nix === undefined ? undefined : managerOf(nix);
  const timeoutMs = parseDuration(timeout);
  if (timeoutMs === undefined)
    throw new UsageError(`--timeout: "${timeout}" is not a duration: write it like 3m`);
  const mac = await readMac();
  const choice = await choose(given, flags, { home: homeFolder(), mayBeAbsent: manager !== undefined });
  if (print || manager !== undefined) return await show(choice, manager);
  const signal = gracefulInterruption();
  try {
    return await set(choice, mac, { testMs: isTested ? timeoutMs : undefined, signal });
  } catch (error) {
    if (signal.aborted) return interrupted(signal);
    if (!(error instanceof ServerProblem)) throw error;
    process.stderr.write(`hsdoctor: ${visible(redact(error.message))}\n`);
    return 3;
  }
}

const interrupted = (signal: AbortSignal): number => (signal.reason === 'SIGTERM' ? 143 : 130);

function managerOf(name: string): NixManager {
  const manager = NIX_MANAGERS.find((each) => each === name);
  if (manager !== undefined) return manager;
  throw new UsageError(
    `--nix: "${name}" is not one of ${NIX_MANAGERS.join(', ')}${didYouMean(name, NIX_MANAGERS)}`,
  );
}

type Chosen = Omit<AgentChoice, 'url'> & { readonly settings: AgentSettings };

/** Everything but what only the server knows. @throws {UsageError} */
async function choose(
  given: string,
  flags: Pick<InstallFlags, 'url' | 'key-file' | 'config' | 'delete' | 'notify'>,
  { home, mayBeAbsent }: { readonly home: string; readonly mayBeAbsent: boolean },
): Promise<Chosen> {
  const folder = await agentFolder(given, home, { mayBeAbsent });
  const command = lastingCommand({
    execPath: process.execPath,
    script: process.argv[1] ?? '',
    path: process.env.PATH ?? '',
    temporaryFolder: tmpdir(),
  });
  await tellUnreadFile(flags);
  const settings = await loadAgentSettings(flags);
  if (parseServerUrl(settings.url).auth !== undefined)
    throw new UsageError(
      'the URL of the server holds a password, and every program of yours can read a property list: give the URL without it',
    );
  const { keyFile } = settings;
  const better = 'move it to a place such as ~/.config/immich, and run this again';
  refuseProtected(keyFile, 'the key file', home, better);
  for (const program of command) refuseProtected(program, 'the program', home, better);
  if (settings['move-to'] !== undefined) {
    refuseProtected(settings['move-to'], 'the folder of move-to', home, better);
    if (!mayBeAbsent) await requireTarget(folder, settings['move-to']);
  }
  if (settings.notify && !mayBeAbsent) await requirePushover(settings.pushover ?? join(home, PUSHOVER_FILE));
  const config = flags.config === undefined ? undefined : resolve(expandHome(flags.config));
  const ofXdg = xdgFolder('XDG_CONFIG_HOME', '.config');
  const configHome = ofXdg === join(home, '.config') ? undefined : ofXdg;
  return { command, folder, home, keyFile, config, configHome, options: optionsOf(flags), settings };
}

/** Without it, each run would end before it begins. */
async function requirePushover(file: string): Promise<void> {
  await readPushover(file).catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message}: write it as docs/upload.md of the project, Notifications, shows, or use --no-notify`,
    );
  });
}

/** Those that were asked for: the agent reads the settings file by itself. */
const optionsOf = (flags: Pick<InstallFlags, 'delete' | 'notify'>): readonly string[] =>
  (['delete', 'notify'] as const).flatMap((name) =>
    flags[name] === undefined ? [] : [flags[name] ? `--${name}` : `--no-${name}`],
  );

async function show({ settings, ...choice }: Chosen, nix: NixManager | undefined): Promise<number> {
  const keys = agentKeys({ ...choice, url: await serverUrl(settings.url) });
  process.stdout.write(nix === undefined ? propertyList(keys) : nixBlock(keys, nix));
  if (nix !== undefined)
    process.stderr.write(
      `hsdoctor: nothing was changed: put this into your configuration, make the folders with \`mkdir -p ${[choice.folder, logFolder(choice.home)].map(quote).join(' ')}\`, and switch; to undo it, remove the block and switch\n`,
    );
  return 0;
}

/** Without what a browser shows behind it; as it was given, where nobody answers. */
async function serverUrl(url: string): Promise<string> {
  try {
    const connection = await connect(url, undefined, PATIENCE, { concurrency: 1 });
    connection.close();
    return connection.url;
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    process.stderr.write(`hsdoctor: the URL was not checked: ${visible(redact(error.message))}\n`);
    return parseServerUrl(url).url;
  }
}

interface How {
  /** How long to wait for a test photo, where one is wanted. */
  readonly testMs: number | undefined;
  readonly signal: AbortSignal;
}

async function set(chosen: Chosen, mac: Mac, { testMs, signal }: How): Promise<number> {
  const { settings, ...choice } = chosen;
  const services = mac.services();
  await refuseTwin(choice.folder, mac);
  const { key, notes } = await settings.readKey().catch(tellOfVariable);
  const connection = await connect(settings.url, key, PATIENCE, { concurrency: 6, signal });
  try {
    const options = uploadOptions({ ...settings, key, notes });
    const server = await preflight(connection, options);
    const launchd = new Launchd(mac.uid, LABEL);
    if (services.some(({ label, disabled }) => label === LABEL && disabled)) await launchd.enable();
    const text = propertyList(agentKeys({ ...choice, url: server.url }));
    const isNew = await put(text, { home: choice.home, launchd });
    const told = [
      ...notes,
      ...server.notes,
      ...(await leftFolders(choice.folder, mac)),
      ...ofNix(choice.home),
    ];
    process.stdout.write(installed(chosen, server, isNew, told));
    if (testMs === undefined) return 0;
    return await tryPhoto(chosen, { connection, server, launchd, timeoutMs: testMs, signal });
  } finally {
    connection.close();
  }
}

/** Another agent for the same folder, or one that is loaded without a property list: both would upload. */
async function refuseTwin(folder: string, { agents, uid, services }: Mac): Promise<void> {
  for (const { label, file, watched } of agents) {
    const places = await Promise.all(watched.map(({ path }) => realpath(path).catch(() => path)));
    if (label !== LABEL && places.includes(folder))
      throw new UsageError(
        `the agent ${label} uploads this folder already: unload it with \`launchctl bootout gui/${uid}/${label}\`, remove ${file} (where Nix declares it, in the configuration), and run this again`,
      );
  }
  const left = services().find(
    ({ label, loaded }) => loaded && label !== LABEL && !agents.some((agent) => agent.label === label),
  );
  if (left !== undefined)
    throw new UsageError(
      `an upload agent is still loaded whose property list is gone: unload it with \`launchctl bootout gui/${uid}/${left.label}\`, and run this again`,
    );
}

/** What the agent uploaded before, and does no longer: nobody else would tell of the photos that lie there. */
async function leftFolders(folder: string, { agents }: Mac): Promise<readonly string[]> {
  const before = agents.find(({ label }) => label === LABEL)?.watched ?? [];
  const places = await Promise.all(before.map(({ path }) => realpath(path).catch(() => path)));
  return places
    .filter((place) => place !== folder)
    .map(
      (place) =>
        `the agent no longer uploads ${place}: upload what is still there with \`hsdoctor immich upload ${quote(place)}\``,
    );
}

/** launchd gives the agent nothing of this shell. */
function tellOfVariable(error: unknown): never {
  if (error instanceof UsageError && process.env.IMMICH_API_KEY !== undefined)
    throw new UsageError(`${error.message} (an agent cannot use IMMICH_API_KEY of this shell)`);
  throw error;
}

function ofNix(home: string): readonly string[] {
  const manager = nixManager(home);
  return manager === undefined
    ? []
    : [
        `${manager} manages this Mac: to declare the agent there instead, run \`hsdoctor agent uninstall\`, and this command again with --nix ${manager}`,
      ];
}

function installed(
  { settings, folder, home }: Chosen,
  { url, version }: Preflight,
  isNew: boolean,
  notes: readonly string[],
): string {
  const what = isNew
    ? 'The upload agent is installed'
    : 'The upload agent was installed already, and nothing was changed';
  const lines = [
    `✔ ${what}: it uploads ${folder} to ${url} (Immich ${version}), and ${afterwardsOf(settings)}.`,
    `  Property list: ${propertyListFile(home)}`,
    `  Logs: ${join(logFolder(home), 'upload-immich.log')} (hsdoctor agent logs)`,
    ...notes.map((note) => `! ${note}`),
    'To undo this: hsdoctor agent uninstall',
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function afterwardsOf({ delete: deletes, 'move-to': moveTo }: AgentSettings): string {
  if (moveTo !== undefined) return `moves verified files to ${moveTo}`;
  return deletes ? 'deletes verified files' : 'keeps the files';
}

interface Trial {
  readonly connection: Connection;
  readonly server: Preflight;
  readonly launchd: Launchd;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function tryPhoto({ settings, folder }: Chosen, { server, ...trial }: Trial): Promise<number> {
  process.stderr.write('A test photo is in the folder: waiting for the agent to upload it.\n');
  const moveTo = settings['move-to'];
  const arrival = await sendTestPhoto({ ...trial, folder, moveTo, may: server.may }).catch((error) =>
    trial.signal.aborted ? '' : reasonOf(error),
  );
  if (trial.signal.aborted) return interrupted(trial.signal);
  if (typeof arrival === 'string') {
    process.stderr.write(
      `hsdoctor: the agent is installed, but the test photo could not be tried: ${visible(redact(arrival))}\n`,
    );
    return 1;
  }
  const { name, assetId, left } = arrival;
  if (assetId === undefined) {
    process.stderr.write(
      `hsdoctor: the test photo ${name} did not arrive in Immich in time, and was removed from the folder (if it appears in Immich later, delete it there): look at what the agent does with \`hsdoctor agent status\` and \`hsdoctor agent logs\`\n`,
    );
    return 1;
  }
  const where =
    left === undefined
      ? "it was removed here, and is in Immich's trash now"
      : `it was removed here; delete it in Immich yourself (${left})`;
  process.stdout.write(`${visible(redact(`✔ The agent uploaded the test photo ${name}: ${where}.`))}\n`);
  return 0;
}

function reasonOf(error: unknown): string {
  if (error instanceof ServerProblem || error instanceof UsageError) return error.message;
  if (ioCode(error) !== undefined) return ioReason(error);
  throw error;
}

/** @returns the exit status */
export async function uninstall(): Promise<number> {
  const { uid, services } = await readMac();
  services();
  const home = homeFolder();
  const removed = await takeAway({ home, launchd: new Launchd(uid, LABEL) });
  process.stdout.write(
    removed
      ? `✔ The upload agent is unloaded, and ${visible(propertyListFile(home))} is deleted. The folder, its logs and the key are as they were.\n`
      : `– There is nothing to remove: \`hsdoctor agent install\` has installed no agent here.\n`,
  );
  return 0;
}
