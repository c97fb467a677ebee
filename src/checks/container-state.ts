import type { ContainerUnit } from '../probes/units.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type Explanation, type FindingDraft } from './define.ts';
import { lastMessage } from './shared/runs.ts';

/** What podman says when it cannot start a container, and in words. */
const REASONS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/statfs (\S+): no such file or directory/, (m) => `${m[1]} does not exist on the host`],
  [/unable to find network with name or ID ([^:\s]+)/, (m) => `the podman network ${m[1]} does not exist`],
  [/parsing (?:env )?file "([^"]+)".*no such file/, (m) => `its environment file ${m[1]} does not exist`],
  [/(\S+): image not known/, (m) => `the image ${m[1]} is not there`],
  [/lookup (\S+).*no such host/, (m) => `the name ${m[1]} cannot be resolved`],
  [/stat (\/dev\/[^:\s]+): no such file/, (m) => `the device ${m[1]} does not exist`],
  [/container name "([^"]+)" is already in use/, (m) => `the name ${m[1]} is taken by another container`],
  [/(\S+): bind: address already in use/, (m) => `${m[1]} is taken by another program`],
  [/(\S+): bind: cannot assign requested address/, (m) => `the address of ${m[1]} is not on this machine`],
  [/Main process exited, .*status=137/, () => 'its process was killed (137)'],
  [/Main process exited, code=\w+, status=(\S+)/, (m) => `its command ended with ${m[1]}`],
];

export const containerState = defineCheck({
  id: 'container-state',
  title: 'Every container that has a unit runs and is healthy',
  why: 'NixOS removes a container when it ends, so `podman ps` does not list the missing ones: the units say what should run.',
  tags: ['podman', 'systemd'],
  needs: ['units'],
  wants: ['containers', 'unitJournal', 'unitCommands'],
  evaluate({ units, containers, unitJournal }, { windowStart, now, names }) {
    if (units.length === 0 && names.containers.length === 0)
      return { skip: 'no container units here (podman-*.service)' };
    const findings: FindingDraft[] = [];
    for (const unit of units) {
      const trouble = troubleOf(unit, now);
      if (trouble === undefined) continue;
      const required = names.containers.includes(unit.container);
      const message = REASONS.map(([pattern]) => lastMessage(unit, unitJournal, windowStart, pattern)).find(
        Boolean,
      );
      const known = message && REASONS.find(([pattern]) => pattern.test(message.text));
      const reason = known?.[1](known[0].exec(message?.text ?? '') as RegExpExecArray);
      const failedDependency = unit.requires.find((id) =>
        units.some((other) => other.id === id && other.activeState !== 'active'),
      );
      const explainedBy: Explanation[] = [
        { check: 'oci-backend', subject: 'docker' },
        { check: 'oci-backend', subject: unit.id },
        ...(message && /cannot assign requested/.test(message.text)
          ? [{ check: 'tailscale-bind', subject: unit.id }]
          : []),
        ...[...(message?.text ?? '').matchAll(/(\/run\/agenix[^\s:"]*)/g)].map((m) => ({
          check: 'agenix-secrets',
          subject: m[1] ?? '',
        })),
        { check: 'ml-oom', subject: unit.container },
        { check: 'container-oom', subject: unit.container },
        ...(failedDependency === undefined ? [] : [{ check: 'container-state', subject: failedDependency }]),
      ];
      findings.push({
        status: required && unit.activeState !== 'active' ? 'fail' : trouble.status,
        title: `${unit.container} ${trouble.what}${reason === undefined ? (failedDependency === undefined ? '' : `: it needs ${failedDependency}, which is not up`) : `: ${reason}`}`,
        summary: trouble.summary,
        subject: unit.id,
        evidence: [
          {
            source: `systemctl show ${unit.id}`,
            observed: `${unit.activeState} (${unit.subState}), result ${unit.result}, exit status ${unit.exitStatus}, ${unit.restarts} restarts${unit.loadError === '' ? '' : `, ${unit.loadError}`}`,
            expected: 'active (running)',
            ...(unit.changedAt === undefined ? {} : { at: unit.changedAt }),
          },
          ...(message === undefined
            ? []
            : [{ source: `journalctl --unit=${unit.id}`, observed: message.text, at: message.at }]),
        ],
        explainedBy,
        fix: {
          summary: 'Mend the reason above, then start it again.',
          commands: [`sudo systemctl restart ${quote(unit.id)}`],
          docs: 'docs/checks.md#container-state',
        },
      });
    }
    for (const container of containers ?? []) {
      if (container.health !== 'unhealthy') continue;
      findings.push({
        status: 'fail',
        title: `${container.name} is unhealthy`,
        summary: 'The container runs, but its own health check fails.',
        subject: container.name,
        evidence: [
          { source: `podman inspect ${container.name}`, observed: 'health: unhealthy', expected: 'healthy' },
        ],
        explainedBy: [
          { check: 'ml-oom', subject: container.name },
          { check: 'container-oom', subject: container.name },
        ],
        fix: {
          summary: 'Read what its health check says, then its log.',
          commands: [
            `sudo podman inspect --format '{{json .State.Health}}' ${quote(container.name)}`,
            `sudo podman logs --tail 50 ${quote(container.name)}`,
          ],
          docs: 'docs/checks.md#container-state',
        },
      });
    }
    const unseen: string[] = [];
    for (const name of names.containers) {
      const unit = units.find(({ container }) => container === name);
      const found = containers?.find((container) => container.name === name);
      if (unit?.activeState === 'active' || found?.state === 'running') continue;
      if (findings.some(({ subject }) => subject === unit?.id)) continue;
      if (unit === undefined && containers === undefined) {
        unseen.push(`whether ${name} runs: podman's list of containers could not be read`);
        continue;
      }
      findings.push({
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
          commands: unit === undefined ? [] : [`sudo systemctl start ${quote(unit.id)}`],
          docs: 'docs/checks.md#container-state',
        },
      });
    }
    return { findings, unseen };
  },
});

const RECENT_MS = 600_000;

function troubleOf(
  unit: ContainerUnit,
  now: number,
): { status: 'fail' | 'warn'; what: string; summary: string } | undefined {
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
  if (unit.activeState === 'activating' && unit.subState === 'auto-restart') {
    return {
      status: 'fail',
      what: 'keeps failing and restarting',
      summary: 'systemd starts it again and again.',
    };
  }
  if (unit.activeState === 'inactive' && !unit.conditionMet && unit.conditionCheckedAt !== undefined) {
    return {
      status: 'fail',
      what: 'was not started: a condition of its unit was not met',
      summary: 'An unmet condition is silent: the unit is in no list of failed units.',
    };
  }
  if (unit.activeState === 'inactive' && unit.result !== 'success') {
    return { status: 'fail', what: 'was not started', summary: 'The unit could not be started.' };
  }
  if (unit.activeState === 'inactive' && unit.wanted) {
    return {
      status: 'warn',
      what: 'is stopped',
      summary:
        'The unit belongs to the boot and does not run: somebody stopped it, or what it needs did not start.',
    };
  }
  if (unit.activeState === 'active' && unit.restarts >= 1 && now - (unit.activeSince ?? 0) < RECENT_MS) {
    return {
      status: 'warn',
      what: `was restarted by systemd ${unit.restarts === 1 ? 'once' : `${unit.restarts} times`},${unit.restarts === 1 ? '' : ' last'} within ten minutes`,
      summary: 'It runs now, and may not for long.',
    };
  }
  return undefined;
}
