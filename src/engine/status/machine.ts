import { neededMounts } from '../../checks/storage/space.ts';
import { usesOf } from '../../checks/storage/uses.ts';
import { hasSucceeded, runsOfLogs } from '../../facts/host/upload-runs.ts';
import type { TargetStatus, Verdict } from '../../model/status.ts';
import type { FactTable } from '../evaluate.ts';
import { gaps, isoTime, read } from './read.ts';
import { unlessUnread, type Verdicts } from './verdicts.ts';

/** Filesystems that are not on a disk, and shares. */
const NO_DISK = new Set(['tmpfs', 'ramfs', 'devtmpfs', 'overlay', 'autofs', 'efivarfs']);
/** What is told of by their checks alone. */
const OTHERS = ['backup', 'clock', 'certificates', 'dns', 'failed-units'];

export function disksOf(facts: FactTable, verdicts: Verdicts): TargetStatus['disks'] {
  const filesystems = read(facts.filesystems);
  if (filesystems === undefined) return undefined;
  const mounts = filesystems.value?.mounts ?? [];
  const uses = usesOf({
    containers: read(facts.containers)?.value,
    units: read(facts.units)?.value,
    unitCommands: read(facts.unitCommands)?.value,
    dataPaths: read(facts.dataPaths)?.value,
  });
  const judged = new Set(
    filesystems.value === undefined
      ? []
      : neededMounts(filesystems.value, uses).map(({ mount }) => mount.point),
  );
  const shown = new Set<string>();
  const once = mounts
    .toSorted((a, b) => a.point.length - b.point.length)
    .filter(({ type, number }) => {
      if (NO_DISK.has(type) || shown.has(number)) return false;
      shown.add(number);
      return true;
    });
  return {
    items: once.map(({ point, type, device, space, readOnly }) => {
      const verdict = judged.has(point)
        ? verdicts.ofJudged(point, 'storage')
        : verdicts.of([point], undefined);
      return {
        point,
        type,
        device,
        ...(space === undefined ? {} : { size: space.size, free: space.free }),
        isReadOnly: readOnly !== 'no',
        ...(verdict === undefined ? {} : { verdict }),
      };
    }),
    notRead: gaps(filesystems),
  };
}

export function memoryOf(facts: FactTable, verdicts: Verdicts): TargetStatus['memory'] {
  const [ofHost, groups, kills] = [read(facts.memory), read(facts.memoryGroups), read(facts.kernelOom)];
  if (ofHost === undefined && groups === undefined && kills === undefined) return undefined;
  const limited = (groups?.value ?? []).filter(({ limitBytes }) => limitBytes !== undefined);
  const sum = (amounts: readonly (number | undefined)[]) =>
    amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0);
  const ofAll = gaps(ofHost);
  const beside = (what: string, reasons: readonly string[]) =>
    reasons.flatMap((reason) => (ofAll.includes(reason) ? [] : [`${what} (${reason})`]));
  const notRead = [
    ...ofAll,
    ...beside('memory of each container', gaps(groups)),
    ...beside('kills by the OOM killer', gaps(kills)),
  ];
  const found = verdicts.ofChecks(['memory', 'container-oom']);
  // What could not be checked of the containers says nothing of the host.
  const ofMemory = found?.status === 'unknown' ? verdicts.ofChecks(['memory']) : found;
  const verdict = unlessUnread(ofMemory, ofAll);
  return {
    ...(ofHost?.value === undefined ? {} : { total: ofHost.value.total, available: ofHost.value.available }),
    ...(limited.length === 0
      ? {}
      : {
          used: sum(limited.map(({ usedBytes }) => usedBytes)),
          limit: sum(limited.map(({ limitBytes }) => limitBytes)),
        }),
    ...(kills?.value === undefined ? {} : { kills: kills.value.kills.length }),
    notRead,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

export function generationOf(facts: FactTable, verdicts: Verdicts): TargetStatus['generation'] {
  const generations = read(facts.generations);
  if (generations === undefined) return undefined;
  const { number, version, createdAt } = generations.value?.current ?? {};
  const at = isoTime(createdAt);
  const verdict = verdicts.ofChecks(['system-update']);
  return {
    ...(number === undefined ? {} : { number }),
    ...(version === undefined ? {} : { version }),
    ...(at === undefined ? {} : { createdAt: at }),
    notRead: gaps(generations),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

export function tailnetOf(facts: FactTable, verdicts: Verdicts): TargetStatus['tailnet'] {
  const [tailscale, serve] = [read(facts.tailscale), read(facts.tailscaleServe)];
  if (tailscale === undefined) return undefined;
  const nothing = { addresses: [], funnelPorts: [], notRead: [] };
  if (facts.tailscale.outcome === 'not-installed') return { ...nothing, state: 'Tailscale is not installed' };
  const { state, addresses = [], keyExpiresAt, isOffline } = tailscale.value ?? {};
  const verdict = verdicts.ofChecks(['tailscale-up']);
  const expires = typeof keyExpiresAt === 'number' ? isoTime(keyExpiresAt) : undefined;
  return {
    ...(state === undefined ? {} : { state }),
    addresses: [...addresses],
    ...(expires === undefined ? {} : { keyExpiresAt: expires }),
    ...(isOffline === undefined ? {} : { isOffline }),
    funnelPorts: (serve?.value ?? []).map(({ port }) => port),
    notRead: gaps(tailscale, ...(state === undefined ? [] : [serve])),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

export function secretsOf(facts: FactTable, verdicts: Verdicts): TargetStatus['secrets'] {
  const secrets = read(facts.secrets);
  if (secrets === undefined) return undefined;
  const verdict = verdicts.ofChecks(['agenix-secrets']);
  const all = secrets.value;
  const isThere = ({ state }: { readonly state: string }) => state === 'present';
  return {
    ...(all === undefined ? {} : { present: all.filter(isThere).length }),
    missing: (all ?? []).filter((secret) => !isThere(secret)).map(({ path }) => path),
    notRead: gaps(secrets),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** The last run that the log of a Mac's upload agent tells of. */
export function uploadOf(facts: FactTable, verdicts: Verdicts): TargetStatus['upload'] {
  const logs = read(facts.uploadLogs);
  if (logs === undefined) return undefined;
  const last = runsOfLogs(logs.value ?? []).at(-1);
  const at = isoTime(last?.at);
  const verdict = verdicts.ofChecks(['upload-log']);
  return {
    ...(at === undefined ? {} : { at }),
    ...(last === undefined ? {} : { succeeded: hasSucceeded(last) }),
    ...(last?.uploaded === undefined ? {} : { uploaded: last.uploaded }),
    notRead: gaps(logs),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** `shown` is what the other parts tell of: what a check found and none of them does is told by its name. */
export function othersOf(verdicts: Verdicts, shown: readonly Verdict[]): TargetStatus['others'] {
  return [...OTHERS, ...verdicts.checksLeftOut(OTHERS, shown)].flatMap((id) => {
    const { status = 'skipped', reason, lookedAt = {} } = verdicts.result(id) ?? {};
    if (status === 'skipped') return [];
    const verdict = verdicts.ofChecks([id]);
    return [
      {
        check: id,
        ...(reason === undefined ? {} : { reason }),
        lookedAt,
        ...(verdict === undefined ? {} : { verdict }),
      },
    ];
  });
}
