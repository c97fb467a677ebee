import { networkInterfaces } from 'node:os';
import type { Collection, CollectOptions, Target } from '../../collect/target.ts';
import { factOf } from '../../engine/facts.ts';
import { addresses } from '../../facts/host/addresses.ts';
import { immichJobs } from '../../facts/host/immich-jobs.ts';
import type { Probe, RawResult } from '../../model/probe.ts';
import type { SettingsImmich } from './immich-of-settings.ts';

/**
 * The same targets, of which Immich is asked from here while they are read, once: the key goes to Immich, and not to
 * them; and it goes out only where the URL of the settings is found to be one of the host.
 */
export function askingImmich(targets: readonly Target[], config: string | undefined): readonly Target[] {
  const immich = askedOnce(config);
  return targets.map((target) => ({
    name: target.name,
    kind: target.kind,
    async collect(probes, options): Promise<Collection> {
      if (!probes.some(({ id }) => id === immichJobs.id)) return target.collect(probes, options);
      const others: readonly Probe[] = [
        ...probes.filter(({ id }) => id !== immichJobs.id && id !== addresses.id),
        addresses,
      ];
      const ofHost = Promise.withResolvers<RawResult | undefined>();
      const onResult = (probe: Probe, result: RawResult) => {
        options.onResult?.(probe, result);
        if (probe.id === addresses.id) ofHost.resolve(result);
      };
      const collecting = target
        .collect(others, { ...options, onResult })
        .finally(() => ofHost.resolve(undefined));
      const [collection, result] = await Promise.all([
        collecting,
        immich(target.kind, ofHost.promise, options),
      ]);
      return { ...collection, results: new Map(collection.results).set(immichJobs.id, result) };
    },
  }));
}

/** Its settings and what speaks to it are loaded while the first host is read, and it is asked for all hosts once. */
function askedOnce(config: string | undefined) {
  let loading: ReturnType<typeof load> | undefined;
  let asked: Promise<RawResult> | undefined;
  return async (
    kind: Target['kind'],
    ofHost: Promise<RawResult | undefined>,
    { signal }: CollectOptions,
  ): Promise<RawResult> => {
    loading ??= load(config);
    const { immich, askedJobs } = await loading;
    if (typeof immich === 'string') return notAsked(immich);
    const why = whyElsewhere(immich, kind, await ofHost);
    if (why !== undefined) return notAsked(`${immich.shownUrl} ${why}`);
    asked ??= askedJobs(immich, signal);
    return asked;
  };
}

async function load(config: string | undefined) {
  const { askedJobs, immichOfSettings } = await import('./immich-of-settings.ts');
  return { immich: await immichOfSettings(config), askedJobs };
}

const notAsked = (reason: string): RawResult => ({ outcome: 'not-applicable', durationMs: 0, reason });

const LOOPBACK = /^(?:127\.|::1$)/;

/** Why the URL is not seen to be one of the host, with each of its addresses. */
function whyElsewhere(
  { addresses: wanted }: SettingsImmich,
  kind: Target['kind'],
  ofHost: RawResult | undefined,
): string | undefined {
  if (wanted.length === 0) return 'cannot be resolved on this machine';
  const isHere = kind === 'local';
  if (isHere && wanted.every((address) => LOOPBACK.test(address))) return undefined;
  const read = ofHost === undefined ? undefined : factOf(addresses, ofHost);
  if (read?.outcome !== 'ok') return 'may be an address of this host or not: its addresses were not read';
  // What both machines have, as a bridge of containers, leads to this one from here.
  const ofBoth = isHere ? [] : Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isOfHost = (one: string) =>
    LOOPBACK.test(one)
      ? isHere
      : read.value.assigned.some(({ address }) => address === one) &&
        !ofBoth.some(({ address }) => address === one);
  return wanted.every(isOfHost) ? undefined : 'is not an address of this host';
}
