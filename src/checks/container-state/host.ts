import type { Container } from '../../facts/host/containers.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { counted } from '../../text/amount.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { messagesOfRun } from '../shared/runs.ts';
import { downFinding } from './down.ts';
import { sickFinding } from './health.ts';
import * as kinds from './kinds.ts';
import { lostContainer, troubleOf } from './trouble.ts';

export const host = judgeHost({
  needs: ['units'],
  wants: ['containers', 'unitJournal', 'unitCommands', 'addresses', 'secrets', 'engines'],
  evaluate(facts, { windowStart, now, blind, names, nixos }) {
    const { units, containers, unitJournal, unitCommands, engines } = facts;
    const required = names.containers;
    if (
      units.length === 0 &&
      required.length === 0 &&
      (containers === undefined || containers.length === 0) &&
      uncheckedEngines(engines, units).length === 0
    )
      return { skip: 'no container units here (podman-*.service)' };
    const findings: FindingDraft[] = [];
    const unseen: string[] = [];
    for (const unit of units) {
      const requirement = unit.requires.find((id) =>
        allWith(units, 'id', id).some((other) => other.activeState !== 'active'),
      );
      const runs = firstWith(unitCommands, 'unit', unit.id)?.runs ?? [];
      const trouble =
        troubleOf(unit, messagesOfRun(unit, unitJournal, windowStart), requirement, now) ??
        (unit.user === '' && runs.includes('podman') ? lostContainer(unit, containers, now) : undefined);
      if (trouble === undefined) {
        if (unit.activeState === 'activating' || unit.activeState === 'deactivating')
          unseen.push(`${unit.id} is ${unit.activeState} at the moment; check again in a minute`);
        else if (unit.activeState === 'active' && unit.user !== '')
          unseen.push(
            `${unit.container} belongs to ${unit.user}, whose containers podman does not list for root`,
          );
        else if (unit.activeState === 'active' && unit.engine === 'docker')
          unseen.push(`${unit.container} runs under docker, whose health checks are not read`);
        continue;
      }
      const messages = messagesOfRun(unit, unitJournal, windowStart);
      const finding = downFinding({ unit, trouble, requirement, messages, facts, nixos, now });
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
        unseen.push(`whether ${name} is running: podman's list of containers could not be read`);
      else findings.push(...requiredFinding(name, unit, units, containers, now));
    }
    if (units.some(({ engine }) => engine === 'podman')) unseen.push(...missing(blind, 'containers'));
    unseen.push(...uncheckedEngines(engines, units));
    return {
      findings,
      unseen,
      ...(engines === undefined || engines.compose === 0
        ? {}
        : { note: `${counted(engines.compose, 'container')} made by compose: only podman restarts them` }),
      lookedAt: {
        containers: new Set([
          ...units.map(({ container }) => container),
          ...(containers ?? []).map(({ name }) => name),
        ]).size,
      },
    };
  },
});

function requiredFinding(
  name: string,
  unit: ContainerUnit | undefined,
  units: readonly ContainerUnit[],
  containers: readonly Container[] | undefined,
  now: number,
): FindingDraft[] {
  const found = containers?.find((container) => container.name === name);
  if (unit?.activeState === 'active' || found?.state === 'running') return [];
  return [
    kinds.requiredMissing.finding(
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
    ),
  ];
}

/** In sentences, containers that this check knows of and does not judge. */
function uncheckedEngines(engines: Facts['engines'] | undefined, units: readonly ContainerUnit[]): string[] {
  if (engines === undefined) return [];
  const { docker, rootless } = engines;
  const told = new Set(units.map(({ user }) => user));
  const others = rootless.filter(({ user }) => !told.has(user));
  return [
    ...(docker === 'no answer'
      ? ['docker is installed but does not answer: its containers were not checked']
      : docker > units.filter(({ engine }) => engine === 'docker').length
        ? [`${counted(docker, 'container')} of docker that hsdoctor does not check`]
        : []),
    ...others.map(
      ({ user, count }) => `${counted(count, 'rootless container')} of ${user} that hsdoctor does not check`,
    ),
  ];
}
