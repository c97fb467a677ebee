import { posix } from 'node:path';
import { ifKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { writtenTexts, writtenWords } from '../../nix/bindings.ts';
import type { SourceFile, SourceTree } from '../../nix/source-tree.ts';
import { containersOf } from './commands.ts';
import type { HostReading, SourceConfiguration } from './define.ts';
import type { Elsewhere } from './elsewhere.ts';
import { addressesIn } from './listener.ts';
import { oncePer } from './once-per.ts';

/** Most files have none, and need not be looked through. */
const ENGINE = /podman|docker|nerdctl/;
/** Of a list of words: names of packages or of plugins may have an engine among them. */
const BEGINS_WITH_ENGINE = /^(?:(?:sudo|exec) )?(?:\S*\/)?(?:podman|docker|nerdctl)(?:-compose)? /;
/** Options of which the scripts are read, whatever switches them off. */
const READ = /(?:^|(?<!initrd)\.)(?:systemd\.(?:user\.)?services|system\.activationScripts)\./;
/** What is only said, or typed by hand. */
const SAID =
  /(?:^|\.)(?:\w*description|meta|motd|example|defaultText|assertions|warnings|message|comment|documentation|\w*aliases|\w*abbr\w*)(?:\.|$)/i;
/** Where the options of NixOS and of home-manager begin that may hold a command. */
const OPTIONS =
  /^(?:boot|environment|hardware|home|networking|powerManagement|programs|security|services|system|systemd|users|virtualisation|xdg)$/;
const SCRIPT = /\.(?:sh|bash|service)$/;
const SHEBANG = /^#!.*\b(?:ba|da|z)?sh\b/;
const LONGEST_FILE = 1024 * 1024;

interface Script {
  /** The names around it; of a file none. */
  readonly path: readonly string[];
  readonly script: string;
  readonly at: SourceLocation;
}

/** What is known of a machine beside the text of its files. */
export interface KnownOf {
  /** Where the options of the machine, of its other systems and of its homes begin. */
  readonly systems: readonly (readonly string[])[];
  /** Scripts of which it is told elsewhere what they run. */
  readonly scripts: readonly string[];
}

/**
 * Commands that make containers, anywhere in the files of the machine: there are more options that run a command than
 * anybody lists.
 */
export function writtenCommands(
  { host, source: { tree } }: SourceConfiguration,
  declared: ReadonlySet<string>,
  { systems, scripts }: KnownOf,
): readonly Elsewhere[] {
  const written = host.files.flatMap((path) => {
    const file = tree.file(path);
    return typeof file === 'string' ? [] : [...scriptsOf(file), ...filesNamed(file, tree)];
  });
  if (written.length === 0) return [];
  const told = scripts.flatMap((script) =>
    containersOf(script, new Set()).map((each) => each.written.replace(/\s+/g, ' ')),
  );
  const isTold = (command: string) =>
    told.some((other) => other.includes(command) || command.startsWith(withoutPath(other)));
  const found = written.flatMap(({ path, script, at }) => {
    const commands = containersOf(script, declared).filter(
      (each) => runs(each.written) && !isTold(firstWords(each.written)),
    );
    if (commands.length === 0 || isOff(host, systems, path)) return [];
    return commands.map((each) => ({
      what: `the command ${each.command}`,
      at: placeOf(firstWords(each.written), at, tree),
      addresses: addressesIn(each.written),
    }));
  });
  return [...new Map(found.map((each) => [`${each.at.file}:${each.at.line}`, each])).values()];
}

/** The name of a plugin is that of a command, and `docker compose exec` makes nothing. */
function runs(written: string): boolean {
  const operands = /(?:compose|stack)\s+(.*)$/s.exec(written)?.[1];
  if (/\bstack\b/.test(written)) return /\bdeploy\b/.test(operands ?? '');
  if (/compose(?!\S)/.test(written))
    return /(?:^|\s)(?:up|start|run|create|restart)(?!\S)/.test(operands ?? '');
  return /(?:run|create|start|play|kube)\s+\S/.test(written);
}

/** A command as far as it is the same wherever it stands: without what stands before it, and from what is computed in it on. */
const firstWords = (written: string): string =>
  (/(?:podman|docker|nerdctl).*/s.exec(written)?.[0] ?? written).split(/\$\{|\n|"|'/)[0]?.trim() ?? '';

/** Of a command whose words are read one by one, only the first are told. */
const withoutPath = (written: string): string => written.replace(/^.*?(?=podman|docker|nerdctl)/, '');

/** In the file as it is written: a text may have more lines, or fewer. */
function placeOf(words: string, at: SourceLocation, tree: SourceTree): SourceLocation {
  const read = tree.text(at.file);
  const lines = 'text' in read ? read.text.split('\n').slice(at.line - 1) : [];
  const [engine = words] = words.split(/\s+(?=-)/);
  const line = [words, engine]
    .map((each) => lines.findIndex((text) => text.includes(each)))
    .find((index) => index >= 0);
  return { ...at, line: at.line + (line ?? 0) };
}

/** What no system sets, of options that are known: a module has it, and is not switched on. */
function isOff(host: HostReading, systems: KnownOf['systems'], names: readonly string[]): boolean {
  const path = names[0] === 'config' ? names.slice(1) : names;
  if (!OPTIONS.test(path[0] ?? '') || path.includes('…')) return false;
  return systems.every((base) => {
    const reading = host.reading([...base, ...path]);
    const isSet = reading.definitions().some(({ holds }) => ifKnown(holds) !== false);
    return !isSet && reading.option().state === 'unset';
  });
}

/** Texts that may be scripts, or be in one; several machines have the same files. */
const scriptsOf = oncePer((file: SourceFile): readonly Script[] => {
  if (!ENGINE.test(file.text)) return [];
  // A list of words may be lost where the option is read: a function makes one command of it.
  const texts = writtenTexts(file).filter(({ path }) => !READ.test(path.join('.')));
  const commands = writtenWords(file).filter(({ script }) => BEGINS_WITH_ENGINE.test(script));
  return [...texts, ...commands].flatMap(({ path, script, at }) =>
    ENGINE.test(script) && !SAID.test(path.join('.')) ? [{ path, script: plain(script), at }] : [],
  );
});

/** Scripts that are files of their own, by a path that is written out: `builtins.readFile ./start.sh`. */
function filesNamed(file: SourceFile, tree: SourceTree): readonly Script[] {
  return file.syntax.paths.flatMap((written) => {
    if (!/^\.{1,2}\//.test(written)) return [];
    const path = posix.normalize(`${posix.dirname(file.path)}/${written}`);
    if (path.startsWith('..') || path.endsWith('.nix') || tree.kind(path) !== 'file') return [];
    const read = tree.text(path);
    if ('reason' in read || read.text.length > LONGEST_FILE) return [];
    const isScript = SCRIPT.test(path) || SHEBANG.test(read.text);
    return isScript && ENGINE.test(read.text)
      ? [{ path: [], script: plain(read.text), at: { file: path, line: 1, column: 1 } }]
      : [];
  });
}

/** As a script: without what a unit has before its command, and without what an alias only names. */
const plain = (text: string) =>
  text.replace(/^\s*Exec\w+=[-@:+!|]*/gm, '').replace(/^[ \t]*alias\s.*$/gm, '');
