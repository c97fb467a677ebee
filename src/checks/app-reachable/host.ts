import type { Container } from '../../facts/host/containers.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { ANSWER_LIMIT_S, isWebsite, type WebAnswer } from '../../facts/host/web-answers.ts';
import {
  type Context,
  type Explanation,
  type FindingDraft,
  type Judged,
  judgeHost,
  together,
} from '../define.ts';
import { CURL_WORDS } from '../shared/curl.ts';
import { notCheckedOf, uncheckedEngines } from '../shared/engines.ts';
import { firstWith } from '../shared/lookup.ts';
import { explainedByStorage } from '../shared/services.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

/** In which a program may not be ready yet. */
const START_MS = 60_000;
/** Of curl: nothing at all came back. What these say of an unknown program, another protocol would say, too. */
const REFUSED = 7;
const SILENT: readonly number[] = [REFUSED, 28, 52, 55, 56];

export const host = judgeHost({
  needs: ['webAnswers', 'containers'],
  wants: ['units', 'engines'],
  evaluate(facts, context) {
    const { webAnswers, containers, units = [], engines } = facts;
    const others = notCheckedOf(uncheckedEngines(engines, units));
    const known = webAnswers.flatMap((answer) => {
      const container = firstWith(containers, 'name', answer.container);
      return container === undefined || isElsewhere(answer, container) ? [] : [{ answer, container }];
    });
    if (known.length === 0 && others.length === 0)
      return { skip: 'no running container publishes a port that may be a website' };
    const { findings, notChecked } = together(known.map((each) => judge(each, known, units, context)));
    return {
      findings: eachOnce(findings),
      notChecked: [...notChecked, ...others],
      lookedAt: { webPorts: known.length },
    };
  },
});

/** An app that is published at several addresses answers at none of them: that is one fault. */
function eachOnce(findings: readonly FindingDraft[]): FindingDraft[] {
  const told = new Set<string>();
  return findings.filter(({ kind, subject }) => {
    const key = `${kind} ${subject}`;
    return !told.has(key) && told.add(key);
  });
}

interface Asked {
  readonly answer: WebAnswer;
  readonly container: Container;
}

/** It has no published port, and is not in the network of the host: what answers there is not it. */
const isElsewhere = ({ address }: WebAnswer, { networkMode }: Container) =>
  address === 'host' && networkMode !== 'host';

function judge(
  { answer, container }: Asked,
  all: readonly Asked[],
  units: readonly ContainerUnit[],
  { now }: Context,
): Judged {
  const fault = faultOf({ answer, container }, all);
  const { name, startedAt } = container;
  const place = placeOf(answer);
  if (fault === undefined)
    return isUnclear({ answer, container })
      ? { notChecked: `whether ${name} answers at ${place}: curl ended with ${answer.exitCode}` }
      : {};
  const age = now - Date.parse(startedAt);
  if (!(age >= START_MS) || container.health === 'starting')
    return {
      notChecked: `whether ${name} answers at ${place}: ${whyNotYet(container, age)}`,
    };
  const unit = firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', name);
  return { finding: findingOf(fault, { answer, container }, unit) };
}

function whyNotYet({ health }: Container, age: number): string {
  if (Number.isNaN(age)) return 'when it was started is not known';
  if (age < 0) return 'by the clock of the host, it was started in the future';
  return health === 'starting'
    ? 'its health check says that it is starting'
    : `it was started ${Math.round(age / 1000)} s ago`;
}

type Fault = 'no-answer' | 'error-answer' | 'error-of-unknown' | 'nothing-listens' | 'not-on-tailnet';

