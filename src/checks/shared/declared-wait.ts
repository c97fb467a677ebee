import type { DeclaredListening, Listener } from '../../facts/config/listening.ts';
import type { DeclaredService } from '../../facts/config/services.ts';
import { settingOf } from '../../facts/config/stated.ts';
import type { Text } from '../../facts/config/text.ts';
import { ifKnown, isKnown, type NotKnown, type Several, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { entryOf } from '../../text/entry.ts';
import { isTailnetAddress } from './tailnet.ts';
import { waitScript } from './wait-script.ts';

/** Something that looks like a wait and is none. */
interface Attempt {
  readonly at: SourceLocation | undefined;
  readonly observed: string;
  readonly expected: string;
  /** How it is fixed, where that is something else than to wait. */
  readonly fix?: string;
  /** It may work all the same. */
  readonly mayWork?: true;
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

const READY = /^(?:tailscale-online\.target|tailscaled-autoconnect\.service|tailscale-wait-online\.service)$/;
/** systemd knows no such escape; nor does it, where the backslash is escaped itself. */
const BAD_ESCAPE = /(?<!\\)(?:\\\\)*\\(?![abfnrtvsxuU0-7\\"'])(.)/;
const ABSENT = /(\S+\.nix) is not a file in this tree/;

/** The units that listen on the tailnet, each once. */
export function bindings(listening: DeclaredListening): readonly Binding[] {
  const bound = listening.listeners.filter(
    (listener) => isTailnetAddress(addressOf(listener)) && !listener.units.every(isSwitchedOff),
  );
  const waiters = listening.units.filter(isOneShotWait);
  return [...Map.groupBy(bound, ({ unit }) => unit)].flatMap(([unit, listeners]) => {
    const [first, ...more] = listeners;
    if (first === undefined) return [];
    const { name, kind } = first;
    const addresses = [...new Set(listeners.map(addressOf))];
    const doubt = doubtOf(listeners);
    const never = doubt === undefined ? neverComes(listening, listeners) : undefined;
    const wait = waitOf(first, listening, waiters);
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
  const { enable, interfaceName } = tailscale;
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
  return undefined;
}

function waitOf(
  { kind, units, isFree }: Listener,
  { nonlocalBind }: DeclaredListening,
  waiters: readonly DeclaredService[],
): Binding['wait'] {
  if (isFree) return { state: 'waits' };
  if (/^(?:1|true)$/.test(ifKnown(nonlocalBind)?.text ?? '')) return { state: 'waits' };
  const judged = units.map((unit) => waitOfUnit(unit, waiters));
  const waits =
    judged.find(({ state }) => state === 'waits') ?? judged.find(({ state }) => state === 'unknown');
  if (waits !== undefined) return waits;
  if (nonlocalBind.state === 'unknown') return nonlocalBind;
  const elsewhere = kind === 'service' ? units.find(isMadeElsewhere) : undefined;
  if (elsewhere !== undefined)
    return unknown(`the restarts of ${elsewhere.name} are set in the module of NixOS, which is not read`);
  return {
    state: 'does not',
    attempts: judged.flatMap((each) => (each.state === 'does not' ? each.attempts : [])),
  };
}

function waitOfUnit(unit: DeclaredService, all: readonly DeclaredService[]): Binding['wait'] {
  const { order } = unit;
  const own = ownWait(unit);
  if (own.state === 'waits' || own.state === 'broken') {
    return own.state === 'waits' ? own : { state: 'does not', attempts: own.attempts };
  }
  if (order.after.items.some(({ text }) => READY.test(text))) return { state: 'waits' };
  const waiters = all.filter((each) => each.name !== unit.name);
  const id = `${unit.name}.service`;
  const names = ({ items }: Several<Text>, name: string) => items.some(({ text }) => text === name);
  const isAfter = (waiter: DeclaredService) =>
    names(order.after, `${waiter.name}.service`) || names(waiter.order.before, id);
  const isTied = (waiter: DeclaredService) =>
    names(order.after, `${waiter.name}.service`) ||
    [order.requires, order.bindsTo].some((list) => names(list, `${waiter.name}.service`)) ||
    names(waiter.order.requiredBy, id);
  if (waiters.some((waiter) => isAfter(waiter) && isTied(waiter))) return { state: 'waits' };
  const retry = keepsTrying(unit);
  if (retry === true) return { state: 'waits' };
  const hole = order.after.items.find(({ whole }) => !whole);
  const open =
    own.state === 'unknown'
      ? own.reason
      : typeof retry === 'string'
        ? retry
        : (order.after.rest?.reason ??
          (hole && `what ${unit.name} is ordered after is not known (${hole.text})`));
  if (open !== undefined) return unknown(open);
  const daemon = order.after.items.find(({ text }) => text === 'tailscaled.service');
  return {
    state: 'does not',
    attempts: [
      ...(own.state === 'nothing' ? own.attempts : []),
      ...waiters.filter(isAfter).map((waiter) => ({
        at: waiter.order.before.items.find(({ text }) => text === id)?.at ?? waiter.at,
        observed: `${waiter.name} waits, but ${unit.name} is tied to it only by before: if it fails, ${unit.name} starts anyway`,
        expected: `requiredBy = [ "${id}" ]; beside it, or the wait in ${unit.name} itself`,
      })),
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

type OwnWait =
  | { readonly state: 'waits' }
  | { readonly state: 'broken' | 'nothing'; readonly attempts: readonly Attempt[] }
  | NotKnown;

/** What a unit does before it starts. */
function ownWait({ name, startsWith, serviceConfig }: DeclaredService): OwnWait {
  const attempts: Attempt[] = [];
  const setting = settingOf(serviceConfig, 'ExecStartPre');
  const missing = ABSENT.exec(startsWith.rest?.reason ?? '')?.[1];
  if (missing !== undefined) return { state: 'broken', attempts: [absent(missing, setting?.at)] };
  let open = (startsWith.rest ?? serviceConfig.rest)?.reason;
  for (const { text, content, isCommand } of startsWith.items) {
    const lacks = text.parts
      .map((part) => (typeof part === 'string' ? undefined : ABSENT.exec(part.reason)?.[1]))
      .find((found) => found !== undefined);
    if (lacks !== undefined) return { state: 'broken', attempts: [absent(lacks, text.at)] };
    const wait = waitScript(content);
    if (wait.shape === 'no wait') {
      attempts.push({
        at: text.at,
        observed: `${name} ${wait.why}`,
        expected: 'a loop that asks until the address is there, or `tailscale wait`',
      });
      continue;
    }
    if (wait.shape === 'unclear')
      open ??= `whether the command that ${name} runs before its start waits for the address is not known (${text.text})`;
    if (wait.shape === 'waits') {
      const escaped =
        isCommand && /\b(?:bash|sh)\}?["']?\s+(?:-\w+\s+)*-\w*c\b/.test(text.text)
          ? BAD_ESCAPE.exec(text.text)?.[1]
          : undefined;
      if (escaped === undefined) return { state: 'waits' };
      return {
        state: 'broken',
        attempts: [
          {
            at: text.at,
            observed: `the wait of ${name} has \\${escaped} in a command that systemd reads first: systemd logs "Ignoring unknown escape sequences", and the pattern may never match`,
            expected: 'the script in a file of its own, or [.] instead',
            fix: 'Write the wait with pkgs.writeShellScript, and use that script here: systemd then does not interpret its content.',
            mayWork: true,
          },
        ],
      };
    }
    if (isClosed(text, content) || /tailscale/i.test(content))
      open ??= `what ${name} runs before its start is not known (${text.text})`;
  }
  if (open !== undefined) return unknown(open);
  return { state: 'nothing', attempts };
}

/** A program of which nothing is known, not even its name: `${wait}` where nothing here gives `wait`. */
function isClosed({ parts }: Text, content: string): boolean {
  const [first] = parts;
  if (first === undefined || typeof first === 'string') return false;
  return !/^(?:pkgs|lib)\b/.test(first.name ?? '') && content.trim() === `\${${first.name ?? '…'}}`;
}

function absent(file: string, at: SourceLocation | undefined): Attempt {
  return {
    at,
    observed: `${file} does not exist`,
    expected: 'the file with the wait',
    fix: `Create ${file}, or correct the path; a flake sees a new file only after git add.`,
  };
}

/** A unit that others can be ordered after, to wait: it has started when the address is there. */
function isOneShotWait(unit: DeclaredService): boolean {
  if (ownWait(unit).state === 'waits') return true;
  const type = settingOf(unit.serviceConfig, 'Type')?.items[0]?.text;
  return type === 'oneshot' && unit.runs.some(({ content }) => waitScript(content).shape === 'waits');
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

/** Whether systemd tries again for as long as it takes, as far as the files tell; or why that is not known. */
export function keepsTrying({
  name,
  serviceConfig,
  unitConfig,
  startLimitIntervalSec,
}: DeclaredService): true | string | undefined {
  const restart = settingOf(serviceConfig, 'Restart')?.items[0]?.text;
  if (restart !== undefined && !['always', 'on-failure'].includes(restart)) return undefined;
  const written =
    ifKnown(startLimitIntervalSec) ??
    (
      settingOf(unitConfig, 'StartLimitIntervalSec') ??
      settingOf(unitConfig, 'StartLimitInterval') ??
      settingOf(serviceConfig, 'StartLimitInterval')
    )?.items[0];
  const burst = settingOf(unitConfig, 'StartLimitBurst')?.items[0];
  const delay = settingOf(serviceConfig, 'RestartSec');
  if (
    [written, burst, delay?.items[0]].some((text) => text !== undefined && !text.whole) ||
    delay?.rest !== undefined
  )
    return `the restarts of ${name} are not known`;
  const interval = secondsOf(written?.text ?? '10');
  const starts = Number(burst?.text ?? '5');
  if (interval === 0 || starts === 0) return true;
  const pause = secondsOf(delay?.items[0]?.text ?? entryOf(PAUSES, name) ?? '0.1');
  return pause !== undefined && interval !== undefined && pause * starts >= interval ? true : undefined;
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
