import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checks as all } from '../../checks/index.ts';
import type { Report } from '../../model/report.ts';
import type { HumanOptions } from '../../report/human.ts';
import { progress } from '../../report/progress.ts';
import type { Style } from '../../report/terminal.ts';
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
  const shown = flags.json ? undefined : progress(!flags['no-color']);
  const running = runChecks(targets, selected, {
    sudo: flags.sudo,
    timeoutMs: flags.timeout,
    journalWindow: flags.since === undefined ? '--boot' : `--since=-${Math.ceil(flags.since / 1000)}s`,
    ...(flags.since === undefined ? {} : { sinceMs: flags.since }),
    configuration: flags.configuration,
    version,
    signal: interrupted.signal,
    ...(shown === undefined ? {} : { progress: shown }),
  });
  const [report, print] = await Promise.all([running, printer(flags)]);
  await shown?.end();
  const status = exitStatus(report, flags['fail-on']);
  print(report, { exitStatus: status });
  return status;
}

/** Loads what prints the report only when the connections are under way: nothing of it is needed before. */
async function printer(flags: Pick<CheckFlags, 'json' | 'no-color'>) {
  await setImmediate();
  if (flags.json) {
    const { json } = await import('../../report/json.ts');
    return (report: Report) => process.stdout.write(json(report));
  }
  const [{ human }, { terminalStyle }] = await Promise.all([
    import('../../report/human.ts'),
    import('../../report/terminal.ts'),
  ]);
  return (report: Report, ending: Omit<HumanOptions, keyof Style>) =>
    process.stdout.write(human(report, { ...terminalStyle(flags['no-color']), ...ending }));
}

/** The real engine over the recorded server below `root`. */
export async function demo(
  flags: Pick<CheckFlags, 'json' | 'no-color'>,
  root: string,
  version: string,
): Promise<void> {
  const target = await bundleTarget(join(root, 'demo', 'sick-server'));
  const running = runChecks([target], all, {
    sudo: false,
    timeoutMs: 30_000,
    journalWindow: '--boot',
    configuration: '/etc/nixos',
    version,
  });
  const [report, print] = await Promise.all([running, printer(flags)]);
  print(report, { exitStatus: exitStatus(report, 'fail'), example: true });
}
