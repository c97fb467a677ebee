import process from 'node:process';
import { requireWritable, writeBundle } from '../../collect/bundle.ts';
import { localTarget } from '../../collect/local.ts';
import { sshTarget } from '../../collect/ssh.ts';
import { waivable } from '../../engine/catalogue.ts';
import { collectRedacted, timeWindow } from '../../engine/check.ts';
import { factOf } from '../../engine/facts.ts';
import { probes } from '../../facts/host/index.ts';
import type { Probe } from '../../model/probe.ts';
import { progress } from '../../report/progress.ts';
import { loadSettings, type SettingFlags } from '../../settings/settings.ts';
import { UsageError } from '../../text/usage-error.ts';
import { visible } from '../../text/visible.ts';
import { askingPassword } from '../ask-password.ts';
import { interruption } from '../interruption.ts';
import { tellUnreadFile } from '../unread-file.ts';

interface CollectFlags extends Omit<SettingFlags, 'host'> {
  readonly output: string;
  readonly host?: string | undefined;
}

/** @returns the exit status: 3 where nothing could be read, as for a check that could see nothing */
export async function collect({ output, host, ...flags }: CollectFlags): Promise<number> {
  await tellUnreadFile(flags);
  const { hosts, sudo, timeoutMs, sinceMs } = await loadSettings(
    { ...flags, host: host === undefined ? undefined : [host] },
    waivable,
  );
  if (hosts.length > 1)
    throw new UsageError(
      host === undefined
        ? `a bundle holds one host, and the settings name ${hosts.length}: name one with --host`
        : `a bundle holds one host, and --host names ${hosts.length}: name one`,
    );
  await requireWritable(output);
  const target = hosts[0] === undefined ? localTarget : sshTarget(hosts[0]);
  const signal = interruption();
  const shown = progress(true);
  shown.started([target.name], Object.values(probes) as Probe[]);
  const collection = await collectRedacted(target, {
    sudo,
    timeoutMs,
    ...timeWindow(sinceMs),
    signal,
    ...askingPassword({ sudo }, shown),
    onResult: (probe) => shown.read(target.name, probe),
  });
  await shown.end();
  if (collection.error !== undefined) {
    process.stderr.write(
      visible(`hsdoctor: nothing could be read from ${target.name}: ${collection.error}`).concat('\n'),
    );
    return 3;
  }
  await writeBundle(output, target.name, collection);
  const facts = Object.values(probes).flatMap((probe) => {
    const raw = collection.results.get(probe.id);
    // Of another platform it is no source of this host.
    if (raw?.outcome === 'not-applicable') return [];
    const fact = factOf(probe as Probe, raw);
    return [{ id: probe.id, missing: fact.outcome === 'ok' ? undefined : fact.reason }];
  });
  const missing = facts.filter((fact) => fact.missing !== undefined);
  process.stdout.write(
    visible(
      `${facts.length - missing.length} of ${facts.length} sources of ${target.name} saved in ${output}`,
    ).concat('\n'),
  );
  for (const { id, missing: reason } of missing)
    process.stdout.write(visible(`  could not read ${id}: ${reason}`).concat('\n'));
  return 0;
}
