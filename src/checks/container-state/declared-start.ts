import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { ofPort } from '../../facts/config/listener.ts';
import type { Literals } from '../../facts/config/literals.ts';
import { type Text, unknownIn } from '../../facts/config/text.ts';
import { ifKnown } from '../../model/known.ts';
import type { FindingDraft } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { runOptions } from '../shared/run-options.ts';
import * as kinds from './kinds.ts';

/** What a configuration declares that keeps a container from starting. */
export function cannotStart(
  containers: readonly DeclaredContainer[],
  literals: Literals | undefined,
  folder: string,
): FindingDraft[] {
  return [
    ...containers.flatMap((container) => missingDependencies(container, folder)),
    ...containers.flatMap((container) => misspelled(container, folder)),
    ...containers.flatMap((container) => inOneWord(container, literals, folder)),
    ...containers.flatMap((container) => noOptions(container, folder)),
    ...portsInUse(
      containers.filter(({ autoStart }) => autoStart.state !== 'unknown' && ifKnown(autoStart) !== false),
      folder,
    ),
  ];
}

const missingDependencies = ({ name, absent }: DeclaredContainer, folder: string): FindingDraft[] =>
  absent.map((text) =>
    kinds.dependsOnNothing.finding(
      { container: name, missing: text.text, at: text.at, folder },
      {
        subject: name,
        evidence: [evidenceAt(text.at, `dependsOn ${text.text}`, 'the name of a declared container')],
      },
    ),
  );

const misspelled = ({ name, misspelled: options }: DeclaredContainer, folder: string): FindingDraft[] =>
  options.map(({ written, meant, at }) =>
    kinds.noSuchOption.finding(
      { container: name, option: written, meant, at, folder },
      { subject: `${name} ${written}`, evidence: [evidenceAt(at, `${name}.${written}`, meant)] },
    ),
  );

const LISTS = ['extraOptions', 'preRunExtraOptions'] as const;

const inOneWord = (
  container: DeclaredContainer,
  literals: Literals | undefined,
  folder: string,
): FindingDraft[] =>
  LISTS.flatMap((list) =>
    runOptions(container[list]).inOneWord.map((each) => ({ ...each, list, name: container.name })),
  ).map(({ name, list, option, at }) =>
    kinds.optionInOneWord.finding(
      { container: name, list, option, at, literals, folder },
      {
        subject: `${name} ${option}`,
        // What it is given may be a password.
        evidence: [evidenceAt(at, `one element of the list: "${option} ..."`, `"${option}" "..."`)],
      },
    ),
  );

/** Behind an option that is not known, a word may be its value. */
const noOptions = (container: DeclaredContainer, folder: string): FindingDraft[] =>
  LISTS.flatMap((list) =>
    runOptions(container[list]).words.map((word) =>
      kinds.noOption.finding(
        { container: container.name, list, at: word.at, folder },
        {
          subject: `${container.name} ${list}`,
          // It may be a password.
          evidence: [evidenceAt(word.at, `an element of ${list} does not begin with -`, 'an option')],
        },
      ),
    ),
  );

interface Port {
  readonly container: string;
  readonly text: Text;
  /** Empty for every address. */
  readonly address: string;
  /** Of a range the first and the last. */
  readonly from: number;
  readonly to: number;
  readonly protocol: string;
}

/** Of those that publish one port: more would not be told. */
const MOST_REMEMBERED = 20;
const LAST_PORT = 65_535;

/** Two containers that start by themselves, on one port: the second cannot have it. */
function portsInUse(containers: readonly DeclaredContainer[], folder: string): FindingDraft[] {
  const ports = containers.flatMap(portsOf);
  const seen = new Map<string, Port[]>();
  return ports.flatMap((second): FindingDraft[] => {
    const keys = Array.from(
      { length: Math.max(0, Math.min(second.to, LAST_PORT) - second.from + 1) },
      (_, port) => `${second.from + port}/${second.protocol}`,
    );
    const first = keys
      .flatMap((key) => seen.get(key) ?? [])
      .find((each) => each.container !== second.container && isSame(each, second));
    for (const key of keys) seen.set(key, [...(seen.get(key) ?? []).slice(0, MOST_REMEMBERED), second]);
    if (first === undefined) return [];
    const port = `${Math.max(first.from, second.from)}/${second.protocol}`;
    return [
      kinds.portTwice.finding(
        {
          container: second.container,
          other: first.container,
          port,
          at: second.text.at,
          folder,
        },
        {
          subject: `${second.container} ${port}`,
          evidence: [
            evidenceAt(second.text.at, `${second.container} publishes ${second.text.text}`, 'a free port'),
            evidenceAt(first.text.at, `${first.container} publishes ${first.text.text}`),
          ],
        },
      ),
    ];
  });
}

function portsOf({ name, ports, extraOptions }: DeclaredContainer): Port[] {
  const options = runOptions(extraOptions);
  // There its ports are not published, or by something else.
  const networks = options.values('network', 'net').map(({ text }) => text);
  if (options.has('pod') || networks.some((text) => /^(?:host|none|container:|ns:)/.test(text))) return [];
  return [...ports.items, ...options.values('publish')].flatMap((text) => {
    const address = ifKnown(ofPort(text).address);
    const [, from, to = from, protocol = 'tcp'] =
      /(?:^|:)(\d+)(?:-(\d+))?:\d+(?:-\d+)?(?:\/(\w+))?$/.exec(text.text) ?? [];
    if (unknownIn(text) !== undefined || address === undefined || from === undefined) return [];
    const everywhere = ['', '0.0.0.0'].includes(address);
    return [
      {
        container: name,
        text,
        address: everywhere ? '' : address,
        from: Number(from),
        to: Number(to),
        protocol,
      },
    ];
  });
}

const isSame = (one: Port, other: Port): boolean =>
  one.protocol === other.protocol &&
  one.from <= other.to &&
  other.from <= one.to &&
  (one.address === other.address ||
    ([one.address, other.address].some((address) => address === '') &&
      ![one.address, other.address].some((address) => address.includes(':'))));
