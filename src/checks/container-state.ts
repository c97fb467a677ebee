import type { Container } from '../probes/containers.ts';
import type { UnitMessage } from '../probes/unit-journal.ts';
import type { ContainerUnit } from '../probes/units.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type Explanation, type FindingDraft } from './define.ts';
import { missing } from './shared/missing.ts';
import { restartCommand } from './shared/restart.ts';
import { messagesOfRun, sinceActive } from './shared/runs.ts';

type Reason = readonly [RegExp, (match: RegExpExecArray) => string];

/** Why a container cannot be started, as podman and systemd say it, and in words. */
const REASONS: readonly Reason[] = [
  [/statfs (\S+): no such file or directory/, (m) => `${m[1]} does not exist on the host`],
  [/unable to find network with name or ID ([^:\s]+)/, (m) => `the podman network ${m[1]} does not exist`],
  [/parsing (?:env )?file "([^"]+)".*no such file/, (m) => `its environment file ${m[1]} does not exist`],
  [/(\S+): image not known/, (m) => `the image ${m[1]} is not there`],
  [/lookup ([^\s:]+).*no such host/, (m) => `the name ${m[1]} cannot be resolved`],
  [/stat (\/dev\/[^:\s]+): no such file/, (m) => `the device ${m[1]} does not exist`],
  [/container name "([^"]+)" is already in use/, (m) => `the name ${m[1]} is taken by another container`],
  [/(\S+): bind: address already in use/, (m) => `${m[1]} is taken by another program`],
  [
    /(\S+): bind: cannot assign requested address/,
    (m) => `it could not bind to ${m[1]}, an address that was not there`,
  ],
  [/executable file .*not found/, () => 'the image does not have the command that it is to run'],
  [/exec format error/, () => 'the image is for another kind of processor'],
  [/unmet condition check \(?(\w+)=([^\s)]+)/, (m) => `its condition ${m[1]}=${m[2]} is not met`],
  [/Dependency failed for/, () => 'a unit that it requires could not be started'],
];

const EXIT_STATUSES: Readonly<Record<number, string>> = {
  125: 'podman itself failed (125)',
  126: 'its command could not be run, or its port not be bound (126)',
  127: 'its command does not exist (127)',
  132: 'its process used an instruction that this processor does not have (132)',
  137: 'its process was killed (137)',
  139: 'its process broke by itself (139)',
  143: 'its process was told to end (143)',
};

const RECENT_MS = 600_000;
const DAY_MS = 86_400_000;
/** A container is in podman's list as soon as its unit is active; the probes are not read in one instant. */
const SETTLED_MS = 30_000;
const LONG_START_MS = 600_000;

export const containerState = defineCheck({
  id: 'container-state',
  title: 'Every container that has a unit runs and is healthy',
  why: 'NixOS removes a container when it ends, so `podman ps` does not list the missing ones: the units say what should run.',
  tags: ['podman', 'systemd'],
  needs: ['units'],
  wants: ['containers', 'unitJournal', 'unitCommands'],
  evaluate({ units, containers, unitJournal, unitCommands }, { windowStart, now, blind, names }) {
    const required = names.containers;
    if (units.length === 0 && required.length === 0 && (containers === undefined || containers.length === 0))
      return { skip: 'no container units here (podman-*.service)' };
    const findings: FindingDraft[] = [];
    const unseen: string[] = [];
    for (const unit of units) {
      const requirement = unit.requires.find((id) =>
        units.some((other) => other.id === id && other.activeState !== 'active'),
      );
      const runs = unitCommands?.find(({ unit: id }) => id === unit.id)?.runs ?? [];
      const trouble =
        troubleOf(unit, messagesOfRun(unit, unitJournal, windowStart), requirement, now) ??
        (unit.user === '' && runs.includes('podman') ? lostContainer(unit, containers, now) : undefined);
      if (trouble === undefined) {
        if (unit.activeState === 'activating' || unit.activeState === 'deactivating')
          unseen.push(`${unit.id} is ${unit.activeState} just now; look again in a minute`);
        else if (unit.activeState === 'active' && unit.user !== '')
          unseen.push(
            `${unit.container} belongs to ${unit.user}, whose containers root's podman does not list`,
          );
        else if (unit.activeState === 'active' && unit.engine === 'docker')
          unseen.push(`${unit.container} runs under docker, whose health checks are not read`);
        continue;
      }
      const finding = downFinding(unit, trouble, requirement, messagesOfRun(unit, unitJournal, windowStart));
      const isDown = required.includes(unit.container) && unit.activeState !== 'active';
      findings.push(isDown ? { ...finding, status: 'fail' } : finding);
    }
    for (const container of containers ?? []) {
      const finding = sickFinding(container, units, now);
      if (finding !== undefined) findings.push(finding);
    }
    for (const name of required) {
      const unit = units.find(({ container }) => container === name);
      if (findings.some(({ subject }) => subject === unit?.id)) continue;
      if (unit === undefined && containers === undefined)
        unseen.push(`whether ${name} runs: podman's list of containers could not be read`);
      else findings.push(...requiredFinding(name, unit, containers));
    }
    if (units.some(({ engine }) => engine === 'podman')) unseen.push(...missing(blind, 'containers'));
    return { findings, unseen };
  },
});

