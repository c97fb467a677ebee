import type { Facts } from '../../facts/host/index.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { joined, unitName } from '../../remedy/words.ts';
import { entryOf } from '../../text/entry.ts';
import type { Explanation, FindingDraft, TellingKind } from '../define.ts';
import { bindRemedy } from '../shared/bind-remedy.ts';
import { waitsForAddress } from '../shared/host-wait.ts';
import { firstWith } from '../shared/lookup.ts';
import { sinceActive } from '../shared/runs.ts';
import { restart, withDependents } from '../shared/steps.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';
import type { Trouble } from './trouble.ts';

/** Why a container cannot be started, as podman and systemd say it, and in words. */
interface Reason {
  readonly kind: TellingKind<kinds.Down>;
  readonly says: RegExp;
  readonly words: (match: RegExpExecArray) => string;
  /** What is to be done before it is started again. */
  readonly fix: (match: RegExpExecArray) => string;
}

const REASONS: readonly Reason[] = [
  {
    kind: kinds.sourceMissing,
    says: /statfs (\S+): no such file or directory/,
    words: (m) => `${m[1]} did not exist when it started`,
    fix: (m) =>
      m[1]?.startsWith('/run/agenix/')
        ? `Do not create ${m[1]} by hand: agenix does. If it is not in age.secrets, declare it there. Then rebuild (sudo nixos-rebuild switch), and check again with the check agenix-secrets: it names the cause and its fix.`
        : `Check whether ${m[1]} is on a disk that is not mounted (findmnt, systemctl list-units --failed), and mount that disk first: with an empty folder the container would start without its data. If it is not on such a disk, create it, or mount another path in the container's volumes.`,
  },
  {
    kind: kinds.networkMissing,
    says: /unable to find network with name or ID ([^:\s]+)/,
    words: (m) => `the podman network ${m[1]} does not exist`,
    fix: (m) => `Create the podman network ${m[1]}, or use another one.`,
  },
  {
    kind: kinds.envFileMissing,
    says: /parsing (?:env )?file "([^"]+)".*no such file/,
    words: (m) => `its environment file ${m[1]} does not exist`,
    fix: (m) =>
      `Write the environment file ${m[1]}. If it is in the unit's runtime directory, systemd removes it at every stop: keep it somewhere else.`,
  },
  {
    kind: kinds.imageMissing,
    says: /(\S+): image not known/,
    words: (m) => `the image ${m[1]} does not exist here`,
    fix: (m) => `Pull or build the image ${m[1]}, or correct its name.`,
  },
  {
    kind: kinds.nameNotResolved,
    says: /lookup ([^\s:]+).*no such host/,
    words: (m) => `the name ${m[1]} cannot be resolved`,
    fix: (m) =>
      `Find out why this host cannot resolve ${m[1]}: resolvectl status shows which name servers it asks.`,
  },
  {
    kind: kinds.deviceMissing,
    says: /stat (\/dev\/[^:\s]+): no such file/,
    words: (m) => `the device ${m[1]} does not exist`,
    fix: (m) => `Attach ${m[1]} or load its driver, or remove it from the container's devices.`,
  },
  {
    kind: kinds.nameTaken,
    says: /container name "([^"]+)" is already in use/,
    words: (m) => `the name ${m[1]} is used by another container`,
    fix: (m) => `Rename or remove the other container named ${m[1]}.`,
  },
  {
    kind: kinds.portTaken,
    says: /(\S+): bind: address already in use/,
    words: (m) => `${m[1]} is used by another program`,
    fix: (m) => `Stop the other program that listens on ${m[1]}, or publish another port.`,
  },
  {
    kind: kinds.addressMissing,
    says: /(\S+): bind: cannot assign requested address/,
    words: (m) => `it could not bind to ${m[1]} because the address did not exist`,
    fix: (m) => `Give this host the address of ${m[1]}, or publish the port on another address.`,
  },
  {
    kind: kinds.commandMissing,
    says: /executable file .*not found/,
    words: () => 'the image does not have the command to run',
    fix: () => 'Correct its command or entry point, or use an image that has the command.',
  },
  {
    kind: kinds.wrongProcessor,
    says: /exec format error/,
    words: () => 'the image is for another processor architecture',
    fix: () => 'Use an image for the processor architecture of this host.',
  },
  {
    kind: kinds.conditionUnmet,
    says: /unmet condition check \(?(\w+)=([^\s)]+)/,
    words: (m) => `its condition ${m[1]}=${m[2]} is not met`,
    fix: (m) =>
      m[1] === 'ConditionPathIsMountPoint'
        ? `Mount ${m[2]}: without that disk the container would start without its data. Leave the condition in the unit.`
        : `Make ${m[1]}=${m[2]} true, or remove the condition from the unit.`,
  },
  {
    kind: kinds.dependencyFailed,
    says: /Dependency failed for/,
    words: () => 'a required unit could not be started',
    fix: () => 'Get the required unit running.',
  },
];

