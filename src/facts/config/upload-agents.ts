import { FactUnavailable } from '../../model/fact.ts';
import { ifKnown, isKnown, type Known, known, type Several, several, UNSET } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineSourceFact, type HostReading, mayBeMore, type SourceConfiguration } from './define.ts';
import {
  belowHome,
  declarationOf,
  HOME_FILE_OPTIONS,
  type HomeFile,
  homeFiles,
  notTold,
  type ProgramFile,
  programInHome,
  programInTree,
  scriptsOfHomeFile,
  treePath,
} from './home-files.ts';
import { type DeclaredScript, Scripts } from './script.ts';
import { listed, type Setting, settingsOf, statedText, statedTruth } from './stated.ts';
import { plainText, type Text } from './text.ts';

/** A launchd agent that uploads to Immich, as the configuration of a Mac declares it. */
export interface DeclaredAgent {
  /** In the configuration: `upload-immich`. */
  readonly name: string;
  /** The option that it is: `home-manager.users.sam.launchd.agents.upload-immich`. */
  readonly option: string;
  readonly at: SourceLocation | undefined;
  readonly manager: 'home-manager' | 'nix-darwin';
  readonly label: Known<Text>;
  /** Whether its property list is written at all. */
  readonly enable: Known<boolean>;
  /** launchd loads no agent whose property list says so. */
  readonly disabled: Known<boolean>;
  /** What it runs in the end, behind the shells that only start it; undefined where that is not clear, or a shell's text. */
  readonly program: DeclaredProgram | undefined;
  readonly arguments: readonly Text[];
  readonly watched: Several<Text>;
  readonly queued: Several<Text>;
  /** What else makes launchd start it: `RunAtLoad`, `StartInterval`; and why that may be more. */
  readonly starts: Several<string>;
  readonly timeOut: Known<Text>;
  readonly environment: Several<Setting>;
  /** Whether it is given a variable of Immich itself, and not with all agents. */
  readonly isGivenImmich: boolean;
  readonly scripts: readonly DeclaredScript[];
}

interface DeclaredProgram {
  readonly word: Text;
  /** `launchd` executes it as it is written, a `shell` expands it first, an `interpreter` only reads it. */
  readonly through: 'launchd' | 'shell' | 'interpreter';
  /** What is known of its file; undefined for one that is none of this configuration's. */
  readonly file: ProgramFile | undefined;
}

const STARTS = [
  'RunAtLoad',
  'KeepAlive',
  'StartInterval',
  'StartCalendarInterval',
  'StartOnMount',
  'Sockets',
  'MachServices',
  'LaunchEvents',
] as const;
const KEYS = [
  'Label',
  'Disabled',
  'Program',
  'ProgramArguments',
  'WatchPaths',
  'QueueDirectories',
  'TimeOut',
];
/** Of nix-darwin, for all agents. */
const ENVIRONMENTS = [
  ['launchd', 'user', 'envVariables'],
  ['launchd', 'envVariables'],
] as const;
const NONE = 'no launchd agent uploads to Immich here';

export const uploadAgents = defineSourceFact<readonly DeclaredAgent[]>({
  id: 'upload-agents',
  reads:
    'launchd.agents, launchd.user.agents, launchd.daemons, home-manager.users.*.launchd.agents, and the scripts that they run',
  options: [
    ...['launchd.agents.*.config', 'home-manager.users.*.launchd.agents.*.config']
      .concat(['agents', 'user.agents', 'daemons'].map((kind) => `launchd.${kind}.*.serviceConfig`))
      .flatMap((base) => [...KEYS, ...STARTS, 'EnvironmentVariables.*'].map((key) => `${base}.${key}`)),
    ...['launchd.agents.*', 'launchd.user.agents.*', 'launchd.daemons.*'].flatMap((base) =>
      ['command', 'script', 'environment.*'].map((key) => `${base}.${key}`),
    ),
    ...['launchd.agents.*', 'home-manager.users.*.launchd.agents.*'].map((base) => `${base}.enable`),
    ...['', 'home-manager.users.*.'].flatMap((base) => HOME_FILE_OPTIONS.map((key) => `${base}${key}`)),
  ],
  read(configuration) {
    const { host } = configuration;
    if (host.system === 'nixos') throw new FactUnavailable('not-applicable', 'not a Mac');
    const places = placesOf(host);
    const all = places.flatMap(({ path, items, form, home }) =>
      items.map((name) => agent(configuration, [...path, name], form, home)),
    );
    const found = all.filter((each) => isUpload(each) && ifKnown(each.enable) !== false);
    const rest = places.map((place) => place.rest).find((each) => each !== undefined);
    if (rest === undefined) {
      if (found.length === 0) throw new FactUnavailable('not-applicable', NONE);
      return found;
    }
    return new PartialValue(found, mayBeMore('launchd agents', rest));
  },
});