function requiredFinding(
  name: string,
  unit: ContainerUnit | undefined,
  containers: readonly Container[] | undefined,
): FindingDraft[] {
  const found = containers?.find((container) => container.name === name);
  if (unit?.activeState === 'active' || found?.state === 'running') return [];
  return [
    {
      status: 'fail',
      title: `${name} does not run, and the settings say that it has to`,
      summary: unit === undefined ? 'No unit of systemd is there for it.' : 'Its unit is not active.',
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
      fix: {
        summary:
          unit === undefined
            ? 'Declare it in virtualisation.oci-containers.containers, or take it out of `containers` in the settings.'
            : 'Start it.',
        commands: unit === undefined ? [] : [restartCommand([unit.id])],
        docs: 'docs/checks.md#container-state',
      },
    },
  ];
}

function downFinding(
  unit: ContainerUnit,
  trouble: Trouble,
  requirement: string | undefined,
  messages: readonly UnitMessage[],
): FindingDraft {
  const message = sinceActive(unit, messages).findLast(({ text }) =>
    REASONS.some(([pattern]) => pattern.test(text)),
  );
  const known = message && REASONS.find(([pattern]) => pattern.test(message.text));
  const gaveUp = messages.findLast(({ text }) => /repeated too quickly/.test(text));
  const status = EXIT_STATUSES[unit.exitStatus];
  const reason =
    known?.[1](known[0].exec(message?.text ?? '') as RegExpExecArray) ??
    (requirement === undefined ? undefined : `it needs ${requirement}, which is not up`) ??
    (unit.exitStatus === 0 ? undefined : (status ?? `its command ended with ${unit.exitStatus}`));
  const explainedBy: Explanation[] = [
    { check: 'oci-backend', subject: 'docker' },
    { check: 'oci-backend', subject: unit.id },
    ...(message && /cannot assign requested/.test(message.text)
      ? [{ check: 'tailscale-bind', subject: unit.id }]
      : []),
    ...[...(message?.text ?? '').matchAll(/(\/run\/agenix[^\s:")]*)/g)].map((m) => ({
      check: 'agenix-secrets',
      subject: m[1] ?? '',
    })),
    ...(known === undefined
      ? [
          { check: 'ml-oom', subject: unit.container },
          { check: 'container-oom', subject: unit.container },
        ]
      : []),
    ...(known === undefined || /Dependency failed/.test(message?.text ?? '')
      ? unit.requires.flatMap((subject) => [
          { check: 'container-state', subject },
          { check: 'failed-units', subject },
        ])
      : []),
  ];
  return {
    status: trouble.status,
    title: `${unit.container} ${trouble.what}${reason === undefined ? '' : `: ${reason}`}`,
    summary:
      gaveUp === undefined
        ? trouble.summary
        : `systemd tried ${unit.restarts} times, too quickly one after another, and does not try again by itself.`,
    subject: unit.id,
    evidence: [
      {
        source: `systemctl show ${unit.id}`,
        observed: `${unit.activeState} (${unit.subState}), result ${unit.result}, exit status ${unit.exitStatus}, ${unit.restarts} restarts${unit.loadError === '' ? '' : `, ${unit.loadError}`}`,
        expected: 'active (running)',
        ...(unit.changedAt === undefined ? {} : { at: unit.changedAt }),
      },
      ...(trouble.evidence ?? []),
      ...(message === undefined
        ? []
        : [{ source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at }]),
    ],
    explainedBy,
    fix: {
      summary:
        reason === undefined
          ? 'Read why, then start it again.'
          : 'Mend the reason above, then start it again.',
      commands: [
        ...(reason === undefined ? [`sudo journalctl --unit=${quote(unit.id)} --lines=50`] : []),
        restartCommand([unit.id]),
      ],
      docs: 'docs/checks.md#container-state',
    },
  };
}

interface Trouble {
  readonly status: 'fail' | 'warn';
  readonly what: string;
  readonly summary: string;
  readonly evidence?: readonly {
    readonly source: string;
    readonly observed: string;
    readonly expected?: string;
  }[];
}

function troubleOf(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  requirement: string | undefined,
  now: number,
): Trouble | undefined {
  if (unit.loadState === 'bad-setting' || unit.loadState === 'error') {
    return {
      status: 'fail',
      what: 'has a unit that systemd refuses',
      summary: 'systemd cannot use the unit as it is written.',
    };
  }
  if (unit.loadState !== 'loaded') return undefined;
  if (unit.activeState === 'failed') {
    return {
      status: 'fail',
      what: 'is down',
      summary: 'The unit has failed, and systemd does not try again by itself.',
    };
  }
  if (unit.activeState === 'activating' && (unit.subState.startsWith('auto-restart') || unit.restarts > 0)) {
    return {
      status: 'fail',
      what: 'keeps failing and restarting',
      summary: 'systemd starts it again and again.',
    };
  }
  if (unit.activeState === 'activating') {
    const since = unit.changedAt;
    if (since === undefined || now - since < LONG_START_MS) return undefined;
    return {
      status: 'warn',
      what: `has been starting for ${Math.round((now - since) / 60_000)} minutes`,
      summary: 'It waits before its start, or downloads its image, or never tells that it is ready.',
    };
  }
  if (unit.activeState === 'inactive') return troubleOfInactive(unit, messages, requirement);
  if (unit.activeState === 'active') return troubleOfRestarted(unit, messages, now);
  return undefined;
}

function troubleOfInactive(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  requirement: string | undefined,
): Trouble | undefined {
  // systemd forgets a condition together with a unit that nothing refers to; the journal does not.
  const told = messages.findLast(({ from }) => from === 'systemd');
  const skipped = /unmet condition|Condition check resulted in/.test(told?.text ?? '');
  if ((!unit.conditionMet && unit.conditionCheckedAt !== undefined) || skipped) {
    return {
      status: 'fail',
      what: 'was not started: a condition of its unit was not met',
      summary: 'An unmet condition is silent: the unit is in no list of failed units.',
    };
  }
  if (/Dependency failed/.test(told?.text ?? '') || (unit.wanted && requirement !== undefined)) {
    return {
      status: 'fail',
      what: 'was not started',
      summary: 'systemd starts it only together with what it requires.',
    };
  }
  if (unit.result !== 'success')
    return { status: 'fail', what: 'was not started', summary: 'The unit could not be started.' };
  if (!unit.wanted || unit.once) return undefined;
  return {
    status: 'warn',
    what: 'is stopped',
    summary: 'The unit belongs to the boot and does not run: somebody stopped it, or it ended by itself.',
  };
}

function troubleOfRestarted(
  unit: ContainerUnit,
  messages: readonly UnitMessage[],
  now: number,
): Trouble | undefined {
  if (unit.restarts >= 1 && now - (unit.activeSince ?? 0) < RECENT_MS) {
    const often = unit.restarts > 1;
    return {
      status: 'warn',
      what: `was restarted by systemd ${often ? `${unit.restarts} times, last` : 'once,'} within ten minutes`,
      summary: 'It runs now, and may not for long.',
    };
  }
  // A few tries at boot are over when they are over; restarts that are spread over the day are not.
  const restarts = messages.filter(({ text, at }) => /Scheduled restart job/.test(text) && now - at < DAY_MS);
  const [first, last] = [restarts.at(0), restarts.at(-1)];
  if (restarts.length < 3 || first === undefined || last === undefined || last.at - first.at < RECENT_MS)
    return undefined;
  return {
    status: 'warn',
    what: `was restarted by systemd ${restarts.length} times within a day`,
    summary: 'It runs now, and ends again and again.',
  };
}

function lostContainer(
  unit: ContainerUnit,
  containers: readonly Container[] | undefined,
  now: number,
): Trouble | undefined {
  if (containers === undefined || unit.activeState !== 'active' || unit.subState !== 'running')
    return undefined;
  if (now - (unit.activeSince ?? now) < SETTLED_MS) return undefined;
  const own = containers.filter(({ name, unit: by }) => by === unit.id || name === unit.container);
  if (own.some(({ state }) => !['exited', 'created', 'dead', 'stopped'].includes(state))) return undefined;
  const observed =
    own.length === 0 ? `no container ${unit.container}` : `${own[0]?.name} is ${own[0]?.state}`;
  return {
    status: 'fail',
    what: 'does not run, although its unit is active',
    summary: 'systemd takes it for running, and podman has no running container of it.',
    evidence: [{ source: 'podman ps --all', observed, expected: 'a running container' }],
  };
}

function sickFinding(
  container: Container,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft | undefined {
  const draft = (
    status: 'fail' | 'warn',
    what: string,
    summary: string,
    observed: string,
    expected: string,
    fix: { summary: string; commands: string[] },
  ): FindingDraft => ({
    status,
    title: `${container.name} ${what}`,
    summary,
    subject: container.name,
    evidence: [{ source: `podman inspect ${container.name}`, observed, expected }],
    explainedBy: [
      { check: 'ml-oom', subject: container.name },
      { check: 'container-oom', subject: container.name },
    ],
    fix: { ...fix, docs: 'docs/checks.md#container-state' },
  });
  const logs = `sudo podman logs --tail 50 ${quote(container.name)}`;
  const unit = units.find(({ id, container: name }) => id === container.unit || name === container.name);
  if (container.state === 'running' && container.health === 'unhealthy') {
    return draft(
      'fail',
      'is unhealthy',
      'The container runs, but its own health check fails.',
      'health: unhealthy',
      'healthy',
      {
        summary: 'Read what its health check says, then its log.',
        commands: [`sudo podman inspect --format '{{json .State.Health}}' ${quote(container.name)}`, logs],
      },
    );
  }
  const firstResultBy =
    Date.parse(container.startedAt) +
    (container.healthStartPeriod ?? 0) / 1e6 +
    (2 * (container.healthInterval ?? 0)) / 1e6 +
    60_000;
  if (
    container.state === 'running' &&
    container.health === 'starting' &&
    container.healthResults === 0 &&
    (container.healthInterval ?? 0) > 0 &&
    now > firstResultBy
  ) {
    return draft(
      'warn',
      'is never asked for its health',
      'It has a health check, and podman has not run it once: the timer for it was not made.',
      'health: starting, without a result',
      'a result of the health check',
      {
        summary: 'Run the check once by hand; a restart makes the timer anew.',
        commands: [
          `sudo podman healthcheck run ${quote(container.name)}`,
          ...(unit === undefined ? [] : [restartCommand([unit.id])]),
        ],
      },
    );
  }
  if (container.state === 'paused') {
    return draft(
      'fail',
      'is paused',
      'Its processes are stopped where they were: it is up, and answers nobody.',
      'state paused',
      'running',
      { summary: 'Let it go on.', commands: [`sudo podman unpause ${quote(container.name)}`] },
    );
  }
  const meantToRun = ['always', 'unless-stopped', 'on-failure'].includes(container.restartPolicy ?? '');
  // 137 and 143 are how a stop by hand ends.
  if (
    container.state === 'exited' &&
    unit === undefined &&
    meantToRun &&
    ![0, 137, 143].includes(container.exitCode)
  ) {
    return draft(
      'warn',
      `has ended with ${container.exitCode}, and no unit starts it again`,
      'It is meant to run (its restart policy says so), and only podman itself looks after it.',
      `state exited, exit status ${container.exitCode}, restart policy ${container.restartPolicy}`,
      'running',
      { summary: 'Read why, then start it.', commands: [logs, `sudo podman start ${quote(container.name)}`] },
    );
  }
  return undefined;
}