const EXIT_STATUSES: Readonly<Record<number, string>> = {
  125: 'podman failed (exit status 125)',
  126: 'its command could not be run, or its port could not be bound (exit status 126)',
  127: 'its command does not exist (exit status 127)',
  132: 'its process used an instruction that this processor does not have (exit status 132)',
  137: 'its process was killed (exit status 137)',
  139: 'its process crashed (exit status 139)',
  143: 'its process was terminated (exit status 143)',
};

/** By systemd's own result, where the number of its last process is no exit status, or not what ended it. */
const RESULTS: Readonly<Record<string, string>> = {
  timeout: 'its start or stop timed out',
  watchdog: 'it stopped reporting to its watchdog',
  'oom-kill': 'it was killed because memory ran out',
  resources: 'systemd could not start its process',
  protocol: 'it did not report to systemd as its unit says',
};

const isKilled = ({ result }: ContainerUnit) => result === 'signal' || result === 'core-dump';

function endOf(unit: ContainerUnit): string | undefined {
  const { result, exitStatus } = unit;
  if (isKilled(unit)) return `its process was killed by signal ${exitStatus}`;
  const told = entryOf(RESULTS, result);
  if (told !== undefined || exitStatus === 0) return told;
  return EXIT_STATUSES[exitStatus] ?? `exit status ${exitStatus}`;
}

/** What is known of a unit in trouble. */
interface Case {
  readonly unit: ContainerUnit;
  readonly trouble: Trouble;
  /** The unit that it requires and that is not up. */
  readonly requirement: string | undefined;
  readonly messages: readonly UnitMessage[];
  readonly facts: Pick<Facts, 'units'> & {
    readonly [K in 'unitCommands' | 'addresses' | 'secrets']: Facts[K] | undefined;
  };
  readonly nixos: boolean;
  readonly now: number;
}

/** A unit in trouble, with the reason in words and whatever else may explain it. */
export function downFinding(given: Case): FindingDraft {
  const { unit, trouble, requirement, messages } = given;
  const own = sinceActive(unit, messages);
  const said = own.filter(({ from }) => from === 'command').at(-1);
  // What it said last ended its last try; a reason of before was got over.
  const known = [
    said,
    own.findLast(({ from, text }) => from === 'systemd' && reasonIn(text) !== undefined),
  ].find((each) => each !== undefined && reasonIn(each.text) !== undefined && isOfEngine(unit, each));
  const reason = known && reasonIn(known.text);
  const match = reason?.says.exec(known?.text ?? '') ?? undefined;
  // What it said last may be read by people, where it is nothing that is known.
  const message = known ?? said;
  const gaveUp = messages.findLast(({ text }) => /repeated too quickly/.test(text));
  const words =
    (match && reason?.words(match)) ??
    (requirement === undefined ? undefined : `it requires ${requirement}, which is not running`) ??
    endOf(unit);
  const kind = reason?.kind ?? trouble.kind;
  return kind.finding(
    {
      container: unit.container,
      what: trouble.what,
      why: words,
      summary:
        gaveUp === undefined
          ? trouble.summary
          : `It failed ${unit.restarts} times within seconds, and systemd gave up.`,
      remedy: remedyOf(given, reason, match),
    },
    {
      status: trouble.status,
      subject: unit.id,
      ...(unit.activeState === 'active' || unit.changedAt === undefined ? {} : { since: unit.changedAt }),
      ...(unit.restarts > 0 ? { count: unit.restarts } : {}),
      ...(trouble.state === undefined
        ? {}
        : { affects: { what: unit.container, state: trouble.state, cause: words ?? trouble.what } }),
      evidence: [
        stateOf(unit),
        ...(trouble.evidence ?? []),
        ...(message === undefined
          ? []
          : [{ source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at }]),
      ],
      explainedBy: explanations(unit, known, reason !== undefined),
    },
  );
}

function stateOf(unit: ContainerUnit) {
  const { id, activeState, subState, result, exitStatus, restarts, loadError, changedAt } = unit;
  const state = [
    `${activeState} (${subState})`,
    `result ${result}`,
    ...(entryOf(RESULTS, result) === undefined
      ? [`${isKilled(unit) ? 'signal' : 'exit status'} ${exitStatus}`]
      : []),
    `${restarts} restarts`,
    ...(loadError === '' ? [] : [loadError]),
  ];
  return {
    source: `systemctl show ${id}`,
    observed: state.join(', '),
    expected: 'active (running)',
    ...(changedAt === undefined ? {} : { at: changedAt }),
  };
}

