import {
  BOOT,
  CONTAINERS,
  container,
  FAILED,
  type Given,
  idOf,
  MINUTE,
  NOW,
  stamp,
  told,
  UNITS,
  unit,
} from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const SERVER = 'podman-immich-server.service';
type Properties = Readonly<Record<string, string | number>>;
const units = (over: Properties): Given => ({
  units: UNITS.replace(unit('immich-server'), unit('immich-server', over)),
});
/** It failed, and this is what it said. */
const failing = (text: string) => ({
  host: { ...units(FAILED), unitJournal: told(SERVER, 'command', text) },
  near: { unitJournal: told(SERVER, 'command', 'Error: something else') },
});
const inactive = (over: Properties = {}) =>
  units({ ActiveState: 'inactive', SubState: 'dead', ActiveEnterTimestamp: '', ...over });
const without = CONTAINERS.replace(container('immich-server'), '');
const containers = (over: Readonly<Record<string, unknown>>): Given => ({
  containers: CONTAINERS.replace(container('immich-server'), container('immich-server', over)),
});
const skipped = (text: string) => ({ unitJournal: told(SERVER, 'systemd', text) });
const stray = (over: Readonly<Record<string, unknown>>): Given => ({
  containers:
    CONTAINERS +
    container('stray', { state: 'exited', exitCode: 137, restartPolicy: 'always', unit: '', ...over }),
});
const created = (over: Readonly<Record<string, unknown>>) =>
  container('stray', {
    state: 'created',
    created: new Date(BOOT).toISOString(),
    startedAt: NEVER,
    unit: '',
    ...over,
  });
const BEFORE_THE_BOOT = new Date(BOOT - MINUTE).toISOString();
const NEVER = '0001-01-01T00:00:00Z';
const PULL = (why: string) =>
  `Error: initializing source docker://ghcr.io/x/y:v9: pinging container registry ghcr.io: ${why}`;
const BOOT_ID =
  'current system boot ID differs from cached boot ID; an unhandled reboot has occurred. Please delete directories "/tmp/storage-run-0/containers" and "/tmp/storage-run-0/libpod/tmp" and re-run Podman';
const starting = { health: 'starting', healthResults: 0, healthInterval: 30e9 };
const declaring = (more: string) =>
  `{ virtualisation.oci-containers.backend = "podman"; virtualisation.oci-containers.containers.app = { image = "x:1"; ${more} }; }`;

