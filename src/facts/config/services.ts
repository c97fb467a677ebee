import { ifKnown, isKnown, type Known, known, type Several, several, UNSET } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Data } from '../../nix/data.ts';
import { PLAIN_PRIORITY } from '../../nix/modules/definition.ts';
import type { Reading } from '../../nix/reading.ts';
import {
  defineSourceFact,
  type HostReading,
  mayBeMore,
  requireNixos,
  type SourceConfiguration,
} from './define.ts';
import { oncePer } from './once-per.ts';
import { listed, type Setting, settingOf, settingsOf, statedText, statedTruth } from './stated.ts';
import { contentOf, type Program, plainText, programOf, STRICT, type Text, textOf } from './text.ts';

const SERVICES = ['systemd', 'services'];
const ORDER = ['after', 'wants', 'requires', 'bindsTo', 'before', 'requiredBy', 'wantedBy'] as const;

/** Of the settings of the manager, those that a unit has, too. */
const DEFAULTS = ['RestartSec', 'StartLimitIntervalSec', 'StartLimitBurst'] as const;

/** A unit, or what the configuration adds to one that is made elsewhere. */
export interface DeclaredService {
  /** Without `.service`. */
  readonly name: string;
  readonly at: SourceLocation | undefined;
  readonly enable: Known<boolean>;
  readonly order: Readonly<Record<(typeof ORDER)[number], Several<Text>>>;
  readonly serviceConfig: Several<Setting>;
  readonly unitConfig: Several<Setting>;
  readonly environment: Several<Setting>;
  readonly startLimitIntervalSec: Known<Text>;
  readonly startLimitBurst: Known<Text>;
  /** What the manager gives to a unit that does not say it itself: `DefaultRestartSec` and the like. */
  readonly defaults: Readonly<Record<(typeof DEFAULTS)[number], Known<Text>>>;
  /** What runs before it starts (ExecCondition, ExecStartPre, preStart), with the text of the scripts that are named there. */
  readonly startsWith: Several<DeclaredCommand>;
  /** What runs before it counts as started (ExecStartPost, postStart), likewise. */
  readonly startsAfter: Several<DeclaredCommand>;
  /** What it runs (ExecStart, script), likewise. */
  readonly runs: readonly DeclaredCommand[];
  /** Packages whose programs it finds without their folder. */
  readonly path: Several<Text>;
  /** Something may make `/bin/bash` and the like, which NixOS does not have. */
  readonly mayHaveUsualFolders: boolean;
}

export interface DeclaredCommand {
  readonly text: Text;
  readonly content: string;
  readonly program: Program;
  /** A command that systemd reads, and no script. */
  readonly isCommand: boolean;
}

export const services = defineSourceFact<readonly DeclaredService[]>({
  id: 'services',
  reads: 'systemd.services',
  options: [
    ...ORDER,
    'enable',
    'serviceConfig.*',
    'unitConfig.*',
    'environment.*',
    'startLimitIntervalSec',
    'startLimitBurst',
    'path',
    'preStart',
    'postStart',
    'script',
    'enableStrictShellChecks',
  ]
    .map((key) => `${SERVICES.join('.')}.*.${key}`)
    .concat('systemd.extraConfig', 'systemd.settings.Manager.*', 'systemd.enableStrictShellChecks'),
  read(configuration) {
    const { host } = configuration;
    requireNixos(host);
    const { items: names, rest } = host.attributes(SERVICES);
    const found = names.map((name) => declaredService(configuration, name));
    return rest === undefined ? found : new PartialValue(found, mayBeMore('units', rest));
  },
});

/** Several facts ask for the same units of a machine: each is read once. */
const unitsRead = oncePer((_: HostReading) => new Map<string, DeclaredService>());

/** What the configuration says of a unit, also of one that it does not name. */
export function declaredService(configuration: SourceConfiguration, name: string): DeclaredService {
  const known = unitsRead(configuration.host);
  const found = known.get(name) ?? declaredUnit(configuration, [...SERVICES, name], 'serviceConfig');
  known.set(name, found);
  return found;
}

