import process from 'node:process';
import { openNixSource } from '../src/nix/source.ts';

const CONTAINERS = 'virtualisation.oci-containers.containers';
const UNITS = 'systemd.services';
const OF_CONTAINER = ['image', 'ports', 'volumes', 'environment', 'extraOptions'];
const OF_UNIT = ['after', 'serviceConfig.RestartSec', 'script'];

/**
 * Reads a tree as the checks do together: what runs and how, where each of it is set, what is no Nix, and all comments.
 * Prints what it took.
 */
function read(folder: string): void {
  const started = performance.now();
  const source = openNixSource(folder);
  const [host] = source.hosts;
  if (host === undefined) throw new Error('there is no host');
  const states = { known: 0, unset: 0, unknown: 0 };
  let [asked, places, comments] = [0, 0, 0];
  for (const [above, options] of [
    [CONTAINERS, OF_CONTAINER],
    [UNITS, OF_UNIT],
  ] as const) {
    const { names, complete } = host.attributes(above);
    if (!complete) throw new Error(`there may be other ${above}`);
    asked += names.length * options.length;
    for (const name of names)
      for (const option of options) {
        const path = `${above}.${name}.${option}`;
        states[host.option(path).state]++;
        places += host.definitions(path).filter(({ at }) => at !== undefined).length;
      }
  }
  for (const path of host.files) comments += source.comments(path).length;
  // Of eight options of a container and its unit only the script is not known: it calls a package.
  const perContainer = asked / (OF_CONTAINER.length + OF_UNIT.length);
  const expected =
    asked > 0 &&
    states.unset === 0 &&
    states.unknown === perContainer &&
    places === asked &&
    comments === perContainer &&
    source.problems().length === 0;
  if (!expected) throw new Error(`read wrongly: ${JSON.stringify({ ...states, asked, places, comments })}`);
  const { maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ ms: performance.now() - started, bytes: maxRSS * 1024, asked }));
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('there is no folder to read');
read(folder);