/** What any answer proves is that there is one: who may see what is no matter here. */
function faultOf({ answer, container }: Asked, all: readonly Asked[]): Fault | undefined {
  const { httpStatus, exitCode, inside, address, port } = answer;
  const isKnown = isWebsite(container.image, inside);
  // podman lists the ports of a pod for each container in it: that of the app is told, or else the first one.
  const podmates = all.filter((other) => other.answer.at === answer.at && other.answer.port === port);
  const owner = podmates.find((other) => isWebsite(other.container.image, inside)) ?? podmates[0];
  if (owner?.container !== container) return undefined;
  if (isBroken(httpStatus)) return isKnown ? 'error-answer' : 'error-of-unknown';
  if (httpStatus > 0 || !SILENT.includes(exitCode)) return undefined;
  const own = all.filter((other) => other.container === container);
  const same = own.filter((other) => other.answer.port === port && other.answer.address === address);
  const isElsewhereUp = same.some((other) => other.answer !== answer && other.answer.httpStatus > 0);
  if (isElsewhereUp) return isTailnetAddress(answer.at) ? 'not-on-tailnet' : undefined;
  // It may listen on another port than the usual one.
  if (address === 'host') return exitCode === REFUSED || !isKnown ? undefined : 'no-answer';
  // The same port is told once.
  if (same[0]?.answer !== answer) return undefined;
  if (isKnown) return 'no-answer';
  return exitCode === REFUSED && publishesNothingElse(container) ? 'nothing-listens' : undefined;
}

/** A website that did answer would have a status. */
const isUnclear = ({ answer: { httpStatus, exitCode, inside }, container }: Asked): boolean =>
  httpStatus === 0 && exitCode !== 0 && !SILENT.includes(exitCode) && isWebsite(container.image, inside);

/** 501 and 505 are about the question. */
const isBroken = (status: number) => status >= 500 && status !== 501 && status !== 505;

/** Of several ports some may be for what is not in use; one that is also published for UDP may be of that alone. */
const publishesNothingElse = ({ ports }: Container): boolean =>
  Object.values(ports ?? {}).filter((places) => (places ?? []).length > 0).length === 1;

function findingOf(fault: Fault, { answer, container }: Asked, unit: ContainerUnit | undefined) {
  const { name } = container;
  const { httpStatus, exitCode, inside } = answer;
  const place = placeOf(answer);
  const what =
    httpStatus > 0
      ? `HTTP ${httpStatus}`
      : exitCode === 28
        ? `no answer within ${ANSWER_LIMIT_S} s`
        : (CURL_WORDS[exitCode] ?? `curl exited with ${exitCode}`);
  const about = { container: name, place, what, unit: unit?.id };
  const seen = {
    subject: name,
    evidence: [{ source: `curl ${place}`, observed: what, expected: 'an answer' }],
    explainedBy: causesOf(container, unit),
  };
  const down = { what: name, state: 'down', cause: `does not answer: ${what}` } as const;
  switch (fault) {
    case 'no-answer':
      return kinds.noAnswer.finding(about, { ...seen, affects: down });
    case 'error-answer':
      return kinds.errorAnswer.finding(about, {
        ...seen,
        affects: { ...down, cause: `answers with ${what}` },
      });
    case 'error-of-unknown':
      return kinds.errorAnswer.finding(about, { ...seen, status: 'warn' });
    case 'nothing-listens':
      return kinds.nothingListens.finding({ ...about, inside }, seen);
    default:
      return kinds.notOnTailnet.finding({ ...about, local: `127.0.0.1:${answer.port}` }, seen);
  }
}

const placeOf = ({ at, port }: WebAnswer) => `${at.includes(':') ? `[${at}]` : at}:${port}`;

/** What other checks say of it: each fault is told by the check that knows its reason. */
function causesOf(
  { name, networks = [], mounts = [] }: Container,
  unit: ContainerUnit | undefined,
): Explanation[] {
  const names = [name, ...(unit === undefined ? [] : [unit.id])];
  const of = (check: string, subjects: readonly string[]) => subjects.map((subject) => ({ check, subject }));
  return [
    ...mounts.flatMap(({ source }) => explainedByStorage(source)),
    ...of('container-network', [name, ...networks.map((network) => network.name)]),
    ...of('tailscale-up', ['tailscale', 'tailscale-address']),
    ...of('tailscale-bind', names),
    ...of('tailscale-wait', names),
    ...of('app-database', names),
    ...of('container-oom', [name, 'host']),
    ...of('container-state', names),
  ];
}