export function declaredUnit(
  { host, source }: SourceConfiguration,
  path: readonly string[],
  section: 'serviceConfig' | 'socketConfig',
): DeclaredService {
  const unit = host.reading(path);
  const serviceConfig = settingsOf(unit.at(section));
  const { hasOverlays, isStrict: isStrictForAll, defaults, mayHaveUsualFolders } = saidForAll(host);
  const isStrict = isStrictForAll || ifKnown(statedTruth(unit.at('enableStrictShellChecks'))) === true;
  const optionsOfScripts = isStrict ? STRICT : 'set -e\n';
  const declared = ({ text, isCommand }: Pick<DeclaredCommand, 'text' | 'isCommand'>): DeclaredCommand => ({
    text,
    isCommand,
    content: contentOf(text, source.tree),
    program: programOf(text, source.tree, hasOverlays, isCommand ? '' : optionsOfScripts),
  });
  /** By a setting, and by the option of NixOS that becomes one definition of it. */
  const commands = (key: string, option?: string): Several<DeclaredCommand> => {
    const setting = settingOf(serviceConfig, key);
    const script = option === undefined ? UNSET : statedText(unit.at(option));
    const program = setting?.rest === undefined ? undefined : programAt(unit.at(section).at(key));
    const rest =
      (program === undefined ? setting?.rest : undefined) ??
      (script.state === 'unknown' ? script : undefined);
    const isTaken = [unit.at(section), unit.at(section).at(key)].some(isForced);
    return several(
      [
        ...(program ?? setting?.items ?? []).map((text) => declared({ text, isCommand: true })),
        ...(isKnown(script) && !isTaken ? [declared({ text: script.value, isCommand: false })] : []),
      ],
      rest,
    );
  };
  return {
    name: path.at(-1) ?? '',
    at: unit.definitions()[0]?.at,
    enable: statedTruth(unit.at('enable')),
    order: Object.fromEntries(
      ORDER.map((key) => [key, listed(unit.at(key))]),
    ) as unknown as DeclaredService['order'],
    serviceConfig,
    unitConfig: settingsOf(unit.at('unitConfig')),
    environment: settingsOf(unit.at('environment')),
    startLimitIntervalSec: statedText(unit.at('startLimitIntervalSec')),
    startLimitBurst: statedText(unit.at('startLimitBurst')),
    defaults,
    startsWith: severalOf(commands('ExecCondition'), commands('ExecStartPre', 'preStart')),
    startsAfter: commands('ExecStartPost', 'postStart'),
    runs: commands('ExecStart', 'script').items,
    path: listed(unit.at('path')),
    mayHaveUsualFolders,
  };
}

/** What a machine says of all of its units, of which there may be thousands. */
const saidForAll = oncePer((host: HostReading) => ({
  hasOverlays: host.reading(['nixpkgs', 'overlays']).option().state !== 'unset',
  isStrict: ifKnown(statedTruth(host.reading(['systemd', 'enableStrictShellChecks']))) === true,
  defaults: Object.fromEntries(
    DEFAULTS.map((key) => [key, ofManager(host, `Default${key}`)]),
  ) as DeclaredService['defaults'],
  mayHaveUsualFolders: MAKERS.some((path) => mentionsFolders(host.reading(path).value())),
}));

const severalOf = <T>(...lists: readonly Several<T>[]): Several<T> =>
  several(
    lists.flatMap(({ items }) => items),
    lists.find(({ rest }) => rest !== undefined)?.rest,
  );

/** What may link programs to where other systems have them. */
const MAKERS = [
  ['services', 'envfs', 'enable'],
  ['systemd', 'tmpfiles'],
  ['system', 'activationScripts'],
];

function mentionsFolders(data: Data): boolean {
  if (typeof data === 'string') return /\/bin(?:\/|\b)/.test(data);
  if (data === null || typeof data !== 'object') return data === true;
  if (!('kind' in data)) return data.some(mentionsFolders);
  if (data.kind === 'text') return data.parts.some(mentionsFolders);
  if (data.kind === 'set') return [...data.attributes.values()].some(mentionsFolders);
  return false;
}

/** By the option of NixOS, or in the text that older ones had for it. */
function ofManager(host: HostReading, key: string): Known<Text> {
  const stated = statedText(host.reading(['systemd', 'settings', 'Manager', key]));
  const extra = stated.state === 'unset' ? statedText(host.reading(['systemd', 'extraConfig'])) : stated;
  if (stated.state !== 'unset' || !isKnown(extra)) return extra;
  const [, value] = new RegExp(`^\\s*${key}\\s*=\\s*(.*)$`, 'm').exec(extra.value.text) ?? [];
  return value === undefined ? UNSET : known(plainText(value.trim(), extra.at), extra.at);
}

/** NixOS makes preStart one definition of ExecStartPre, of the usual priority: what is forced takes its place. */
const isForced = (reading: Reading) =>
  reading.definitions().some(({ priority, holds }) => ifKnown(holds) === true && priority < PLAIN_PRIORITY);

/** A setting that is a package, and no text: `ExecStartPre = pkgs.writeShellScript "wait" "..."`. */
function programAt(reading: Reading): readonly Text[] | undefined {
  const option = reading.option();
  if (option.state !== 'unknown' || !(option.path !== undefined || /^pkgs\./.test(option.name ?? '')))
    return undefined;
  const text = textOf(option, option.at);
  return text === undefined ? undefined : [text];
}
