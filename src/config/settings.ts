import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';
import type * as z from 'zod/mini';
import { ioCode, ioReason } from '../text/io-error.ts';
import { didYouMean } from '../text/nearest.ts';
import { didYouMeanFile } from '../text/nearest-file.ts';
import { UsageError } from '../text/usage-error.ts';
import { settingsSchema } from './schema.ts';

const FILE = 'hsdoctor.toml';

export interface Settings {
  /** Folder of the NixOS configuration on the host, for commands. */
  readonly configuration: string;
  /** None: this machine. */
  readonly hosts: readonly string[];
  readonly sudo: boolean;
  readonly skip: readonly string[];
  readonly failOn: 'fail' | 'warn' | 'unknown';
  readonly timeoutMs: number;
  /** Without it, since the boot. */
  readonly sinceMs?: number;
  readonly names: {
    readonly machineLearning?: string;
    readonly tailscaleAddress?: string;
    readonly containers: readonly string[];
    readonly secrets: readonly string[];
  };
}

export const DEFAULTS: Settings = {
  configuration: '/etc/nixos',
  hosts: [],
  sudo: false,
  skip: [],
  failOn: 'fail',
  timeoutMs: 30_000,
  names: { containers: [], secrets: [] },
};

/** Flags as they were given, undefined where they were not. */
export interface SettingFlags {
  readonly config?: string | undefined;
  readonly configuration?: string | undefined;
  readonly host?: readonly string[] | undefined;
  readonly sudo?: boolean | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly 'fail-on'?: string | undefined;
  readonly timeout?: string | undefined;
  readonly since?: string | undefined;
}

type Known = ReturnType<typeof settingsSchema>;
type Section = keyof Known['keys'];
type Values = z.infer<Known['schema']>;

/** Says where the value of a key was given: `--timeout`, `HSDOCTOR_TIMEOUT`, `hsdoctor.toml:3: timeout`. */
type Place = (section: string, key: string) => string;

