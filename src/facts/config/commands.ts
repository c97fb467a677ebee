import { known, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Elsewhere } from './elsewhere.ts';
import { addressesIn, flagged, type Listener, ofPort, publishedIn } from './listener.ts';
import type { DeclaredService } from './services.ts';
import { plainText } from './text.ts';

/** What is run in the network of the host. */
export const usesHostNetwork = (options: string) =>
  /(?:^|\s)--net(?:work)?[= ]["']?host(?![\w-])/.test(options);

/** A program by its name, or by its path. */
const PROGRAM = String.raw`(?:^|[\s;&|(}'"]|\/bin\/)`;
/** Options of the engine itself, some with a word of their own. */
const OPTIONS = String.raw`(?:-\S+\s+(?:(?!(?:network|volume|secret|machine|context|manifest|plugin|system|image)\s)[^-\s]\S*\s+)?)*`;
const RUN = new RegExp(
  String.raw`${PROGRAM}(podman|docker|nerdctl)\s+${OPTIONS}(?:(?:container\s+)?(?:run|create)|pod\s+create)\s+([^\n;]*)`,
  'g',
);
const OTHER = new RegExp(
  [
    String.raw`${PROGRAM}((?:podman|docker)-compose|(?:podman|docker|nerdctl)\s+${OPTIONS}(?:compose|start|stack)`,
    String.raw`|podman\s+${OPTIONS}(?:kube\s+play|play\s+kube))(?![\w./-])([^\n;&|]*)`,
  ].join(''),
  'g',
);

/** What a script only says. */
const SAYS = /(?<=^|[\s;&|(])(?:echo|printf|logger)\s[^\n;&|]*/g;

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
    const own = ownAddresses(said(content)).map((written) => ({
      ...common,
      written,
      address: unknown('it asks for its Tailscale address when it starts'),
      at,
    }));
    const publishes = runs(content).flatMap((words) =>
      publishedIn(words.map((word) => plainText(word, at))).map((port) => ({
        ...common,
        ...ofPort({ ...port, text: port.text.replace(/\$(\w+)/g, '$${$1}') }),
        at,
      })),
    );
    return [...listens, ...own, ...publishes];
  });
}

const ASKED = String.raw`\$\([^()]*tailscale\S*\s+ip\b[^()]*\)`;
const INTO_VARIABLE = new RegExp(String.raw`(?:^|[\s;])(\w+)=["']?${ASKED}`, 'g');

/** Where it listens on what `tailscale ip` says, at once or by a variable. */
function ownAddresses(script: string): readonly string[] {
  if (!/tailscale\S*\s+ip\b/.test(script)) return [];
  const variables = [...script.matchAll(INTO_VARIABLE)].map(([, name]) => String.raw`\$\{?${name}\b`);
  const flag = String.raw`(?:^|\s)(?:--?[\w.-]*(?:listen|bind|publish|addr|host)[\w.-]*|-p)[= ]["']?`;
  const used = new RegExp(`${flag}(${[ASKED, ...variables].join('|')})`, 'g');
  return [...script.matchAll(used)].flatMap(([, written]) => written ?? []);
}

/** What the commands of a unit start, of which the ports are written elsewhere. */
export function startedByCommands({ name, runs: commands }: DeclaredService): Elsewhere[] {
  const content = commands.map((each) => each.content).join('\n');
  const others = [...said(content).matchAll(OTHER)].map(([, command = '']) => nameOf(command));
  const inHostNetwork = runs(content).some((words) => usesHostNetwork(words.join(' ')));
  return [...new Set([...others, ...(inHostNetwork ? ['podman run --network=host'] : [])])].map(
    (command) => ({
      what: `${command} in ${name}.service`,
      at: commands[0]?.text.at,
      addresses: [],
    }),
  );
}

/** A command, or a script, that may make containers. */
export interface ContainerCommand {
  readonly at: SourceLocation | undefined;
  /** With the text of the scripts that it names. */
  readonly content: string;
}

/**
 * What of these makes containers, or starts some that are not among those declared: `docker compose`, `podman run`.
 * @param declared names of containers
 */
export function containerCommands(
  commands: readonly ContainerCommand[],
  declared: ReadonlySet<string>,
): readonly { readonly command: string; readonly at: SourceLocation | undefined }[] {
  const found = commands.flatMap(({ at, content }) =>
    containersOf(content, declared).map(({ command }) => ({ command, at })),
  );
  return [...new Map(found.map((each) => [each.command, each])).values()];
}

/** Each of these commands of a script, with what it is written as. */
export function containersOf(content: string, declared: ReadonlySet<string>) {
  const script = said(content).replace(SAYS, ' ');
  const ran = [...script.matchAll(RUN)].map(([written, engine]) => ({ command: `${engine} run`, written }));
  const others = [...script.matchAll(OTHER)].flatMap(([written, command = '', operands = '']) => {
    const name = nameOf(command);
    return name.endsWith(' start') && isOfDeclared(operands, declared) ? [] : [{ command: name, written }];
  });
  return [...ran, ...others];
}

/** Without options. */
const nameOf = (command: string) =>
  command
    .replace(/^(\S+)\s+(?:\S.*\s)?(compose|start|stack|kube\s+play|play\s+kube)$/s, '$1 $2')
    .replace(/\s+/g, ' ');

/** Who starts a container again after a backup makes none. */
function isOfDeclared(operands: string, declared: ReadonlySet<string>): boolean {
  const names = operands.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  return names.every((name) => name.includes('$') || declared.has(name.replace(/["']/g, '')));
}

/** A script without its comments and needless quotes, each command on a line, the main program of a package by its name. */
const said = (content: string) =>
  content
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .replace(/(?<=^|\s)(["'])([\w.:@/${}-]+)\1(?=\s|$)/gm, '$2')
    .replace(/\$\{(?:[\w-]+\.)*([\w-]+)\.meta\.mainProgram\}/g, '$1');

/** The words of each `podman run`, or what else makes a container with ports. */
const runs = (content: string): string[][] =>
  [...said(content).matchAll(RUN)].map(([, , words = '']) =>
    (words.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/["']/g, '')),
  );
