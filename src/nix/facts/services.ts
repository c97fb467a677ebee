import { FactUnavailable } from '../../model/fact.ts';
import { PartialValue } from '../../model/probe.ts';
import type { Place } from '../place.ts';
import { defineSourceFact, type SourceConfiguration } from './define.ts';
import {
  type Listed,
  listed,
  type Settings,
  type Stated,
  settingOf,
  settingsOf,
  statedText,
  statedTruth,
} from './stated.ts';
import { contentOf, type Text } from './text.ts';

const SERVICES = ['systemd', 'services'];
const ORDER = ['after', 'wants', 'requires', 'bindsTo', 'before'] as const;

/** A unit, or what the configuration adds to one that is made elsewhere. */
export interface DeclaredService {
  /** Without `.service`. */
  readonly name: string;
  readonly at: Place | undefined;
  readonly enable: Stated<boolean>;
  readonly order: Readonly<Record<(typeof ORDER)[number], Listed>>;
  readonly serviceConfig: Settings;
  readonly unitConfig: Settings;
  readonly environment: Settings;
  readonly startLimitIntervalSec: Stated<Text>;
  /** What runs before it starts (ExecStartPre, preStart), with the text of the scripts that are named there. */
  readonly startsWith: readonly { readonly text: Text; readonly content: string }[];
  /** Why there may be others. */
  readonly startsWithUnknown?: string;
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
    'preStart',
  ].map((key) => `${SERVICES.join('.')}.*.${key}`),
  read(configuration) {
    const { host } = configuration;
    if (host.system === 'darwin' || host.system === 'home')
      throw new FactUnavailable('not-applicable', `not on ${host.system}`);
    const { names, complete } = host.attributes(SERVICES);
    const found = names.map((name) => service(configuration, name));
    return complete ? found : new PartialValue(found, 'there may be units that could not be read');
  },
});

function service({ host, source }: SourceConfiguration, name: string): DeclaredService {
  const at = (key: string) => [...SERVICES, name, key];
  const serviceConfig = settingsOf(host, at('serviceConfig'));
  const before = settingOf(serviceConfig, 'ExecStartPre');
  const preStart = statedText(host, at('preStart'));
  const unknown = before?.unknown ?? (preStart.state === 'unknown' ? preStart.reason : undefined);
  const texts = [...(before?.items ?? []), ...(preStart.state === 'known' ? [preStart.value] : [])];
  return {
    name,
    at: host.definitions([...SERVICES, name])[0]?.at,
    enable: statedTruth(host, at('enable')),
    order: Object.fromEntries(
      ORDER.map((key) => [key, listed(host, at(key))]),
    ) as unknown as DeclaredService['order'],
    serviceConfig,
    unitConfig: settingsOf(host, at('unitConfig')),
    environment: settingsOf(host, at('environment')),
    startLimitIntervalSec: statedText(host, at('startLimitIntervalSec')),
    startsWith: texts.map((text) => ({ text, content: contentOf(text, source.tree) })),
    ...(unknown === undefined ? {} : { startsWithUnknown: unknown }),
  };
}
