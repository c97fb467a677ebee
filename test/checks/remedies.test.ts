import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { blindness, evaluate } from '../../src/engine/evaluate.ts';
import { hostName, joined } from '../../src/remedy/words.ts';
import { hostileName, Pasting, replaced, stepsOf } from '../support/remedies.ts';
import {
  ADDRESS,
  BOOT,
  container,
  DENIED,
  FAILED,
  factsOf,
  type Given,
  idOf,
  KERNEL,
  killed,
  NOW,
  STARTED,
  scopeOf,
  told,
  unit,
} from './home-server.ts';

const pasting = new Pasting();
afterAll(() => pasting.remove());

/** Stands for the name that is tried, wherever a name can be. */
const NAME = 'thename';
const ID = `podman-${NAME}.service`;
const failed = (id: string, over = {}) => unit(id, { ...FAILED, ...over });

/** What podman and systemd say where a container cannot be started. */
const REASONS = [
  `Error: statfs /srv/${NAME}: no such file or directory`,
  `Error: statfs /run/agenix/${NAME}: no such file or directory`,
  `Error: unable to find network with name or ID ${NAME}: network not found`,
  `Error: parsing file "/run/${NAME}": open: no such file or directory`,
  `Error: ghcr.io/x/${NAME}:1: image not known`,
  `dial tcp: lookup ${NAME}: no such host`,
  `Error: stat /dev/${NAME}: no such file or directory`,
  `the container name "${NAME}" is already in use by x`,
  `listen tcp4 ${NAME}:80: bind: address already in use`,
  `listen tcp4 ${ADDRESS}:2283: bind: cannot assign requested address`,
  `listen tcp4 ${NAME}:2283: bind: cannot assign requested address`,
  'exec format error',
  `Condition check resulted in ${NAME} being skipped: unmet condition check (ConditionPathExists=/${NAME})`,
  'Dependency failed for x.',
  `something else about ${NAME}`,
];

const ML = 'ghcr.io/immich-app/immich-machine-learning:v2-openvino';
const commands = (id: string, ...words: string[]) =>
  `unit ${id}\npodman run \n${words.map((word) => ` ${word}\n`).join('')}`;

/** Hosts on which everything is wrong that a check has a remedy for. */
const SICK: Readonly<Record<string, Given>> = {
  ...Object.fromEntries(
    REASONS.map((text) => [
      text,
      { units: failed(ID), unitJournal: told(ID, 'command', text), containers: '' },
    ]),
  ),
  'a unit that gave up': { units: failed(ID, { StateChangeTimestamp: stampOf(NOW - 2000) }), containers: '' },
  'bound too early': {
    units: failed(ID) + unit('other', { Requires: ID }),
    unitCommands: commands(ID, `-p ${ADDRESS}:1:1`),
    unitJournal: told(ID, 'command', `listen tcp4 ${ADDRESS}:1: bind: cannot assign requested address`),
  },
  'a quadlet that was bound too early': {
    units: failed(ID, { FragmentPath: '/run/systemd/generator/x' }),
    unitCommands: commands(ID, `-p ${ADDRESS}:1:1`),
    unitJournal: told(ID, 'command', `listen tcp4 ${ADDRESS}:1: bind: cannot assign requested address`),
  },
  'machine learning out of memory': {
    units: unit(NAME),
    containers: container(NAME, { image: `${ML}${NAME}`, unit: ID }),
    unitCommands: commands(ID, `--memory=1${NAME}`, `--memory-swap=1${NAME}`, ML),
    kernelOom: KERNEL + killed(scopeOf(idOf(NAME)), STARTED + 60_000),
  },
  'another container out of memory': {
    units: unit(NAME),
    containers: container(NAME, { unit: ID }),
    kernelOom: KERNEL + killed(scopeOf(idOf(NAME)), STARTED + 60_000),
  },
  'the states of containers': {
    units: '',
    containers:
      container(NAME, { state: 'paused' }) +
      container(`${NAME}2`, { health: 'unhealthy' }) +
      container(`${NAME}3`, { state: 'exited', exitCode: 3, restartPolicy: 'always', unit: '' }) +
      container(`${NAME}4`, {
        health: 'starting',
        healthInterval: 1e9,
        startedAt: new Date(BOOT).toISOString(),
      }),
  },
  docker: {
    units: unit(`docker-${NAME}.service`),
    unitCommands: commands(`docker-${NAME}.service`).replace('podman', 'docker'),
  },
  'a bare override': {
    units: unit(NAME, { LoadState: 'bad-setting', ActiveState: 'inactive' }),
    unitCommands: `unit ${ID}\n`,
  },
  secrets: {
    units: failed(ID),
    unitCommands: commands(ID, `-v /run/agenix/${NAME}:/x`),
    secrets: `source ${NAME}.age /run/agenix/${NAME}\ndeclared missing - - - /run/agenix/${NAME}\nfound present 444 9 raw /run/agenix/x${NAME}\ndeclared dangling - - - /run/agenix/y${NAME}\n`,
  },
  'a failed unit': { failedUnits: `Id=${NAME}.service\nResult=exit-code\nDescription=x\n` },
  'an address of another machine': { units: unit(NAME), unitCommands: commands(ID, '-p 100.64.0.9:1:1') },
  'tailscale down': { tailscale: JSON.stringify({ BackendState: 'NeedsLogin' }) },
  'nothing to be read': {
    containers: DENIED,
    journal: `${NOW / 1000} minipc systemd[1]: x\n`,
    system: `os=Linux\nhostname=minipc\nkernel=6\nuid=1000\nuser=me\nnow=${NOW / 1000}\n`,
  },
};

function stampOf(at: number): string {
  return `Tue ${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

function judged(given: Given, name: string, nixos: boolean) {
  const facts = replaced(factsOf(given), NAME, name);
  const context = {
    now: NOW,
    windowStart: BOOT,
    configuration: `/etc/${name}`,
    names: {
      containers: [NAME].map(() => name),
      secrets: [`/run/agenix/${name}`],
      tailscaleAddress: '100.64.0.1',
    },
    nixos,
    again: [joined('hsdoctor'), joined('check'), joined('--host'), hostName(name)],
    blind: blindness(facts),
  };
  return evaluate(checks, facts, context, name);
}

test('every sick host has a command or a word for what is wrong with it', () => {
  for (const [what, given] of Object.entries(SICK)) {
    const results = judged(given, 'plex', true);
    for (const { check, reason = '', findings } of results) {
      expect(reason, check).not.toContain('fault of hsdoctor');
      for (const { kind, remedy } of findings)
        if (kind !== 'visibility/unread') expect(remedy, `${what}: ${kind}`).toBeDefined();
    }
    pasting.requireHarmless(stepsOf(results));
  }
});

test('whatever things are called, what is pasted runs each program with exactly its words', {
  tags: 'hosts',
}, () => {
  fc.assert(
    fc.property(hostileName, fc.boolean(), (name, nixos) => {
      pasting.requireHarmless(stepsOf(Object.values(SICK).flatMap((given) => judged(given, name, nixos))));
    }),
    { numRuns: 60 },
  );
});
