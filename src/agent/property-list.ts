import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/** By its second part the checks of the Mac find the agent in what launchd prints. */
export const LABEL = 'hsdoctor.upload-immich';

/** What is decided when the agent is installed; all paths are absolute. */
export interface AgentChoice {
  /** The words that start hsdoctor. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly home: string;
  /** Of the server, without a password in it. */
  readonly url: string;
  readonly keyFile: string;
  /** Settings file, where it is not the usual one. */
  readonly config: string | undefined;
  /** XDG_CONFIG_HOME of the one who installs it, who has settings there. */
  readonly configHome: string | undefined;
  readonly options: readonly string[];
}

export type PlistValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [key: string]: PlistValue };
export type PlistKeys = Readonly<Record<string, PlistValue>>;

export const propertyListFile = (home: string): string =>
  join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
export const logFolder = (home: string): string => join(home, 'Library', 'Logs', 'hsdoctor');

const SYSTEM_PATH = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** WatchPaths may miss an event, as its own manual says. */
const INTERVAL_S = 900;
const THROTTLE_S = 30;
/** Longer than a run needs to end cleanly. */
const EXIT_TIMEOUT_S = 30;

/** The keys of the agent's property list, whoever writes it. */
export function agentKeys({
  command,
  folder,
  home,
  url,
  keyFile,
  config,
  configHome,
  options,
}: AgentChoice): PlistKeys {
  const log = join(logFolder(home), 'upload-immich');
  const path = [...new Set([...command.map((program) => dirname(program)), ...SYSTEM_PATH])];
  return {
    Label: LABEL,
    ProgramArguments: [
      ...command,
      'immich',
      'upload',
      folder,
      ...options,
      ...(config === undefined ? [] : ['--config', config]),
    ],
    EnvironmentVariables: {
      PATH: path.join(':'),
      IMMICH_INSTANCE_URL: url,
      IMMICH_API_KEY_FILE: keyFile,
      ...(configHome === undefined ? {} : { XDG_CONFIG_HOME: configHome }),
    },
    WatchPaths: [folder],
    StartInterval: INTERVAL_S,
    RunAtLoad: true,
    KeepAlive: false,
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: EXIT_TIMEOUT_S,
    ProcessType: 'Background',
    StandardOutPath: `${log}.log`,
    StandardErrorPath: `${log}.error.log`,
  };
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;
const MARK = /^<!-- Written by "hsdoctor agent install".* sha256 ([0-9a-f]{64}) -->\n/m;

/** The text of the property list; it says who wrote it, and its checksum says whether that is still all of it. */
export function propertyList(keys: PlistKeys): string {
  const body = `<plist version="1.0">\n${xmlOf(keys, '')}\n</plist>\n`;
  const mark = `<!-- Written by "hsdoctor agent install"; "hsdoctor agent uninstall" removes it. sha256 ${checksum(HEAD + body)} -->\n`;
  return HEAD + mark + body;
}

/** Whose text it is: as it was written by us, changed since then, or another's. */
export function authorOf(text: string): 'hsdoctor' | 'changed' | 'other' {
  const written = MARK.exec(text)?.[1];
  if (written === undefined) return 'other';
  return checksum(text.replace(MARK, '')) === written ? 'hsdoctor' : 'changed';
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex');

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function xmlOf(value: PlistValue, indent: string): string {
  const inner = `${indent}  `;
  if (typeof value === 'string') return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  if (isList(value))
    return [`${indent}<array>`, ...value.map((item) => xmlOf(item, inner)), `${indent}</array>`].join('\n');
  const items = Object.entries(value).flatMap(([key, item]) => [
    `${inner}<key>${escaped(key)}</key>`,
    xmlOf(item, inner),
  ]);
  return [`${indent}<dict>`, ...items, `${indent}</dict>`].join('\n');
}

function isList(value: PlistValue): value is readonly string[] {
  return Array.isArray(value);
}
