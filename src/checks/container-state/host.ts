import type { Container } from '../../facts/host/containers.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { counted } from '../../text/amount.ts';
import { type Context, type FindingDraft, type Judged, judgeHost, together } from '../define.ts';
import { maySeeNone, notCheckedOf, type UncheckedContainers, uncheckedEngines } from '../shared/engines.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { messagesOfRun } from '../shared/runs.ts';
import { downFinding } from './down.ts';
import { judgeContainer } from './health.ts';
import * as kinds from './kinds.ts';
import { ownContainer, runningTrouble } from './own-container.ts';
import { podmanFinding } from './podman.ts';
import { troubleOf } from './trouble.ts';

export const host = judgeHost({
  needs: ['units'],
  wants: [
    'containers',
    'unitJournal',
    'unitCommands',
    'addresses',
    'secrets',
    'engines',
    'failedUnits',
    'memoryGroups',
  ],
  forRemedy: ['filesystems', 'listeners', 'wantedUnits', 'system'],
  evaluate(facts, context) {
    const { units, containers, engines, failedUnits, wantedUnits, system } = facts;
    const { unread, names } = context;
    const unchecked = uncheckedEngines(engines, units);
    const none = units.length + names.containers.length + unchecked.length + (containers ?? []).length === 0;
    if (none && podmanFinding(unread, facts) === undefined && !maySeeNone(unread, 'containers', 'engines'))
      return { skip: 'no container units here (podman-*.service, docker-*.service), and no containers' };
    const ofUnits = units.map((unit) => judgeUnit(unit, facts, context));
    const ofContainers = (containers ?? []).map((container) =>
      judgeContainer(container, {
        units,
        failedUnits,
        wantedUnits,
        bootedAt: system?.bootedAt,
        nixos: context.nixos,
        now: context.now,
      }),
    );
    const ofPodman = { finding: podmanFinding(unread, facts) };
    const told = together([...ofUnits, ...ofContainers]).findings;
    const ofNames = names.containers.map((name) => judgeRequired(name, told, facts, context.now, unchecked));
    const judged = [ofPodman, ...ofUnits, ...ofContainers, ...ofNames];
    const masked = units.filter(isMasked).map(({ id }) => id);
    const notes = [
      ...(engines === undefined || engines.compose === 0
        ? []
        : [`${counted(engines.compose, 'container')} made by compose: only podman restarts them`]),
      ...(masked.length === 0 ? [] : [`masked, and not checked: ${masked.join(', ')}`]),
    ];
    return {
      ...together([
        ...judged,
        { notChecked: units.some(({ engine }) => engine === 'podman') ? missing(unread, 'containers') : [] },
        { notChecked: notCheckedOf(unchecked) },
      ]),
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
      lookedAt: {
        containers: new Set([
          ...units.filter((unit) => !isMasked(unit)).map(({ container }) => container),
          ...(containers ?? []).map(
            ({ name, unit }) => firstWith(units, 'id', unit ?? '')?.container ?? name,
          ),
        ]).size,
      },
    };
  },
});

/** Somebody decided that it does not run. */
const isMasked = ({ loadState, activeState }: ContainerUnit) =>
  loadState === 'masked' && activeState === 'inactive';

type Known = Pick<Facts, 'units'> & {
  readonly [K in
    | 'containers'
    | 'unitJournal'
    | 'unitCommands'
    | 'addresses'
    | 'secrets'
    | 'filesystems'
    | 'listeners']: Facts[K] | undefined;
};

function judgeUnit(unit: ContainerUnit, facts: Known, context: Context): Judged {
  const { units, containers, unitJournal, unitCommands } = facts;
  const { windowStart, now, nixos, names } = context;
  const messages = messagesOfRun(unit, unitJournal, windowStart);
  const requirement = unit.requires.find((id) =>
    allWith(units, 'id', id).some((other) => !isUp(other) && !isDone(other)),
  );
  const own = ownContainer(unit, firstWith(unitCommands, 'unit', unit.id), containers, now);
  const ofUnit = troubleOf(unit, messages, requirement, now);
  const trouble =
    (ofUnit && runningTrouble(unit, firstWith(unitCommands, 'unit', unit.id), containers, now)) ??
    ofUnit ??
    own.trouble;
  if (trouble === undefined) return { notChecked: passing(unit) ?? own.notChecked };
  const finding = downFinding({ unit, trouble, requirement, messages, facts, nixos, now });
  const isDown = names.containers.includes(unit.container) && !isUp(unit);
  return { finding: isDown ? { ...finding, status: 'fail' } : finding };
}

/** A unit whose state is none in which it stays: it reloads, starts, stops, or does what is not known yet. */
const passing = ({ id, activeState }: ContainerUnit): string | undefined =>
  ['active', 'inactive', 'failed'].includes(activeState)
    ? undefined
    : `${id} is ${activeState} at the moment; check again in a minute`;

/** What reloads was up before, and goes on. */
const isUp = ({ activeState }: ContainerUnit) => ['active', 'reloading', 'refreshing'].includes(activeState);

/** What does something once is done when it has ended well: nothing waits for it any more. */
const isDone = ({ once, activeState, result }: ContainerUnit) =>
  once && activeState === 'inactive' && result === 'success';

/** A container that the settings name, where nothing else was found about it. */
function judgeRequired(
  name: string,
  told: readonly FindingDraft[],
  { units, containers }: Known,
  now: number,
  unchecked: readonly UncheckedContainers[],
): Judged {
  const unit = firstWith(units, 'container', name);
  if (told.some(({ subject }) => subject === unit?.id)) return {};
  if (unit === undefined && containers === undefined)
    return { notChecked: `whether ${name} is running: podman's list of containers could not be read` };
  const found = firstWith(containers, 'name', name);
  if ((unit !== undefined && isUp(unit)) || found?.state === 'running') return {};
  if (unit === undefined && found === undefined && unchecked.length > 0)
    return {
      notChecked: `whether ${name} is running: it is not a container of root's podman, and others are not checked`,
    };
  return { finding: requiredFinding(name, unit, found, units, now) };
}

function requiredFinding(
  name: string,
  unit: ContainerUnit | undefined,
  found: Container | undefined,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft {
  return kinds.requiredMissing.finding(
    { container: name, unit, units, now },
    {
      subject: unit?.id ?? name,
      evidence: [
        unit === undefined
          ? {
              source: 'podman inspect of all containers',
              observed: found === undefined ? `no container ${name}` : `${name}: ${found.state}`,
              expected: 'running',
            }
          : {
              source: `systemctl show ${unit.id}`,
              observed: `${unit.activeState} (${unit.subState})`,
              expected: 'active (running)',
            },
      ],
      affects: { what: name, state: 'down', cause: 'not running, and the settings say that it must run' },
    },
  );
}