/**
 * The settings, from the flags before the environment before the file.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function loadSettings(flags: SettingFlags, checkIds: readonly string[]): Promise<Settings> {
  const known = settingsSchema(checkIds);
  const read = (values: unknown, place: Place) => parse(known, values, place);
  const file = await readSettingsFile(flags.config);
  const sources = [
    ...(file === undefined ? [] : [read(file.values, file.place)]),
    read(fromEnvironment(process.env, known.keys.check), (_, key) => variable(key)),
    read(fromFlags(flags), (_, key) => `--${key === 'hosts' ? 'host' : key}`),
  ];
  const { configuration, check, names } = sources.reduce((below, above) => ({
    configuration: above.configuration ?? below.configuration,
    check: { ...below.check, ...above.check },
    names: { ...below.names, ...above.names },
  }));
  const machineLearning = names?.['machine-learning'];
  const tailscaleAddress = names?.['tailscale-address'];
  return {
    configuration: configuration ?? DEFAULTS.configuration,
    hosts: [...new Set(check?.hosts ?? DEFAULTS.hosts)],
    sudo: check?.sudo ?? DEFAULTS.sudo,
    skip: check?.skip ?? DEFAULTS.skip,
    failOn: check?.['fail-on'] ?? DEFAULTS.failOn,
    timeoutMs: check?.timeout ?? DEFAULTS.timeoutMs,
    ...(check?.since === undefined ? {} : { sinceMs: check.since }),
    names: {
      ...(machineLearning === undefined ? {} : { machineLearning }),
      ...(tailscaleAddress === undefined ? {} : { tailscaleAddress }),
      containers: names?.containers ?? [],
      secrets: names?.secrets ?? [],
    },
  };
}

function parse({ schema, keys }: Known, values: unknown, place: Place): Values {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') {
    const section = (path[0] ?? '') as Section;
    const [key = ''] = issue.keys;
    throw new UsageError(`${place(section, key)}: there is no such key${hint(keys, section, key)}`);
  }
  const nested = path[0] === 'check' || path[0] === 'names';
  const [section, key] = nested && path.length > 1 ? [path[0], path[1]] : ['', path[0]];
  throw new UsageError(`${place(section ?? '', key ?? '')}: ${issue?.message}`);
}

function hint(keys: Known['keys'], section: Section, key: string): string {
  const home = Object.entries(keys).find(([name, own]) => name !== section && own.includes(key));
  if (home !== undefined)
    return home[0] === '' ? '; it belongs above all sections' : `; it belongs under [${home[0]}]`;
  return didYouMean(key, keys[section]) || `; there are: ${keys[section].join(', ')}`;
}

function fromFlags(flags: SettingFlags): unknown {
  const { configuration, host: hosts, sudo, skip, timeout, since } = flags;
  const check = { hosts, sudo, skip, 'fail-on': flags['fail-on'], timeout, since };
  return { ...given({ configuration }), check: given(check) };
}

function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const variable = (key: string) => `HSDOCTOR_${key.replaceAll('-', '_').toUpperCase()}`;

function fromEnvironment(environment: NodeJS.ProcessEnv, checkKeys: readonly string[]): unknown {
  const read = (key: string): unknown => {
    const value = environment[variable(key)]?.trim();
    // An empty list says something: this machine, no check skipped.
    if (key === 'hosts' || key === 'skip') return value?.split(/[\s,]+/).filter((word) => word !== '');
    if (value === undefined || value === '') return undefined;
    if (key !== 'sudo') return value;
    if (/^(?:1|true|yes|on)$/i.test(value)) return true;
    return /^(?:0|false|no|off)$/i.test(value) ? false : value;
  };
  return {
    ...given({ configuration: read('configuration') }),
    check: given(Object.fromEntries(checkKeys.map((key) => [key, read(key)]))),
  };
}

async function readSettingsFile(
  named: string | undefined,
): Promise<{ values: unknown; place: Place } | undefined> {
  if (named === '') throw new UsageError('--config is empty: name a file');
  for (const path of named === undefined ? usualPlaces() : [named]) {
    const text = await readFile(path, 'utf8').catch(async (error) => {
      const absent = ioCode(error) === 'ENOENT' || ioCode(error) === 'ENOTDIR';
      if (absent && named === undefined) return undefined;
      const nearest = absent ? await didYouMeanFile(path) : '';
      throw new UsageError(`the settings file ${path} cannot be read: ${ioReason(error)}${nearest}`);
    });
    if (text === undefined) continue;
    return { values: await parseToml(path, text), place: placeIn(path, text) };
  }
  return undefined;
}

function usualPlaces(): string[] {
  const { XDG_CONFIG_HOME: base } = process.env;
  // A relative one is to be ignored, says its specification.
  const config = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.config');
  return [FILE, join(config, 'hsdoctor', 'config.toml')];
}

async function parseToml(path: string, text: string): Promise<unknown> {
  const { parse: parseText, TomlError } = await import('smol-toml');
  try {
    return parseText(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence] = error.message.replace('Invalid TOML document: ', '').split('\n');
    throw new UsageError(`${path}:${error.line}:${error.column}: this is not TOML: ${sentence}`);
  }
}

function placeIn(path: string, text: string): Place {
  const lines = text.split('\n');
  const lineOf = (name: string): number | undefined => {
    let section = '';
    const at = lines.findIndex((line) => {
      const header = /^\s*\[+\s*([^\]]*?)\s*\]/.exec(line)?.[1];
      section = header ?? section;
      const key = /^\s*([\w."' -]+?)\s*=/.exec(line)?.[1];
      const full = header ?? [section, key].filter(Boolean).join('.');
      return (header ?? key) !== undefined && `${full.replace(/["' ]/g, '')}.`.startsWith(`${name}.`);
    });
    return at < 0 ? undefined : at + 1;
  };
  return (section, key) => {
    const line =
      lineOf([section, key].filter(Boolean).join('.')) ?? (section === '' ? undefined : lineOf(section));
    return `${path}${line === undefined ? '' : `:${line}`}: ${key}`;
  };
}
