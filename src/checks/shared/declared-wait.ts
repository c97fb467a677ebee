import { namedElsewhere } from '../../facts/config/elsewhere.ts';
import type { Listener } from '../../facts/config/listener.ts';
import type { DeclaredListening } from '../../facts/config/listening.ts';
import { oncePer } from '../../facts/config/once-per.ts';
import type { DeclaredCommand, DeclaredService } from '../../facts/config/services.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { type Text, UNREAD, unknownIn, wholeText } from '../../facts/config/text.ts';
import { ifKnown, isKnown, type Known, type NotKnown, type Several, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { entryOf } from '../../text/entry.ts';
import type { Evaluation } from '../define.ts';
import { isTailnetAddress } from './tailnet.ts';
import { SHORTEST_S, type WaitScript, waitScript } from './wait-script.ts';

/** By which a unit waits for an address, or needs to. */
export const WAIT_OPTIONS: readonly string[] = [
  ...['enable', 'interfaceName', 'extraDaemonFlags', 'authKeyFile'].map((key) => `services.tailscale.${key}`),
  ...['after', 'wants', 'requires', 'bindsTo', 'preStart', 'serviceConfig'].map(
    (key) => `systemd.services.*.${key}`,
  ),
  ...['enable', 'wantedBy'].map((key) => `systemd.services.tailscaled.${key}`),
  'systemd.targets.tailscale*',
];

/** Something that looks like a wait and is none. */
interface Attempt {
  readonly at: SourceLocation | undefined;
  readonly observed: string;
  readonly expected: string;
  /** How it is fixed, where that is something else than to wait. */
  readonly fix?: string;
  /** It may work all the same. */
  readonly mayWork?: true;
  /** Where the unit takes it from a file that others use, too. */
  readonly usedAt?: SourceLocation | undefined;
}

/** A unit that listens on addresses of the tailnet. */
export interface Binding {
  /** With `.service` or `.socket`. */
  readonly unit: string;
  readonly name: string;
  readonly kind: Listener['kind'];
  readonly addresses: readonly string[];
  readonly listeners: readonly [Listener, ...Listener[]];
  /** Why an address of these never comes. */
  readonly never:
    | {
        readonly at: SourceLocation | undefined;
        readonly why: string;
        readonly expected: string;
        /** How it is fixed. */
        readonly fix: string;
        /** It is the address that is wrong. */
        readonly isOfAddress?: true;
      }
    | undefined;
  readonly wait:
    | { readonly state: 'waits' }
    | { readonly state: 'does not'; readonly attempts: readonly Attempt[] }
    | NotKnown;
}

const TARGET = 'tailscale-online.target';
const LOGIN = 'tailscaled-autoconnect.service';
const READY = /^(?:tailscale-online\.target|tailscaled-autoconnect\.service|tailscale-wait-online\.service)$/;
/** systemd knows no such escape; nor does it, where the backslash is escaped itself. */
const BAD_ESCAPE = /(?<!\\)(?:\\\\)*\\(?![abfnrtvsxuU0-7\\"'])(.)/;
const ABSENT = /(\S+\.nix) does not exist in this folder/;

/** The units that listen on the tailnet, each once. */
export function bindings(listening: DeclaredListening): readonly Binding[] {
  const bound = listening.listeners.filter(
    (listener) => isTailnetAddress(addressOf(listener)) && !listener.units.every(isSwitchedOff),
  );
  return [...Map.groupBy(bound, ({ unit }) => unit)].flatMap(([unit, listeners]) => {
    const [first, ...more] = listeners;
    if (first === undefined) return [];
    const { name, kind } = first;
    const addresses = [...new Set(listeners.map(addressOf))];
    const doubt = doubtOf(listeners);
    const never = doubt === undefined ? neverComes(listening, listeners) : undefined;
    const wait = waitOf(first, addresses, listening);
    return [
      {
        unit,
        name,
        kind,
        addresses,
        listeners: [first, ...more],
        never,
        wait: doubt === undefined || wait.state === 'waits' ? wait : doubt,
      },
    ];
  });
}

const addressOf = ({ address }: Listener) => ifKnown(address) ?? '';

const isSwitchedOff = ({ enable }: DeclaredService) => ifKnown(enable) === false;

/** Why a unit may not start at all: then it needs no address. */
function doubtOf(listeners: readonly Listener[]): NotKnown | undefined {
  const doubts = listeners.map(
    ({ doubt, units }) =>
      doubt ?? units.map(({ enable }) => enable).find((enable) => enable.state === 'unknown'),
  );
  const [first] = doubts;
  return first === undefined || doubts.includes(undefined)
    ? undefined
    : unknown(`whether it is enabled is not known: ${first.reason}`, first.at);
}

/** In a sentence, what may listen on an address of the tailnet and cannot be told to. */
export function uncheckedListeners({ listeners }: DeclaredListening): string[] {
  const notChecked = listeners.flatMap(({ address, name }) =>
    address.state === 'unknown' ? [`where ${name} listens is not known (${address.reason})`] : [],
  );
  return [...new Set(notChecked)];
}

/** In a sentence, what has an address of the tailnet in it and is not judged here. */
function unreadListeners({ elsewhere }: DeclaredListening): string[] {
  return elsewhere.flatMap(({ what, addresses }) => {
    const [address] = addresses.filter(isTailnetAddress);
    return address === undefined
      ? []
      : [`whether ${what} listens on ${address}, and waits for it, is not known: it is not read`];
  });
}

/** What else may listen, in words. */
function notLookedAt({ elsewhere }: DeclaredListening): string | undefined {
  const names = namedElsewhere(elsewhere);
  return names && `not read: ${names}`;
}

/** Why there is nothing to judge. */
function nothingListens(listening: DeclaredListening): string {
  const left = notLookedAt(listening);
  return left === undefined
    ? 'no container, service or socket that hsdoctor knows listens on a Tailscale address'
    : `nothing that was read listens on a Tailscale address; ${left}`;
}

/** What is said beside the findings of these units, or why there is nothing to say. */
export function besidesFindings(
  listening: DeclaredListening,
  judged: readonly Binding[],
): Omit<Evaluation, 'findings'> | { readonly skip: string } {
  const notChecked = [
    ...uncheckedListeners(listening),
    ...unreadListeners(listening),
    ...judged.flatMap(({ unit, wait, never }) =>
      never === undefined && wait.state === 'unknown'
        ? [`whether ${unit} waits for Tailscale is not known: ${wait.reason}`]
        : [],
    ),
  ];
  if (judged.length === 0 && notChecked.length === 0) return { skip: nothingListens(listening) };
  const note = notLookedAt(listening);
  return { notChecked, lookedAt: { units: judged.length }, ...(note === undefined ? {} : { note }) };
}

function neverComes({ tailscale }: DeclaredListening, listeners: readonly Listener[]): Binding['never'] {
  if (listeners.some(({ isFree }) => isFree)) return undefined;
  const malformed = listeners.find((listener) =>
    addressOf(listener)
      .split('.')
      .some((part) => Number(part) > 255),
  );
  if (malformed !== undefined)
    return {
      at: malformed.at,
      why: `${addressOf(malformed)} is not an address: one of its parts is larger than 255`,
      expected: 'the Tailscale address of this host',
      fix: 'Write the Tailscale address of this host',
      isOfAddress: true,
    };
  const { enable, interfaceName, daemonFlags } = tailscale;
  if (isKnown(enable) && !enable.value)
    return {
      at: enable.at,
      why: 'services.tailscale.enable = false',
      expected: 'true',
      fix: 'Set services.tailscale.enable to true',
    };
  if (isKnown(interfaceName) && interfaceName.value.text === 'userspace-networking')
    return {
      at: interfaceName.at,
      why: 'services.tailscale.interfaceName = "userspace-networking", with which no interface has the address',
      expected: '"tailscale0", the default',
      fix: 'Remove services.tailscale.interfaceName',
    };
  const flag = daemonFlags.items.find(({ text }) => /^(?:--?tun[= ])?userspace-networking$/.test(text));
  if (flag !== undefined)
    return {
      at: flag.at,
      why: 'tailscaled has --tun=userspace-networking, with which no interface has the address',
      expected: 'no such flag in services.tailscale.extraDaemonFlags',
      fix: 'Remove --tun=userspace-networking from services.tailscale.extraDaemonFlags',
    };
  return undefined;
}

function waitOf(
  { kind, units, isFree }: Listener,
  addresses: readonly string[],
  listening: DeclaredListening,
): Binding['wait'] {
  const { nonlocalBind } = listening;
  if (isFree) return { state: 'waits' };
  const freely = addresses.map((address) => (address.includes(':') ? nonlocalBind.ipv6 : nonlocalBind.ipv4));
  if (freely.every((each) => /^(?:1|true)$/.test(ifKnown(each)?.text ?? ''))) return { state: 'waits' };
  const judged = units.map((unit) => waitOfUnit(unit, kind, listening));
  const waits =
    judged.find(({ state }) => state === 'waits') ?? judged.find(({ state }) => state === 'unknown');
  if (waits !== undefined) return waits;
  const open = freely.find((each) => each.state === 'unknown');
  if (open !== undefined) return open;
  const elsewhere = kind === 'service' ? units.find(isMadeElsewhere) : undefined;
  if (elsewhere !== undefined)
    return unknown(`the restarts of ${elsewhere.name} are set in the module of NixOS, which is not read`);
  return {
    state: 'does not',
    attempts: judged.flatMap((each) => (each.state === 'does not' ? each.attempts : [])),
  };
}

function waitOfUnit(
  unit: DeclaredService,
  kind: Listener['kind'],
  listening: DeclaredListening,
): Binding['wait'] {
  const { order } = unit;
  const own = ownWait(unit);
  if (own.state === 'waits') return cutShort(unit, kind, own.sleepsS) ?? { state: 'waits' };
  if (own.state === 'broken') return { state: 'does not', attempts: own.attempts };
  // A script may wait first, and then start what listens.
  const runs = unit.runs
    .filter((command) => !isUnreadItself(command))
    .map((command) => judged(unit, command));
  const shapes = runs.map(({ shape }) => shape);
  if (shapes.includes('waits')) return { state: 'waits' };
  const ordered = orderedAfter(unit, listening, { units: new Set(), isCircle: false });
  if (ordered.includes('waits')) return { state: 'waits' };
  const retry = keepsTrying(unit, kind);
  const failing = retry === true ? failsFirst(unit, listening) : undefined;
  if (retry === true && failing === undefined) return { state: 'waits' };
  const hole = order.after.items.find(unknownIn);
  const open =
    own.state === 'unknown'
      ? own.reason
      : typeof retry === 'string'
        ? retry
        : shapes.includes('unclear')
          ? `whether the script of ${unit.name} waits for the address is not known`
          : (ordered.find(isOpen)?.reason ??
            order.after.rest?.reason ??
            (hole && `what ${unit.name} is ordered after is not known (${hole.text})`));
  if (open !== undefined) return unknown(open);
  const daemon = order.after.items.find(({ text }) => text === 'tailscaled.service');
  return {
    state: 'does not',
    attempts: [
      ...(own.state === 'nothing' ? own.attempts : []),
      ...runs.flatMap(({ lacks }) => lacks ?? []),
      ...(failing === undefined ? [] : [failing]),
      ...ordered.flatMap((each) => (each === 'waits' || isOpen(each) ? [] : [each])),
      ...(daemon === undefined
        ? []
        : [
            {
              at: daemon.at,
              observed: `${unit.name} is only ordered after tailscaled.service, which is ready before its address can be used`,
              expected: 'a wait for the address',
            },
          ]),
    ],
  };
}

/** To be tried again helps only the unit itself: what requires it has failed with its first start, and stays down. */
function failsFirst(
  { name, at, serviceConfig }: DeclaredService,
  { required }: DeclaredListening,
): Attempt | undefined {
  const isDirect = settingOf(serviceConfig, 'RestartMode')?.items[0]?.text === 'direct';
  if (isDirect || !required.has(`${name}.service`)) return undefined;
  return {
    at: settingOf(serviceConfig, 'RestartSec')?.at ?? at,
    observed: `systemd starts ${name} again after a failure, but not the units that require it`,
    expected: 'a wait for the address before it starts',
  };
}

/** What listens is itself a program of which nothing is known. */
const isUnreadItself = ({ program, isCommand }: DeclaredCommand) => {
  const text = isCommand ? program.text : program.text.replace(/^(?:set -.*\n)+/, '');
  return (
    text
      .trim()
      .replace(/^[-+@!:|]*(?:exec )?["']?/, '')
      .startsWith(UNREAD) && !text.trim().includes('\n')
  );
};

/** What it is to be ordered after another unit: a wait, none, or not known. */
type Ordered = 'waits' | Attempt | NotKnown;

const isOpen = (ordered: Ordered): ordered is NotKnown => ordered !== 'waits' && 'reason' in ordered;

const names = ({ items }: Several<Text>, name: string) => items.some(({ text }) => text === name);

/** Units of Tailscale itself: to be ordered after one that is not there, or that nothing starts, is to wait for nothing. */
function readyUnits({ name, order }: DeclaredService, listening: DeclaredListening): Ordered[] {
  return order.after.items.flatMap(({ text, at }): Ordered[] => {
    if (!READY.test(text)) return [];
    const unit = listening.units.find((each) => `${each.name}.service` === text);
    const after = `${name} is ordered after ${text}`;
    if (unit !== undefined && isSwitchedOff(unit)) return [switchedOff(name, unit)];
    const own = text === TARGET ? ofOwnTarget(name, listening) : [];
    if (own.length > 0) return own;
    if (text !== LOGIN)
      return [isStarted(text, listening) ?? notStarted(after, text, `systemd.services."${name}"`, at)];
    const { logsIn } = listening.tailscale;
    if (logsIn.state === 'unknown') return [logsIn];
    if (ifKnown(logsIn) === true || (unit !== undefined && unit.runs.length > 0)) return ['waits'];
    return [
      {
        at,
        observed: `${after}, which does not exist without services.tailscale.authKeyFile`,
        expected: 'a wait for the address',
      },
    ];
  });
}

/** What is ordered after a target of the configuration itself waits for what that is ordered after. */
function ofOwnTarget(name: string, listening: DeclaredListening): Ordered[] {
  const { targets, units } = listening;
  const own = targets.find((target) => target.name === TARGET);
  if (own === undefined) return [];
  const { at, after } = own;
  const before = units.filter(
    (unit) =>
      names(unit.order.before, TARGET) || after.items.some(({ text }) => text === `${unit.name}.service`),
  );
  const isReady = after.items.some(({ text }) => READY.test(text));
  const waits = before.map(waitOfStart);
  if (isReady || waits.includes('waits')) return [];
  if (after.rest !== undefined)
    return [unknown(`what ${TARGET} waits for is not known: ${after.rest.reason}`)];
  if (waits.includes('unclear')) return [unknown(`whether ${TARGET} waits for the address is not known`)];
  return [
    {
      at,
      observed: `${name} is ordered after ${TARGET}, which this configuration declares without a unit that waits`,
      expected: 'a unit that waits for the address, in the requires and after of the target',
    },
  ];
}

const switchedOff = (name: string, unit: DeclaredService): Attempt => ({
  at: isKnown(unit.enable) ? unit.enable.at : unit.at,
  observed: `${unit.name} is switched off: ${name}, which is ordered after it, waits for nothing`,
  expected: 'a wait for the address',
});

const notStarted = (
  after: string,
  unit: string,
  option: string,
  at: SourceLocation | undefined,
): Attempt => ({
  at,
  observed: `${after}, which nothing starts: an order alone does not`,
  expected: `wants = [ "${unit}" ]; beside it`,
  fix: `Add wants = [ "${unit}" ]; to ${option}, beside its after.`,
});

/** The target takes its service with it. */
function isStarted(unit: string, listening: DeclaredListening): 'waits' | NotKnown | undefined {
  const { started, tailscale } = listening;
  if (unit === 'tailscaled.service' && ifKnown(tailscale.enable) !== false) return 'waits';
  const starts = unit === 'tailscale-wait-online.service' ? [unit, 'tailscale-online.target'] : [unit];
  if (starts.some((each) => indexed(listening).started.has(each))) return 'waits';
  return started.rest === undefined
    ? undefined
    : unknown(`what starts ${unit} is not known: ${started.rest.reason}`);
}

/** The units of a configuration, by what they are ordered before and after; and what is known of their starts. */
class Units {
  readonly #byId: ReadonlyMap<string, readonly DeclaredService[]>;
  readonly #before: ReadonlyMap<string, readonly DeclaredService[]>;
  readonly #joining = new Map<string, readonly DeclaredService[]>();
  readonly #listening: DeclaredListening;
  readonly started: ReadonlySet<string>;
  readonly starts = new Map<DeclaredService, ReturnType<typeof waitOfStart>>();

  constructor(listening: DeclaredListening) {
    this.#listening = listening;
    this.#byId = Map.groupBy(listening.units, ({ name }) => `${name}.service`);
    const before = new Map<string, DeclaredService[]>();
    for (const unit of listening.units)
      for (const { text } of unit.order.before.items) {
        const list = before.get(text) ?? [];
        list.push(unit);
        before.set(text, list);
      }
    this.#before = before;
    this.started = new Set(listening.started.items);
  }

  /** Those that a unit is ordered after, by itself or by them. */
  around({ name, order }: DeclaredService): ReadonlySet<DeclaredService> {
    return new Set([
      ...order.after.items.flatMap(({ text }) => this.#byId.get(text) ?? []),
      ...(this.#before.get(`${name}.service`) ?? []),
    ]);
  }

  /** Those that have to be there before a target is. */
  joining(target: string): readonly DeclaredService[] {
    const known = this.#joining.get(target) ?? this.#joined(target);
    this.#joining.set(target, known);
    return known;
  }

  #joined(text: string): readonly DeclaredService[] {
    const { units, targets } = this.#listening;
    const target = targets.find(({ name }) => name === text);
    return units.filter(
      (unit) =>
        !isSwitchedOff(unit) &&
        !names(unit.order.after, text) &&
        ([unit.order.before, unit.order.wantedBy, unit.order.requiredBy].some((list) => names(list, text)) ||
          (target !== undefined && names(target.after, `${unit.name}.service`))),
    );
  }
}

const indexed = oncePer((listening: DeclaredListening) => new Units(listening));

/** Units that are being asked for: an order may go in a circle, in which what is told of each is not all. */
interface Asked {
  readonly units: Set<DeclaredService>;
  isCircle: boolean;
}

/** A longer order is told in no configuration. */
const LONGEST_ORDER = 500;

function orderedAfter(unit: DeclaredService, listening: DeclaredListening, seen: Asked): Ordered[] {
  if (seen.units.has(unit)) {
    seen.isCircle = true;
    return [];
  }
  if (seen.units.size > LONGEST_ORDER) {
    seen.isCircle = true;
    return [unknown(`the order of units that ${unit.name} is in is too long`)];
  }
  seen.units.add(unit);
  return [
    ...readyUnits(unit, listening),
    ...waitsOfTargets(unit, listening, seen),
    ...waitsOfOthers(unit, listening, seen),
  ];
}

/** Whether a unit has started only when the address is there, by itself or by what it is ordered after. */
function startsThen(
  unit: DeclaredService,
  listening: DeclaredListening,
  seen: Asked,
): ReturnType<typeof waitOfStart> {
  const { starts } = indexed(listening);
  const known = starts.get(unit);
  if (known !== undefined) return known;
  const before = seen.isCircle;
  seen.isCircle = false;
  const told = startOf(unit, listening, seen);
  if (!seen.isCircle) starts.set(unit, told);
  seen.isCircle ||= before;
  return told;
}

function startOf(
  unit: DeclaredService,
  listening: DeclaredListening,
  seen: Asked,
): ReturnType<typeof waitOfStart> {
  const own = waitOfStart(unit);
  if (own !== 'none') return own;
  const ordered = orderedAfter(unit, listening, seen);
  if (ordered.includes('waits')) return 'waits';
  return ordered.some(isOpen) ? 'unclear' : 'none';
}

/** A target is ordered after what is before it, and what it takes with it. */
function waitsOfTargets(unit: DeclaredService, listening: DeclaredListening, seen: Asked): Ordered[] {
  const { targets } = listening;
  return unit.order.after.items.flatMap(({ text }): Ordered[] => {
    if (!text.endsWith('.target') || READY.test(text)) return [];
    const target = targets.find(({ name }) => name === text);
    const waits = indexed(listening)
      .joining(text)
      .filter(({ name }) => name !== unit.name)
      .map((each) => startsThen(each, listening, seen));
    if (target?.after.items.some((each) => READY.test(each.text)) === true || waits.includes('waits'))
      return isTaken(unit, text, listening) ? ['waits'] : [unknown(`what starts ${text} is not known`)];
    return waits.includes('unclear') || target?.after.rest !== undefined
      ? [unknown(`whether ${text}, which ${unit.name} is ordered after, waits for the address is not known`)]
      : [];
  });
}

/** Whether a unit is started together with another one, or by something else. */
const isTaken = ({ order }: DeclaredService, other: string, listening: DeclaredListening) =>
  [order.wants, order.requires, order.bindsTo].some((list) => names(list, other)) ||
  isStarted(other, listening) === 'waits';

/** Other units of the configuration that are started before it, and wait. */
function waitsOfOthers(unit: DeclaredService, listening: DeclaredListening, seen: Asked): Ordered[] {
  const id = `${unit.name}.service`;
  return [...indexed(listening).around(unit)].flatMap((other): Ordered[] => {
    const otherId = `${other.name}.service`;
    const after = unit.order.after.items.find(({ text }) => text === otherId);
    const before = other.order.before.items.find(({ text }) => text === id);
    if (other.name === unit.name || (after === undefined && before === undefined)) return [];
    const wait = startsThen(other, listening, seen);
    if (wait === 'none') return [];
    if (isSwitchedOff(other)) return [switchedOff(unit.name, other)];
    if (wait === 'unclear' || other.enable.state === 'unknown')
      return [unknown(`whether ${other.name}, which ${unit.name} is ordered after, waits is not known`)];
    const isNeeded =
      [unit.order.requires, unit.order.bindsTo].some((list) => names(list, otherId)) ||
      names(other.order.requiredBy, id);
    if (isNeeded) return ['waits'];
    if (after === undefined)
      return [
        {
          at: before?.at ?? other.at,
          observed: `${other.name} waits, but is tied to ${unit.name} only by before: if it fails, ${unit.name} starts anyway`,
          expected: `requiredBy = [ "${id}" ]; beside it, or the wait in ${unit.name} itself`,
        },
      ];
    return [
      isStarted(otherId, listening) ??
        notStarted(
          `${unit.name} is ordered after ${otherId}`,
          otherId,
          `systemd.services."${unit.name}"`,
          after.at,
        ),
    ];
  });
}

/** A wait that TimeoutStartSec ends before the address can be there, or before it is over in any case. */
function cutShort(
  unit: DeclaredService,
  kind: Listener['kind'],
  sleepsS: number,
): Extract<Binding['wait'], { readonly state: 'does not' | 'unknown' }> | undefined {
  const { name, serviceConfig } = unit;
  const key = ['TimeoutStartSec', 'TimeoutSec'].find((each) => settingOf(serviceConfig, each) !== undefined);
  const setting = key === undefined ? undefined : settingOf(serviceConfig, key);
  const limit = secondsOf(setting?.items[0]?.text ?? '');
  if (limit === undefined || limit === 0 || (limit >= SHORTEST_S && limit > sleepsS)) return undefined;
  const never = limit <= sleepsS;
  const again = never ? undefined : keepsTrying(unit, kind, limit);
  if (again === true) return undefined;
  if (again !== undefined) return unknown(again);
  return {
    state: 'does not',
    attempts: [
      {
        at: setting?.at,
        observed: never
          ? `${key} ends the wait of ${name} after ${limit} s, and it sleeps ${sleepsS} s: no start can succeed`
          : `${key} ends the wait of ${name} after ${limit} s, before Tailscale has its address`,
        expected: 'at least 60 s, or 0 for no limit',
        fix: `Set systemd.services."${name}".serviceConfig.${key} to a longer time than the wait takes.`,
      },
    ],
  };
}

type OwnWait =
  | { readonly state: 'waits'; readonly sleepsS: number }
  | { readonly state: 'broken' | 'nothing'; readonly attempts: readonly Attempt[] }
  | NotKnown;

const SHELL_SYNTAX = /^\s*[-+@!:|]*(?:until|while|for|if)\s/;

/** What a unit does before it starts. */
function ownWait(unit: DeclaredService): OwnWait {
  const { name, startsWith, serviceConfig } = unit;
  const attempts: Attempt[] = [];
  const setting = settingOf(serviceConfig, 'ExecStartPre');
  const missing = ABSENT.exec(startsWith.rest?.reason ?? '')?.[1];
  if (missing !== undefined) return { state: 'broken', attempts: [absent(missing, setting?.at)] };
  let open = (startsWith.rest ?? serviceConfig.rest)?.reason;
  for (const command of startsWith.items) {
    const { text, content, isCommand } = command;
    const lacks = text.parts
      .map((part) => (typeof part === 'string' ? undefined : ABSENT.exec(part.reason)?.[1]))
      .find((found) => found !== undefined);
    if (lacks !== undefined) return { state: 'broken', attempts: [absent(lacks, text.at)] };
    const wait: Judged =
      isCommand && SHELL_SYNTAX.test(content)
        ? {
            shape: 'no wait',
            why: 'has the syntax of a shell in ExecStartPre, which systemd cannot run: it starts programs only',
          }
        : judged(unit, command);
    if (wait.lacks !== undefined) return { state: 'broken', attempts: [wait.lacks] };
    if (wait.shape === 'no wait') {
      const fix = wait.fix === undefined ? {} : { fix: wait.fix };
      const expected = 'a loop that asks until the address exists, or `tailscale wait`';
      attempts.push({
        ...inItsFile(command, { at: text.at, observed: `${name} ${wait.why}`, expected, ...fix }, wait.why),
      });
      continue;
    }
    if (wait.shape === 'unclear')
      open ??= `whether the command that ${name} runs before its start waits for the address is not known (${shortened(text.text)})`;
    if (wait.shape === 'waits') {
      const escaped =
        isCommand && /\b(?:bash|sh)\}?["']?\s+(?:-\w+\s+)*-\w*c\b/.test(text.text)
          ? BAD_ESCAPE.exec(text.text)?.[1]
          : undefined;
      if (escaped === undefined) return { state: 'waits', sleepsS: wait.sleepsS };
      return {
        state: 'broken',
        attempts: [
          inItsFile(
            command,
            {
              at: text.at,
              observed: `the wait of ${name} ${hasEscape(escaped)}`,
              expected: 'the script in a file of its own, or [.] instead',
              fix: 'Write the wait with pkgs.writeShellScript, and use that script here: systemd then does not interpret its content.',
              mayWork: true,
            },
            hasEscape(escaped),
          ),
        ],
      };
    }
    if (/tailscale/i.test(content))
      open ??= `what ${name} runs before its start is not known (${shortened(text.text)})`;
  }
  if (open !== undefined) return unknown(open);
  return { state: 'nothing', attempts };
}

const hasEscape = (escaped: string) =>
  `has \\${escaped} in a command that systemd reads first: systemd logs "Ignoring unknown escape sequences", and the pattern may never match`;

/** What is wrong with a wait in a file of its own is told there, not of each unit that uses it. */
function inItsFile({ text }: DeclaredCommand, attempt: Attempt, why: string): Attempt {
  const [at] = text.parts.flatMap((part) =>
    typeof part !== 'string' && part.at !== undefined && isOwnFile(part.at, text) ? [part.at] : [],
  );
  if (at === undefined) return attempt;
  return {
    ...attempt,
    at,
    observed: `the wait in ${at.file} ${why}`,
    fix: attempt.fix ?? `Correct the wait in ${at.file}: let it ask until the address exists.`,
    usedAt: text.at,
  };
}

const isOwnFile = ({ file }: SourceLocation, { at }: Text) =>
  at !== undefined && file !== at.file && /wait/i.test(file);

type Judged = WaitScript & { readonly lacks?: Attempt };

/** The packages with the programs that a wait may find by its PATH. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  tailscale: /tailscale/,
  ip: /iproute|busybox/,
  ifconfig: /net-?tools|busybox/,
  hostname: /net-?tools|hostname|busybox/,
  jq: /jq/,
  ping: /iputils|inetutils|busybox/,
  awk: /gawk|busybox/,
  sh: /bash|dash|busybox/,
  bash: /bash/,
};

/** A wait of a unit, if the unit has the programs with which it asks. */
function judged(unit: DeclaredService, { text, program, isCommand }: DeclaredCommand): Judged {
  const wait = waitScript(program, isCommand);
  if (wait.shape !== 'waits') return wait;
  const { name, path, environment } = unit;
  const variable = settingOf(environment, 'PATH');
  const has = [...path.items, ...(variable?.items ?? [])];
  const isFound = (each: string) =>
    has.some(({ text: named }) => PACKAGES[each]?.test(named) === true || /current-system/.test(named));
  const lacking = [...wait.programs].find((each) => !isFound(each));
  if (lacking === undefined) return wait;
  if (lacking.startsWith('/'))
    return unit.mayHaveUsualFolders
      ? { shape: 'unclear' }
      : {
          shape: 'no wait',
          why: '',
          lacks: {
            at: text.at,
            observed: `${name} waits with ${lacking}, which does not exist on NixOS`,
            expected: 'the program of a package',
            fix: `Replace ${lacking} with \${pkgs.…}/bin/${lacking.replace(/^.*\//, '')}, of its package.`,
          },
        };
  const isKnown = [path, environment, ...(variable === undefined ? [] : [variable])].every(
    ({ rest }) => rest === undefined,
  );
  if (!isKnown || (variable === undefined && isPathMadeElsewhere(unit))) return { shape: 'unclear' };
  return {
    shape: 'no wait',
    why: '',
    lacks: {
      at: text.at,
      observed: `${name} waits with ${lacking}, which is not in its PATH: on NixOS a unit finds only what its path names`,
      expected: `the package with ${lacking} in systemd.services."${name}".path`,
      fix: `Add the package with ${lacking} to systemd.services."${name}".path${lacking === 'tailscale' ? ': path = [ pkgs.tailscale ];' : ''}.`,
    },
  };
}

/** A module of NixOS may add to it; those of containers add their engine. */
const isPathMadeElsewhere = ({ name, runs }: DeclaredService) =>
  runs.length === 0 && !/^(?:podman|docker)-/.test(name);

function absent(file: string, at: SourceLocation | undefined): Attempt {
  return {
    at,
    observed: `${file} does not exist`,
    expected: 'the file with the wait',
    fix: `Create ${file}, or correct the path; a flake sees a new file only after git add.`,
  };
}

/** Whether a unit has started only when the address is there: then others can be ordered after it, to wait. */
function waitOfStart(unit: DeclaredService): 'waits' | 'unclear' | 'none' {
  const own = ownWait(unit);
  if (own.state === 'waits') return cutShort(unit, 'service', own.sleepsS) === undefined ? 'waits' : 'none';
  if (own.state === 'unknown') return 'unclear';
  const type = settingOf(unit.serviceConfig, 'Type')?.items[0]?.text;
  const until = [...(type === 'oneshot' ? unit.runs : []), ...unit.startsAfter.items];
  const waits = until.map((command) => judged(unit, command));
  const shapes = waits.map(({ shape }) => shape);
  const wait = waits.find((each) => each.shape === 'waits');
  if (wait?.shape === 'waits')
    return cutShort(unit, 'service', wait.sleepsS) === undefined ? 'waits' : 'none';
  return shapes.includes('unclear') || unit.startsAfter.rest !== undefined ? 'unclear' : 'none';
}

/** The RestartSec that the modules of nixpkgs give to their units, where it is long enough for Tailscale to come. */
const PAUSES: Readonly<Record<string, string>> = { 'immich-server': '3', 'immich-machine-learning': '3' };

/** Units of which it is known that the modules of nixpkgs do not have them tried again until the address comes. */
const GIVES_UP = /^(?:sshd|nginx|caddy|grafana|redis(?:-.*)?|prometheus(?:-.*)?)$/;

/** What runs, and how often it is tried, stands in a module of nixpkgs that is not known here. */
const isMadeElsewhere = ({ name, runs, serviceConfig }: DeclaredService) =>
  runs.length === 0 &&
  settingOf(serviceConfig, 'RestartSec') === undefined &&
  !GIVES_UP.test(name) &&
  entryOf(PAUSES, name) === undefined;

/**
 * Whether systemd tries again for as long as it takes, as far as the files tell; or why that is not known.
 *
 * @param takesS how long each start takes
 */
export function keepsTrying(
  unit: DeclaredService,
  kind: Listener['kind'],
  takesS = 0,
): true | string | undefined {
  const { name, serviceConfig } = unit;
  const restart = settingOf(serviceConfig, 'Restart')?.items[0];
  if (!['always', 'on-failure', undefined].includes(wholeText(restart))) return undefined;
  const interval = limitOf(unit, 'StartLimitIntervalSec', unit.startLimitIntervalSec, 'StartLimitInterval');
  const burst = limitOf(unit, 'StartLimitBurst', unit.startLimitBurst);
  const delay = settingOf(serviceConfig, 'RestartSec');
  const { RestartSec, StartLimitIntervalSec, StartLimitBurst } = unit.defaults;
  if (
    [restart, interval, burst, delay?.items[0]].some((text) => text && unknownIn(text)) ||
    [RestartSec, StartLimitIntervalSec, StartLimitBurst].some(({ state }) => state === 'unknown') ||
    delay?.rest !== undefined
  )
    return `the restarts of ${name} are not known`;
  const isKnownModule = kind === 'container' || entryOf(PAUSES, name) !== undefined;
  if (!isKnownModule && unit.runs.length > 0 && restart === undefined) return undefined;
  if (!isKnownModule && unit.runs.length === 0 && (restart === undefined || interval === undefined))
    return (delay ?? interval) === undefined
      ? undefined
      : `the restarts of ${name} are set in the module of NixOS, which is not read`;
  const limit = secondsOf((interval ?? ifKnown(StartLimitIntervalSec))?.text ?? '10');
  const starts = Number((burst ?? ifKnown(StartLimitBurst))?.text ?? '5');
  if (limit === 0 || starts === 0) return true;
  const pause = secondsOf(
    delay?.items[0]?.text ?? entryOf(PAUSES, name) ?? ifKnown(RestartSec)?.text ?? '0.1',
  );
  return pause !== undefined && limit !== undefined && (pause + takesS) * starts >= limit ? true : undefined;
}

/** A limit of starts, by the option of NixOS, or in either section of the unit: systemd still reads the old places. */
function limitOf(
  { unitConfig, serviceConfig }: DeclaredService,
  key: string,
  option: Known<Text>,
  oldKey = key,
): Text | undefined {
  const setting =
    settingOf(unitConfig, key) ?? settingOf(unitConfig, oldKey) ?? settingOf(serviceConfig, oldKey);
  return ifKnown(option) ?? setting?.items[0];
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ us: 1e-6, ms: 0.001, msec: 0.001, s: 1, sec: 1, second: 1, seconds: 1 },
  ...{
    m: 60,
    min: 60,
    minute: 60,
    minutes: 60,
    h: 3600,
    hr: 3600,
    hour: 3600,
    hours: 3600,
    d: 86_400,
    day: 86_400,
  },
};

/** `5`, `500ms`, `1min 30s`, as systemd reads them. */
function secondsOf(text: string): number | undefined {
  const parts = [...text.matchAll(/([\d.]+)\s*([a-z]*)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce(
    (sum, [, number = '0', unit = '']) =>
      sum + Number(number) * (entryOf(UNITS, unit === '' ? 's' : unit) ?? Number.NaN),
    0,
  );
}

const LONGEST_SHOWN = 200;
/** As much of a script as a line can show. */
function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}…`;
}
