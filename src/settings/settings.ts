import type { AppliedSetting } from '../model/report.ts';
import type { Waiver } from '../model/waiver.ts';
import { durationText } from '../text/duration.ts';
import { readProject } from './project.ts';
import { asTruth, asWords, byComma, readSources, type Said } from './sources.ts';

/** How what was read is judged. */
export interface Judgement {
  readonly skip: readonly string[];
  readonly names: {
    readonly machineLearning?: string;
    readonly tailscaleAddress?: string;
    readonly containers: readonly string[];
    readonly secrets: readonly string[];
  };
  readonly waivers: readonly Waiver[];
  /** What of it a file says: whoever reads the report has to know that it was narrowed. */
  readonly applied: readonly AppliedSetting[];
}

export interface Settings extends Judgement {
  /** Folder of the NixOS configuration on the host, for commands. */
  readonly configuration: string;
  /** None: this machine. */
  readonly hosts: readonly string[];
  readonly sudo: boolean;
  readonly failOn: 'fail' | 'warn' | 'unknown';
  readonly timeoutMs: number;
  /** Without it, since the boot. */
  readonly sinceMs?: number;
  /** Of the configuration that is checked, which its own file has a say in. */
  readonly ofSource: Judgement;
}

const NOTHING_SAID: Judgement = {
  skip: [],
  names: { containers: [], secrets: [] },
  waivers: [],
  applied: [],
};

export const DEFAULTS: Settings = {
  ...NOTHING_SAID,
  configuration: '/etc/nixos',
  hosts: [],
  sudo: false,
  failOn: 'fail',
  timeoutMs: 30_000,
  ofSource: NOTHING_SAID,
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

/** The configuration that is checked, and whether nothing else is. */
interface Source {
  readonly folder: string;
  readonly alone: boolean;
}

/**
 * The settings, from the flags before the environment before the user's file. The file of a configuration is heeded where
 * that is judged, and nowhere else.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function loadSettings(
  flags: SettingFlags,
  checkIds: readonly string[],
  source?: Source,
): Promise<Settings> {
  const { config, host, sudo, skip, timeout, since } = flags;
  const said = await readSources({
    config,
    section: 'check',
    flags: {
      configuration: flags.configuration,
      hosts: host && byComma(host),
      sudo,
      skip: skip && byComma(skip),
      'fail-on': flags['fail-on'],
      timeout,
      since,
    },
    flag: (key) => `--${key === 'hosts' ? 'host' : key}`,
    variable: (key) => `HSDOCTOR_${key.replaceAll('-', '_').toUpperCase()}`,
    readers: { hosts: asWords, skip: asWords, sudo: asTruth },
    checkIds,
  });
  const read = source === undefined ? undefined : await readProject(source.folder, checkIds);
  const project = read === undefined ? [] : [read];
  const files = said.filter(({ isFile }) => isFile);
  const asked = said.filter(({ isFile }) => !isFile);
  // Whether a run of several things failed is not for one of them to say.
  const failing = source?.alone === true ? [...project, ...said] : said;
  const { configuration, check } = merged(said);
  return {
    ...judgement(said, [...applied(said, 'check', ['since']), ...applied(said, 'check', ['fail-on'])]),
    configuration: configuration ?? DEFAULTS.configuration,
    hosts: [...new Set(check?.hosts ?? DEFAULTS.hosts)],
    sudo: check?.sudo ?? DEFAULTS.sudo,
    failOn: merged(failing).check?.['fail-on'] ?? DEFAULTS.failOn,
    timeoutMs: check?.timeout ?? DEFAULTS.timeoutMs,
    ...(check?.since === undefined ? {} : { sinceMs: check.since }),
    ofSource: judgement([...files, ...project, ...asked], applied(failing, 'check', ['fail-on'])),
  };
}

function judgement(said: readonly Said[], others: readonly AppliedSetting[]): Judgement {
  const { check, names } = merged(said);
  const machineLearning = names?.['machine-learning'];
  const tailscaleAddress = names?.['tailscale-address'];
  return {
    skip: check?.skip ?? [],
    names: {
      ...(machineLearning === undefined ? {} : { machineLearning }),
      ...(tailscaleAddress === undefined ? {} : { tailscaleAddress }),
      containers: names?.containers ?? [],
      secrets: names?.secrets ?? [],
    },
    waivers: said.flatMap(waiversOf),
    applied: [
      ...applied(said, 'check', ['skip']),
      ...others,
      ...applied(said, 'names', ['machine-learning', 'tailscale-address', 'containers', 'secrets']),
    ],
  };
}

/** Key by key, the weakest first. */
function merged(said: readonly Said[]): Said['values'] {
  return said.reduce<Said['values']>(
    (below, { values: above }) => ({
      configuration: above.configuration ?? below.configuration,
      check: { ...below.check, ...above.check },
      names: { ...below.names, ...above.names },
    }),
    {},
  );
}

/** Those of the keys that a file has the last word on. */
function applied(
  said: readonly Said[],
  section: 'check' | 'names',
  keys: readonly string[],
): AppliedSetting[] {
  return keys.flatMap((key) => {
    const valueIn = ({ values }: Said) => (values[section] as Record<string, unknown> | undefined)?.[key];
    const last = said.findLast((each) => valueIn(each) !== undefined);
    if (last?.isFile !== true) return [];
    const value = valueIn(last);
    const text = Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'number'
        ? durationText(value)
        : String(value);
    return text === '' ? [] : [{ key: `${section}.${key}`, value: text, by: whereIn(last, section, key) }];
  });
}

function waiversOf(said: Said): Waiver[] {
  return (said.values.waivers ?? []).map(({ check: id, subject, host, until, reason }, index) => ({
    check: id,
    reason,
    by: whereIn(said, 'waivers', 'check', index),
    ...(subject === undefined ? {} : { subject }),
    ...(host === undefined ? {} : { host }),
    ...(until === undefined ? {} : { until }),
  }));
}

/** The file and the line alone. */
function whereIn({ place }: Said, section: string, key: string, index?: number): string {
  return place(section, key, index).slice(0, -`: ${key}`.length);
}
