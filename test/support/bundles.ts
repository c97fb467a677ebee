import { join } from 'node:path';
import { bundleTarget, writeBundle } from '../../src/collect/bundle.ts';
import { probes } from '../../src/facts/host/index.ts';
import type { RawResult } from '../../src/model/probe.ts';

export const SICK_SERVER = join(import.meta.dirname, '..', '..', 'demo', 'sick-server');

type Edit = (id: string, result: RawResult) => RawResult;

/** Saves what the recorded sick server told, edited, as another bundle. */
async function derive(folder: string, name: string, edit: Edit): Promise<string> {
  const recorded = await bundleTarget(SICK_SERVER);
  const collection = await recorded.collect([], { sudo: false, timeoutMs: 0, journalWindow: '' });
  const results = new Map([...collection.results].map(([id, result]) => [id, edit(id, result)]));
  const path = join(folder, name);
  await writeBundle(path, name, { durationMs: 500, results });
  return path;
}

const withOutput = (result: RawResult, edit: (stdout: string) => string): RawResult =>
  result.outcome === 'ran' ? { ...result, stdout: edit(result.stdout) } : result;

const only = (separator: string, pattern: RegExp) => (text: string) =>
  text
    .split(separator)
    .filter((part) => pattern.test(part))
    .join(separator);

/** Of all that the sick server told, what is about the only container that is well. */
const HEALTHY: Readonly<Record<string, (stdout: string) => string>> = {
  agenix: () => 'end\n',
  containers: only('\n', /"name":"immich-redis"/),
  'failed-units': () => '',
  'kernel-oom': (text) => `${text.split('\n')[0]}\nend\n`,
  'memory-groups': () => 'end\n',
  'podman-events': only('\n', /"immich-redis"/),
  'unit-commands': (text) => `unit ${only('unit ', /^podman-immich-redis\.service/)(text)}end\n`,
  'unit-journal': (text) => `${only('\n', /"podman-immich-redis\.service"/)(text)}\nend\n`,
  units: only('\n\n', /^Id=podman-immich-redis\.service$|^Uptime=/m),
};

const healed: Edit = (id, result) => withOutput(result, HEALTHY[id] ?? ((stdout) => stdout));

export const healthy = (folder: string, name = 'healthy') => derive(folder, name, healed);

/** The healthy server with a failed unit that is no container. */
export const withFailedUnit = (folder: string) =>
  derive(folder, 'with-failed-unit', (id, result) =>
    id === 'failed-units'
      ? withOutput(result, (text) =>
          text.replaceAll('podman-immich-postgres', 'restic-backups-photos').replace(/\n\n[\s\S]*/, ''),
        )
      : healed(id, result),
  );

const JOURNALS = [
  'journal',
  'kernel-oom',
  'unit-journal',
  'podman-events',
  'container-log',
  'agenix-journal',
];
const HINT = 'Hint: You are currently not seeing messages from other users and the system.\n';

/** The healthy server as an ordinary user sees it: what only root may read is denied, and the journal is another one. */
export const asOrdinaryUser = (folder: string) =>
  derive(folder, 'ordinary-user', (id, result) => {
    if (Object.values(probes).some((probe) => probe.id === id && probe.root))
      return { outcome: 'denied', reason: 'root is required: run with --sudo', durationMs: 0 };
    if (JOURNALS.includes(id) && result.outcome === 'ran') return { ...result, stdout: '', stderr: HINT };
    return id === 'system'
      ? withOutput(result, (text) => text.replace('uid=0', 'uid=1000').replace('user=root', 'user=ann'))
      : healed(id, result);
  });

/** The sick server in a tailnet that it was logged out of: what binds to its address suffers from that. */
export const loggedOut = (folder: string) =>
  derive(folder, 'logged-out', (id, result) => {
    if (id === 'tailscale') return withOutput(result, () => '{"BackendState":"NeedsLogin","Health":[]}');
    if (id === 'addresses') return withOutput(result, (text) => text.replace(/^.*tailscale0.*\n/gm, ''));
    if (['agenix', 'kernel-oom', 'memory-groups'].includes(id)) return healed(id, result);
    return result;
  });

/** The healthy server on which thirty units have failed that are no containers. */
export const withThirtyFailedUnits = (folder: string) =>
  derive(folder, 'thirty-failed-units', (id, result) =>
    id === 'failed-units'
      ? withOutput(result, () =>
          Array.from(
            { length: 30 },
            (_, index) =>
              `Id=backup-${index + 1}.service\nResult=exit-code\nDescription=Backup ${index + 1}\n`,
          ).join('\n'),
        )
      : healed(id, result),
  );

/** A machine of another distribution, whose containers docker runs. */
export const withDocker = (folder: string) =>
  derive(folder, 'docker-host', (id, result) => {
    if (['containers', 'podman-events', 'unit-commands', 'unit-journal'].includes(id))
      return {
        outcome: 'not-installed',
        reason: 'podman is not installed, or not on the PATH of this user',
        durationMs: 0,
      };
    if (id === 'units') return withOutput(result, () => 'Version=252\n');
    if (id === 'tailscale')
      return {
        outcome: 'not-installed',
        reason: 'tailscale is not installed, or not on the PATH of this user',
        durationMs: 0,
      };
    if (id === 'engines') return withOutput(result, () => 'docker 3\nrootless 2 ann\nend\n');
    return healed(id, result);
  });
