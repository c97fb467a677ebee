import type { Facts } from '../../facts/host/index.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { joined, unitName } from '../../remedy/words.ts';
import type { Explanation, FindingDraft } from '../define.ts';
import { bindRemedy, takenFor } from '../shared/bind-remedy.ts';
import { waitsForAddress } from '../shared/host-wait.ts';
import { firstWith } from '../shared/lookup.ts';
import { lastSaid, sinceActive } from '../shared/runs.ts';
import { restart, withDependents } from '../shared/steps.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';
import { endOf, isKilled, isOfSystemd, lastEndIn } from './endings.ts';
import * as kinds from './kinds.ts';
import { type Reason, reasonIn } from './reasons.ts';
import { storageCauses } from './storage-causes.ts';
import { START_TIMED_OUT, type Trouble } from './trouble.ts';

/** Subject of what is wrong with podman itself. */
export const PODMAN = 'podman';

/** What is known of a unit in trouble. */
interface Case {
  readonly unit: ContainerUnit;
  readonly trouble: Trouble;
  /** The unit that it requires and that is not up. */
  readonly requirement: string | undefined;
  readonly messages: readonly UnitMessage[];
  readonly facts: Pick<Facts, 'units'> & {
    readonly [K in 'unitCommands' | 'addresses' | 'secrets' | 'filesystems' | 'listeners']:
      | Facts[K]
      | undefined;
  };
  readonly nixos: boolean;
  readonly now: number;
}

/** A unit in trouble, with the reason in words and whatever else may explain it. */
export function downFinding(given: Case): FindingDraft {
  const { unit, trouble, requirement, messages } = given;
  // What it said before it was last up, it got over, but for why it was started again.
  const isUp = unit.activeState === 'active';
  const own = isUp ? messages : ofNow(unit, sinceActive(unit, messages));
  const said = lastSaid(own);
  // What it said last ended its last try; a reason of before was got over.
  const known = [
    said,
    own.findLast(({ from, text }) => from === 'systemd' && reasonIn(text) !== undefined),
  ].find((each) => each !== undefined && reasonIn(each.text) !== undefined && isOfEngine(unit, each));
  const reason = known && reasonIn(known.text);
  const match = reason?.says.exec(known?.text ?? '') ?? undefined;
  // What it said last may be read by people, where it is nothing that is known.
  const message = known ?? said;
  const words =
    (match && reason?.words(match)) ??
    (requirement === undefined ? undefined : `it requires ${requirement}, which is not running`) ??
    (isUp ? lastEndIn(messages) : endOf(unit));
  const kind = reason?.kind ?? trouble.kind;
  return kind.finding(
    {
      container: unit.container,
      what: trouble.what,
      why: words,
      summary: hasGivenUp(unit, messages)
        ? `It failed ${unit.restarts === 0 ? 'too often' : `${unit.restarts} times`} within seconds, and systemd gave up.`
        : trouble.summary,
      remedy: remedyOf(given, reason, match),
    },
    {
      status: trouble.status,
      subject: unit.id,
      ...sinceAndCount(given),
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
      explainedBy: [
        ...(reason?.kind === kinds.certificateRefused ? [{ check: 'clock', status: 'fail' as const }] : []),
        ...explanations(unit, known, reason !== undefined),
        ...storageCauses({
          unit,
          text: message?.text ?? '',
          isKnown: reason !== undefined,
          commands: firstWith(given.facts.unitCommands, 'unit', unit.id),
          filesystems: given.facts.filesystems,
        }),
      ],
    },
  );
}

/** Why a unit was not started at all is said after what its commands said when it was, if only some minutes before. */
function ofNow(
  { activeState, conditionMet, conditionCheckedAt }: ContainerUnit,
  messages: readonly UnitMessage[],
): readonly UnitMessage[] {
  if (activeState !== 'inactive') return messages;
  const decided = messages.findLastIndex(
    ({ from, text }) =>
      from === 'systemd' &&
      (START_TIMED_OUT.test(text) ||
        /unmet condition|Condition check resulted|Assertion failed|asserts failed|Dependency failed/.test(
          text,
        )),
  );
  if (decided >= 0) return messages.slice(decided);
  return conditionMet ? messages : messages.filter(({ at }) => at >= (conditionCheckedAt ?? 0));
}

/** Only what systemd said last of the unit is of now: it may have given up days ago, and been started again. */
const hasGivenUp = ({ activeState }: ContainerUnit, messages: readonly UnitMessage[]): boolean =>
  activeState === 'failed' &&
  messages.findLastIndex(({ text }) => /repeated too quickly/.test(text)) >
    messages.findLastIndex(({ from, text }) => from === 'systemd' && /^Start(?:ing|ed) /.test(text));

function sinceAndCount({ unit, messages, trouble }: Case): Pick<FindingDraft, 'since' | 'count'> {
  const restarts = messages.filter(({ text }) => /Scheduled restart job/.test(text));
  // An active unit was in trouble from its first restart on; another one from the moment that it was no longer up.
  const since = trouble.since ?? (unit.activeState === 'active' ? restarts[0]?.at : unit.changedAt);
  const count = Math.max(unit.restarts, restarts.length);
  return { ...(since === undefined ? {} : { since }), ...(count > 0 ? { count } : {}) };
}

function stateOf(unit: ContainerUnit) {
  const { id, activeState, subState, result, exitStatus, restarts, loadError, changedAt } = unit;
  const state = [
    `${activeState} (${subState})`,
    `result ${result}`,
    ...(!isOfSystemd(unit) ? [`${isKilled(unit) ? 'signal' : 'exit status'} ${exitStatus}`] : []),
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

/**
 * The engine says why it could not start a container; what the container's own program says is about something else.
 * With 0 its main command was not run, such as where the pull before it failed.
 */
function isOfEngine({ exitStatus }: ContainerUnit, { from, text }: UnitMessage): boolean {
  if (from === 'systemd' || [125, 126, 127].includes(exitStatus)) return true;
  return exitStatus === 0 && /^(?:Error\b|docker: )/.test(text);
}

function explanations(
  unit: ContainerUnit,
  message: UnitMessage | undefined,
  isKnown: boolean,
): Explanation[] {
  const text = message?.text ?? '';
  return [
    { check: 'container-state', subject: PODMAN },
    { check: 'oci-backend', subject: 'docker' },
    { check: 'oci-backend', subject: unit.id },
    ...(/cannot assign requested/.test(text) ? [{ check: 'tailscale-bind', subject: unit.id }] : []),
    ...[...text.matchAll(/(\/run\/agenix[^\s:")]*)/g)].map((m) => ({
      check: 'agenix-secrets',
      subject: m[1] ?? '',
    })),
    ...(/lookup \S+.*(?:no such host|server misbehaving|i\/o timeout)/.test(text)
      ? [{ check: 'dns', status: 'fail' as const }]
      : []),
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
  const [, path = ''] = /statfs \/(.{1,4000}?): no such file/.exec(text) ?? [];
  const parts = path.split('/').map(escaped);
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('-')}.mount`);
}

/** As systemd-escape writes a part of a path. */
const escaped = (part: string) =>
  [...Buffer.from(part)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const isPlain = /[\w:.]/.test(character) && (index > 0 || character !== '.');
      return isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');

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
      taken: takenFor(unit, match?.input ?? '', facts.listeners),
      waits:
        waitsForAddress(unit, firstWith(facts.unitCommands, 'unit', unit.id), {
          address,
          nonlocalBind: facts.addresses?.nonlocalBind,
          unitCommands: facts.unitCommands,
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
            why: 'Read the reason in its log.',
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