export const cases: KindCases = {
  'source-missing': failing('Error: statfs /srv/gone: no such file or directory'),
  'network-missing': failing('Error: unable to find network with name or ID immich: network not found'),
  'env-file-missing': failing('Error: parsing file "/run/x": open /run/x: no such file or directory'),
  'image-missing': failing('Error: localhost/own:1: image not known'),
  'name-not-resolved': failing('Error: dial tcp: lookup ghcr.io: no such host'),
  'device-missing': failing('Error: stat /dev/dri: no such file or directory'),
  'name-taken': failing('Error: the container name "immich-server" is already in use by x'),
  'port-taken': failing('Error: listen tcp4 127.0.0.1:80: bind: address already in use'),
  'address-missing': failing('Error: listen tcp4 10.0.0.9:80: bind: cannot assign requested address'),
  'command-missing': failing('Error: executable file `x` not found in $PATH'),
  'wrong-processor': failing('Error: exec format error'),
  'rate-limited': failing(PULL('toomanyrequests: You have reached your unauthenticated pull rate limit.')),
  'registry-refused': failing(PULL('unauthorized: authentication required')),
  'tag-missing': failing(PULL('reading manifest v9 in ghcr.io/x/y: manifest unknown')),
  'certificate-refused': failing(
    PULL('tls: failed to verify certificate: x509: certificate has expired or is not yet valid'),
  ),
  'no-space': failing(
    'Error: writing blob: storing blob to file "/var/tmp/x": write /var/tmp/x: no space left on device',
  ),
  'unhandled-reboot': failing(`Error: ${BOOT_ID}`),
  'podman-refuses': {
    host: { containers: { exitCode: 125, stderr: `Error: ${BOOT_ID}\n` } },
    near: { containers: { exitCode: 125, stderr: 'Error: something else\n' } },
  },
  'program-missing': {
    host: {
      ...units({ ...FAILED, ExecMainStatus: 203 }),
      ...skipped(`${SERVER}: Failed at step EXEC spawning /usr/bin/podman: No such file or directory`),
    },
    near: skipped(`${SERVER}: Main process exited, code=exited, status=203/EXEC`),
  },
  'not-started-again': {
    host: { containers: CONTAINERS + created({ restartPolicy: 'always', startedAt: BEFORE_THE_BOOT }) },
    near: { containers: CONTAINERS + created({ restartPolicy: 'always' }) },
  },
  'never-started': {
    host: { containers: CONTAINERS + created({ restartPolicy: 'always' }) },
    near: { containers: CONTAINERS + created({ restartPolicy: 'no' }) },
  },
  'startup-check-fails': {
    host: {
      failedUnits: `Id=${idOf('immich-server')}-startup-3c1.service\nResult=exit-code\nDescription=x\n`,
    },
    near: { failedUnits: `Id=${idOf('immich-server')}-3c1.service\nResult=exit-code\nDescription=x\n` },
  },
  'condition-unmet': {
    host: {
      ...inactive(),
      ...skipped(`${SERVER} was skipped because of an unmet condition check (ConditionPathExists=/srv).`),
    },
    near: { unitJournal: '' },
  },
  'dependency-failed': {
    host: { ...inactive(), ...skipped(`Dependency failed for ${SERVER}.`) },
    near: { unitJournal: '' },
  },
  refused: { host: units({ LoadState: 'error', ActiveState: 'inactive' }), near: units({}) },
  'failed-and-gone': { host: units({ ...FAILED, LoadState: 'not-found' }), near: units(FAILED) },
  failed: { host: units(FAILED), near: units({}) },
  restarting: {
    host: units({ ActiveState: 'activating', SubState: 'auto-restart', NRestarts: 3 }),
    near: units({ ActiveState: 'activating', SubState: 'start', StateChangeTimestamp: stamp(NOW) }),
  },
  'long-start': {
    host: units({
      ActiveState: 'activating',
      SubState: 'start-pre',
      StateChangeTimestamp: stamp(NOW - 11 * MINUTE),
    }),
    near: units({
      ActiveState: 'activating',
      SubState: 'start-pre',
      StateChangeTimestamp: stamp(NOW - 9 * MINUTE),
    }),
  },
  'long-stop': {
    host: units({
      ActiveState: 'deactivating',
      SubState: 'stop-sigterm',
      StateChangeTimestamp: stamp(NOW - 11 * MINUTE),
    }),
    near: units({
      ActiveState: 'deactivating',
      SubState: 'stop-sigterm',
      StateChangeTimestamp: stamp(NOW - 9 * MINUTE),
    }),
  },
  'running-without-unit': {
    host: { ...units(FAILED), ...containers({ startedAt: new Date(NOW - MINUTE).toISOString() }) },
    near: units({ ...FAILED, StateChangeTimestamp: stamp(NOW - MINUTE / 2) }),
  },
  'not-started': { host: inactive({ Result: 'timeout' }), near: inactive() },
  stopped: { host: inactive(), near: inactive({ WantedBy: '', RequiredBy: '' }) },
  restarted: {
    host: units({ NRestarts: 2, ActiveEnterTimestamp: stamp(NOW - 5 * MINUTE) }),
    near: units({ NRestarts: 2, ActiveEnterTimestamp: stamp(NOW - 15 * MINUTE) }),
  },
  'container-gone': { host: { containers: without }, near: { containers: CONTAINERS } },
  unhealthy: { host: containers({ health: 'unhealthy' }), near: containers({ health: 'healthy' }) },
  'health-never-checked': {
    host: containers({ ...starting, startedAt: new Date(BOOT).toISOString() }),
    near: containers({ ...starting, startedAt: new Date(NOW - MINUTE).toISOString() }),
  },
  paused: { host: containers({ state: 'paused' }), near: containers({}) },
  exited: { host: stray({}), near: stray({ stoppedByUser: true }) },
  'required-missing': {
    host: {},
    near: { containers: CONTAINERS + container('plex', { unit: '' }) },
    options: { names: { containers: ['plex'], secrets: [] } },
  },
  'depends-on-nothing': { source: declaring('dependsOn = [ "db" ];'), near: ['[ "db" ]', '[ ]'] },
  'no-such-option': { source: declaring('prots = [ "80:80" ];'), near: ['prots', 'ports'] },
  'option-in-one-word': {
    source: declaring('extraOptions = [ "--memory 2g" ];'),
    near: ['--memory 2g', '--memory=2g'],
  },
  'no-option': {
    source: declaring('extraOptions = [ "memory=2g" ];'),
    near: ['"memory=2g"', '"--memory=2g"'],
  },
  'port-twice': {
    source: `{ virtualisation.oci-containers.containers = {
  a = { image = "a:1"; ports = [ "127.0.0.1:80:80" ]; };
  b = { image = "b:1"; ports = [ "80:8080" ]; };
}; }`,
    near: ['"80:8080"', '"81:8080"'],
  },
  'environment-file-vanishes': {
    source: declaring('environmentFiles = [ "/run/app/env" ];'),
    near: ['/run/app/', '/run/app-env/'],
  },
  'no-start-period': {
    source: declaring('extraOptions = [ "--health-cmd=true" "--health-retries=3" ];'),
    near: ['health-retries=3', 'health-start-period=60s'],
  },
};
