import { known } from '../../model/known.ts';
import type { Elsewhere } from './elsewhere.ts';
import { addressesIn, flagged, type Listener, ofPort, publishedIn } from './listener.ts';
import type { DeclaredService } from './services.ts';
import { plainText } from './text.ts';

/** What is run in the network of the host. */
export const usesHostNetwork = (options: string) =>
  /(?:^|\s)--net(?:work)?[= ]["']?host(?![\w-])/.test(options);

const RUN =
  /(?:^|[\s/;&|(}])(podman|docker)\s+(?:--?\S+\s+)*(?:(?:container\s+)?(?:run|create)|pod\s+create)\s+([^\n;]*)/g;
const OTHER =
  /(?:^|[\s/;&|(}])((?:podman|docker)[ -]compose|(?:podman|docker)\s+(?:start|stack)|podman\s+(?:kube\s+play|play\s+kube))\b/g;

/** Where units listen by their commands: a listen address on a command line, a port of `podman run`. */
export function listenersOfCommands(unit: DeclaredService): Listener[] {
  const common = {
    kind: 'service' as const,
    name: unit.name,
    unit: `${unit.name}.service`,
    option: 'ExecStart',
    units: [unit],
    isFree: false,
  };
  return unit.runs.flatMap(({ text, content }) => {
    const { at } = text;
    const listens = flagged(said(content)).flatMap((written) =>
      addressesIn(written).map((address) => ({ ...common, written, address: known(address), at })),
    );
    const publishes = runs(content).flatMap((words) =>
      publishedIn(words.map((word) => plainText(word, at))).map((port) => ({
        ...common,
        ...ofPort({ ...port, text: port.text.replace(/\$(\w+)/g, '$${$1}') }),
        at,
      })),
    );
    return [...listens, ...publishes];
  });
}

/** What the commands of a unit start, of which the ports are written elsewhere. */
export function startedByCommands({ name, runs: commands }: DeclaredService): Elsewhere[] {
  const content = commands.map((each) => each.content).join('\n');
  const others = [...said(content).matchAll(OTHER)].map(([, command = '']) => command.replace(/\s+/g, ' '));
  const inHostNetwork = runs(content).some((words) => usesHostNetwork(words.join(' ')));
  return [...new Set([...others, ...(inHostNetwork ? ['podman run --network=host'] : [])])].map(
    (command) => ({
      what: `${command} in ${name}.service`,
      addresses: [],
    }),
  );
}

/** A script without its comments, each command on a line. */
const said = (content: string) => content.replace(/^\s*#.*$/gm, '').replace(/\\\n/g, ' ');

/** The words of each `podman run`, or what else makes a container with ports. */
const runs = (content: string): string[][] =>
  [...said(content).matchAll(RUN)].map(([, , words = '']) =>
    (words.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/["']/g, '')),
  );