type Form = DeclaredAgent['manager'];

/** Where agents are declared: by nix-darwin, and by home-manager for each of its users. */
function placesOf(host: HostReading) {
  const users = ['home-manager', 'users'];
  const homes = [
    ...(host.system === 'darwin' ? [] : [[]]),
    ...host.attributes(users).items.map((name) => [...users, name]),
  ];
  const home = homes.flatMap((base) => homeFiles(host, base));
  const place = (path: readonly string[], form: Form) => ({ path, form, home, ...host.attributes(path) });
  const forms = homes.map((base) => place([...base, 'launchd', 'agents'], 'home-manager'));
  if (host.system === 'home') return forms;
  const own =
    host.system === 'darwin'
      ? ['agents', 'daemons'].map((kind) => place(['launchd', kind], 'nix-darwin'))
      : [];
  return [place(['launchd', 'user', 'agents'], 'nix-darwin'), ...own, ...forms];
}

/** In a line of a script that is no comment. */
const UPLOADS = /^(?!\s*#).*(?:@immich\/cli|\bimmich["']?\s(?:[^|;&\n]|\\\n)*\bupload\b|\bimmich-go\b)/m;

function isUpload({
  name,
  label,
  program,
  arguments: words,
  scripts,
  isGivenImmich,
}: DeclaredAgent): boolean {
  const called = ifKnown(label)?.text ?? '';
  const line = [program?.word, ...words].map((word) => word?.text ?? '').join(' ');
  return (
    isGivenImmich ||
    /upload-immich|immich-upload/.test(`${name} ${called} ${line}`) ||
    [line, ...scripts.map(({ text }) => text)].some((text) => UPLOADS.test(text))
  );
}

function agent(
  { host, source }: SourceConfiguration,
  path: readonly string[],
  declared: Form,
  home: readonly HomeFile[],
): DeclaredAgent {
  const name = path.at(-1) ?? '';
  // A file of which nobody knows what it is for may be a module of either.
  const form =
    path.length === 3 && host.attributes([...path, 'serviceConfig']).items.length > 0
      ? 'nix-darwin'
      : declared;
  const at = (key: string) => [...path, form === 'nix-darwin' ? 'serviceConfig' : 'config', key];
  const scripts = new Scripts(host, source.tree);
  const command = form === 'nix-darwin' ? statedText(host.reading([...path, 'command'])) : UNSET;
  const script = form === 'nix-darwin' ? statedText(host.reading([...path, 'script'])) : UNSET;
  const given = listed(host.reading(at('ProgramArguments'))).items;
  const named = statedText(host.reading(at('Program')));
  const words = [
    ...(isKnown(named) ? [named.value, ...given.slice(1)] : given),
    ...(isKnown(command) ? [plainText('/bin/sh'), plainText('-c'), command.value] : []),
  ];
  const start = started(words);
  const references = [...start.words, ...start.inline.flatMap(wordsIn)];
  const own = form === 'nix-darwin' ? settingsOf(host.reading([...path, 'environment'])) : several([]);
  const variables = settingsOf(host.reading(at('EnvironmentVariables')));
  const all = [own, variables, ...ENVIRONMENTS.map((each) => settingsOf(host.reading(each)))];
  return {
    name,
    option: path.join('.'),
    at: host.definitions(path)[0]?.at ?? words[0]?.at,
    manager: form,
    label: statedText(host.reading(at('Label'))),
    enable: form === 'nix-darwin' ? known(true) : statedTruth(host.reading([...path, 'enable'])),
    disabled: statedTruth(host.reading(at('Disabled'))),
    program:
      start.program === undefined
        ? undefined
        : { ...start.program, file: fileOfProgram(start.program.word, home, source.tree) },
    arguments: words,
    watched: listed(host.reading(at('WatchPaths'))),
    queued: listed(host.reading(at('QueueDirectories'))),
    starts: startsOf(host, at),
    timeOut: statedText(host.reading(at('TimeOut'))),
    environment: several(
      all.flatMap(({ items }) => items),
      all.find(({ rest }) => rest !== undefined)?.rest,
    ),
    isGivenImmich: [own, variables].some(({ items }) => items.some(({ key }) => /^IMMICH_/.test(key))),
    scripts: [
      ...(isKnown(script) ? scripts.inline(script.value, `${path.join('.')}.script`) : []),
      ...start.inline.flatMap((text) => scripts.inline(text, path.join('.'))),
      ...start.words.flatMap((each) => scripts.named(each)),
      ...references.flatMap((each) => {
        const declaration = declarationOf(belowHome(each) ?? '', home);
        return declaration === undefined ? [] : scriptsOfHomeFile(declaration, scripts);
      }),
    ],
  };
}

function startsOf(host: HostReading, at: (key: string) => readonly string[]): DeclaredAgent['starts'] {
  const keys: string[] = [];
  const open: string[] = [];
  for (const key of STARTS) {
    const option = host.option(at(key));
    if (option.state === 'unknown') open.push(`${key}: ${option.reason}`);
    else if (isKnown(option) && option.value !== false && option.value !== null) keys.push(key);
  }
  return several(keys, open.join('; ') || undefined);
}

function fileOfProgram(
  program: Text,
  home: readonly HomeFile[],
  tree: SourceConfiguration['source']['tree'],
): ProgramFile | undefined {
  const path = treePath(program);
  if (path !== undefined) return programInTree(path, tree, program.at);
  const inHome = belowHome(program);
  if (inHome === undefined) return undefined;
  const declaration = declarationOf(inHome, home);
  return declaration === undefined ? notTold(program.text, program.at) : programInHome(declaration, tree);
}

const SHELL = /(?:^|\/)(?:sh|bash|zsh|dash|ksh)$/;

interface Started {
  readonly program?: Omit<DeclaredProgram, 'file'>;
  /** Texts that a shell is given to run. */
  readonly inline: readonly Text[];
  readonly words: readonly Text[];
}

/** What a list of arguments starts in the end: behind shells, `env`, assignments, and the wait for the store. */
function started(given: readonly Text[]): Started {
  const inline: Text[] = [];
  let words = given;
  let through: DeclaredProgram['through'] = 'launchd';
  for (let index = 0; index < words.length; index++) {
    const each = words[index];
    if (each === undefined) break;
    const { text } = each;
    const next = words[index + 1];
    if (through === 'interpreter' && /^-[A-Za-z]*c$/.test(text) && next !== undefined) {
      inline.push(next);
      const inner = wordsIn(next);
      const exec = inner.findIndex((item) => item.text === 'exec');
      if (exec < 0 && /[\n;|&]/.test(next.text)) return { inline, words: given };
      words = inner.slice(exec + 1);
      through = 'shell';
      index = -1;
    } else if (SHELL.test(text)) through = 'interpreter';
    else if (/^[-+]o$/.test(text)) index++;
    else if (!/^[-+]|^[A-Za-z_]\w*=|(?:^|\/)env$|wait4path$|^\/nix\/store$/.test(text))
      return { program: { word: each, through }, inline, words: given };
  }
  return { inline, words: given };
}

/** The words of a line of shell. */
function wordsIn({ parts, at }: Text): readonly Text[] {
  const words: (Text['parts'][number] | undefined)[][] = [[]];
  for (const part of parts) {
    if (typeof part !== 'string') {
      words.at(-1)?.push(part);
      continue;
    }
    part.split(/[\s;&|()]+/).forEach((piece, index) => {
      if (index > 0) words.push([]);
      const bare = piece.replaceAll(/["']/g, '');
      if (bare !== '') words.at(-1)?.push(bare);
    });
  }
  return words.flatMap((pieces) => {
    const own = pieces.flatMap((piece) => piece ?? []);
    if (own.length === 0) return [];
    const text = own
      .map((piece) => (typeof piece === 'string' ? piece : `\${${piece.name ?? '…'}}`))
      .join('');
    return [{ text, parts: own, at }];
  });
}
