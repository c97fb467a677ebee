import type { AppliedSetting } from '../model/report.ts';
import type { Waiver } from '../model/waiver.ts';
import { durationText } from '../text/duration.ts';
import { asTruth, asWords, byComma, readOrigins, type SettingsLayer } from './origins.ts';
import { readProject } from './project.ts';

/** What is checked, and how. */
export interface CheckSettings {
  readonly skip: readonly string[];
  readonly names: {
    readonly machineLearning?: string;
    readonly tailscaleAddress?: string;
    readonly containers: readonly string[];
    readonly secrets: readonly string[];
  };
  readonly waivers: readonly Waiver[];
  /** What of it was said somewhere: whoever reads the report has to know that it was narrowed. */
  readonly applied: readonly AppliedSetting[];
}

export interface Settings extends CheckSettings {
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
  readonly ofSource: CheckSettings;
}

const NOTHING_SAID: CheckSettings = {
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
interface CheckedConfiguration {
  readonly folder: string;
  readonly alone: boolean;
}

/**
 * The settings, from the flags before the environment before the user's file. The file of a configuration is heeded where
 * that is checked, and nowhere else.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function loadSettings(
  flags: SettingFlags,
  checkIds: readonly string[],
  source?: CheckedConfiguration,
): Promise<Settings> {
  const { config, host, sudo, skip, timeout, since } = flags;
  const layers = await readOrigins({
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
  const files = layers.filter(({ origin }) => origin === 'file');
  const asked = layers.filter(({ origin }) => origin !== 'file');
  // Whether a run of several things failed is not for one of them to say.
  const failing = source?.alone === true ? [...project, ...layers] : layers;
  const { configuration, check } = merged(layers);
  return {
    ...checkSettings(layers, [
      ...applied(layers, 'check', ['since']),
      ...applied(layers, 'check', ['fail-on']),
    ]),
    configuration: configuration ?? DEFAULTS.configuration,
    hosts: [...new Set(check?.hosts ?? DEFAULTS.hosts)],
    sudo: check?.sudo ?? DEFAULTS.sudo,
    failOn: merged(failing).check?.['fail-on'] ?? DEFAULTS.failOn,
    timeoutMs: check?.timeout ?? DEFAULTS.timeoutMs,
    ...(check?.since === undefined ? {} : { sinceMs: check.since }),
    ofSource: checkSettings([...files, ...project, ...asked], applied(failing, 'check', ['fail-on'])),
  };
}

function checkSettings(layers: readonly SettingsLayer[], others: readonly AppliedSetting[]): CheckSettings {
  const { check, names } = merged(layers);
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
    waivers: layers.flatMap(waiversOf),
    applied: [
      ...applied(layers, 'check', ['skip']),
      ...others,
      ...applied(layers, 'names', ['machine-learning', 'tailscale-address', 'containers', 'secrets']),
    ],
  };
}

/** Key by key, the weakest first. */
function merged(layers: readonly SettingsLayer[]): SettingsLayer['values'] {
  return layers.reduce<SettingsLayer['values']>(
    (below, { values: above }) => ({
      configuration: above.configuration ?? below.configuration,
      check: { ...below.check, ...above.check },
      names: { ...below.names, ...above.names },
    }),
    {},
  );
}

/** Who has the last word on each of the keys, where anybody has one. */
function applied(
  layers: readonly SettingsLayer[],
  section: 'check' | 'names',
  keys: readonly string[],
): AppliedSetting[] {
  return keys.flatMap((key) => {
    const textIn = ({ values }: SettingsLayer) =>
      settingText((values[section] as Record<string, unknown> | undefined)?.[key]);
    const said = layers.filter((each) => textIn(each) !== undefined);
    const last = said.at(-1);
    // An empty list changes something only where it takes the place of one that is not.
    if (last === undefined || said.every((each) => textIn(each) === '')) return [];
    // The exit status is of the command itself; it narrows nothing.
    if (key === 'fail-on' && last.origin === 'flag') return [];
    return [{ key: `${section}.${key}`, value: textIn(last) || '[]', by: whereIn(last, section, key) }];
  });
}

function settingText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'number' ? durationText(value) : String(value);
}

function waiversOf(layer: SettingsLayer): Waiver[] {
  const { projectFile: file } = layer;
  return (layer.values.waivers ?? []).map(({ check: id, subject, host, until, reason }, index) => {
    const by = whereIn(layer, 'waivers', 'check', index);
    const line = Number(/:(\d+)$/.exec(by)?.[1] ?? 1);
    return {
      check: id,
      reason,
      by,
      ...(file === undefined ? {} : { location: { file, line, column: 1 } }),
      ...(subject === undefined ? {} : { subject }),
      ...(host === undefined ? {} : { host }),
      ...(until === undefined ? {} : { until }),
    };
  });
}

/** The flag, the variable, or the file and the line alone. */
function whereIn({ place, origin }: SettingsLayer, section: string, key: string, index?: number): string {
  const where = place(section, key, index);
  return origin === 'file' ? where.slice(0, -`: ${key}`.length) : where;
}
