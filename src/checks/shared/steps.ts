import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { optionPath } from '../../remedy/nix-text.ts';
import { edit, run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import type { SourceContext } from '../define.ts';
import { within } from './evidence-at.ts';
import { allHaving, allWith } from './lookup.ts';

/** What is added to the limit's interval: nobody pastes at the moment of the reading. */
const PASTED_AFTER_MS = 30_000;

/**
 * Restarts these units. systemd refuses it to those that failed too often just before, until the interval of its limit is
 * over: only they are reset first.
 */
export function restart(
  ids: readonly string[],
  { units = [], now, why }: { units?: readonly ContainerUnit[] | undefined; now: number; why?: string },
): Step[] {
  const refused = ids.filter((id) =>
    allWith(units, 'id', id).some(
      ({ activeState, changedAt = now, startLimitInterval }) =>
        activeState === 'failed' && now - changedAt < startLimitInterval + PASTED_AFTER_MS,
    ),
  );
  const what = ids.length === 1 ? 'the unit' : 'the units';
  return [
    ...(refused.length === 0
      ? []
      : [
          run(['systemctl', 'reset-failed', '--', ...refused.map(unitName)], {
            root: true,
            why: 'Clear the failed starts: after too many of them, systemd refuses the next start for a while.',
          }),
        ]),
    ...(ids.length === 0
      ? []
      : [
          run(['systemctl', 'restart', '--', ...ids.map(unitName)], {
            root: true,
            risk: 'restart',
            why: why ?? `Restart ${what}.`,
          }),
        ]),
  ];
}

/** No line to paste is longer: units may all require each other. */
const MOST_DEPENDENTS = 50;

/** A unit with those that require it and so went down, or stayed down, with it. */
export function withDependents(unit: ContainerUnit, units: readonly ContainerUnit[]): string[] {
  const found = new Set([unit.id]);
  for (const id of found)
    for (const other of allHaving(units, 'requires', id))
      if (found.size <= MOST_DEPENDENTS && shouldRun(other)) found.add(other.id);
  return [...found];
}

/** What somebody stopped, or masked, is not to be started by the way. */
const shouldRun = ({ activeState, loadState, wanted }: ContainerUnit) =>
  loadState === 'loaded' && (activeState === 'failed' || (activeState !== 'active' && wanted));

/**
 * A setting of a unit of a running NixOS. A unit of a generator, as those of quadlets are, would be replaced by one that
 * has this setting and nothing to start.
 */
export function unitSetting(
  { id, isGenerated }: Pick<ContainerUnit, 'id' | 'isGenerated'>,
  {
    section,
    key,
    ...written
  }: {
    readonly section: 'unitConfig' | 'serviceConfig';
    readonly key: string;
    readonly after: string;
    readonly why: string;
  },
): Step {
  const name = id.replace(/\.service$/, '');
  return isGenerated
    ? edit({
        option: optionPath('systemd', 'services', name),
        after: `{ overrideStrategy = "asDropin"; ${section}.${key} = ${written.after}; }`,
        why: written.why,
      })
    : edit({ option: optionPath('systemd', 'services', name, section, key), ...written });
}

const SWITCH = {
  root: true,
  risk: 'restart',
  why: 'Rebuild, and switch to the new configuration.',
} as const;

/** The changes of a NixOS configuration do nothing before this. */
export const rebuild = (): Step => run(['nixos-rebuild', 'switch'], SWITCH);

export const darwinRebuild = (): Step => run(['darwin-rebuild', 'switch'], SWITCH);

/** On a Mac of which it is not known whether Nix writes what was changed. */
export const rebuildIfNix = (): Step =>
  run(['darwin-rebuild', 'switch'], {
    ...SWITCH,
    why: 'If Nix writes it, rebuild, and switch to the new configuration.',
  });

/** The same of any configuration; `usual` is what one is of that does not say it. */
export function rebuildOf(
  system: SourceContext['system'],
  { usual = 'nixos' }: { usual?: 'nixos' | 'darwin' } = {},
): Step {
  const of = system === 'unknown' ? usual : system;
  if (of === 'home')
    return run(['home-manager', 'switch'], {
      risk: 'restart',
      why: 'Build the new home-manager configuration, and switch to it.',
    });
  return of === 'darwin' ? darwinRebuild() : rebuild();
}

/** A place of a configuration as a step has it: from the working directory. */
export function placeIn(
  folder: string,
  at: SourceLocation | undefined,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  return at === undefined ? undefined : { ...at, file: within(folder, at.file) };
}
