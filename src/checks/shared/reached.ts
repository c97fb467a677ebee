import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { oncePer } from '../../facts/config/once-per.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { wholeText } from '../../facts/config/text.ts';
import { type Known, known, unknown } from '../../model/known.ts';
import { runOptions } from './run-options.ts';

/** Which container another one reaches under the name that its environment gives; undefined where it is none of these. */
type Reached = Known<DeclaredContainer | undefined>;

interface Naming {
  /** `DB_HOSTNAME`, and what stands there where nothing sets it. */
  readonly host: string;
  readonly fallback: string;
  /** `DB_URL`, which wins. */
  readonly url: string;
}

export function reachedBy(
  from: DeclaredContainer,
  { host, fallback, url }: Naming,
  containers: readonly DeclaredContainer[],
): Reached {
  const { environment, environmentFiles, extraOptions, name } = from;
  const options = runOptions(extraOptions);
  const set = (key: string) => settingOf(environment, key);
  const address = set(url);
  const setting = set(host);
  if (address !== undefined) {
    const [, of] = /^\w+:\/\/(?:[^@/]*@)?([\w.-]+)/.exec(address.items[0]?.text ?? '') ?? [];
    return of === undefined || (wholeText(address.items[0])?.startsWith('ioredis') ?? true)
      ? unknown(`${url} of ${name} is not known`)
      : known(named(of, containers));
  }
  if (setting !== undefined) {
    const text = wholeText(setting.items[0]);
    return text === undefined ? unknown(`${host} of ${name} is not known`) : known(named(text, containers));
  }
  const fromFile =
    environmentFiles.items.length > 0 ||
    options.has('env-file') ||
    options.has('env') ||
    options.has('env-host');
  const rest = environment.rest ?? environmentFiles.rest ?? options.rest;
  if (rest !== undefined) return unknown(`${host} of ${name} is not known: ${rest.reason}`);
  if (fromFile) return unknown(`${host} of ${name} may be set in its environment file`);
  return known(named(fallback, containers));
}

const named = (host: string, containers: readonly DeclaredContainer[]): DeclaredContainer | undefined =>
  byHostName(containers).get(host);

/** By its name and by each alias, of which a name wins: there may be thousands of servers that name one. */
const byHostName = oncePer((containers: readonly DeclaredContainer[]) => {
  const found = new Map<string, DeclaredContainer>();
  const add = (host: string, container: DeclaredContainer) => {
    if (!found.has(host)) found.set(host, container);
  };
  for (const container of containers) add(container.name, container);
  for (const container of containers)
    for (const { text } of runOptions(container.extraOptions).values('network-alias', 'network', 'name')) {
      add(text, container);
      for (const part of text.split(/[:,]/))
        if (part.startsWith('alias=')) add(part.slice('alias='.length), container);
    }
  return found;
});
