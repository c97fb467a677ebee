import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { runOptions } from './run-options.ts';

/** Which container another one reaches under the name that its environment gives; undefined where it is none of these. */
export type Reached =
  | { readonly state: 'known'; readonly container: DeclaredContainer | undefined }
  | { readonly state: 'unknown'; readonly reason: string };

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
  const set = (key: string) => environment.settings.find((setting) => setting.key === key);
  const address = set(url);
  const setting = set(host);
  if (address !== undefined) {
    const [, of] = /^\w+:\/\/(?:[^@/]*@)?([\w.-]+)/.exec(address.items[0]?.text ?? '') ?? [];
    return of === undefined || address.items[0]?.whole !== true || address.items[0].text.startsWith('ioredis')
      ? unknown(`${url} of ${name} is not known`)
      : { state: 'known', container: named(of, containers) };
  }
  if (setting !== undefined) {
    const [text] = setting.items;
    return text?.whole === true
      ? { state: 'known', container: named(text.text, containers) }
      : unknown(`${host} of ${name} is not known`);
  }
  const fromFile =
    environmentFiles.items.length > 0 ||
    options.has('env-file') ||
    options.has('env') ||
    options.has('env-host');
  const reason = environment.unknown ?? environmentFiles.unknown ?? options.unknown;
  if (reason !== undefined) return unknown(`${host} of ${name} is not known: ${reason}`);
  if (fromFile) return unknown(`${host} of ${name} may stand in its environment file`);
  return { state: 'known', container: named(fallback, containers) };
}

function named(host: string, containers: readonly DeclaredContainer[]): DeclaredContainer | undefined {
  return (
    containers.find(({ name }) => name === host) ??
    containers.find(({ extraOptions }) =>
      runOptions(extraOptions)
        .values('network-alias', 'network', 'name')
        .some(({ text }) => text === host || text.split(/[:,]/).includes(`alias=${host}`)),
    )
  );
}

const unknown = (reason: string): Reached => ({ state: 'unknown', reason });
