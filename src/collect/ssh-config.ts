import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../text/home.ts';
import { didYouMean } from '../text/nearest.ts';

/** `; did you mean "x"?` for a host that ssh cannot resolve, from the `Host` lines of the user's own config. */
export function nearestHost(destination: string): string {
  const name = /^(?:ssh:\/\/)?(?:.*@)?([^:]+)/.exec(destination)?.[1] ?? destination;
  const known = configuredHosts();
  return known.includes(name)
    ? '; set its address with `HostName` in ~/.ssh/config'
    : didYouMean(name, known);
}

/** The names of hosts in the user's own config of ssh. */
export function configuredHosts(): string[] {
  try {
    const config = readFileSync(join(homeFolder(), '.ssh', 'config'), 'utf8');
    return [...config.matchAll(/^[ \t]*Host[ \t=]+(.+)$/gim)].flatMap(([, names = '']) =>
      names.split(/[\s"]+/).filter((word) => /^[^!*?#]+$/.test(word)),
    );
  } catch {
    // A hint, no more: without a config there is none.
    return [];
  }
}