const reasonIn = (text: string) => REASONS.find(({ says }) => says.test(text));

/** The engine says why it could not start a container; what the container's own program says is about something else. */
function isOfEngine({ exitStatus }: ContainerUnit, { from, text }: UnitMessage): boolean {
  return from === 'systemd' || [125, 126, 127].includes(exitStatus) || /^(?:Error\b|docker: )/.test(text);
}

function explanations(
  unit: ContainerUnit,
  message: UnitMessage | undefined,
  isKnown: boolean,
): Explanation[] {
  const text = message?.text ?? '';
  return [
    { check: 'oci-backend', subject: 'docker' },
    { check: 'oci-backend', subject: unit.id },
    ...(/cannot assign requested/.test(text) ? [{ check: 'tailscale-bind', subject: unit.id }] : []),
    ...[...text.matchAll(/(\/run\/agenix[^\s:")]*)/g)].map((m) => ({
      check: 'agenix-secrets',
      subject: m[1] ?? '',
    })),
    ...mountUnits(text).map((subject) => ({ check: 'failed-units', subject })),
    ...(isKnown
      ? []
      : [
          { check: 'ml-oom', subject: unit.container },
          { check: 'container-oom', subject: unit.container },
          // The program in it told why it ended.
          ...['immich-database', 'immich-server', 'redis-persistence'].map((check) => ({
            check,
            subject: unit.container,
          })),
        ]),
    ...(!isKnown || /Dependency failed/.test(text)
      ? unit.requires.flatMap((subject) => [
          { check: 'container-state', subject },
          { check: 'failed-units', subject },
        ])
      : []),
  ];
}

/** The units of the disks that a path that is not there may lie on, the nearest first. */
function mountUnits(text: string): string[] {
  const [, path = ''] = /statfs \/(\S+): no such file/.exec(text) ?? [];
  const parts = path.split('/').map((part) => part.replaceAll('-', '\\x2d'));
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('-')}.mount`);
}

function remedyOf(
  given: Case,
  reason: Reason | undefined,
  match: RegExpExecArray | undefined,
): FindingDraft['remedy'] {
  const { unit, facts, nixos, now } = given;
  const { units } = facts;
  const isDown = unit.activeState !== 'active';
  const address =
    /^\[?(.*?)\]?:\d+$/.exec(reason?.kind === kinds.addressMissing ? (match?.[1] ?? '') : '')?.[1] ?? '';
  if (isTailnetAddress(address))
    return bindRemedy({
      unit,
      units,
      address,
      isHere: firstWith(facts.addresses?.assigned, 'address', address) !== undefined,
      waits:
        waitsForAddress(unit, firstWith(facts.unitCommands, 'unit', unit.id), {
          address,
          nonlocalBind: facts.addresses?.nonlocalBind,
        }) !== false,
      nixos,
      now,
    });
  if (given.trouble.kind === kinds.failedAndGone) return { lasting: forgotten(unit) };
  const why = thereAgain(given, reason, match);
  const ids = withDependents(unit, units);
  if (isDown && why !== undefined) return { now: restart(ids, { units, now, why }) };
  const before: Step[] =
    reason === undefined || match === undefined
      ? [
          run(['journalctl', joined('--unit=', unitName(unit.id)), '--lines=50'], {
            root: true,
            why: 'Read why.',
          }),
        ]
      : [byHand(reason.fix(match))];
  const then = reason === undefined ? 'Fix what the log says, then start it.' : 'Then start it.';
  return { lasting: [...before, ...(isDown ? restart(ids, { units, now, why: then }) : [])] };
}

/** It cannot be started: only its failure is left. */
const forgotten = ({ id, loadState }: ContainerUnit): Step[] => [
  byHand(
    loadState === 'masked'
      ? `If it should run, unmask ${id} (systemctl unmask) and start it.`
      : 'If it should run, declare it again and rebuild.',
  ),
  run(['systemctl', 'reset-failed', '--', unitName(id)], {
    root: true,
    why: 'If not, let systemd forget the failure.',
  }),
];

/** Why a start succeeds now, where what was missing is seen to be there. */
function thereAgain(
  { unit, requirement, facts }: Case,
  reason: Reason | undefined,
  match: RegExpExecArray | undefined,
): string | undefined {
  const file = match?.[1] ?? '';
  if (reason?.kind === kinds.dependencyFailed && requirement === undefined)
    return `Start ${unit.container}: the units it requires are running now.`;
  return firstWith(facts.secrets, 'path', file)?.state === 'present'
    ? `Start ${unit.container}: the secret ${file} exists now.`
    : undefined;
}
