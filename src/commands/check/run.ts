import { join } from 'node:path';
import process from 'node:process';
import { checks as all } from '../../checks/index.ts';
import { human } from '../../report/human.ts';
import { json } from '../../report/json.ts';
import { progress } from '../../report/progress.ts';
import { terminalStyle } from '../../report/terminal.ts';
import { exitStatus, runChecks } from '../../run/check.ts';
import { selectChecks } from '../../run/select.ts';
import { bundleTarget } from '../../targets/bundle.ts';
import { localTarget } from '../../targets/local.ts';
import { sshTarget } from '../../targets/ssh.ts';

interface CheckFlags {
  readonly host: string[] | undefined;
  readonly bundle: string[] | undefined;
  readonly sudo: boolean;
  readonly skip: string[] | undefined;
  readonly tag: string[] | undefined;
  readonly since: number | undefined;
  readonly timeout: number;
  readonly 'fail-on': 'fail' | 'warn' | 'unknown';
  readonly json: boolean;
  readonly configuration: string;
  readonly 'no-color': boolean;
}

/** @returns the exit status */
export async function check(ids: readonly string[], flags: CheckFlags, version: string): Promise<number> {
  const selected = selectChecks(all, { only: ids, skip: flags.skip ?? [], tags: flags.tag ?? [] });
  const hosts = [...new Set(flags.host ?? [])];
  const bundles = await Promise.all((flags.bundle ?? []).map(bundleTarget));
  const live = hosts.map(sshTarget);
  const targets = live.length + bundles.length === 0 ? [localTarget] : [...live, ...bundles];
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
    process.exit(130);
  });
  const shown = flags.json ? undefined : progress();
  const report = await runChecks(targets, selected, {
    sudo: flags.sudo,
    timeoutMs: flags.timeout,
    journalWindow: flags.since === undefined ? '--boot' : `--since=-${Math.ceil(flags.since / 1000)}s`,
    ...(flags.since === undefined ? {} : { sinceMs: flags.since }),
    configuration: flags.configuration,
    version,
    signal: interrupted.signal,
    ...(shown === undefined ? {} : { progress: shown }),
  });
  await shown?.end();
  const status = exitStatus(report, flags['fail-on']);
  process.stdout.write(
    flags.json ? json(report) : human(report, { ...terminalStyle(flags['no-color']), exitStatus: status }),
  );
  return status;
}

/** The real engine over the recorded server below `root`. */
export async function demo(
  flags: Pick<CheckFlags, 'json' | 'no-color'>,
  root: string,
  version: string,
): Promise<void> {
  const target = await bundleTarget(join(root, 'demo', 'sick-server'));
  const report = await runChecks([target], all, {
    sudo: false,
    timeoutMs: 30_000,
    journalWindow: '--boot',
    configuration: '/etc/nixos',
    version,
  });
  process.stdout.write(
    flags.json
      ? json(report)
      : human(report, {
          ...terminalStyle(flags['no-color']),
          exitStatus: exitStatus(report, 'fail'),
          example: true,
        }),
  );
}
