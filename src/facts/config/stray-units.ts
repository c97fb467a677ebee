import { ifKnown } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { Reading } from '../../nix/reading.ts';
import { slipOf } from '../../text/nearest.ts';
import { allContainers, type DeclaredContainer, declaredContainers } from './containers.ts';
import { defineSourceFact, type HostReading, requireNixos } from './define.ts';
import { type DeclaredService, declaredService } from './services.ts';
import { settingOf, statedText } from './stated.ts';
import { wholeText } from './text.ts';

/** Settings of a unit that is called as those of containers, and belongs to none. */
export interface StrayUnit {
  readonly service: DeclaredService;
  /** The unit of a container that is called nearly so. */
  readonly meant: string | undefined;
}

const CALLED =
  /^(?:podman|docker)-(?!(?:prune|auto-update|restart|clean-transient|kube@?|registry|registry-garbage-collect)$)[^@]+$/;

export const strayUnits = defineSourceFact<readonly StrayUnit[]>({
  id: 'stray-units',
  reads: 'systemd.services.podman-*, and the containers that such units belong to',
  options: [],
  read(configuration) {
    const { host } = configuration;
    requireNixos(host);
    const { items: own, rest } = declaredContainers(configuration);
    if (own.length === 0) return [];
    const units = new Set(allContainers(configuration).flatMap(unitsUnder(host)));
    const stray = host
      .attributes(['systemd', 'services'])
      .items.filter((name) => CALLED.test(name) && !units.has(name))
      .map((name) => declaredService(configuration, name))
      .filter((service) => isOnlySettings(service, host.reading(['systemd', 'services', service.name])))
      .map((service) => ({ service, meant: nearest(service.name, own) }));
    return stray.length === 0 || rest === undefined ? stray : new PartialValue([], rest.reason);
  },
});

/** Unless the configuration sets podman, with the other engine, too: which one it has is for another check. */
function unitsUnder(host: HostReading): (container: DeclaredContainer) => readonly string[] {
  const option = host.reading(['virtualisation', 'oci-containers', 'backend']);
  const backend = option.definitions().length === 0 ? undefined : wholeText(statedText(option));
  return ({ name, unit }) => {
    const both = [`podman-${name}`, `docker-${name}`];
    return backend !== 'podman' && both.includes(unit) ? both : [unit];
  };
}

/** Nothing runs it: no command, and no other unit of which it would be a drop-in. */
function isOnlySettings(service: DeclaredService, reading: Reading): boolean {
  const { serviceConfig, runs, enable } = service;
  const isDropIn = DROP_IN.some((key) => reading.at(key).definitions().length > 0);
  const hasCommand = ['ExecStart', 'Type'].some((key) => settingOf(serviceConfig, key) !== undefined);
  return (
    ifKnown(enable) !== false &&
    !isDropIn &&
    !hasCommand &&
    runs.length === 0 &&
    serviceConfig.rest === undefined
  );
}

/** A script that is not known is one, too. */
const DROP_IN = ['overrideStrategy', 'script', 'aliases', 'reload'];

const plain = (name: string) => name.replace(/^(?:podman|docker)-|[-_.]/g, '').toLowerCase();

function nearest(name: string, containers: readonly DeclaredContainer[]): string | undefined {
  const units = containers.map(({ unit }) => unit);
  return units.find((unit) => plain(unit) === plain(name)) ?? slipOf(name, units);
}
