import process from 'node:process';
import { checks } from '../../checks/index.ts';
import { loadSettings, type SettingFlags } from '../../config/settings.ts';
import { collectRedacted, timeWindow } from '../../run/check.ts';
import { requireWritable, writeBundle } from '../../targets/bundle.ts';
import { localTarget } from '../../targets/local.ts';
import { sshTarget } from '../../targets/ssh.ts';
import { plain } from '../../text/plain.ts';
import { UsageError } from '../../text/usage-error.ts';

interface CollectFlags extends Omit<SettingFlags, 'host'> {
  readonly output: string;
  readonly host?: string | undefined;
}

/** @returns the exit status: 3 where nothing could be read, as for a check that could see nothing */
export async function collect({ output, host, ...flags }: CollectFlags): Promise<number> {
  const { hosts, sudo, timeoutMs, sinceMs } = await loadSettings(
    { ...flags, host: host === undefined ? undefined : [host] },
    checks.map(({ id }) => id),
  );
  if (hosts.length > 1)
    throw new UsageError(`a bundle holds one host, and the settings name ${hosts.length}: add --host`);
  await requireWritable(output);
  const target = hosts[0] === undefined ? localTarget : sshTarget(hosts[0]);
  const collection = await collectRedacted(target, { sudo, timeoutMs, ...timeWindow(sinceMs) });
  if (collection.error !== undefined) {
    process.stderr.write(
      plain(`hsdoctor: nothing could be read from ${target.name}: ${collection.error}`).concat('\n'),
    );
    return 3;
  }
  await writeBundle(output, target.name, collection);
  const missing = [...collection.results].filter(([, { outcome }]) => outcome !== 'ran');
  const seen = collection.results.size - missing.length;
  process.stdout.write(
    `${seen} of ${collection.results.size} sources of ${target.name} saved in ${output}\n`,
  );
  for (const [id, result] of missing) {
    if (result.outcome !== 'ran') process.stdout.write(plain(`  not ${id}: ${result.reason}`).concat('\n'));
  }
  return 0;
}
