import type { Waiver } from '../model/waiver.ts';
import { asTruth, asWords, readSources } from './sources.ts';

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
  readonly waivers: readonly Waiver[];
}

export const DEFAULTS: Settings = {
  configuration: '/etc/nixos',
  hosts: [],
  sudo: false,
  skip: [],
  failOn: 'fail',
  timeoutMs: 30_000,
  names: { containers: [], secrets: [] },
  waivers: [],
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

/**
 * The settings, from the flags before the environment before the file.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function loadSettings(flags: SettingFlags, checkIds: readonly string[]): Promise<Settings> {
  const { config, host: hosts, sudo, skip, timeout, since } = flags;
  const sources = await readSources({
    config,
    section: 'check',
    flags: {
      configuration: flags.configuration,
      hosts,
      sudo,
      skip,
      'fail-on': flags['fail-on'],
      timeout,
      since,
    },
    flag: (key) => `--${key === 'hosts' ? 'host' : key}`,
    variable: (key) => `HSDOCTOR_${key.replaceAll('-', '_').toUpperCase()}`,
    readers: { hosts: asWords, skip: asWords, sudo: asTruth },
    checkIds,
  });
  const { configuration, check, names } = sources
    .map(({ values }) => values)
    .reduce((below, above) => ({
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
    waivers: sources.flatMap(({ values, place }) =>
      (values.waivers ?? []).map(({ check: id, subject, host, until, reason }, index) => ({
        check: id,
        reason,
        by: place('waivers', 'check', index).replace(/: check$/, ''),
        ...(subject === undefined ? {} : { subject }),
        ...(host === undefined ? {} : { host }),
        ...(until === undefined ? {} : { until }),
      })),
    ),
  };
}
